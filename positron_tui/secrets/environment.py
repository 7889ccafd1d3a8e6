"""Secrets from environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from positron_tui.domain.errors import CredentialError
from positron_tui.secrets.vault import SecretKind

_PREFIX = "POSITRON_TUI_SECRET_"
_NOT_IN_NAMES = re.compile(r"[^A-Z0-9]")


def device_variable(device: str, kind: SecretKind) -> str:
    """Return the variable of one device: capitals and digits, anything else becomes `_`."""
    return f"{_PREFIX}{_NOT_IN_NAMES.sub('_', device.upper())}_{kind.upper()}"


def fleet_variable(kind: SecretKind) -> str:
    """Return the variable that serves every device without one of its own."""
    return f"{_PREFIX}{kind.upper()}"


class EnvironmentVault:
    """Reads `POSITRON_TUI_SECRET_<DEVICE>_<KIND>`, else `POSITRON_TUI_SECRET_<KIND>`.

    Two devices whose names differ in other characters than letters and digits alone ("gam-1" and
    "gam.1") would share a variable; the second one is refused rather than given the secret of
    the first.
    """

    name = "env"
    writable = False

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._owners: dict[str, str] = {}

    async def unlock(self) -> None:
        """Nothing to unlock."""

    async def get(self, device: str, kind: SecretKind) -> str | None:
        variable = device_variable(device, kind)
        value = self._environment.get(variable)
        if not value:
            return self._environment.get(fleet_variable(kind)) or None
        owner = self._owners.setdefault(device_variable(device, SecretKind.SSH_PASSWORD), device)
        if owner != device:
            raise CredentialError(
                f"The devices '{owner}' and '{device}' both read {variable}; rename one of them so "
                "that they differ in letters or digits."
            )
        return value

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        if await self.get(device, kind) != value:
            raise CredentialError(
                f"Secrets come from the environment: set {device_variable(device, kind)} (or "
                f"{fleet_variable(kind)} for all devices) to the {_words(kind)} and start again."
            )

    async def delete(self, device: str) -> None:
        """The environment is not ours to change; its variables are simply not read any more."""
        self._disown(device)

    async def rename(self, old: str, new: str) -> None:
        """Refused while a variable that only fits the old name would be lost."""
        lost = []
        for kind in SecretKind:
            value = await self.get(old, kind)
            if device_variable(old, kind) == device_variable(new, kind):
                continue
            if value is not None and await self.get(new, kind) != value:
                lost.append(device_variable(new, kind))
        if lost:
            raise CredentialError(
                f"Secrets come from the environment: set {' and '.join(lost)} before '{old}' is "
                f"renamed to '{new}'."
            )
        self._disown(old)

    async def close(self) -> None:
        self._owners.clear()

    def _disown(self, device: str) -> None:
        self._owners = {name: owner for name, owner in self._owners.items() if owner != device}


def _words(kind: SecretKind) -> str:
    return kind.replace("_", " ").replace("snmp", "SNMP").replace("ssh", "SSH")
