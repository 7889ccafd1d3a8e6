"""Turns on the loop: nobody starves, nobody is forgotten, an idle loop has no ticks."""

from __future__ import annotations

import asyncio

import pytest

from positron_tui.gam.snmp.pacing import Pacer, Window, pacer, window


async def test_within_the_budget_nobody_waits() -> None:
    paced = Pacer(budget_s=60.0)
    before = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    for _ in range(1000):
        await paced.turn()
    assert not before.done(), "a turn inside the budget gave the loop away"
    await before


async def test_past_the_budget_others_run_in_between() -> None:
    paced = Pacer(budget_s=0.0)
    log: list[str] = []

    async def work(name: str) -> None:
        for _ in range(3):
            await paced.turn()
            log.append(name)

    await asyncio.gather(work("a"), work("b"))
    assert log == ["a", "b", "a", "b", "a", "b"]


async def test_a_crowd_is_served_in_order_over_several_iterations() -> None:
    paced = Pacer(budget_s=0.0)
    served: list[int] = []
    iterations = 0

    async def count() -> None:
        nonlocal iterations
        while len(served) < 20:
            iterations += 1
            await asyncio.sleep(0)

    async def work(number: int) -> None:
        await paced.turn()
        served.append(number)

    await asyncio.gather(count(), *(work(number) for number in range(20)))
    assert served == list(range(20))
    assert iterations >= 5


async def test_a_waiter_that_was_cancelled_holds_nobody_up() -> None:
    paced = Pacer(budget_s=0.0)
    tasks = [asyncio.create_task(paced.turn()) for _ in range(6)]
    await asyncio.sleep(0)
    for task in tasks[:5]:
        task.cancel()
    await asyncio.wait_for(tasks[5], 5)
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]


def test_every_loop_has_its_own() -> None:
    async def mine() -> Pacer:
        assert pacer() is pacer()
        await pacer().turn()
        return pacer()

    assert asyncio.run(mine()) is not asyncio.run(mine())


async def test_a_window_lets_no_more_in_than_it_has_places() -> None:
    places = Window(size=2, grace_s=60.0)
    inside = most = 0

    async def work() -> None:
        nonlocal inside, most
        async with places.place():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(10)))
    assert (inside, most) == (0, 2)


async def test_a_slow_one_gives_its_place_away_and_takes_none_back() -> None:
    places = Window(size=1, grace_s=0.001)
    answered = asyncio.Event()

    async def slow() -> None:
        async with places.place():
            await answered.wait()

    waiting = asyncio.create_task(slow())
    await asyncio.sleep(0)
    async with asyncio.timeout(5), places.place():
        answered.set()
        await waiting
        newcomer = asyncio.create_task(slow())
        await asyncio.sleep(0)
    await newcomer


async def test_a_failure_inside_frees_the_place() -> None:
    places = window()
    for _ in range(100):
        with pytest.raises(TimeoutError):
            async with places.place():
                raise TimeoutError
