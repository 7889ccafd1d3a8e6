"""The catalogue of plans, and its copies on real virtual units of both lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.devices import Line
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import NotFound, ValidationFailed
from positron_tui.domain.plans import Plan
from positron_tui.services.plans import Presence
from positron_tui.simulator.config import SimProfile
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_one
from tests.services.conftest import StartUnit, onboard
from tests.services.operating import done, first_service, sim_subscriber


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


async def test_the_catalogue_is_kept_and_checked(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        plans = services.plans
        await plans.add(Plan("Gold", 300, 100))
        await plans.add(Plan("Free", 0, 0))
        assert [row.plan.name for row in await plans.list()] == ["Free", "Gold"]
        assert await plans.edit("Gold", down_mbps=400, new_name="Gold 400") == Plan(
            "Gold 400", 400, 100
        )
        with pytest.raises(NotFound, match="did you mean Gold 400"):
            await plans.get("gold")
        with pytest.raises(ValidationFailed, match="already has a plan Free"):
            await plans.edit("Gold 400", new_name="Free")
        with pytest.raises(ValidationFailed) as caught:
            await plans.add(Plan("Wh?t", 5, 100_000))
        assert [one.field for one in caught.value.findings] == ["name", "down", "up"]
        await plans.remove("Free")
        with pytest.raises(NotFound):
            await plans.remove("Free")
        assert await services.store.plans.list() == (Plan("Gold 400", 400, 100),)


async def test_rates_follow_the_overhead_and_the_line(
    tmp_path: Path, server: SimServer, start_unit: StartUnit
) -> None:
    copper = await start_unit(model="GAM-8-MX", seed=9)
    settings: dict[str, object] = {"provisioning.overhead_percent": 8}
    async with at(tmp_path, server, jsonrpc=True, **settings) as services:
        await onboard(services, copper, "tower")
        await services.plans.add(Plan("Fast", 800, 100))
        (row,) = await services.plans.list()
        assert row.rates == {Line.COAX: (0, 108), Line.COPPER: (864, 108)}
        for device in ("riser", "tower"):
            await done(services, await services.actions.plan_push(device, "Fast"))
        made = [
            next(one for one in unit.device.running.profiles.values() if one.name == "Fast")
            for unit in (server, copper)
        ]
        assert [(one.down_mbps, one.up_mbps) for one in made] == [(0, 108), (864, 108)]


async def test_each_copy_is_present_differs_or_is_absent(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        for plan in (Plan("Gold", 300, 100), Plan("Rare", 70, 70), Plan("Giga", 1_000, 1_000)):
            await services.plans.add(plan)
        await done(services, await services.actions.plan_push("riser", "Gold"))
        await services.plans.edit("Gold", up_mbps=150)
        rows = {row.plan.name: row.devices[0] for row in await services.plans.list()}
        assert rows["Gold"].presence is Presence.DIFFERS
        assert "318/106 Mbit/s instead of 318/159" in rows["Gold"].sentence
        assert rows["Rare"].presence is Presence.ABSENT
        assert rows["Giga"].presence is Presence.UNLIMITED
        await done(services, await services.actions.plan_push("riser", "Gold"))
        rows = {row.plan.name: row.devices[0] for row in await services.plans.list()}
        assert rows["Gold"].presence is Presence.PRESENT
        assert rows["Gold"].profile is not None
        with pytest.raises(ValidationFailed, match="unthrottled there"):
            await services.changes.prepare(await services.actions.plan_push("riser", "Giga"))
        with pytest.raises(NotFound):
            await services.actions.plan_push("riser", "Silver")


async def test_a_subscriber_that_needs_a_plan_brings_its_profile(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        other = first_service(services)
        edit = await services.actions.subscriber_add(adding(services, plan="Gold").request)
        change = await done(services, edit)
        assert [step.command.split()[1] for step in change.steps] == [
            "bw-profile",
            "endpoint",
            "subscriber",
        ]
        profile = server.device.running.profiles[sim_subscriber(server.device, NAME).profile_id]
        assert (profile.name, profile.down_mbps, profile.up_mbps) == ("Gold", 318, 106)
        assert 2 <= profile.profile_id <= 15
        again = await services.actions.subscriber_edit(
            "riser", EditSubscriber(other.name, plan="Gold")
        )
        assert len((await done(services, again)).steps) == 1
        assert sim_subscriber(server.device, other.name).profile_id == profile.profile_id


async def test_a_profile_with_the_rates_or_the_name_is_used_as_it_is(
    tmp_path: Path, server: SimServer
) -> None:
    server.device.add_profile(SimProfile(9, "By hand", 318, 106))
    server.device.add_profile(SimProfile(10, "Silver", 70, 70))
    async with at(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        await services.plans.add(Plan("Silver", 200, 200))
        name = first_service(services).name
        gold = await services.actions.subscriber_edit("riser", EditSubscriber(name, plan="Gold"))
        await done(services, gold)
        assert sim_subscriber(server.device, name).profile_id == 9
        silver = await services.actions.subscriber_edit(
            "riser", EditSubscriber(name, plan="Silver")
        )
        plan = await services.changes.prepare(silver)
        assert "limits to 70/70 Mbit/s instead of 212/212" in " ".join(plan.warnings)
        await services.changes.execute(plan)
        assert sim_subscriber(server.device, name).profile_id == 10


async def test_a_plan_above_the_limit_of_the_line_is_unthrottled_and_said(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    copper = await start_unit(model="GAM-8-MX", seed=9)
    async with at(tmp_path, copper) as services:
        await services.plans.add(Plan("Giga", 1_000, 1_000))
        name = first_service(services).name
        edit = await services.actions.subscriber_edit("riser", EditSubscriber(name, plan="Giga"))
        plan = await services.changes.prepare(edit)
        assert "above the 1000 Mbit/s that a copper line can be limited to" in " ".join(
            plan.warnings
        )
        await services.changes.execute(plan)
        assert sim_subscriber(copper.device, name).profile_id == 0


async def test_unused_and_unknown_profiles_are_offered_for_removal(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        await done(services, await services.actions.plan_push("riser", "Gold"))
        name = first_service(services).name
        server.device.add_profile(SimProfile(9, "By hand", 333, 111))
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), profile_id=9))
        await services.monitor.poll("riser")
        strays = {one.profile.name: one for one in await services.plans.strays("riser")}
        assert "Default BW Profile" not in strays
        assert (strays["Gold"].plan, strays["Gold"].removable) == ("Gold", True)
        assert (strays["By hand"].plan, strays["By hand"].removable) == (None, False)
        with pytest.raises(ValidationFailed, match="used by"):
            await services.changes.prepare(
                await services.actions.profile_remove("riser", "By hand")
            )
        await done(services, await services.actions.profile_remove("riser", "Gold"))
        assert "Gold" not in {one.name for one in server.device.running.profiles.values()}
