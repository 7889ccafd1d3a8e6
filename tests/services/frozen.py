"""Time for schedules: a frozen clock, and a ticker that wakes its sleepers when it is moved."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

from tests.clocks import FrozenClock


class ManualTicker:
    """Sleeps on a frozen clock; `advance` moves the clock and wakes whoever is due."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = count()
        self._changed = asyncio.Event()

    async def sleep_until(self, monotonic: float) -> None:
        woken = asyncio.Event()
        if monotonic > self._clock.monotonic():
            heapq.heappush(self._sleepers, (monotonic, next(self._numbers), woken))
            self._changed.set()
            await woken.wait()

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)
        while self._sleepers and self._sleepers[0][0] <= self._clock.monotonic():
            heapq.heappop(self._sleepers)[2].set()

    @property
    def next_at(self) -> float | None:
        """When the next sleeper is due, None when nobody sleeps."""
        return self._sleepers[0][0] if self._sleepers else None

    async def sleeping(self, number: int = 1) -> None:
        """Wait until so many sleep."""
        while len(self._sleepers) < number:
            self._changed.clear()
            await self._changed.wait()

    async def next(self, number: int = 1) -> None:
        """Go to the moment when the next sleeper is due, once `number` of them sleep."""
        await self.sleeping(number)
        assert self.next_at is not None
        self.advance(max(self.next_at - self._clock.monotonic(), 0.0))
