"""How the billing systems stand, by what the store holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from positron_tui.config import BillingSettings
from positron_tui.domain.billing import BillingKind, BillingService
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    Hook,
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
    WriteBack,
)
from positron_tui.services.app import Services
from positron_tui.services.sync_status import SyncStatus, SystemStatus
from tests.clocks import FrozenClock
from tests.services.conftest import console, make_settings

MAC = "00:0e:d8:00:00:01"


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with console(make_settings(tmp_path), clock=FrozenClock()) as opened:
        yield opened


async def add(services: Services, name: str, **document: object) -> BillingSystem:
    system = BillingSystem(name, BillingKind.SPLYNX, "https://isp.example", document)
    await services.store.billing.add(system)
    return system


def run(services: Services, state: RunState) -> SyncRun:
    now = services.clock.now()
    return SyncRun(0, "isp", Trigger.PERSON, "anna", "noc:1:anna", now, state=state)


async def test_without_a_system_there_is_nothing_to_tell(services: Services) -> None:
    assert await services.sync_status.read() == ()


async def test_what_waits_and_what_is_late_is_counted_by_system(services: Services) -> None:
    await add(services, "isp")
    await add(services, "other", confirmed_at="2026-01-01T00:00:00+00:00")
    now, store = services.clock.now(), services.store
    newest = await store.sync.create_run(run(services, RunState.WAITING))
    conflict = Conflict(
        0, "isp", "8", "4", "Ana", "gam", "ana", "plan", "A", "B", None, "", "", now
    )
    await store.sync.put_conflict(conflict)
    early = now - timedelta(seconds=90)
    await store.hooks.receive(
        [Hook(0, "isp", "d1", "edit", early, "4"), Hook(0, "isp", "d2", "edit", now, "5")]
    )
    await store.sync.add_write(WriteBack(0, "isp", "k", "8", "4", {"service.vlan": "1"}))

    isp, other = await services.sync_status.read()

    assert isp == SystemStatus(
        isp.system,
        confirmed=False,
        waiting_runs=1,
        conflicts=1,
        late_hooks=1,
        untold=1,
        newest=newest,
    )
    assert other == SystemStatus(other.system, confirmed=True)


async def test_the_next_full_reading_follows_the_last_one(services: Services) -> None:
    await add(services, "isp")
    read_at = services.clock.now() - timedelta(hours=1)
    await services.store.billing.set_cursors("isp", read_at=read_at)
    settings = BillingSettings(full_interval_s=7200)
    status = SyncStatus(store=services.store, clock=services.clock, settings=settings)

    (isp,) = await status.read()

    assert isp.next_full_at == read_at + timedelta(hours=2)


async def test_items_that_did_not_end_well_are_counted_by_run(services: Services) -> None:
    await add(services, "isp")
    store = services.store.sync
    bad = await store.create_run(run(services, RunState.FINISHED))
    good = await store.create_run(run(services, RunState.FINISHED))
    made = [
        SyncItem(place, ItemKind.EDIT, "8", "4", "Ana", outcome=outcome)
        for place, outcome in enumerate(Outcome)
    ]
    await store.add_items(bad.id, made)
    await store.add_items(good.id, [replace(made[0], outcome=Outcome.DONE)])

    assert await services.sync_log.left_behind([bad, good]) == {bad.id: 3}
    assert await services.sync_log.left_behind([]) == {}


async def test_billing_is_asked_whose_an_endpoint_is_by_what_it_told_last(
    services: Services,
) -> None:
    await add(services, "isp")
    now = services.clock.now()
    sold = BillingService("8", "4", "Ana", "active", fields={"service.mac": "000ED8000001"})
    await services.store.billing_services.keep("isp", [sold], now)

    claims = await services.sync_log.claims({MAC, "00:0e:d8:00:00:02"})

    assert set(claims) == {MAC}
    (claim,) = claims[MAC]
    assert (claim.system, claim.sold.account_name, claim.read_at) == ("isp", "Ana", now)
    assert await services.sync_log.claims(()) == {}
