"""Intended states, copies of configurations, sightings, bulk runs: kept as they are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import NotFound
from positron_tui.domain.intended import Intended, Suspension
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.store import Store
from positron_tui.store.intent import Truth
from positron_tui.store.sightings import Sighting
from tests.clocks import FrozenClock

MAC = "00:0e:d8:1c:95:08"


@pytest.fixture
async def fleet(store: Store) -> Store:
    for name in ("gam-1", "gam-2"):
        await store.devices.add(Device(name, Address("192.0.2.1")))
    return store


def a_state(clock: FrozenClock) -> Intended:
    subscriber = Subscriber(
        3,
        "Smith 4B",
        endpoint_id=7,
        vlan=100,
        tagged=True,
        allowed_vlans=(20, 21),
        trunk=False,
        double_tag=True,
        outer_vlan=400,
        profile_id=2,
        poe=Poe.FORCE,
        unknown_words=("new-word",),
    )
    return Intended(
        RunningConfig(
            ports=(PortConfig(4, "riser B", PortMode.SISO),),
            endpoints=(EndpointConfig(7, "Box", MAC, port="G.hn 1/4"),),
            profiles=(Profile(2, "Gold", 318, 106),),
            subscribers=(subscriber,),
        ),
        {
            ("port", 4): clock.now(),
            ("port", 5): clock.now(),  # intended at its defaults
            ("endpoint", 7): clock.now(),
            ("profile", 2): clock.now(),
            ("subscriber", 3): clock.now(),
        },
        {3: Suspension(clock.now(), replace(subscriber, vlan=999, double_tag=False))},
        clock.now(),
    )


async def test_an_intended_state_is_kept_whole(fleet: Store, clock: FrozenClock) -> None:
    state = a_state(clock)
    assert await fleet.intent.load("gam-1") == Intended()
    assert await fleet.intent.update("gam-1", lambda held: state) == state
    assert await fleet.intent.load("gam-1") == state
    assert await fleet.intent.load("gam-2") == Intended()

    clock.advance(60)
    less = replace(
        state,
        config=replace(state.config, subscribers=(), ports=()),
        times={("endpoint", 7): state.times["endpoint", 7], ("profile", 2): clock.now()},
        suspensions={},
    )
    await fleet.intent.update("gam-1", lambda held: less)
    assert await fleet.intent.load("gam-1") == less


async def test_an_update_that_fails_leaves_everything(fleet: Store, clock: FrozenClock) -> None:
    state = a_state(clock)
    await fleet.intent.update("gam-1", lambda held: state)

    def broken(held: Intended) -> Intended:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fleet.intent.update("gam-1", broken)
    assert await fleet.intent.load("gam-1") == state
    with pytest.raises(NotFound, match="gam-9"):
        await fleet.intent.load("gam-9")


async def test_copies_of_configurations(fleet: Store, clock: FrozenClock) -> None:
    config = a_state(clock).config
    await fleet.intent.keep_copy("gam-1", Truth.RUNNING, RunningConfig(), clock.now())
    clock.advance(5)
    await fleet.intent.keep_copy("gam-1", Truth.RUNNING, config, clock.now())
    await fleet.intent.keep_copy("gam-1", Truth.STARTUP, RunningConfig(hostname="x"), clock.now())
    copies = await fleet.intent.copies("gam-1")
    assert (copies[Truth.RUNNING].config, copies[Truth.RUNNING].read_at) == (config, clock.now())
    assert copies[Truth.STARTUP].config.hostname == "x"
    assert await fleet.intent.copies("gam-2") == {}


async def test_sightings(fleet: Store, clock: FrozenClock) -> None:
    first = Sighting(MAC, clock.now(), clock.now())
    other = Sighting("00:0e:d8:00:00:01", clock.now(), clock.now())
    await fleet.sightings.put("gam-1", [first, other])
    await fleet.sightings.put("gam-2", [first])
    later = replace(first, last_seen=clock.now() + timedelta(hours=1))
    await fleet.sightings.put("gam-1", [later], gone=[other.mac])
    assert await fleet.sightings.load() == {"gam-1": (later,), "gam-2": (first,)}


async def test_what_belongs_to_a_device_goes_with_it(fleet: Store, clock: FrozenClock) -> None:
    state = a_state(clock)
    await fleet.intent.update("gam-1", lambda held: state)
    await fleet.intent.keep_copy("gam-1", Truth.RUNNING, state.config, clock.now())
    await fleet.sightings.put("gam-1", [Sighting(MAC, clock.now(), clock.now())])
    await fleet.devices.remove("gam-1")
    await fleet.devices.add(Device("gam-1", Address("192.0.2.1")))
    assert await fleet.intent.load("gam-1") == Intended()
    assert await fleet.intent.copies("gam-1") == {}
    assert await fleet.sightings.load() == {}


async def test_bulk_runs(store: Store, clock: FrozenClock) -> None:
    draft = BulkRun(0, "New VLAN", "anna", "host:1:anna", 1, 50, clock.now())
    items = [
        BulkItem(place, "gam-1", "subscriber.edit", f"s{place}", {"action": "x", "list": [1]})
        for place in range(3)
    ]
    run = await store.bulk.create(draft, items)
    assert await store.bulk.get(run.id) == (run, tuple(items))
    done = replace(
        items[1],
        state=ItemState.DONE,
        change_id=7,
        answer="verified and saved",
        sentence="s1: done.",
        started_at=clock.now(),
    )
    await store.bulk.set_item(run.id, done)
    ended = replace(run, state=BulkState.STOPPED, finished_at=clock.now(), sentence="Stopped.")
    await store.bulk.set_run(ended)
    assert await store.bulk.get(run.id) == (ended, (items[0], done, items[2]))
    newer = await store.bulk.create(draft, [])
    assert await store.bulk.list() == (newer, ended)
    assert await store.bulk.list(limit=1) == (newer,)
    for missing in (store.bulk.get(9), store.bulk.set_run(replace(run, id=9))):
        with pytest.raises(NotFound, match="no bulk run 9"):
            await missing
    with pytest.raises(NotFound):
        await store.bulk.set_item(run.id, replace(done, position=9))
