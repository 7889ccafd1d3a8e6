"""Endpoints that wait for a service, over the fleet, with since when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.app import Services
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock
from tests.services.changing import NAME, free_one
from tests.services.conftest import StartUnit, console, make_settings, onboard
from tests.services.operating import done


@asynccontextmanager
async def at(tmp_path: Path, clock: FrozenClock, *units: SimServer) -> AsyncIterator[Services]:
    async with console(make_settings(tmp_path), clock=clock) as services:
        for number, unit in enumerate(units):
            if f"u{number}" not in services.fleet:
                await onboard(services, unit, f"u{number}")
        yield services


async def quiet(services: Services) -> None:
    """Wait until what the last poll brought is in the store."""
    task = next((one for one in services.tasks._tasks.values() if one.get_name() == _TASK), None)
    if task is not None:
        await task


_TASK = "keep sightings"


async def test_what_waits_is_listed_with_since_when_and_what_to_do(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    clock = FrozenClock()
    first, second = await start_unit(), await start_unit(seed=9)
    free_one(first.device)
    async with at(tmp_path, clock, first, second) as services:
        begun = clock.now()
        rows = services.unprovisioned.rows("u0")
        quarantined = {
            one.mac
            for one in services.fleet.get("u0").snapshot.endpoints
            if one.state is not None and one.state.quarantined
        }
        assert {row.mac for row in rows} == quarantined
        row = next(one for one in rows if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC)
        assert (row.device, row.first_seen, row.last_seen) == ("u0", begun, begun)
        assert row.port is not None
        assert row.model is not None
        assert row.down_phy_mbps is not None
        assert "Put a subscriber on it" in row.words
        assert {one.device for one in services.unprovisioned.rows()} <= {"u0", "u1"}
        clock.advance(120)
        await services.monitor.poll("u0")
        again = next(one for one in services.unprovisioned.rows("u0") if one.mac == row.mac)
        assert again.first_seen == begun
        assert again.last_seen == clock.now()
        await quiet(services)
    async with at(tmp_path, clock, first, second) as services:  # and after a restart
        kept = next(one for one in services.unprovisioned.rows("u0") if one.mac == row.mac)
        assert kept.first_seen == begun


async def test_one_that_gets_a_service_leaves_the_list_for_good(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    clock, unit = FrozenClock(), await start_unit()
    free_one(unit.device)
    async with at(tmp_path, clock, unit) as services:
        row = next(
            one
            for one in services.unprovisioned.rows()
            if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
        )
        request = SubscriberRequest(NAME, "u0", 1_234, endpoint_mac=row.mac)
        await done(services, await services.actions.subscriber_add(request))
        assert row.mac not in {one.mac for one in services.unprovisioned.rows()}
        await quiet(services)
        kept = (await services.store.sightings.load()).get("u0", ())
        assert row.mac not in {one.mac for one in kept}
        clock.advance(600)
        edit = await services.actions.subscriber_remove("u0", NAME, with_endpoint=True)
        await done(services, edit)
        again = next(one for one in services.unprovisioned.rows() if one.mac == row.mac)
        assert again.first_seen == clock.now()


async def test_one_that_comes_and_goes_waits_since_it_was_first_seen(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    clock, unit = FrozenClock(), await start_unit()
    free_one(unit.device)
    async with at(tmp_path, clock, unit) as services:
        begun = clock.now()
        row = next(
            one
            for one in services.unprovisioned.rows()
            if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
        )
        box = unit.device.plant[row.mac]
        port, box.port = box.port, 0
        clock.advance(3_600)
        await services.monitor.poll("u0")
        assert row.mac not in {one.mac for one in services.unprovisioned.rows()}
        unit.device.plug(row.mac, port)
        clock.advance(3_600)
        await services.monitor.poll("u0")
        back = next(one for one in services.unprovisioned.rows() if one.mac == row.mac)
        assert back.first_seen == begun
        box.port = 0
        clock.advance(timedelta(days=15).total_seconds())
        await services.monitor.poll("u0")
        unit.device.plug(row.mac, port)
        await services.monitor.poll("u0")
        back = next(one for one in services.unprovisioned.rows() if one.mac == row.mac)
        assert back.first_seen == clock.now()


async def test_the_list_follows_the_names_of_devices(tmp_path: Path, start_unit: StartUnit) -> None:
    clock, unit = FrozenClock(), await start_unit()
    free_one(unit.device)
    async with at(tmp_path, clock, unit) as services:
        begun = clock.now()
        clock.advance(60)
        await services.inventory.edit("u0", new_name="riser")
        await services.monitor.poll("riser")
        assert {one.first_seen for one in services.unprovisioned.rows("riser")} == {begun}
        await services.inventory.remove("riser")
        assert services.unprovisioned.rows() == ()
