"""The vault as services use it: absent, locked, asked once, and never silent about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from positron_tui.domain.errors import CredentialError
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.activity import Redactor
from positron_tui.services.vault import Ask, VaultKeeper, open_keeper
from tests.clocks import FrozenClock
from tests.services.conftest import make_settings

SECRETS = DeviceSecrets(snmp_community="letmein-ro", ssh_password="letmein-ssh")


async def keeper(tmp_path: Path, backend: str, ask: Ask | None = None) -> VaultKeeper:
    settings = make_settings(
        tmp_path, **{"secrets.backend": backend, "secrets.file": tmp_path / "secrets.vault"}
    )
    return await open_keeper(settings.secrets, ask, FrozenClock(), Redactor())


async def test_secrets_are_kept_moved_and_forgotten(tmp_path: Path) -> None:
    vault = await keeper(tmp_path, "memory")
    await vault.keep("riser", SECRETS)
    assert await vault.secrets("riser") == SECRETS
    await vault.keep("riser", DeviceSecrets(ssh_password="another-one"))
    changed = await vault.secrets("riser")
    assert (changed.snmp_community, changed.ssh_password) == ("letmein-ro", "another-one")
    await vault.rename("riser", "tower")
    assert await vault.secrets("riser") == DeviceSecrets()
    await vault.forget("tower")
    assert await vault.secrets("tower") == DeviceSecrets()
    await vault.close()


async def test_the_passphrase_is_asked_once_and_in_either_way(tmp_path: Path) -> None:
    asked: list[str] = []

    async def later() -> str:
        asked.append("later")
        return "correct horse"

    def at_once() -> str:
        asked.append("at once")
        return "correct horse"

    first = await keeper(tmp_path, "file", later)
    await first.keep("riser", SECRETS)
    await first.keep("tower", SECRETS)
    assert asked == ["later", "later"]  # a new passphrase is typed twice
    await first.close()
    second = await keeper(tmp_path, "file", at_once)
    assert await second.secrets("riser") == SECRETS
    assert await second.secrets("tower") == SECRETS
    assert asked[2:] == ["at once"]
    await second.close()


async def test_a_new_passphrase_must_be_typed_twice_alike(tmp_path: Path) -> None:
    answers = iter(("one", "two"))
    vault = await keeper(tmp_path, "file", lambda: next(answers))
    with pytest.raises(CredentialError, match="differ"):
        await vault.keep("riser", SECRETS)
    assert not (tmp_path / "secrets.vault").exists()


async def test_a_wrong_passphrase_is_not_asked_for_every_device(tmp_path: Path) -> None:
    vault = await keeper(tmp_path, "file", lambda: "right")
    await vault.keep("riser", SECRETS)
    await vault.close()
    asked: list[str] = []

    def wrong() -> str:
        asked.append("wrong")
        return "wrong"

    locked = await keeper(tmp_path, "file", wrong)
    for name in ("riser", "tower", "annex"):
        with pytest.raises(CredentialError):
            await locked.secrets(name)
    assert len(asked) == 1
    assert not locked.status.usable
    assert locked.status.sentence
    assert not (await locked.unlock()).usable  # a person may try again
    assert len(asked) == 2


async def test_a_back_end_that_is_not_there_says_why(tmp_path: Path) -> None:
    vault = await keeper(tmp_path, "command")
    assert not vault.status.usable
    with pytest.raises(CredentialError, match=r"secrets\.command"):
        await vault.secrets("riser")
    with pytest.raises(CredentialError):
        vault.require()
    assert not (await vault.unlock()).usable
    await vault.close()
