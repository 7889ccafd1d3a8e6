"""One writer per device, across consoles."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from positron_tui.config import sqlite_url
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import NotFound
from positron_tui.store import Store, open_store
from tests.clocks import FrozenClock


@pytest.fixture
async def store(store: Store) -> Store:
    await store.devices.add(Device("gam", Address("192.0.2.1")))
    return store


async def test_one_holder_at_a_time(store: Store, clock: FrozenClock) -> None:
    assert await store.leases.holder_of("gam") is None
    assert await store.leases.acquire("gam", "one", 10)
    assert not await store.leases.acquire("gam", "two", 10)
    assert await store.leases.acquire("gam", "one", 10)
    assert await store.leases.holder_of("gam") == "one"
    assert not await store.leases.renew("gam", "two", 10)
    await store.leases.release("gam", "two")
    assert await store.leases.holder_of("gam") == "one"
    await store.leases.release("gam", "one")
    assert await store.leases.acquire("gam", "two", 10)


async def test_a_lease_ends_unless_it_is_renewed(store: Store, clock: FrozenClock) -> None:
    assert await store.leases.acquire("gam", "one", 10)
    clock.advance(9)
    assert await store.leases.renew("gam", "one", 10)
    clock.advance(9)
    assert await store.leases.holder_of("gam") == "one"
    clock.advance(1)
    assert await store.leases.holder_of("gam") is None
    assert not await store.leases.renew("gam", "one", 10)
    assert await store.leases.acquire("gam", "two", 10)
    assert not await store.leases.acquire("gam", "one", 10)


async def test_of_many_consoles_one_gets_it(store: Store, clock: FrozenClock, path: Path) -> None:
    async with open_store(sqlite_url(path), clock) as other:
        taken = await asyncio.gather(
            *(
                one.leases.acquire("gam", f"{name}-{number}", 10)
                for name, one in (("a", store), ("b", other))
                for number in range(10)
            )
        )

    assert sum(taken) == 1


async def test_a_device_that_is_not_there(store: Store) -> None:
    for attempt in (
        store.leases.acquire("gone", "one", 1),
        store.leases.renew("gone", "one", 1),
        store.leases.release("gone", "one"),
        store.leases.holder_of("gone"),
    ):
        with pytest.raises(NotFound):
            await attempt
