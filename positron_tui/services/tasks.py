"""Every background task has an owner, a name, and somebody who hears of its failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class TaskKeeper:
    """Owns named tasks: a failure is reported to `on_failure`, closing cancels and waits."""

    def __init__(self, on_failure: Callable[[str, BaseException], None]) -> None:
        self._on_failure = on_failure
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._dropped: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` as task `name`; a running one of that name is an error of ours."""
        if self._closed or name in self._tasks:
            work.close()
            raise RuntimeError(f"task {name} is running already or its keeper is closed")
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(self._done)
        return task

    def running(self, name: str) -> bool:
        return name in self._tasks

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tasks)

    def drop(self, name: str) -> None:
        """Cancel task `name` without waiting; its name is free at once."""
        task = self._tasks.pop(name, None)
        if task is not None:
            self._dropped.add(task)
            task.cancel()

    async def cancel(self, name: str) -> None:
        """Cancel task `name` and wait until it has ended; fine when there is none."""
        task = self._tasks.get(name)
        if task is not None:
            await self._end([task])

    async def close(self) -> None:
        """Cancel every task and wait for all of them; nothing starts afterwards."""
        self._closed = True
        await self._end([*self._tasks.values(), *self._dropped])

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        current = asyncio.current_task()
        others = [task for task in tasks if task is not current]
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others)

    def _done(self, task: asyncio.Task[None]) -> None:
        name = task.get_name()
        self._dropped.discard(task)
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._on_failure(name, error)
