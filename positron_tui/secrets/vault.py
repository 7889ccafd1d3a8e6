"""What every credential back-end offers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from positron_tui.domain.clock import Clock

# Asks a person for the passphrase; the argument tells that a new one is being chosen.
AskPassphrase = Callable[[bool], Awaitable[str]]
# How long a secret that a slow back-end gave is used before it is asked again.
CACHE_TTL_S = 900.0
MISSING_TTL_S = 300.0


class SecretKind(StrEnum):
    """What a secret opens; the values are part of names in key stores and must not change."""

    SNMP_COMMUNITY = "snmp_community"
    SNMP_WRITE_COMMUNITY = "snmp_write_community"
    SSH_PASSWORD = "ssh_password"  # noqa: S105
    SNMP_AUTH_PASSWORD = "snmp_auth_password"  # noqa: S105
    SNMP_PRIV_PASSWORD = "snmp_priv_password"  # noqa: S105
    BILLING_KEY = "billing_key"
    BILLING_SECRET = "billing_secret"  # noqa: S105
    BILLING_TOKEN = "billing_token"  # noqa: S105
    HOOK_SECRET = "hook_secret"  # noqa: S105
    HOOK_PATH = "hook_path"


# The kinds of a device; the others are those of a billing system.
DEVICE_KINDS = (
    SecretKind.SNMP_COMMUNITY,
    SecretKind.SNMP_WRITE_COMMUNITY,
    SecretKind.SSH_PASSWORD,
    SecretKind.SNMP_AUTH_PASSWORD,
    SecretKind.SNMP_PRIV_PASSWORD,
)


class Vault(Protocol):
    """Secrets by device name and kind; every failure is a CredentialError without the secret.

    A vault that is not `writable` takes a value only when it already gives that very value, and
    says otherwise where to put it. Deleting there does nothing: the secret is not ours.
    """

    @property
    def name(self) -> str:
        """The back-end's name in the settings."""
        ...

    @property
    def writable(self) -> bool: ...

    async def unlock(self) -> None:
        """Make ready what needs a person (a passphrase), before many devices ask at once."""
        ...

    async def get(self, device: str, kind: SecretKind) -> str | None:
        """Return a secret, None when there is none."""
        ...

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        """Keep a secret in the place of the one before."""
        ...

    async def delete(self, device: str) -> None:
        """Forget all secrets of a device."""
        ...

    async def rename(self, old: str, new: str) -> None:
        """Keep the secrets of device `old` under the name `new`."""
        ...

    async def close(self) -> None: ...


class Cache:
    """What was asked lately, so that a poll does not ask the back-end every time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[tuple[str, SecretKind], tuple[float, str | None]] = {}

    def find(self, device: str, kind: SecretKind) -> tuple[str | None] | None:
        """Return the last answer in a tuple, None when there is none or it is too old."""
        known = self._answers.get((device, kind))
        if known is None or self._clock.monotonic() >= known[0]:
            return None
        return (known[1],)

    def put(self, device: str, kind: SecretKind, value: str | None) -> None:
        """Remember an answer; that there is no such secret is believed for a shorter time."""
        ttl_s = MISSING_TTL_S if value is None else CACHE_TTL_S
        self._answers[device, kind] = (self._clock.monotonic() + ttl_s, value)

    def forget(self, device: str) -> None:
        """Drop what is known of a device."""
        for kind in SecretKind:
            self._answers.pop((device, kind), None)

    def clear(self) -> None:
        self._answers.clear()
