"""Secrets printed by real programs."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from positron_tui.domain.errors import ConfigError, CredentialError
from positron_tui.secrets import SecretKind
from positron_tui.secrets.command import CommandVault
from tests.clocks import FrozenClock

SSH = SecretKind.SSH_PASSWORD


def gone(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    status = Path(f"/proc/{pid}/status")
    while status.exists() and "State:\tZ" not in status.read_text():
        time.sleep(0.01)


def vault_of(code: str, *arguments: str) -> CommandVault:
    template = shlex.join([sys.executable, "-c", code, *arguments])
    return CommandVault(template, 30, FrozenClock())


async def test_the_first_line_is_the_secret_and_arguments_stay_whole() -> None:
    vault = vault_of(
        "import sys; print('|'.join(sys.argv[1:])); print('second')", "x={device}", "{kind}"
    )

    assert await vault.get("gam; rm -rf $HOME", SSH) == "x=gam; rm -rf $HOME|ssh_password"
    assert not vault.writable


async def test_no_output_means_no_secret() -> None:
    assert await vault_of("pass").get("gam", SSH) is None
    assert await vault_of("print()").get("gam", SSH) is None


async def test_the_program_runs_once_while_the_secret_is_fresh(tmp_path: Path) -> None:
    log = tmp_path / "runs"
    code = "import sys; open(sys.argv[1], 'a').write('x'); print('s3cret')"
    clock = FrozenClock()
    vault = CommandVault(shlex.join([sys.executable, "-c", code, str(log)]), 30, clock)

    assert [await vault.get("gam", SSH) for _ in range(3)] == ["s3cret"] * 3
    assert log.read_text() == "x"
    clock.advance(3600)
    await vault.get("gam", SSH)
    assert log.read_text() == "xx"
    await vault.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('s3cret'); sys.exit(3)", "ended with status 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended with status -9"),
        ("print('s3cret' * 100_000)", "far more than one line"),
        ("import sys; sys.stdout.buffer.write(bytes([255, 254]))", "not text"),
    ],
)
async def test_a_failure_is_a_sentence_without_the_output(code: str, words: str) -> None:
    with pytest.raises(CredentialError, match=words) as caught:
        await vault_of(code).get("gam", SSH)

    assert "'gam'" in str(caught.value)
    assert "s3cret" not in str(caught.value)


async def test_a_program_that_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = 'sleep 600 & echo "$$ $!" > "$0.new"; mv "$0.new" "$0"; wait'
    template = shlex.join(["sh", "-c", script, str(pids)])

    with pytest.raises(CredentialError, match="did not end in 3 s"):
        await CommandVault(template, 3, FrozenClock()).get("gam", SSH)

    own, child = (int(pid) for pid in (await asyncio.to_thread(pids.read_text)).split())
    with pytest.raises(ProcessLookupError):
        os.kill(own, 0)
    await asyncio.to_thread(gone, child)


async def test_a_program_that_is_not_there() -> None:
    vault = CommandVault("/no/such/program {device}", 5, FrozenClock())

    with pytest.raises(CredentialError, match="cannot be started: No such file"):
        await vault.get("gam", SSH)
    with pytest.raises(CredentialError, match="cannot be started"):
        await vault_of("pass", "{device}").get("nul\0byte", SSH)


async def test_setting_is_for_the_program_to_do() -> None:
    vault = vault_of("print('s3cret')")

    await vault.set("gam", SSH, "s3cret")
    with pytest.raises(CredentialError, match="store the ssh_password of 'gam' there") as caught:
        await vault.set("gam", SSH, "another")
    assert "another" not in str(caught.value)
    await vault.delete("gam")


async def test_rename_needs_the_same_secrets_under_the_new_name() -> None:
    same = vault_of("print('s3cret')")
    by_name = vault_of("import sys; print(sys.argv[1])", "{device}")

    await same.rename("old", "new")
    with pytest.raises(CredentialError, match="store the snmp_community of 'new'"):
        await by_name.rename("old", "new")


@pytest.mark.parametrize("template", ["", "  ", "pass 'open quote"])
def test_a_template_that_is_none(template: str) -> None:
    with pytest.raises(ConfigError, match=r"secrets\.command"):
        CommandVault(template, 5, FrozenClock())
