"""The keyring vault on real back-end classes of the keyring package."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, NoKeyringError

from positron_tui.config import SecretsSettings
from positron_tui.domain.errors import CredentialError
from positron_tui.secrets import SecretKind, Vault, open_vault
from positron_tui.secrets.keyring import ALLOWED_MODULES, KeyringVault, usable_backend
from tests.clocks import FrozenClock
from tests.secrets import backends
from tests.secrets.backends import (
    DictKeyring,
    FailingKeyring,
    ForgetfulKeyring,
    StuckKeyring,
)

ALLOWED = ALLOWED_MODULES | {backends.__name__}
SECRET = "p4ss-6f1d"
_FAIL: Callable[[], KeyringBackend] = fail.Keyring
_NULL: Callable[[], KeyringBackend] = null.Keyring


@pytest.fixture
def install() -> Iterator[Callable[[KeyringBackend], None]]:
    """Make a back-end the process's keyring, as the package itself would find it."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


async def opened(timeout_s: float = 30) -> Vault:
    return await open_vault(
        SecretsSettings(keyring_timeout_s=timeout_s),
        clock=FrozenClock(),
        find_keyring=lambda: usable_backend(keyring.get_keyring(), ALLOWED),
    )


async def test_a_working_keyring_is_used_when_nothing_is_set(
    install: Callable[[KeyringBackend], None],
) -> None:
    backend = DictKeyring()
    install(backend)

    vault = await opened()
    await vault.set("gam 1/a", SecretKind.SSH_PASSWORD, SECRET)

    assert (vault.name, vault.writable) == ("keyring", True)
    # The probe has left nothing behind.
    assert backend.entries == {("positron-tui", "gam 1/a/ssh_password"): SECRET}
    assert await (await opened()).get("gam 1/a", SecretKind.SSH_PASSWORD) == SECRET


async def test_rename_and_delete_take_every_kind(
    install: Callable[[KeyringBackend], None],
) -> None:
    backend = DictKeyring()
    install(backend)
    vault = await opened()
    for kind in SecretKind:
        await vault.set("old", kind, f"{kind}-value")
    await vault.set("other", SecretKind.SSH_PASSWORD, SECRET)

    await vault.rename("old", "new")

    assert [await vault.get("old", kind) for kind in SecretKind] == [None] * len(SecretKind)
    assert [await vault.get("new", kind) for kind in SecretKind] == [
        f"{kind}-value" for kind in SecretKind
    ]
    await vault.rename("new", "new")
    await vault.delete("new")
    await vault.delete("new")
    assert backend.entries == {("positron-tui", "other/ssh_password"): SECRET}
    await vault.close()


async def test_a_secret_is_read_once_while_it_is_fresh() -> None:
    backend, clock = DictKeyring(), FrozenClock()
    backend.entries["positron-tui", "gam/ssh_password"] = SECRET
    vault = KeyringVault(backend, 30, clock)

    for _ in range(3):
        assert await vault.get("gam", SecretKind.SSH_PASSWORD) == SECRET
    assert backend.reads == 1
    backend.entries["positron-tui", "gam/ssh_password"] = "changed elsewhere"
    clock.advance(3600)
    assert await vault.get("gam", SecretKind.SSH_PASSWORD) == "changed elsewhere"
    # That there is none is believed, too, but not as long.
    for _ in range(3):
        assert await vault.get("gam", SecretKind.SNMP_COMMUNITY) is None
    assert backend.reads == 3
    backend.entries["positron-tui", "gam/snmp_community"] = "new"
    clock.advance(600)
    assert await vault.get("gam", SecretKind.SNMP_COMMUNITY) == "new"


def chain_of(*members: KeyringBackend) -> KeyringBackend:
    metaclass: Any = type(ChainerBackend)
    own = {"priority": -1, "backends": members, "__module__": ChainerBackend.__module__}
    chain: KeyringBackend = metaclass("Chain", (ChainerBackend,), own)()
    return chain


@pytest.mark.parametrize(
    "backend",
    [_FAIL(), _NULL(), chain_of(_NULL()), chain_of()],
    ids=["fail", "null", "chain of null", "empty chain"],
)
async def test_a_backend_that_is_not_allowed_is_refused_with_the_alternatives(
    install: Callable[[KeyringBackend], None], backend: KeyringBackend
) -> None:
    install(backend)

    with pytest.raises(CredentialError) as caught:
        await opened()

    assert all(word in str(caught.value) for word in ("no keyring", "file", "env", "command"))


def test_behind_a_chain_the_allowed_member_is_asked_directly() -> None:
    good = DictKeyring()

    assert usable_backend(chain_of(_NULL(), good), ALLOWED) is good


def test_a_plain_text_backend_is_not_on_the_list() -> None:
    class PlaintextKeyring(DictKeyring):
        priority = -1

    PlaintextKeyring.__module__ = "keyrings.alt.file"
    assert usable_backend(PlaintextKeyring(), ALLOWED) is None


async def test_a_keyring_that_keeps_nothing_is_refused(
    install: Callable[[KeyringBackend], None],
) -> None:
    install(ForgetfulKeyring())

    with pytest.raises(CredentialError, match="does not give it back"):
        await opened()


@pytest.mark.parametrize("error", backends.ERRORS, ids=lambda error: error.__name__)
async def test_every_failure_is_a_sentence_with_the_alternatives(
    install: Callable[[KeyringBackend], None], error: type[Exception]
) -> None:
    install(FailingKeyring(error))

    with pytest.raises(CredentialError, match="--secrets-backend: file") as caught:
        await opened()

    # The back-end's own text repeats what it was given.
    assert "cannot keep" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_locked_and_missing_are_told_apart() -> None:
    locked = KeyringVault(FailingKeyring(KeyringLocked), 30, FrozenClock())
    missing = KeyringVault(FailingKeyring(NoKeyringError), 30, FrozenClock())

    with pytest.raises(CredentialError, match="is locked"):
        await locked.get("gam", SecretKind.SSH_PASSWORD)
    with pytest.raises(CredentialError, match="no keyring"):
        await missing.get("gam", SecretKind.SSH_PASSWORD)


async def test_a_keyring_that_waits_for_a_dialog_is_given_up(
    install: Callable[[KeyringBackend], None],
) -> None:
    backend = StuckKeyring()
    install(backend)
    vault = KeyringVault(backend, 0.05, FrozenClock())

    with pytest.raises(CredentialError, match=r"did not answer in 0\.05 s"):
        await vault.probe()
    with pytest.raises(CredentialError, match="still not answered"):
        await vault.get("gam", SecretKind.SSH_PASSWORD)
    waiting = next(one for one in threading.enumerate() if one.name == "keyring call")
    assert waiting.daemon  # it cannot keep the program from ending

    backend.answered.set()
    await asyncio.to_thread(waiting.join)
    patient = KeyringVault(backend, 30, FrozenClock())
    await patient.set("gam", SecretKind.SSH_PASSWORD, SECRET)
    assert await patient.get("gam", SecretKind.SSH_PASSWORD) == SECRET
