"""Hooks: kept once, counted when they come again, ended, late, forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from positron_tui.config import sqlite_url
from positron_tui.domain.errors import NotFound
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.store import Store, open_store
from positron_tui.store.hooks import SAME_WITHIN, Backlog
from tests.clocks import FrozenClock

WINDOW_S = SAME_WITHIN.total_seconds()


def hook(clock: FrozenClock, digest: str = "d1", **more: object) -> Hook:
    values = {
        "id": 0,
        "system": "splynx",
        "digest": digest,
        "event": "edit",
        "received_at": clock.now(),
        "account_id": "412",
        **more,
    }
    return Hook(**values)  # type: ignore[arg-type]


async def received(store: Store, *hooks: Hook) -> list[int]:
    """Take hooks in one after the other; return the id of the row that each went into."""
    ids = []
    for one in hooks:
        before = {row.id: row.times for row in await store.hooks.list(9_999)}
        await store.hooks.receive([one])
        rows = await store.hooks.list(9_999)
        ids += [row.id for row in rows if before.get(row.id) != row.times]
    assert len(ids) == len(hooks)
    return ids


def ping(clock: FrozenClock, digest: str) -> Hook:
    return hook(clock, digest, event="ping", account_id=None, state=HookState.IGNORED)


async def test_each_delivery_gets_an_id_and_the_oldest_waits_first(
    store: Store, clock: FrozenClock
) -> None:
    first = await received(store, hook(clock, "a"), hook(clock, "b", service_id="9"))
    clock.advance(5)
    (third,) = await received(store, hook(clock, "c", system="sonar", account_id=None))

    waiting = await store.hooks.waiting(10)
    assert [one.id for one in waiting] == [*first, third]
    assert [one.digest for one in waiting] == ["a", "b", "c"]
    assert (waiting[1].service_id, waiting[2].account_id) == ("9", None)
    assert [one.id for one in await store.hooks.waiting(1)] == [first[0]]
    assert [one.id for one in await store.hooks.waiting(9, "sonar")] == [third]
    assert await store.hooks.backlog() == Backlog(3, waiting[0].received_at)


async def test_nothing_is_received_and_nothing_waits(store: Store) -> None:
    await store.hooks.receive([])
    assert await store.hooks.waiting(10) == ()
    assert await store.hooks.backlog() == Backlog(0, None)


async def test_an_equal_one_counts_up_while_it_waits(store: Store, clock: FrozenClock) -> None:
    await store.hooks.receive([hook(clock), hook(clock)])
    ids = [one.id for one in await store.hooks.waiting(9)]
    clock.advance(WINDOW_S - 1)
    ids += await received(store, hook(clock))
    assert len(set(ids)) == 1
    assert (await store.hooks.get(ids[0])).times == 3


@pytest.mark.parametrize(
    "other",
    [{"system": "other"}, {"digest": "d2"}, {"account_id": "413"}, {"event": "create"}],
)
async def test_what_differs_is_another_hook(
    store: Store, clock: FrozenClock, other: dict[str, str]
) -> None:
    ids = await received(store, hook(clock), hook(clock, **other))
    assert len(set(ids)) == 2


async def test_an_equal_one_much_later_is_another_hook(store: Store, clock: FrozenClock) -> None:
    (first,) = await received(store, hook(clock))
    clock.advance(WINDOW_S + 1)
    (second,) = await received(store, hook(clock))
    assert first != second


async def test_an_equal_one_after_the_end_is_another_hook(store: Store, clock: FrozenClock) -> None:
    (first,) = await received(store, hook(clock))
    await store.hooks.end(await store.hooks.waiting(9), HookState.DONE, handled_at=clock.now())
    (second,) = await received(store, hook(clock))
    assert [one.id for one in await store.hooks.waiting(9)] == [second]
    assert first != second


async def test_what_causes_nothing_is_one_row_however_often_it_comes(
    store: Store, clock: FrozenClock
) -> None:
    ids = await received(store, ping(clock, "a"), ping(clock, "b"))
    ids += await received(store, ping(clock, "c"), hook(clock, "c"))
    assert len(set(ids[:3])) == 1
    assert (await store.hooks.get(ids[0])).times == 3
    assert [one.id for one in await store.hooks.waiting(9)] == [ids[3]]


async def test_the_end_is_kept_with_its_reason(store: Store, clock: FrozenClock) -> None:
    await received(store, hook(clock, "a"), hook(clock, "b"))
    one, other = await store.hooks.waiting(9)
    await store.hooks.tried([one, other], "Billing does not answer.")
    clock.advance(60)
    await store.hooks.end([one], HookState.DONE, handled_at=clock.now(), run_id=7)
    await store.hooks.end(
        [other], HookState.FAILED, handled_at=clock.now(), sentence="There is no such account."
    )
    await store.hooks.end([], HookState.DONE, handled_at=clock.now())

    done, failed = await store.hooks.get(one.id), await store.hooks.get(other.id)
    assert (done.state, done.run_id, done.sentence, done.tries) == (HookState.DONE, 7, None, 2)
    assert done.handled_at == clock.now()
    assert (failed.state, failed.sentence) == (HookState.FAILED, "There is no such account.")
    await store.hooks.tried([one], "too late")
    assert await store.hooks.get(one.id) == done
    newest = await store.hooks.list(10)
    assert [one.digest for one in newest] == ["b", "a"]
    assert await store.hooks.list(10, state=HookState.FAILED) == (failed,)
    assert await store.hooks.list(10, "sonar") == ()
    assert await store.hooks.list(1) == (failed,)


async def test_one_that_came_again_meanwhile_is_not_ended(store: Store, clock: FrozenClock) -> None:
    await received(store, hook(clock))
    read = await store.hooks.waiting(9)
    # The account was read already when billing tells of it once more.
    await received(store, hook(clock))
    await store.hooks.end(read, HookState.DONE, handled_at=clock.now())

    (waiting,) = await store.hooks.waiting(9)
    assert (waiting.id, waiting.times) == (read[0].id, 2)
    await store.hooks.end([waiting], HookState.DONE, handled_at=clock.now())
    assert await store.hooks.waiting(9) == ()


async def test_late_ones_are_told(store: Store, clock: FrozenClock) -> None:
    (old,) = await received(store, hook(clock, "a"))
    clock.advance(300)
    await received(store, hook(clock, "b"))
    assert [one.id for one in await store.hooks.late(clock.now())] == [old]
    assert await store.hooks.late(clock.now() - timedelta(hours=1)) == ()


async def test_old_ones_are_forgotten_unless_they_wait(store: Store, clock: FrozenClock) -> None:
    (waits,) = await received(store, hook(clock, "a"))
    await received(store, ping(clock, "b"))
    clock.advance(60)
    await received(store, ping(clock, "c"))
    clock.advance(WINDOW_S)
    (newer,) = await received(store, ping(clock, "d"))

    assert await store.hooks.prune(clock.now()) == 1
    assert {one.id for one in await store.hooks.list(9)} == {waits, newer}
    with pytest.raises(NotFound, match="no hook 99"):
        await store.hooks.get(99)


async def test_a_thousand_at_once_and_two_consoles(
    store: Store, clock: FrozenClock, path: Path
) -> None:
    many = [hook(clock, f"digest {number % 700}") for number in range(1_000)]
    await store.hooks.receive(many)
    async with open_store(sqlite_url(path), clock) as other:
        await other.hooks.receive(many)
    waiting = await store.hooks.waiting(1_000)
    assert sum(one.times for one in waiting) == 2_000
    assert [one.digest for one in waiting] == [f"digest {number}" for number in range(700)]
