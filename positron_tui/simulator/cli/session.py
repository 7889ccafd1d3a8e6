"""One SSH shell: reads keys, runs lines, pages output, and misbehaves as its faults say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import asyncssh

from positron_tui.simulator.cli.commands import grammars
from positron_tui.simulator.cli.editor import Hangup, Keys, LineEditor
from positron_tui.simulator.cli.pager import write_paged
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.device import SimDevice

READ_SIZE = 4096
SESSION_LIMIT = "% The maximum number of sessions is in use, try again later."
NO_EXEC = "% Only an interactive shell is supported."
Process = asyncssh.SSHServerProcess[bytes]


def garbage_line(now: datetime) -> str:
    """Return a syslog line as units print it into a terminal without asking."""
    return f"{now.replace(microsecond=0).isoformat()} Link up on port 3"


@dataclass(slots=True, eq=False)
class Session:
    """A shell on an SSH channel; `shell.closing` or a fault ends it."""

    device: SimDevice
    process: Process
    users: Callable[[], list[str]]
    commands: int = 0
    shell: Shell = field(init=False)
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        recent = self.device.personality.poe_words
        self.shell = Shell(self.device, grammars(recent), self.users)
        self.keys = Keys(self._read)

    async def run(self) -> None:
        """Serve until the session ends; never raises for what a client does."""
        editor = LineEditor(self.keys, self.write, self.shell.help)
        try:
            while not self.shell.closing:
                line = await editor.read_line(self.shell.prompt)
                if line.strip() and not await self._answer(line):
                    return
        except (Hangup, asyncssh.Error, OSError):
            return

    def write(self, text: str) -> None:
        self.process.stdout.write(text.encode("utf-8", "replace"))

    async def _answer(self, line: str) -> bool:
        """Run one line and print its output; False when the session broke instead."""
        self.commands += 1
        faults = self.device.faults
        if faults.die_after is not None and self.commands >= faults.die_after:
            self.abort()
            return False
        if faults.slow_s:
            await asyncio.sleep(faults.slow_s)
        lines = self.shell.execute(line)
        if faults.garbage:
            lines = [*lines]
            lines.insert((len(lines) + 1) // 2, garbage_line(self.device.now()))
        await write_paged(lines, self.shell.terminal.rows, self.keys, self.write)
        await self.process.stdout.drain()
        return True

    def abort(self) -> None:
        """Break the connection without a word."""
        self.process.get_extra_info("connection").abort()

    async def _read(self) -> bytes:
        idle = self.shell.terminal.idle_s or None
        try:
            async with asyncio.timeout(idle):
                return await self._read_data()
        except TimeoutError:
            raise Hangup from None

    async def _read_data(self) -> bytes:
        while True:
            try:
                return await self.process.stdin.read(READ_SIZE)
            except asyncssh.TerminalSizeChanged:
                continue
            except (asyncssh.BreakReceived, asyncssh.SignalReceived):
                return b"\x03"
