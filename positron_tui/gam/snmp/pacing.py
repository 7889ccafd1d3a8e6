"""Fairness on the event loop: many devices may answer at once, a key press must not wait.

A loop iteration runs everything that is ready, so fifty replies that arrive together would be
decoded in one go. Whoever has work asks for a turn first; past the budget of the iteration it
waits for a later one, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter
from weakref import WeakKeyDictionary

BUDGET_S = 0.0015
"""Work of one loop iteration after which turns are postponed; one piece may overrun it."""

_WOKEN_AT_ONCE = 4


class Pacer:
    """Turns of the running event loop."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self._budget_s = budget_s
        self._began = 0.0
        self._ticking = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Return at once while the iteration has time left, else in one that has."""
        if not self._ticking:
            self._start()
        if not self._waiting and perf_counter() - self._began < self._budget_s:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def _start(self) -> None:
        self._ticking = True
        self._began = perf_counter()
        asyncio.get_running_loop().call_soon(self._tick)

    def _tick(self) -> None:
        """Begin an iteration: wake the first waiters, which run in it with a fresh budget."""
        if not self._waiting:
            self._ticking = False
            return
        woken = 0
        while self._waiting and woken < _WOKEN_AT_ONCE:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                woken += 1
        self._start()


_PACERS: WeakKeyDictionary[asyncio.AbstractEventLoop, Pacer] = WeakKeyDictionary()


def pacer() -> Pacer:
    """Return the pacer of the running loop."""
    loop = asyncio.get_running_loop()
    found = _PACERS.get(loop)
    if found is None:
        found = _PACERS[loop] = Pacer()
    return found
