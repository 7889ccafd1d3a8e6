"""Background tasks are owned, seen when they fail, and gone after closing."""

from __future__ import annotations

import asyncio

import pytest

from positron_tui.services.tasks import TaskKeeper


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_failure_is_reported_once_under_its_name() -> None:
    seen: list[tuple[str, BaseException]] = []
    keeper = TaskKeeper(lambda name, error: seen.append((name, error)))
    error = ValueError("broken")

    async def fails() -> None:
        raise error

    task = keeper.start("worker", fails())
    await asyncio.wait([task])
    assert seen == [("worker", error)]
    assert not keeper.running("worker")
    await keeper.close()


async def test_closing_cancels_all_and_lets_nothing_start() -> None:
    failures: list[str] = []
    keeper = TaskKeeper(lambda name, error: failures.append(name))
    tasks = [keeper.start(f"task {number}", forever()) for number in range(3)]
    keeper.drop("task 0")
    await keeper.close()
    assert all(task.cancelled() for task in tasks)
    assert keeper.names == ()
    assert failures == []
    with pytest.raises(RuntimeError, match="closed"):
        keeper.start("late", forever())


async def test_a_dropped_name_is_free_at_once() -> None:
    keeper = TaskKeeper(lambda name, error: None)
    old = keeper.start("poll gam-1", forever())
    keeper.drop("poll gam-1")
    new = keeper.start("poll gam-1", forever())
    await asyncio.wait([old])
    assert keeper.running("poll gam-1")
    await keeper.cancel("poll gam-1")
    assert new.cancelled()
    keeper.start("twice", forever())
    with pytest.raises(RuntimeError, match="running"):
        keeper.start("twice", forever())
    await keeper.close()
