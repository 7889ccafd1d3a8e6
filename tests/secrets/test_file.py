"""The encrypted file: what it keeps, whom it lets in, and how it survives others."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from positron_tui.domain.errors import CredentialError, CredentialsLocked
from positron_tui.secrets import SecretKind
from positron_tui.secrets.file import FileVault
from positron_tui.secrets.sealed import DamagedFile, Derivation, SealedFile, dump, parse

PASSPHRASE = "correct horse battery"
SECRET = "p4ss-6f1d"
CHEAP = 1 << 14
SSH = SecretKind.SSH_PASSWORD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new directory" / "secrets.vault"


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def vault_at(path: Path, passphrase: str | None = PASSPHRASE) -> FileVault:
    return FileVault(path, passphrase=passphrase, scrypt_n=CHEAP)


async def test_a_secret_survives_the_process(path: Path) -> None:
    first = vault_at(path)
    await first.set("gam 1", SSH, SECRET)
    await first.close()

    assert await vault_at(path).get("gam 1", SSH) == SECRET
    assert await vault_at(path).get("gam 1", SecretKind.SNMP_COMMUNITY) is None
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)
    assert SECRET.encode() not in content_of(path)
    assert PASSPHRASE.encode() not in content_of(path)


async def test_reading_what_does_not_exist_asks_nobody_and_creates_nothing(path: Path) -> None:
    vault = FileVault(path)

    assert await vault.get("gam", SSH) is None
    await vault.delete("gam")
    await vault.rename("gam", "new")
    assert not path.parent.exists()


async def test_rename_and_delete(path: Path) -> None:
    vault = vault_at(path)
    for kind in SecretKind:
        await vault.set("old", kind, f"{kind} value")
    await vault.set("other", SSH, SECRET)

    await vault.rename("old", "new")
    await vault.rename("new", "new")

    assert await vault.get("old", SSH) is None
    assert [await vault.get("new", kind) for kind in SecretKind] == [
        f"{kind} value" for kind in SecretKind
    ]
    await vault.delete("new")
    assert set(parse(content_of(path)).records) == {("other", "ssh_password")}


async def test_the_passphrase_is_asked_once_however_many_wait(path: Path) -> None:
    asked: list[bool] = []

    async def ask(new: bool) -> str:
        asked.append(new)
        await asyncio.sleep(0)
        return PASSPHRASE

    await FileVault(path, ask=ask, scrypt_n=CHEAP).set("gam", SSH, SECRET)
    vault = FileVault(path, ask=ask)
    values = await asyncio.gather(*(vault.get("gam", SSH) for _ in range(20)))

    assert values == [SECRET] * 20
    assert asked == [True, False]


async def test_a_wrong_passphrase_locks_and_only_unlock_asks_again(path: Path) -> None:
    await vault_at(path).set("gam", SSH, SECRET)
    before = content_of(path)
    answers = ["wrong", PASSPHRASE]

    async def ask(new: bool) -> str:
        return answers.pop(0)

    vault = FileVault(path, ask=ask)
    with pytest.raises(CredentialsLocked, match=r"does not open .*secrets\.vault"):
        await vault.get("gam", SSH)
    with pytest.raises(CredentialsLocked, match="does not open"):
        await vault.get("gam", SSH)
    assert answers == [PASSPHRASE]
    await vault.unlock()
    assert await vault.get("gam", SSH) == SECRET
    assert content_of(path) == before


async def test_without_a_passphrase_the_sentence_names_the_variable(path: Path) -> None:
    with pytest.raises(CredentialsLocked, match=r"new passphrase.*POSITRON_TUI_PASSPHRASE"):
        await FileVault(path).set("gam", SSH, SECRET)
    await vault_at(path).set("gam", SSH, SECRET)
    with pytest.raises(CredentialsLocked, match=r"its passphrase.*POSITRON_TUI_PASSPHRASE"):
        await FileVault(path).get("gam", SSH)


async def test_two_consoles_do_not_lose_each_others_secrets(path: Path) -> None:
    one, two = vault_at(path), vault_at(path)
    await one.set("a", SSH, "first")
    assert await two.get("a", SSH) == "first"

    await asyncio.gather(
        *(one.set(f"one-{i}", SSH, str(i)) for i in range(10)),
        *(two.set(f"two-{i}", SSH, str(i)) for i in range(10)),
    )

    third = vault_at(path)
    for name in ("one", "two"):
        assert [await third.get(f"{name}-{i}", SSH) for i in range(10)] == [
            str(i) for i in range(10)
        ]
    assert sorted(p.name for p in path.parent.iterdir()) == ["secrets.vault", "secrets.vault.lock"]


_WRITER = """
import asyncio, sys
from pathlib import Path
from positron_tui.secrets import SecretKind
from positron_tui.secrets.file import FileVault

async def main():
    vault = FileVault(Path(sys.argv[1]), passphrase=sys.argv[2], scrypt_n=1 << 14)
    for i in range(10):
        await vault.set(f"{sys.argv[3]}-{i}", SecretKind.SSH_PASSWORD, str(i))

asyncio.run(main())
"""


async def test_two_processes_create_one_file(path: Path) -> None:
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _WRITER, str(path), PASSPHRASE, name
        )
        for name in ("left", "right")
    ]
    assert [await one.wait() for one in writers] == [0, 0]

    vault = vault_at(path)
    for name in ("left", "right"):
        assert [await vault.get(f"{name}-{i}", SSH) for i in range(10)] == [
            str(i) for i in range(10)
        ]


async def test_a_record_cannot_be_moved_to_another_device_or_kind(path: Path) -> None:
    vault = vault_at(path)
    await vault.set("cheap", SSH, SECRET)
    tree = json.loads(content_of(path))
    for change in ({"device": "dear"}, {"kind": "snmp_community"}):
        forged = {**tree, "secrets": [{**tree["secrets"][0], **change}]}
        put(path, json.dumps(forged).encode())
        name = (forged["secrets"][0]["device"], SecretKind(forged["secrets"][0]["kind"]))
        with pytest.raises(CredentialError, match="damaged at the"):
            await vault.get(*name)


async def test_another_file_in_its_place_needs_its_own_key(path: Path) -> None:
    vault = vault_at(path)
    await vault.set("gam", SSH, SECRET)
    os.unlink(path)
    await vault_at(path, "another one").set("gam", SSH, "other")

    with pytest.raises(CredentialsLocked):
        await vault.get("gam", SSH)
    with pytest.raises(CredentialsLocked):
        await vault.set("gam", SSH, "mine")
    assert await vault_at(path, "another one").get("gam", SSH) == "other"


def cut(tree: dict[str, Any]) -> bytes:
    return json.dumps(tree).encode()[:-20]


def newer(tree: dict[str, Any]) -> bytes:
    return json.dumps({**tree, "version": 2}).encode()


def costly(tree: dict[str, Any]) -> bytes:
    return json.dumps({**tree, "kdf": {**tree["kdf"], "n": 1 << 30}}).encode()


def cheap(tree: dict[str, Any]) -> bytes:
    return json.dumps({**tree, "kdf": {**tree["kdf"], "n": 2}}).encode()


def short(tree: dict[str, Any]) -> bytes:
    return json.dumps({**tree, "check": "AAAA"}).encode()


def empty(tree: dict[str, Any]) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut, newer, costly, cheap, short, empty])
async def test_a_damaged_file_is_a_sentence_and_is_never_overwritten(
    path: Path, damage: Any
) -> None:
    await vault_at(path).set("gam", SSH, SECRET)
    broken = damage(json.loads(content_of(path)))
    put(path, broken)
    vault = vault_at(path)

    for attempt in (
        vault.get("gam", SSH),
        vault.set("gam", SSH, "new"),
        vault.delete("gam"),
        vault.rename("gam", "b"),
        vault.unlock(),
    ):
        with pytest.raises(CredentialError, match=r"secrets\.vault is damaged"):
            await attempt
    assert content_of(path) == broken


async def test_a_path_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CredentialError, match="cannot be read: Not a directory"):
        await vault_at(tmp_path / "file" / "secrets.vault").set("gam", SSH, SECRET)
    with pytest.raises(CredentialError, match="cannot be read: Is a directory"):
        await vault_at(tmp_path).get("gam", SSH)


async def test_closing_forgets_the_key(path: Path) -> None:
    vault = vault_at(path)
    await vault.set("gam", SSH, SECRET)
    await vault.close()

    with pytest.raises(CredentialsLocked):
        await vault.get("gam", SSH)


_KEY = os.urandom(32)
_NAMES = st.tuples(st.text(max_size=20), st.sampled_from([kind.value for kind in SecretKind]))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_NAMES, st.text(max_size=50), max_size=5))
def test_what_is_sealed_comes_back(entries: dict[tuple[str, str], str]) -> None:
    file = SealedFile.fresh(Derivation.fresh(CHEAP), _KEY)
    for name, value in entries.items():
        file = file.put(_KEY, name, value)

    again = parse(dump(file))

    again.verify(_KEY)
    assert {name: again.get(_KEY, name) for name in again.records} == entries


@given(st.binary(max_size=200) | st.from_regex(rb'\{"format": ?"positron-tui secrets".*\}'))
def test_no_content_breaks_the_reader(content: bytes) -> None:
    with pytest.raises(DamagedFile):
        parse(content)
