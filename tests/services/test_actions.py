"""Everything that a person can do to a device, on real virtual units."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import ChangeState
from positron_tui.domain.edits_endpoints import AddEndpoint, EditEndpoint
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import (
    ConfigError,
    NotFound,
    ReadOnlyRefused,
    Refused,
    UsageError,
    ValidationFailed,
)
from positron_tui.domain.plans import Plan
from positron_tui.domain.ports import PortMode
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.actions import ActionEdit
from positron_tui.services.app import Services
from positron_tui.simulator.config import SimProfile
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_endpoint, free_one, texts
from tests.services.conftest import StartUnit, onboard
from tests.services.operating import done, first_service, sim_subscriber


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


def in_garden(
    tmp_path: Path, server: SimServer, *, vlan: int | None = 999, plan: str | None = None
) -> AbstractAsyncContextManager[Services]:
    """Open a console whose settings say where suspended services go."""
    garden: dict[str, object] = {
        "provisioning.walled_garden_vlan": vlan,
        "provisioning.walled_garden_plan": plan,
    }
    return at(tmp_path, server, jsonrpc=True, **garden)


def wanted(services: Services, **fields: object) -> SubscriberRequest:
    return adding(services, name=NAME, **fields).request


async def test_a_service_with_every_field_is_put_changed_and_removed(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        request = wanted(
            services,
            tagged=True,
            remapped_vlan=1_400,
            allowed_vlans=(20, 21, 22),
            double_tag=True,
            outer_vlan=400,
            uplink="10G 1/1",
            description="4th floor",
        )
        await done(services, await services.actions.subscriber_add(request))
        service = sim_subscriber(server.device, NAME)
        assert (service.vlan, service.tagged, service.remapped_vlan) == (1_234, True, 1_400)
        assert (service.allowed_vlans, service.description) == ([20, 21, 22], "4th floor")
        assert (service.double_tag, service.outer_vlan, service.uplink) == (True, 400, 1)
        edit = EditSubscriber(NAME, trunk=True, double_tag=False, remapped_vlan=None)
        await done(services, await services.actions.subscriber_edit("riser", edit))
        service = sim_subscriber(server.device, NAME)
        assert (service.trunk, service.allowed_vlans) == (True, [])
        assert (service.double_tag, service.outer_vlan, service.remapped_vlan) == (False, 0, 0)
        assert (service.vlan, service.description) == (1_234, "4th floor")
        await done(services, await services.actions.subscriber_remove("riser", NAME))
        assert NAME not in {one.name for one in server.device.running.subscribers.values()}
        mac = request.endpoint_mac
        assert mac in {one.mac for one in server.device.running.endpoints.values()}
        await done(services, await services.actions.endpoint_remove("riser", str(mac)))
        assert mac not in {one.mac for one in server.device.running.endpoints.values()}


async def test_suspending_keeps_the_data_and_is_no_drift(tmp_path: Path, server: SimServer) -> None:
    async with in_garden(tmp_path, server) as services:
        name = first_service(services).name
        own = sim_subscriber(server.device, name)
        vlan = own.vlan
        server.device.set_subscriber(replace(own, allowed_vlans=[30, 31]))
        server.device.save()
        before = texts(server.device)
        await done(services, await services.actions.subscriber_suspend("riser", name))
        held = sim_subscriber(server.device, name)
        assert (held.vlan, held.allowed_vlans) == (999, [])
        service = await services.intent.service("riser", name)
        assert service is not None
        assert service.suspended_at is not None
        assert (service.subscriber.vlan, service.subscriber.allowed_vlans) == (vlan, (30, 31))
        await services.intent.adopt("riser")
        assert (await services.intent.drift("riser")).items == ()
        with pytest.raises(Refused, match="suspended already"):
            await services.actions.subscriber_suspend("riser", name)
        with pytest.raises(Refused, match=r"is suspended.*vlan, plan.*subscriber resume"):
            await services.actions.subscriber_edit(
                "riser", EditSubscriber(name, vlan=77, plan=None)
            )
        await done(services, await services.actions.subscriber_resume("riser", name))
        assert texts(server.device) == before
        service = await services.intent.service("riser", name)
        assert service is not None
        assert service.suspended_at is None
        assert (await services.intent.drift("riser")).items == ()


async def test_what_is_edited_while_suspended_is_there_after_resuming(
    tmp_path: Path, server: SimServer
) -> None:
    async with in_garden(tmp_path, server) as services:
        name = first_service(services).name
        vlan = sim_subscriber(server.device, name).vlan
        await done(services, await services.actions.subscriber_suspend("riser", name))
        edit = EditSubscriber(name, new_name="Jones 2", description="moved in")
        await done(services, await services.actions.subscriber_edit("riser", edit))
        assert (await services.intent.drift("riser")).items == ()
        await done(services, await services.actions.subscriber_resume("riser", "Jones 2"))
        service = sim_subscriber(server.device, "Jones 2")
        assert (service.vlan, service.description) == (vlan, "moved in")


async def test_undoing_a_suspension_and_undoing_that(tmp_path: Path, server: SimServer) -> None:
    async with in_garden(tmp_path, server) as services:
        name = first_service(services).name
        change = await done(services, await services.actions.subscriber_suspend("riser", name))
        undone = await services.changes.execute(await services.changes.undo(change.id))
        service = await services.intent.service("riser", name)
        assert service is not None
        assert service.suspended_at is None
        await services.changes.execute(await services.changes.undo(undone.id))
        service = await services.intent.service("riser", name)
        assert service is not None
        assert service.suspended_at is not None
        assert (await services.intent.drift("riser")).items == ()
        await done(services, await services.actions.subscriber_resume("riser", name))
        assert sim_subscriber(server.device, name).vlan == service.subscriber.vlan


async def test_the_walled_garden_may_be_a_plan_of_the_catalogue(
    tmp_path: Path, server: SimServer
) -> None:
    async with in_garden(tmp_path, server, vlan=None, plan="Suspended") as services:
        await services.plans.add(Plan("Suspended", 10, 10))
        name = first_service(services).name
        profile = sim_subscriber(server.device, name).profile_id
        await done(services, await services.actions.subscriber_suspend("riser", name))
        made = server.device.running.profiles[sim_subscriber(server.device, name).profile_id]
        assert (made.name, made.down_mbps) == ("Suspended", 11)
        await done(services, await services.actions.subscriber_resume("riser", name))
        assert sim_subscriber(server.device, name).profile_id == profile


async def test_without_a_walled_garden_nothing_is_suspended(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        with pytest.raises(ConfigError, match="walled_garden_vlan"):
            await services.actions.subscriber_suspend("riser", first_service(services).name)
        with pytest.raises(Refused, match="adopt riser"):
            await services.actions.subscriber_resume("riser", first_service(services).name)


async def test_resuming_brings_back_a_profile_that_was_removed_meanwhile(
    tmp_path: Path, server: SimServer
) -> None:
    async with in_garden(tmp_path, server, plan="100M") as services:
        name = first_service(services).name
        profile = SimProfile(9, "Gold only", 333, 111)
        server.device.add_profile(profile)
        server.device.set_subscriber(
            replace(sim_subscriber(server.device, name), profile_id=profile.profile_id)
        )
        await done(services, await services.actions.subscriber_suspend("riser", name))
        await done(services, await services.actions.profile_remove("riser", "Gold only"))
        await done(services, await services.actions.subscriber_resume("riser", name))
        made = server.device.running.profiles[sim_subscriber(server.device, name).profile_id]
        assert (made.name, made.down_mbps, made.up_mbps) == ("Gold only", 333, 111)


async def test_an_endpoint_is_swapped_and_the_old_one_released(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        subscriber = first_service(services)
        new = free_endpoint(services).mac
        edit = await services.actions.subscriber_swap(
            "riser", subscriber.name, new.replace(":", "-").upper()
        )
        await done(services, edit)
        macs = {one.mac for one in server.device.running.endpoints.values()}
        assert new in macs
        assert subscriber.endpoint_mac not in macs
        assert (await services.intent.drift("riser")).items == ()


async def test_a_service_moves_to_another_endpoint_and_to_another_device(
    tmp_path: Path, server: SimServer, start_unit: StartUnit
) -> None:
    second = await start_unit(seed=9)
    free_one(second.device)
    async with at(tmp_path, server) as services:
        await onboard(services, second, "tower")
        await services.plans.add(Plan("Move 200", 200, 100))
        own = first_service(services)
        request = wanted(services, plan="Move 200", description="4th floor")
        await done(services, await services.actions.subscriber_add(request))
        await done(services, await services.actions.subscriber_remove("riser", own.name))
        (edit,) = await services.actions.subscriber_move(
            "riser", NAME, endpoint_mac=own.endpoint_mac
        )
        await done(services, edit)
        there = services.provisioning.offer("tower").free_endpoints
        mac = next(one.mac for one in there if one.detected_port)
        add, remove = await services.actions.subscriber_move(
            "riser", NAME, to_device="tower", endpoint_mac=mac
        )
        assert (add.device, remove.device) == ("tower", "riser")
        await done(services, add)
        await done(services, remove)
        moved = sim_subscriber(second.device, NAME)
        assert (moved.vlan, moved.description) == (1_234, "4th floor")
        assert second.device.running.profiles[moved.profile_id].name == "Move 200"
        assert NAME not in {one.name for one in server.device.running.subscribers.values()}
        assert [
            one.device for one in await services.intent.services() if one.subscriber.name == NAME
        ] == ["tower"]
        with pytest.raises(UsageError, match="where to move it"):
            await services.actions.subscriber_move("tower", NAME)
        with pytest.raises(NotFound, match="nowhere"):
            await services.actions.subscriber_move(
                "tower", NAME, to_device="nowhere", endpoint_mac=mac
            )


async def test_a_profile_that_only_the_old_device_has_moves_along(
    tmp_path: Path, server: SimServer, start_unit: StartUnit
) -> None:
    second = await start_unit(seed=9)
    free_one(second.device)
    async with at(tmp_path, server) as services:
        await onboard(services, second, "tower")
        server.device.add_profile(SimProfile(9, "By hand", 333, 111))
        name = first_service(services).name
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), profile_id=9))
        there = services.provisioning.offer("tower").free_endpoints
        mac = next(one.mac for one in there if one.detected_port)
        server.device.running.subscribers[
            sim_subscriber(server.device, name).subscriber_id
        ].name = NAME
        add, _ = await services.actions.subscriber_move(
            "riser", NAME, to_device="tower", endpoint_mac=mac
        )
        await done(services, await services.actions.rebuild(add.recipe))
        made = second.device.running.profiles[sim_subscriber(second.device, NAME).profile_id]
        assert (made.name, made.down_mbps) == ("By hand", 333)


async def test_endpoints_and_ports(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        mac = free_endpoint(services).mac
        add = AddEndpoint(mac, "Box 7", description="spare")
        await done(services, await services.actions.endpoint_add("riser", add))
        edit = EditEndpoint(mac, name="Box 8")
        await done(services, await services.actions.endpoint_edit("riser", edit, port="7"))
        held = next(one for one in server.device.running.endpoints.values() if one.mac == mac)
        assert (held.name, held.description, held.port) == ("Box 8", "spare", 7)
        bare = EditEndpoint(mac)
        moved = await services.actions.endpoint_edit("riser", bare, auto_port=True)
        assert moved.kind == "endpoint.move"
        await done(services, moved)
        with pytest.raises(UsageError, match="one of them"):
            await services.actions.endpoint_edit("riser", bare, port="3", unbind=True)
        port = SetPort("G.hn 1/3", enabled=False, name="riser B")
        await done(services, await services.actions.port_set("riser", port))
        assert server.device.running.ports[3].shutdown
        with pytest.raises(ValidationFailed, match="no choice of mode"):
            await services.changes.prepare(
                await services.actions.port_set("riser", SetPort("G.hn 1/3", mode=PortMode.SISO))
            )


async def test_an_endpoint_restarts_and_that_cannot_be_undone(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        mac = str(first_service(services).endpoint_mac)
        plan = await services.reboots.prepare("riser", mac.upper())
        assert [step.command for step in plan.change.steps] == [
            f"reboot ghn endpoint mac-address {mac}"
        ]
        assert "cannot be undone" in " ".join(plan.warnings)
        change = await services.reboots.execute(plan)
        assert change.state is ChangeState.VERIFIED_SAVED, change.message
        assert server.device.plant[mac].away_until > 0
        kept = await services.changes.get(change.id)
        assert (kept.kind, kept.state) == ("endpoint.reboot", ChangeState.VERIFIED_SAVED)
        with pytest.raises(Refused, match="cannot be taken back"):
            await services.changes.undo(change.id)
        again = await services.reboots.execute(await services.reboots.prepare("riser", mac))
        assert again.state is ChangeState.REVERTED  # it is away: the unit says so
        assert "Nothing was done" in (again.message or "")
        with pytest.raises(NotFound, match="no endpoint"):
            await services.reboots.prepare("riser", "00:0e:d8:ff:ff:ff")
        await services.inventory.edit("riser", read_only=True)
        with pytest.raises(ReadOnlyRefused, match="--writable"):
            await services.reboots.execute(plan)


async def test_every_action_can_be_made_again_from_its_recipe(
    tmp_path: Path, server: SimServer
) -> None:
    async with in_garden(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        await services.intent.adopt("riser")
        name, actions = first_service(services).name, services.actions
        other = free_endpoint(services).mac
        made: list[ActionEdit] = [
            await actions.subscriber_add(wanted(services, plan="Gold", allowed_vlans=(7, 8))),
            await actions.subscriber_edit("riser", EditSubscriber(name, plan="Gold", uplink=None)),
            await actions.subscriber_suspend("riser", name),
            await actions.subscriber_resume("riser", name),
            await actions.subscriber_remove("riser", name, with_endpoint=True),
            await actions.subscriber_swap("riser", name, other),
            *await actions.subscriber_move("riser", name, endpoint_mac=other),
            await actions.endpoint_add("riser", AddEndpoint(other, "Box 7")),
            await actions.endpoint_edit("riser", EditEndpoint(other, name="x"), auto_port=True),
            await actions.endpoint_remove("riser", str(first_service(services).endpoint_mac)),
            await actions.port_set("riser", SetPort("G.hn 1/3", name=None, mode=PortMode.COAX)),
            await actions.plan_push("riser", "Gold"),
            await actions.profile_remove("riser", "50M"),
        ]
        for edit in made:
            again = await actions.rebuild(edit.recipe)
            assert (again.kind, again.subject, again.device) == (
                edit.kind,
                edit.subject,
                "riser",
            )
            assert again.recipe == edit.recipe
        with pytest.raises(Refused, match="does not know the action 'rebuild'"):
            await actions.rebuild({"action": "rebuild"})
