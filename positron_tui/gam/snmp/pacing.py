"""Fairness on the event loop: many devices may answer at once, a key press must not wait.

A loop iteration runs everything that is ready, so fifty replies that arrive together would be
decoded in one go. Whoever has work asks for a turn first; past the budget of the iteration it
waits for a later one, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from weakref import WeakKeyDictionary

BUDGET_S = 0.0015
"""Work of one loop iteration after which turns are postponed; one piece may overrun it."""

_WOKEN_AT_ONCE = 4

WINDOW = 16
"""Pages of 25 values that are decoded in about 2 ms together."""

GRACE_S = 0.004


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


class Window:
    """Bounds how many answers can be ready in one iteration, by requests that are on their way.

    A device that takes longer than `grace_s` gives its place away, so that neither a slow nor a
    silent one keeps the others waiting: those answer one by one anyway.
    """

    def __init__(self, size: int = WINDOW, grace_s: float = GRACE_S) -> None:
        self._places = asyncio.Semaphore(size)
        self._grace_s = grace_s

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place while a fast answer is waited for."""
        await self._places.acquire()
        held = True

        def leave() -> None:
            nonlocal held
            if held:
                held = False
                self._places.release()

        timer = asyncio.get_running_loop().call_later(self._grace_s, leave)
        try:
            yield
        finally:
            timer.cancel()
            leave()


@dataclass(frozen=True, slots=True)
class _Fairness:
    pacer: Pacer
    window: Window


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Fairness] = WeakKeyDictionary()


def _fairness() -> _Fairness:
    loop = asyncio.get_running_loop()
    found = _OF_LOOP.get(loop)
    if found is None:
        found = _OF_LOOP[loop] = _Fairness(Pacer(), Window())
    return found


def pacer() -> Pacer:
    """Return the pacer of the running loop."""
    return _fairness().pacer


def window() -> Window:
    """Return the window of the running loop."""
    return _fairness().window
