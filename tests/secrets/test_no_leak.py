"""No secret is found again in anything that the console writes or says."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from positron_tui.config import SecretsBackend, SecretsSettings, sqlite_url
from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import CredentialError
from positron_tui.secrets import SecretKind, Vault, open_vault
from positron_tui.secrets.command import CommandVault
from positron_tui.secrets.environment import EnvironmentVault
from positron_tui.secrets.file import FileVault
from positron_tui.secrets.keyring import KeyringVault
from positron_tui.secrets.memory import MemoryVault
from positron_tui.store import open_store
from tests.clocks import FrozenClock
from tests.secrets.backends import ERRORS, DictKeyring, FailingKeyring

SECRETS = {kind: f"Xq7-{kind}-Zv9" for kind in SecretKind}
PASSPHRASE = "Xq7-passphrase-Zv9"
WORDS = [*SECRETS.values(), PASSPHRASE]


def vaults_of(tmp_path: Path) -> list[Vault]:
    clock = FrozenClock()
    printing = "sh -c 'echo Xq7-{kind}-Zv9; exit 1'"
    return [
        MemoryVault(),
        EnvironmentVault({}),
        EnvironmentVault({"POSITRON_TUI_SECRET_SSH_PASSWORD": SECRETS[SecretKind.SSH_PASSWORD]}),
        CommandVault(printing, 30, clock),
        KeyringVault(DictKeyring(), 30, clock),
        *(KeyringVault(FailingKeyring(error), 30, clock) for error in ERRORS),
        FileVault(tmp_path / "secrets.vault", passphrase=PASSPHRASE, scrypt_n=1 << 14),
        FileVault(tmp_path / "secrets.vault", passphrase=PASSPHRASE + "?", scrypt_n=1 << 14),
    ]


async def use(vault: Vault) -> AsyncIterator[BaseException]:
    """Do everything that a vault can do and yield what it raises."""
    for attempt in (
        *(vault.set("gam", kind, value) for kind, value in SECRETS.items()),
        *(vault.get("gam", kind) for kind in SecretKind),
        vault.rename("gam", "new"),
        vault.unlock(),
    ):
        try:
            await attempt
        except CredentialError as error:
            yield error


def everything_below(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())


async def test_secrets_are_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    said: list[str] = []
    async with open_store(sqlite_url(tmp_path / "fleet.db"), FrozenClock()) as store:
        device = Device("gam", Address("192.0.2.1"))
        await store.devices.add(device)
        change = Change("gam", "device.add", "gam", (), {}, {}, "tech", FrozenClock().now())
        number = await store.journal.create(change)
        for vault in vaults_of(tmp_path):
            said.append(repr(vault))
            async for error in use(vault):
                said += [str(error), repr(error), *traceback.format_exception(error)]
                await store.journal.set_state(number, ChangeState.FAILED, message=str(error))
        # The write-ahead log still stands beside the database here.
        written = everything_below(tmp_path)

    assert len(said) > 20
    assert b"gam" in written
    output = "\n".join([*said, caplog.text])
    assert [word for word in WORDS if word in output] == []
    assert [word for word in WORDS if word.encode() in written] == []


async def test_settings_do_not_hold_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSITRON_TUI_PASSPHRASE", PASSPHRASE)
    settings = SecretsSettings(backend=SecretsBackend.FILE, file=tmp_path / "vault")

    vault = await open_vault(settings)

    assert PASSPHRASE not in repr(settings) + repr(vault) + settings.model_dump_json()
