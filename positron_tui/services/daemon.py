"""All workers without a screen: started in order, and stopped in the other one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Protocol

from positron_tui.services.changes import Changes
from positron_tui.services.hook_receiver import HookReceiver
from positron_tui.services.tasks import TaskKeeper

_SETTLE = "settle unfinished changes"


class Worker(Protocol):
    """Something that works by itself from `start` on; `stop` returns when nothing runs any more."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Daemon:
    """The receiver of hooks and the workers of one console."""

    def __init__(
        self,
        *,
        receiver: HookReceiver,
        workers: Sequence[Worker],
        changes: Changes,
        tasks: TaskKeeper,
    ) -> None:
        self._receiver = receiver
        self._workers = workers
        self._changes = changes
        self._tasks = tasks

    async def run(self, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Work until `stop` is set; tell `on_ready` the receiver's address. Raises CannotListen.

        Hooks are taken from before the first worker starts until the last one has stopped.
        """
        async with AsyncExitStack() as stack:
            await self._receiver.start(ready=False)
            stack.push_async_callback(self._receiver.stop)
            for worker in self._workers:
                worker.start()
                stack.push_async_callback(worker.stop)
            # What a crash left open; nobody waits for a device that does not answer.
            self._tasks.start(_SETTLE, self._settle())
            stack.push_async_callback(self._tasks.cancel, _SETTLE)
            self._receiver.set_ready(True)
            on_ready(self._receiver.url or "")
            await stop.wait()
            self._receiver.set_ready(False)

    async def _settle(self) -> None:
        await self._changes.settle()
