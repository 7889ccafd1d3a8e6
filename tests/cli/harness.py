"""The console script as an operator runs it: real processes, own home, a simulated fleet."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

SCRIPT = str(Path(sys.executable).parent / "positron-tui")
PASSPHRASE = "a passphrase for tests"
TIMEOUT_S = 60.0
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

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
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
        """Run one command to its end, with `stdin` on a pipe."""
        done = subprocess.run(
            [SCRIPT, *words],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

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
    words = [SCRIPT, "simulate", "--devices", str(devices), *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(devices)]
            assert all(lines), "the simulator ended before it listened"
            yield [json.loads(line) for line in lines]
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(TIMEOUT_S)
        assert code == 0
