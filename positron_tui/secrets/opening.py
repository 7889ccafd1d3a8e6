"""Chooses the back-end that the settings name."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import ConfigError, CredentialError
from positron_tui.secrets.vault import AskPassphrase, Vault

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from positron_tui.config import SecretsSettings

_PASSPHRASE = "POSITRON_TUI_PASSPHRASE"  # noqa: S105


async def open_vault(
    settings: SecretsSettings,
    *,
    ask_passphrase: AskPassphrase | None = None,
    clock: Clock | None = None,
    find_keyring: Callable[[], KeyringBackend | None] | None = None,
) -> Vault:
    """Return the vault of the settings; without a back-end there, the keyring, if it works.

    Raises CredentialError naming the alternatives when the keyring does not work: another
    back-end is only ever chosen by a person. `find_keyring` picks the keyring's back-end.
    """
    clock = clock or SystemClock()
    match settings.backend:
        case "memory":
            from positron_tui.secrets.memory import MemoryVault

            return MemoryVault()
        case "env":
            from positron_tui.secrets.environment import EnvironmentVault

            return EnvironmentVault(os.environ)
        case "command":
            return _command(settings, clock)
        case "file":
            from positron_tui.secrets.file import FileVault

            passphrase = os.environ.get(_PASSPHRASE)
            return FileVault(settings.file, passphrase=passphrase, ask=ask_passphrase)
        case _:
            return await _keyring(settings.keyring_timeout_s, clock, find_keyring)


def _command(settings: SecretsSettings, clock: Clock) -> Vault:
    from positron_tui.secrets.command import CommandVault

    if not settings.command:
        raise ConfigError(
            "The secrets backend 'command' needs the setting 'secrets.command' with the program."
        )
    return CommandVault(settings.command, settings.command_timeout_s, clock)


async def _keyring(
    timeout_s: float, clock: Clock, find: Callable[[], KeyringBackend | None] | None
) -> Vault:
    from positron_tui.secrets.keyring import ALTERNATIVES, KeyringVault, find_backend

    backend = await find_backend(timeout_s, find)
    if backend is None:
        raise CredentialError(f"This machine has no keyring that can be used; {ALTERNATIVES}.")
    vault = KeyringVault(backend, timeout_s, clock)
    await vault.probe()
    return vault
