"""How late a 10 ms ticker is in the same event loop: the stalls that a key press would feel."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

_TICK_S = 0.010


class LagRecorder:
    """Collects lateness in milliseconds, one value a tick."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []

    async def run(self) -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            late = time.perf_counter() - started - _TICK_S
            self.late_ms.append(max(late, 0.0) * 1000)
            # A long stall swallows ticks; each of them would have been late as well.
            while (late := late - _TICK_S) > 0:
                self.late_ms.append(late * 1000)

    def percentile(self, share: float) -> float:
        return percentile(self.late_ms, share)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@contextlib.asynccontextmanager
async def recorded_lag() -> AsyncIterator[LagRecorder]:
    """Record the loop's lateness while the block runs."""
    recorder = LagRecorder()
    task = asyncio.create_task(recorder.run(), name="bench-lag")
    try:
        yield recorder
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
