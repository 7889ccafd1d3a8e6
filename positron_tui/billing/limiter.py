"""How fast one billing system is asked: so many requests at once, so many in a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from positron_tui.billing.contract import Sleep
from positron_tui.domain.clock import Clock


class Limiter:
    """Shared by all requests of one adapter. Requests that wait go in the order they came."""

    def __init__(self, max_in_flight: int, requests_per_s: float, clock: Clock, sleep: Sleep):
        self._gate = asyncio.Semaphore(max(1, max_in_flight))
        self._spacing_s = 1 / requests_per_s if requests_per_s > 0 else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next_at = float("-inf")

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the places, not before its turn has come."""
        async with self._gate:
            now = self._clock.monotonic()
            turn = max(now, self._next_at)
            self._next_at = turn + self._spacing_s
            if turn > now:
                await self._sleep(turn - now)
            yield

    def pause(self, seconds: float) -> None:
        """Let nobody in for this long: the system asked for fewer requests."""
        self._next_at = max(self._next_at, self._clock.monotonic() + seconds)
