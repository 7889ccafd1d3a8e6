"""The callbacks that asyncssh makes while it connects: the host key, then the password."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncssh

from positron_tui.gam.ssh.target import HostKey, SshCredentials


class PinningClient(asyncssh.SSHClient):
    """Asks `trust` about the host key; gives the password once, and never twice the same way.

    A GAM counts failed logins and may lock the account: keyboard-interactive repeats a password
    only where the password method was not offered, or where the password is empty (some servers
    take an empty one in this way only).
    """

    def __init__(self, credentials: SshCredentials, trust: Callable[[HostKey], bool]) -> None:
        self._credentials = credentials
        self._trust = trust
        self._password_sent = False
        self._challenged = False

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        text = key.export_public_key().decode("ascii").strip()
        return self._trust(HostKey(text, key.get_fingerprint(), key.get_algorithm()))

    def password_auth_requested(self) -> str | None:
        if self._password_sent:
            return None
        self._password_sent = True
        return self._credentials.password

    def kbdint_auth_requested(self) -> str | None:
        if self._challenged or (self._password_sent and self._credentials.password):
            return None
        self._challenged = True
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str]:
        return [self._credentials.password for _ in prompts]
