"""An asyncssh client that types and waits for what the unit prints."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncssh

from positron_tui.simulator.server import SimServer
from tests.simulator.units import PASSWORD

WAIT_S = 15


@dataclass(slots=True)
class TypingClient:
    """One shell; `seen` is everything that the unit printed so far."""

    process: asyncssh.SSHClientProcess[bytes]
    seen: str = ""
    _from: int = field(default=0)

    def type(self, text: str) -> None:
        self._from = len(self.seen)
        self.process.stdin.write(text.encode())

    async def until(self, text: str) -> str:
        """Return what was printed since the last typing, as soon as it holds `text`."""
        async with asyncio.timeout(WAIT_S):
            while text not in self.seen[self._from :]:
                data = await self.process.stdout.read(4096)
                if not data:
                    raise ConnectionError(f"closed before {text!r} came: {self.seen!r}")
                self.seen += data.decode()
        return self.seen[self._from :]

    async def run(self, line: str, prompt: str = "gam-test# ") -> list[str]:
        """Run a command and return its output without echo and prompt."""
        self.type(f"{line}\r")
        while not (text := await self.until(prompt)).endswith(prompt):
            self._from = len(self.seen) - len(prompt) + 1
        return text.removesuffix(prompt).split("\r\n")[1:-1]

    async def closed(self) -> str:
        """Wait for the end of the channel and return what came before it."""
        async with asyncio.timeout(WAIT_S):
            with contextlib.suppress(asyncssh.Error):
                while data := await self.process.stdout.read(4096):
                    self.seen += data.decode()
        return self.seen[self._from :]


async def connect(server: SimServer, password: str = PASSWORD) -> asyncssh.SSHClientConnection:
    """Log in without the user's own keys, agent or configuration."""
    return await asyncssh.connect(
        "127.0.0.1",
        server.ssh_port,
        username="admin",
        password=password,
        known_hosts=None,
        config=None,
        client_keys=None,
        agent_path=None,
    )


@contextlib.asynccontextmanager
async def terminal(server: SimServer, paging: bool = False) -> AsyncIterator[TypingClient]:
    """Open a shell; with `paging` it stays at 24 rows."""
    async with await connect(server) as connection:
        process = await connection.create_process(term_type="vt100", encoding=None)
        client = TypingClient(process)
        await client.until(f"{server.device.running.hostname}# ")
        if not paging:
            await client.run("terminal length 0", f"{server.device.running.hostname}# ")
        yield client
