"""Billing systems, services, links, runs, conflicts and write-backs: kept as they are given."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from positron_tui.config import sqlite_url
from positron_tui.domain.billing import BillingKind, BillingPlan, BillingService
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import NotFound, StoreError, ValidationFailed
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    ItemKind,
    Link,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
    WriteBack,
    WriteState,
)
from positron_tui.store import Store, open_store
from positron_tui.store.billing_documents import decode_service, encode_service
from tests.clocks import FrozenClock

SYSTEM = "isp"
SERVICE = BillingService(
    "931",
    "412",
    "Müller [x]",
    "active",
    "stopped",
    None,
    BillingPlan("17", "Home 100", 102_400, None),
    {"service.mac": "000ED81C9508", "service.custom.vlan": ""},
)


@pytest.fixture
async def filled(store: Store, clock: FrozenClock) -> Store:
    await store.devices.add(Device("gam-1", Address("192.0.2.1")))
    await store.devices.add(Device("gam-2", Address("192.0.2.2")))
    await store.billing.add(
        BillingSystem(SYSTEM, BillingKind.SPLYNX, "https://isp.example", {"a": 1}, clock.now())
    )
    return store


def a_run(clock: FrozenClock, **fields: object) -> SyncRun:
    run = SyncRun(0, SYSTEM, Trigger.HOOK, "anna", "host:1:anna", clock.now(), ("412",))
    return replace(run, **fields)  # type: ignore[arg-type]


def an_item(position: int = 0, **fields: object) -> SyncItem:
    item = SyncItem(
        position,
        ItemKind.SUSPEND,
        "931",
        "412",
        "Müller",
        "gam-1",
        "Apt 1",
        {"status": "active"},
        {"status": "suspended"},
        "Billing has it suspended.",
    )
    return replace(item, **fields)  # type: ignore[arg-type]


def a_conflict(clock: FrozenClock, **fields: object) -> Conflict:
    conflict = Conflict(
        0, SYSTEM, "931", "412", "Müller", "gam-1", "Apt 1", "plan", "25M", "50M", None, "1", "1",
        clock.now(),
    )  # fmt: skip
    return replace(conflict, **fields)  # type: ignore[arg-type]


async def test_systems_are_kept_and_a_name_is_used_once(filled: Store) -> None:
    system = await filled.billing.get(SYSTEM)

    assert await filled.billing.list() == (system,)
    with pytest.raises(ValidationFailed, match="choose another name"):
        await filled.billing.add(system)
    await filled.billing.update(replace(system, document={"b": 2}))
    assert (await filled.billing.get(SYSTEM)).document == {"b": 2}
    with pytest.raises(NotFound, match="there are isp"):
        await filled.billing.get("other")


async def test_a_system_that_is_removed_takes_its_services_and_links_along(
    filled: Store, clock: FrozenClock
) -> None:
    await filled.billing_services.keep(SYSTEM, [SERVICE], clock.now())
    await filled.billing_services.keep_links(
        SYSTEM, [Link("931", "412", "gam-1", "Apt 1")], clock.now()
    )
    await filled.sync.create_run(a_run(clock))

    await filled.billing.remove(SYSTEM)
    await filled.billing.add(BillingSystem(SYSTEM, BillingKind.SONAR, "https://x.example"))

    assert not await filled.billing_services.all(SYSTEM)
    assert not await filled.billing_services.links(SYSTEM)
    assert len(await filled.sync.runs()) == 1


async def test_nonces_only_grow_also_between_consoles_and_after_a_restart(
    filled: Store, path: Path, clock: FrozenClock
) -> None:
    first = [await filled.billing.next_nonce(SYSTEM, floor) for floor in (100, 50, 101, 90)]
    async with open_store(sqlite_url(path), clock) as other:
        both = await asyncio.gather(
            *(store.billing.next_nonce(SYSTEM, 1) for store in (filled, other) for _ in range(5))
        )

    assert first == [100, 101, 102, 103]
    assert sorted(both) == list(range(104, 114))


async def test_one_console_syncs_at_a_time(filled: Store, clock: FrozenClock) -> None:
    assert await filled.billing.acquire(SYSTEM, "a", 60)
    assert await filled.billing.acquire(SYSTEM, "a", 60)
    assert not await filled.billing.acquire(SYSTEM, "b", 60)
    assert await filled.billing.holder_of(SYSTEM) == "a"
    clock.advance(61)
    assert await filled.billing.acquire(SYSTEM, "b", 60)
    await filled.billing.release(SYSTEM, "a")
    assert await filled.billing.holder_of(SYSTEM) == "b"
    await filled.billing.release(SYSTEM, "b")
    assert await filled.billing.holder_of(SYSTEM) is None


async def test_cursors_move_one_by_one(filled: Store, clock: FrozenClock) -> None:
    await filled.billing.set_cursors(SYSTEM, changed="c1")
    await filled.billing.set_cursors(SYSTEM, hooks="h1", read_at=clock.now())

    system = await filled.billing.get(SYSTEM)

    assert (system.changed_cursor, system.hooks_cursor) == ("c1", "h1")
    assert system.read_at == clock.now()


async def test_since_when_a_service_reads_like_that(filled: Store, clock: FrozenClock) -> None:
    first = clock.now()
    await filled.billing_services.keep(SYSTEM, [SERVICE], first)
    clock.advance(60)
    await filled.billing_services.keep(SYSTEM, [SERVICE], clock.now())
    same = (await filled.billing_services.all(SYSTEM))["931"]
    clock.advance(60)
    await filled.billing_services.keep(
        SYSTEM, [replace(SERVICE, service_status="active")], clock.now()
    )
    other = (await filled.billing_services.all(SYSTEM, ["412"]))["931"]

    assert (same.service, same.changed_at) == (SERVICE, first)
    assert same.read_at == first + timedelta(seconds=60)
    assert other.changed_at == other.read_at == clock.now()
    assert not await filled.billing_services.all(SYSTEM, ["1"])


async def test_links_follow_their_device_by_its_new_name(filled: Store, clock: FrozenClock) -> None:
    link = Link("931", "412", "gam-1", "Apt 1", {"plan": ("25M", "50M")}, clock.now())
    await filled.billing_services.keep_links(SYSTEM, [link], clock.now())
    device = await filled.devices.get("gam-1")

    await filled.devices.update("gam-1", replace(device, name="riser"))

    assert await filled.billing_services.links(SYSTEM) == {"931": replace(link, device="riser")}
    await filled.billing_services.drop_links(SYSTEM, ["931"])
    assert not await filled.billing_services.links(SYSTEM)


async def test_runs_and_items(filled: Store, clock: FrozenClock) -> None:
    run = await filled.sync.create_run(a_run(clock))
    later = await filled.sync.create_run(a_run(clock, system="other", scope=()))
    await filled.sync.add_items(run.id, [an_item(0), an_item(1, service_id="9", device=None)])

    done = an_item(0, outcome=Outcome.DONE, change_id=7, started_at=clock.now(), sentence="ok")
    await filled.sync.set_item(run.id, done)
    await filled.sync.set_run(replace(run, state=RunState.FINISHED, counts={"suspend": 2}))

    assert (await filled.sync.items(run.id))[0] == done
    assert (await filled.sync.run(run.id)).counts == {"suspend": 2}
    assert [one.id for one in await filled.sync.runs()] == [later.id, run.id]
    assert [one.id for one in await filled.sync.runs(system=SYSTEM)] == [run.id]
    assert [one.id for one in await filled.sync.open_runs()] == [later.id]
    assert await filled.sync.items_of_service(SYSTEM, "931") == ((run.id, done),)
    assert await filled.sync.cut_since(SYSTEM, clock.now()) == {"931"}
    assert not await filled.sync.cut_since(SYSTEM, clock.now() + timedelta(seconds=1))
    with pytest.raises(NotFound, match="sync log"):
        await filled.sync.run(99)


async def test_an_open_conflict_is_brought_up_to_date_a_settled_one_is_another(
    filled: Store, clock: FrozenClock
) -> None:
    first = await filled.sync.put_conflict(a_conflict(clock))
    clock.advance(60)
    again = await filled.sync.put_conflict(a_conflict(clock, billing_value="10M"))

    assert (again.id, again.found_at, again.billing_value) == (first.id, first.found_at, "10M")
    await filled.sync.set_conflict(replace(again, resolved_at=clock.now(), taken="billing"))
    assert not await filled.sync.conflicts(SYSTEM)
    assert len(await filled.sync.conflicts(SYSTEM, resolved=True)) == 1
    assert (await filled.sync.put_conflict(a_conflict(clock))).id != first.id


async def test_a_write_back_of_the_same_key_is_kept_once(filled: Store) -> None:
    write = WriteBack(0, SYSTEM, "change 7 note", "931", "412", note="done")

    first = await filled.sync.add_write(write)
    again = await filled.sync.add_write(replace(write, note="done again"))

    assert again == first
    assert await filled.sync.open_writes(SYSTEM) == (first,)
    await filled.sync.set_write(replace(first, state=WriteState.DONE))
    assert not await filled.sync.open_writes(SYSTEM)
    assert (await filled.sync.add_write(write)).state is WriteState.DONE


@pytest.mark.parametrize("text", ["", "[]", '{"service_id": 1}', '{"plan": "x"}'])
def test_a_damaged_service_is_a_sentence(text: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode_service(text)


def test_a_service_goes_to_its_document_and_back(clock: FrozenClock) -> None:
    whole = replace(SERVICE, updated_at=clock.now(), activates=True)

    assert decode_service(encode_service(whole)) == whole
    assert decode_service(encode_service(replace(SERVICE, plan=None))).plan is None


async def test_old_runs_are_forgotten_empty_ones_sooner(filled: Store, clock: FrozenClock) -> None:
    await filled.sync.create_run(a_run(clock, state=RunState.FINISHED))
    full = await filled.sync.create_run(a_run(clock, state=RunState.FINISHED))
    await filled.sync.add_items(full.id, [an_item()])
    waits = await filled.sync.create_run(a_run(clock, state=RunState.WAITING))
    clock.advance(86_400)
    now = clock.now()

    assert await filled.sync.prune(empty_before=now, before=now - timedelta(days=2)) == 1
    assert [one.id for one in await filled.sync.runs()] == [waits.id, full.id]
    assert await filled.sync.prune(empty_before=now, before=now) == 1
    assert [one.id for one in await filled.sync.runs()] == [waits.id]
