"""Waiting as an argument, so that schedules run in tests without waiting."""

from __future__ import annotations

import asyncio
from typing import Protocol

from positron_tui.domain.clock import Clock


class Ticker(Protocol):
    """Sleeps until the monotonic clock shows a time, in seconds; a past time returns at once."""

    async def sleep_until(self, monotonic: float) -> None: ...


class LoopTicker:
    """The event loop's own sleep, measured on the injected clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sleep_until(self, monotonic: float) -> None:
        delay = monotonic - self._clock.monotonic()
        await asyncio.sleep(max(delay, 0.0))
