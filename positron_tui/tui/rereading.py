"""Reading something again when there is news: one reading at a time, and none is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol


class Work(Protocol):
    """Runs a job in the background under a name."""

    def __call__(self, job: Coroutine[Any, Any, None], name: str, /) -> None: ...


class Rereading:
    """What is asked for while a reading is under way is read once more after it."""

    def __init__(self, read: Callable[[], Awaitable[None]], name: str) -> None:
        self._read = read
        self._name = name
        self._busy = False
        self._again = False

    def ask(self, work: Work) -> None:
        """Read now, or once more behind the reading that is under way."""
        self._again = True
        if not self._busy:
            self._busy = True
            work(self._run(), self._name)

    async def _run(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._read()
        finally:
            self._busy = False
