"""The console script as an operator runs it: real processes, own home, a simulated fleet.

`run` forks from a process that has everything imported; `run_script` and `start` begin anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import asyncssh

from positron_tui.secrets.file import FileVault
from tests.forks import FORKS, run_program
from tests.fresh_store import copy_fresh_store

SCRIPT = str(Path(sys.executable).parent / "positron-tui")
PASSPHRASE = "a passphrase for tests"
TIMEOUT_S = 60.0
# The least that the vault takes; its own default costs half a second in every process.
CHEAP_SCRYPT_N = 1 << 14
Unit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Operator:
    """A person with an empty home directory at `home`, whose secrets are in an encrypted file."""

    def __init__(self, home: Path, begun: bool = True, /, **settings: str) -> None:
        """With `begun` there are an empty store and a vault whose key is quick to derive."""
        self.home = home
        if begun:
            _begin(home)
        keep = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ} | {
            "HOME": str(home),
            "POSITRON_TUI_DB": str(home / "fleet.db"),
            "POSITRON_TUI_SECRETS_BACKEND": "file",
            "POSITRON_TUI_SECRETS__FILE": str(home / "secrets.vault"),
            "POSITRON_TUI_PASSPHRASE": PASSPHRASE,
            "POSITRON_TUI_LOG__FILE": str(home / "console.log"),
            "POSITRON_TUI_SNMP__TIMEOUT_S": "1",
            "POSITRON_TUI_SNMP__RETRIES": "1",
            "COLUMNS": "80",
            **settings,
        }

    def run(self, *words: str, stdin: str = "") -> Done:
        """Run one command to its end in a forked process, with `stdin` as its input."""
        with _forked(words, self.environment, stdin) as (process, streams):
            process.join(TIMEOUT_S)
            assert process.exitcode is not None, f"{words} does not end"
            return _checked(process.exitcode, _read(streams, "out"), _read(streams, "err"))

    def run_script(self, *words: str, stdin: str = "") -> Done:
        """Run the installed script itself, from its start to its end."""
        done = subprocess.run(
            [SCRIPT, *words],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT_S,
            check=False,
        )
        return _checked(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command without waiting for it."""
        return subprocess.Popen([SCRIPT, *words], text=True, env=self.environment, **options)

    def add(self, unit: Unit, *options: str, **secrets: str) -> Done:
        """Onboard a simulated unit under its own name."""
        return self.run(
            "device",
            "add",
            unit["host"],
            *address_options(unit),
            "--secrets-stdin",
            *options,
            stdin=json.dumps(secrets_of(unit) | secrets),
        )

    def must(self, *words: str) -> Any:
        """Run a command with --json that must succeed, and return its data."""
        done = self.run(*words, "--json")
        assert done.code == 0, done.err
        return done.json


def _begin(home: Path) -> None:
    copy_fresh_store(home / "fleet.db")
    if not (home / "secrets.vault").exists():
        vault = FileVault(home / "secrets.vault", passphrase=PASSPHRASE, scrypt_n=CHEAP_SCRYPT_N)
        asyncio.run(vault.unlock())


def address_options(unit: Unit) -> list[str]:
    return [
        *("--snmp-port", str(unit["snmp_port"])),
        *("--ssh-port", str(unit["ssh_port"])),
        *("--http-port", str(unit["http_port"])),
    ]


def secrets_of(unit: Unit) -> dict[str, str]:
    return {
        "snmp_community": unit["snmp_read_community"],
        "snmp_write_community": unit["snmp_write_community"],
        "ssh_password": unit["ssh_password"],
    }


async def _typed(unit: Unit, lines: Sequence[str]) -> str:
    connection = await asyncssh.connect(
        unit["host"],
        unit["ssh_port"],
        username=unit["ssh_user"],
        password=unit["ssh_password"],
        known_hosts=None,
        config=None,
    )
    try:
        shell = await connection.create_process(term_type="vt100")
        for line in ("terminal length 0", *lines, "exit"):
            shell.stdin.write(f"{line}\n")
        return str(await shell.stdout.read())
    finally:
        connection.close()


def type_on(unit: Unit, *lines: str) -> str:
    """Type lines on a unit's own command line, behind the console's back; return the screen."""

    async def typed() -> str:
        async with asyncio.timeout(TIMEOUT_S):
            return await _typed(unit, lines)

    return asyncio.run(typed())


def configure(unit: Unit, *lines: str, save: bool = False) -> None:
    """Change a unit's configuration behind the console's back; every line must be taken."""
    more = ("copy running-config startup-config",) if save else ()
    screen = type_on(unit, "configure terminal", *lines, "end", *more)
    assert "Invalid" not in screen, screen
    assert "Incomplete" not in screen, screen
    assert "rror" not in screen, screen


@contextmanager
def simulated(*options: str, devices: int = 1) -> Iterator[list[Unit]]:
    """Run `simulate` in a process of its own; it must end well on SIGTERM."""
    words = ["simulate", "--devices", str(devices), *options]
    with _forked(words, os.environ) as (process, streams):
        yield [json.loads(line) for line in _announced(process, streams, devices)]
        process.terminate()
        process.join(TIMEOUT_S)
        assert process.exitcode == 0, _read(streams, "err")


def _announced(process: BaseProcess, streams: Path, devices: int) -> list[str]:
    """Wait until every unit listens, and return what the simulator printed about each."""
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        alive = process.is_alive()
        lines = _read(streams, "out").splitlines(keepends=True)
        if len(lines) == devices and lines[-1].endswith("\n"):
            return lines
        assert alive, f"the simulator ended before it listened: {_read(streams, 'err')}"
        assert time.monotonic() < deadline, "the simulator does not listen"
        time.sleep(0.01)


@contextmanager
def _forked(
    words: Sequence[str], environment: Mapping[str, str], stdin: str = ""
) -> Iterator[tuple[BaseProcess, Path]]:
    """Give a started process of the program and the folder of its streams; both go at the end."""
    with tempfile.TemporaryDirectory(prefix="positron-tui-test-") as folder:
        streams = Path(folder)
        (streams / "in.txt").write_text(stdin, encoding="utf-8")
        process = FORKS.Process(target=run_program, args=(words, dict(environment), streams))
        process.start()
        try:
            yield process, streams
        finally:
            process.kill()
            process.join()


def _read(streams: Path, name: str) -> str:
    path = streams / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _checked(code: int, out: str, err: str) -> Done:
    assert "Traceback" not in err, err
    return Done(code, out, err)
