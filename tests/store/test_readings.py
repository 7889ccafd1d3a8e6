"""Readings survive unchanged, age section by section, and never mix up devices."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from positron_tui.domain.devices import (
    Address,
    Alarm,
    Device,
    Firmware,
    Health,
    Identity,
    Provenance,
    Section,
    Snapshot,
)
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import NotFound, StoreError
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Port, PortCounters, PortKind
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.store import Store, open_store
from tests.clocks import FrozenClock
from tests.store import strategies

T0 = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GAM = Device("gam", Address("192.0.2.1"))


def read_at(moment: datetime, *sections: Section) -> dict[Section, Provenance]:
    return dict.fromkeys(sections, Provenance(Source.SNMP, moment))


FULL = Snapshot(
    identity=Identity(model="GAM-12-C", serial="S1", firmware=Firmware("1.5.4", "1.5.3")),
    health=Health(uptime_s=77, cpu_percent=0),
    ports=(Port("G.hn 1/1", 1_000_001, PortKind.GHN, 1, counters=PortCounters(in_octets=1 << 63)),),
    endpoints=(Endpoint("00:0e:d8:00:00:01", 1, name="[red]\x1b[31m"),),
    profiles=(Profile(2, "gold", 100, 0),),
    subscribers=(Subscriber(1, "smith", allowed_vlans=(), unknown_words=("a", "b")),),
    alarms=(Alarm("CPE-2", "cpe-down", "mj", occurred_at=T0),),
    management_vlans=(100, 4093),
    provenance=read_at(T0, *Section),
)


async def test_what_is_saved_is_loaded(store: Store) -> None:
    await store.devices.add(GAM)
    poll = PollState(T0, T0, True, None, 0, 2, 0.25)

    await store.readings.save("gam", FULL, poll)

    assert await store.readings.load("gam") == (FULL, poll)
    assert await store.readings.load_all() == {"gam": (FULL, poll)}


async def test_a_device_that_was_never_read_is_empty(store: Store) -> None:
    await store.devices.add(GAM)

    assert await store.readings.load("gam") == (Snapshot(), PollState())
    assert await store.readings.load_all() == {"gam": (Snapshot(), PollState())}


async def test_only_sections_that_were_read_are_replaced(store: Store) -> None:
    await store.devices.add(GAM)
    await store.readings.save("gam", FULL, PollState())
    later = T0 + timedelta(minutes=1)
    partial = Snapshot(
        health=Health(uptime_s=137), provenance=read_at(later, Section.HEALTH, Section.ALARMS)
    )

    await store.readings.save("gam", partial, PollState())

    loaded, _ = await store.readings.load("gam")
    assert loaded == replace(
        FULL,
        health=Health(uptime_s=137),
        alarms=(),
        provenance={
            **FULL.provenance,
            **read_at(later, Section.HEALTH, Section.ALARMS),
        },
    )


@pytest.mark.parametrize("age_s", [0, 60])
async def test_an_older_reading_does_not_replace_a_newer_one(store: Store, age_s: int) -> None:
    await store.devices.add(GAM)
    await store.readings.save("gam", FULL, PollState())
    old = replace(FULL, ports=(), provenance=read_at(T0 - timedelta(seconds=age_s), Section.PORTS))

    await store.readings.save("gam", old, PollState(overruns=9))

    assert await store.readings.load("gam") == (FULL, PollState(overruns=9))


async def test_a_failed_poll_keeps_the_last_good_readings(store: Store) -> None:
    await store.devices.add(GAM)
    await store.readings.save("gam", FULL, PollState(T0, T0, True))
    failed = PollState(T0 + timedelta(minutes=1), T0, False, "gam does not answer.", 3)

    await store.readings.save_poll("gam", failed)

    assert await store.readings.load("gam") == (FULL, failed)


async def test_a_device_that_is_gone_is_not_found(store: Store) -> None:
    for attempt in (
        store.readings.save("gone", FULL, PollState()),
        store.readings.save_poll("gone", PollState()),
        store.readings.load("gone"),
    ):
        with pytest.raises(NotFound, match="no device 'gone'"):
            await attempt


async def test_a_save_that_fails_leaves_everything_as_it_was(store: Store) -> None:
    await store.devices.add(GAM)
    await store.readings.save("gam", FULL, PollState())
    beyond = replace(
        FULL,
        endpoints=(),
        subscribers=(Subscriber(1 << 70, "too large"),),
        provenance=read_at(T0 + timedelta(minutes=1), *Section),
    )

    with pytest.raises(StoreError, match="refused"):
        await store.readings.save("gam", beyond, PollState(overruns=1))

    assert await store.readings.load("gam") == (FULL, PollState())


async def test_text_that_is_no_text_does_not_stop_a_poll(store: Store) -> None:
    await store.devices.add(GAM)
    odd = replace(FULL, endpoints=(Endpoint("00:0e:d8:00:00:01", name="a\udcffb\x00c"),))

    await store.readings.save("gam", odd, PollState())

    loaded, _ = await store.readings.load("gam")
    assert loaded.endpoints[0].name == "a?b\x00c"


async def test_many_devices_saved_at_once_stay_apart(store: Store) -> None:
    names = [f"gam-{i}" for i in range(20)]
    for name in names:
        await store.devices.add(replace(GAM, name=name))

    async def save(name: str) -> None:
        snapshot = replace(FULL, identity=Identity(sys_name=name))
        await store.readings.save(name, snapshot, PollState(failure=name))

    await asyncio.gather(*(save(name) for name in names), store.readings.load_all())

    loaded = await store.readings.load_all()
    assert {name: snapshot.identity.sys_name for name, (snapshot, _) in loaded.items()} == {
        name: name for name in names
    }
    assert all(len(snapshot.endpoints) == 1 for snapshot, _ in loaded.values())


async def test_removing_a_device_removes_its_readings_and_renaming_keeps_them(
    store: Store,
) -> None:
    await store.devices.add(GAM)
    await store.readings.save("gam", FULL, PollState())

    await store.devices.update("gam", replace(GAM, name="new"))
    assert await store.readings.load("new") == (FULL, PollState())

    await store.devices.remove("new")
    await store.devices.add(GAM)
    assert await store.readings.load("gam") == (Snapshot(), PollState())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(snapshot=strategies.snapshots, poll=strategies.polls)
def test_any_snapshot_comes_back_as_it_was(
    tmp_path: Path, snapshot: Snapshot, poll: PollState
) -> None:
    async def round_trip() -> tuple[Snapshot, PollState]:
        async with open_store("sqlite+aiosqlite://", FrozenClock()) as store:
            await store.devices.add(GAM)
            await store.readings.save("gam", snapshot, poll)
            return (await store.readings.load_all())["gam"]

    assert asyncio.run(round_trip()) == (snapshot, poll)
