"""News that come while something is read are not lost, and are read only once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from positron_tui.tui.rereading import Rereading


class Reader:
    """Reads when it is let, and counts."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()
        self.jobs: list[asyncio.Task[None]] = []

    async def read(self) -> None:
        self.count += 1
        await self.gate.wait()

    def work(self, job: Coroutine[Any, Any, None], name: str, /) -> None:
        self.jobs.append(asyncio.create_task(job, name=name))


async def test_many_questions_while_one_is_answered_are_one_more() -> None:
    reader = Reader()
    rereading = Rereading(reader.read, "read")
    rereading.ask(reader.work)
    await asyncio.sleep(0)
    assert reader.count == 1
    for _ in range(5):
        rereading.ask(reader.work)
    reader.gate.set()
    await asyncio.gather(*reader.jobs)
    assert (reader.count, len(reader.jobs)) == (2, 1)
    rereading.ask(reader.work)
    await asyncio.gather(*reader.jobs)
    assert reader.count == 3


async def test_a_failure_does_not_keep_it_from_reading_again() -> None:
    reader = Reader()

    async def fail() -> None:
        reader.count += 1
        raise ValueError("no")

    rereading = Rereading(fail, "read")
    for _ in range(2):
        rereading.ask(reader.work)
        with pytest.raises(ValueError, match="no"):
            await reader.jobs[-1]
    assert reader.count == 2
