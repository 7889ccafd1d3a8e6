"""Keyring back-ends that behave as the operating systems' do, for the keyring package itself."""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError


class DictKeyring(KeyringBackend):
    """Keeps entries in this process and counts what it is asked."""

    # Never chosen by the package on its own.
    priority = -1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("no such entry")


class ForgetfulKeyring(DictKeyring):
    """Says yes to everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Lose it."""


class FailingKeyring(DictKeyring):
    """Raises the same error whatever it is asked, with what it was given in the text."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error(f"cannot read {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error(f"cannot keep {password}")


class StuckKeyring(DictKeyring):
    """Waits for a dialog that nobody answers, until the test does."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.answered.wait(60)
        super().set_password(service, username, password)


ERRORS: tuple[type[Exception], ...] = (NoKeyringError, KeyringLocked, InitError, RuntimeError)
