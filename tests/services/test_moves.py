"""A move between devices is two changes: undone together, put back first and then taken off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from positron_tui.domain.changes import Change
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.services.actions import ActionEdit
from positron_tui.services.app import Services
from positron_tui.services.changes import DeviceEdit
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_one, run
from tests.services.conftest import StartUnit, onboard
from tests.services.operating import done


@asynccontextmanager
async def two_units(
    tmp_path: Path, start_unit: StartUnit
) -> AsyncIterator[tuple[Services, dict[str, SimServer]]]:
    """Open a console with the units `riser` and `tower`; `riser` has the service NAME."""
    riser, tower = await start_unit(), await start_unit(seed=9)
    free_one(riser.device)
    free_one(tower.device)
    async with at(tmp_path, riser) as services:
        await onboard(services, tower, "tower")
        await run(services, adding(services))
        yield services, {"riser": riser, "tower": tower}


async def halves(services: Services, away_from: str, to_device: str) -> tuple[ActionEdit, ...]:
    there = services.provisioning.offer(to_device).free_endpoints
    mac = next(one.mac for one in there if one.detected_port)
    return await services.actions.subscriber_move(
        away_from, NAME, to_device=to_device, endpoint_mac=mac
    )


async def moved(services: Services, away_from: str, to_device: str) -> tuple[Change, ...]:
    edits = await halves(services, away_from, to_device)
    return tuple([await done(services, one) for one in edits])


def places(units: dict[str, SimServer]) -> list[str]:
    return [
        unit
        for unit, server in units.items()
        if NAME in {one.name for one in server.device.running.subscribers.values()}
    ]


async def order(services: Services, change: Change) -> list[int]:
    return [one.id for one in await services.changes.undo_order(change.id)]


async def test_both_halves_are_undone_from_either(tmp_path: Path, start_unit: StartUnit) -> None:
    async with two_units(tmp_path, start_unit) as (services, units):
        added, removed = await moved(services, "riser", "tower")
        assert places(units) == ["tower"]
        for one in (added, removed):
            assert await order(services, one) == [removed.id, added.id]
        undone = []
        for number in await order(services, added):
            plan = await services.changes.undo(number, alone=False)
            assert plan.warnings == ()
            undone.append(await services.changes.execute(plan))
            assert "riser" in places(units)
        assert places(units) == ["riser"]
        # Undoing that moves it again: there it comes first, too.
        for one in undone:
            assert await order(services, one) == [undone[1].id, undone[0].id]


async def test_half_a_move_by_itself_warns_of_what_it_leaves(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with two_units(tmp_path, start_unit) as (services, units):
        added, removed = await moved(services, "riser", "tower")
        (warning,) = (await services.changes.undo(added.id)).warnings
        assert warning == (
            f"{NAME} was moved here from riser. By itself this leaves it on no device; undo "
            f"change {removed.id} first."
        )
        back = await services.changes.undo(removed.id)
        assert back.warnings == ()
        await services.changes.execute(back)
        assert places(units) == ["riser", "tower"]
        assert await order(services, added) == [added.id]
        assert (await services.changes.undo(added.id)).warnings == ()


async def test_a_move_there_and_back_again_is_told_apart(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with two_units(tmp_path, start_unit) as (services, _units):
        there = await moved(services, "riser", "tower")
        back = await moved(services, "tower", "riser")
        for added, removed in (there, back):
            assert await order(services, added) == [removed.id, added.id]
            assert await order(services, removed) == [removed.id, added.id]


async def test_a_move_that_ended_behind_its_first_half_is_told(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with two_units(tmp_path, start_unit) as (services, units):
        add, remove = await halves(services, "riser", "tower")
        added = await done(services, add)
        assert places(units) == ["riser", "tower"]
        assert await services.changes.left_behind(added) == ("riser",)
        assert await order(services, added) == [added.id]
        removed = await done(services, remove)
        assert await services.changes.left_behind(added) == ()
        assert await services.changes.left_behind(removed) == ()


async def test_what_stays_on_its_device_is_undone_alone(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with two_units(tmp_path, start_unit) as (services, units):
        view = services.fleet.get("riser")
        other = next(one for one in view.snapshot.subscribers if one.name != NAME)
        await done(services, await services.actions.subscriber_remove("riser", other.name))
        mac = other.endpoint_mac
        (edit,) = await services.actions.subscriber_move("riser", NAME, endpoint_mac=mac)
        here = await done(services, edit)
        edited = await done(services, DeviceEdit.of("riser", EditSubscriber(NAME, vlan=1_700)))
        assert await order(services, here) == [here.id]
        assert await order(services, edited) == [edited.id]
        assert places(units) == ["riser"]
