"""A shell that plays recorded device output in the smallest pieces, one byte by default."""

from __future__ import annotations

import asyncio
from collections import deque

from positron_tui.gam.ssh import SessionTimeouts

PAGER = b"-- more --, next page: Space, continue: g, quit: ^C"
ERASE = b"\r" + b" " * 55 + b"\r"
# Short silences: nothing that is awaited in these tests depends on how long they are.
QUICK = SessionTimeouts(
    login_s=5.0, show_s=5.0, config_s=5.0, long_s=5.0, settle_s=0.01, stale_s=0.03
)
START = (
    (b"terminal length 0\r", b"terminal length 0\r\nGAM# "),
    (b"terminal width 0\r", b"terminal width 0\r\nGAM# "),
    (b"terminal exec-timeout 30\r", b"terminal exec-timeout 30\r\nGAM# "),
)


class RecordedShell:
    """`turns` are pairs of what must be typed and what the device then prints.

    After the last turn the device stays silent, or ends the session when `ends` is set.
    """

    def __init__(
        self,
        greeting: bytes,
        *turns: tuple[bytes, bytes],
        piece: int = 1,
        ends: bool = False,
    ) -> None:
        self._pending = deque(self._cut(greeting, piece))
        self._turns = deque(turns)
        self._piece = piece
        self._ends = ends
        self._more = asyncio.Event()
        self._typed = b""
        self._written: dict[bytes, asyncio.Event] = {}
        self.sent: list[bytes] = []
        self.aborted = False
        self.closed = False

    @staticmethod
    def _cut(data: bytes, piece: int) -> list[bytes]:
        return [data[at : at + piece] for at in range(0, len(data), piece)]

    async def read(self) -> bytes:
        while not self._pending:
            if (self._ends and not self._turns) or self.aborted or self.closed:
                return b""
            self._more.clear()
            await self._more.wait()
        # The loop goes round between pieces, as it does between packets.
        await asyncio.sleep(0)
        return self._pending.popleft()

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        self._written.setdefault(data, asyncio.Event()).set()
        self._typed += data
        if self._turns and self._typed == self._turns[0][0]:
            self._typed = b""
            self._pending.extend(self._cut(self._turns.popleft()[1], self._piece))
        self._more.set()

    async def typed(self, data: bytes) -> None:
        """Wait until this was typed."""
        await self._written.setdefault(data, asyncio.Event()).wait()

    def print(self, data: bytes) -> None:
        """Let the device print something of its own accord."""
        self._pending.extend(self._cut(data, self._piece))
        self._more.set()

    def abort(self) -> None:
        self.aborted = True
        self._more.set()

    async def close(self) -> None:
        self.closed = True
        self._more.set()
