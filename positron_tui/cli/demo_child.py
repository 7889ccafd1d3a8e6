"""The simulations of the demo, in processes of their own that end with this one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from positron_tui.domain.errors import PositronError

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Announced:
    """A virtual unit that listens, as it announced itself."""

    name: str
    host: str
    snmp_port: int
    ssh_port: int
    http_port: int
    ssh_user: str
    snmp_read_community: str = field(repr=False)
    snmp_write_community: str = field(repr=False)
    ssh_password: str = field(repr=False)


@asynccontextmanager
async def simulated_fleet(seed: int, count: int, log: Path) -> AsyncIterator[list[Announced]]:
    """Start the demo's fleet and yield its `count` units; the process is gone on the way out.

    Its stdin is a pipe from here, and it ends when that closes: so also when this process crashes.
    """
    words = ("simulate", "--demo-fleet", "--seed", str(seed))
    async with child_process(log, *words) as child:
        lines = await announcements(child, count, log)
        yield [_announced(line) for line in lines]


@asynccontextmanager
async def child_process(log: Path, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a simulator command of ours; it is gone on the way out, and when this process crashes."""
    with log.open("ab") as errors:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "positron_tui", *words, "--until-eof"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        await _end(child)


async def announcements(child: asyncio.subprocess.Process, count: int, log: Path) -> list[bytes]:
    """Return the lines with which a simulator says that it listens."""
    assert child.stdout is not None  # noqa: S101
    found: list[bytes] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_TIMEOUT_S):
            while len(found) < count:
                line = await child.stdout.readline()
                if not line:
                    break
                found.append(line)
    if len(found) < count:
        raise PositronError(f"The simulation did not start: {_last_words(log)}")
    return found


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it did not say why."


def _announced(line: bytes) -> Announced:
    content = json.loads(line)
    return Announced(**{name: content[name] for name in Announced.__slots__})


async def _end(child: asyncio.subprocess.Process) -> None:
    """Ask the process to end, and make it."""
    if child.stdin is not None:
        child.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
