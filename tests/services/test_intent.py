"""Intended state on real virtual units: imported, followed, compared, reconciled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import ChangeState
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import DeviceUnreachable, NotFound, Refused
from positron_tui.domain.natural import Missing
from positron_tui.services.intent_types import Direction
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_one, texts
from tests.services.conftest import StartUnit, onboard
from tests.services.operating import done, first_service, sim_subscriber, told


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


async def test_adopting_takes_everything_once_and_touches_nothing(
    tmp_path: Path, server: SimServer
) -> None:
    before = texts(server.device)
    device = server.device.running
    async with at(tmp_path, server) as services:
        report = await services.intent.adopt("riser")
        assert report.counts["subscriber"] == len(device.subscribers)
        assert report.counts["endpoint"] == len(device.endpoints)
        intended = await services.intent.intended("riser")
        assert {one.name for one in intended.subscribers} == {
            one.name for one in device.subscribers.values()
        }
        again = await services.intent.adopt("riser")
        assert set(again.counts.values()) == {0}
        assert again.lines == ()
        assert await services.intent.intended("riser") == intended
        drift = await services.intent.drift("riser")
        assert drift.items == ()
        assert drift.unadopted == ()
        assert await services.changes.list() == ()
    assert texts(server.device) == before


async def test_adopting_again_rewrites_nothing_that_is_intended(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        service = sim_subscriber(server.device, name)
        vlan = service.vlan
        server.device.set_subscriber(replace(service, vlan=2_222))
        await services.intent.adopt("riser")
        held = await services.intent.service("riser", name)
        assert held is not None
        assert held.subscriber.vlan == vlan


async def test_some_services_can_be_adopted_by_name(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        name = first_service(services).name
        report = await services.intent.adopt("riser", names=[name, "nobody"])
        assert report.counts["subscriber"] == 1
        assert "no subscriber named nobody" in " ".join(report.lines)
        assert [one.subscriber.name for one in await services.intent.services()] == [name]
        drift = await services.intent.drift()
        assert drift.items == ()
        assert drift.unadopted == ("riser",)


async def test_each_differing_field_is_told_with_all_truths_and_ages(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        vlan = sim_subscriber(server.device, name).vlan
        server.device.set_subscriber(
            replace(sim_subscriber(server.device, name), vlan=2_222, description="by hand")
        )
        (first, second) = (await services.intent.drift("riser")).items
        assert (first.subject, first.field) == (name, "vlan")
        assert (first.intended, first.running, first.startup) == (vlan, 2_222, vlan)
        assert second.field == "description"
        assert first.intended_at is not None
        assert first.running_at is not None
        assert first.startup_at is not None
        assert first.intended_at < first.running_at
        assert await services.intent.known_drift() == (first, second)


async def test_the_screen_knows_drift_from_polls_without_reading(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        assert await services.intent.known_drift() == ()
        name = first_service(services).name
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), vlan=2_222))
        await services.monitor.poll("riser")
        assert told(await services.intent.known_drift("riser")) == {("subscriber", name, "vlan")}
    async with at(tmp_path, server) as services:  # and after a restart, from the store
        assert told(await services.intent.known_drift("riser")) == {("subscriber", name, "vlan")}


async def test_what_others_add_and_remove_is_drift_of_an_adopted_device(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        names = sorted(one.name for one in server.device.running.subscribers.values())
        gone = sim_subscriber(server.device, names[0])
        server.device.delete_subscriber(gone.subscriber_id)
        extra = replace(gone, subscriber_id=0, name="by hand", endpoint_id=0, vlan=2_000)
        server.device.add_subscriber(extra)
        items = (await services.intent.drift("riser")).items
        present = {one.subject: one for one in items if one.field == "present"}
        assert (present[names[0]].intended, present[names[0]].running) == (True, False)
        assert (present["by hand"].intended, present["by hand"].running) == (False, True)
        assert present["by hand"].intended_at is not None  # since the device was adopted


async def test_of_a_device_that_was_not_adopted_only_our_own_work_is_compared(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        edit = await services.actions.subscriber_add(adding(services).request)
        await done(services, edit)
        assert (await services.intent.drift("riser")).items == ()
        server.device.set_subscriber(replace(sim_subscriber(server.device, NAME), vlan=2_222))
        other = next(one for one in server.device.running.subscribers.values() if one.name != NAME)
        server.device.set_subscriber(replace(other, description="by hand"))
        items = {one.subject: one for one in (await services.intent.drift("riser")).items}
        assert items[NAME].intended == 1_234
        assert items[other.name].intended is Missing.UNKNOWN  # told because it is not saved
        with pytest.raises(Refused, match=r"Nothing is intended.*adopt riser"):
            await services.intent.reconcile_edit((items[other.name],), Direction.DEVICE)


async def test_intent_follows_changes_and_their_undoing(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        edit = await services.actions.subscriber_edit(
            "riser", EditSubscriber(name, new_name="Jones 2", vlan=1_300)
        )
        change = await done(services, edit)
        held = await services.intent.service("riser", "Jones 2")
        assert held is not None
        assert held.subscriber.vlan == 1_300
        assert await services.intent.service("riser", name) is None
        assert await services.intent.known_drift() == ()
        port = await services.actions.port_set("riser", SetPort("G.hn 1/2", name="lobby"))
        await done(services, port)
        assert (await services.intent.drift()).items == ()
        await services.changes.execute(await services.changes.undo(change.id))
        assert await services.intent.service("riser", "Jones 2") is None
        assert (await services.intent.drift()).items == ()


async def test_a_change_moves_only_the_fields_that_it_is_about(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), vlan=2_222))
        edit = EditSubscriber(name, description="4th floor")
        await done(services, await services.actions.subscriber_edit("riser", edit))
        assert told((await services.intent.drift()).items) == {("subscriber", name, "vlan")}


async def test_removing_a_service_removes_the_intent(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        edit = await services.actions.subscriber_remove("riser", name, with_endpoint=True)
        await done(services, edit)
        assert await services.intent.service("riser", name) is None
        assert (await services.intent.drift()).items == ()


async def test_reconciling_towards_the_device_or_the_intent(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        one, other = sorted(each.name for each in server.device.running.subscribers.values())[:2]
        vlan = sim_subscriber(server.device, one).vlan
        for name in (one, other):
            server.device.set_subscriber(replace(sim_subscriber(server.device, name), vlan=2_222))
            server.device.set_port(replace(server.device.running.ports[1], name="by hand"))
        items = (await services.intent.drift("riser")).items
        mine = [item for item in items if item.subject == one]
        rest = [item for item in items if item.subject != one]
        (edit,) = await services.intent.reconcile_edit(mine, Direction.DEVICE)
        await done(services, edit)
        assert sim_subscriber(server.device, one).vlan == vlan
        assert sim_subscriber(server.device, other).vlan == 2_222
        assert await services.intent.reconcile_edit(rest, Direction.INTENDED) == ()
        assert (await services.intent.drift("riser")).items == ()
        held = await services.intent.service("riser", other)
        assert held is not None
        assert held.subscriber.vlan == 2_222


async def test_what_runs_and_is_not_saved_is_reconciled_by_saving(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        name = first_service(services).name
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), vlan=2_222))
        await services.intent.adopt("riser")
        (item,) = (await services.intent.drift("riser")).items
        assert (item.running, item.startup) == (2_222, sim_startup_vlan(server, name))
        (edit,) = await services.intent.reconcile_edit((item,), Direction.DEVICE)
        change = await services.changes.execute(await services.changes.prepare(edit))
        assert change.state is ChangeState.VERIFIED_SAVED, change.message
        assert (await services.intent.drift("riser")).items == ()


def sim_startup_vlan(server: SimServer, name: str) -> int:
    return next(one.vlan for one in server.device.startup.subscribers.values() if one.name == name)


async def test_double_tags_are_intended_and_compared_where_the_api_tells_them(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        edit = EditSubscriber(name, double_tag=True, outer_vlan=400)
        await done(services, await services.actions.subscriber_edit("riser", edit))
        assert (await services.intent.drift()).items == ()
        await services.monitor.poll("riser")  # over the command line, which does not tell tags
        assert await services.intent.known_drift() == ()
        server.device.set_subscriber(replace(sim_subscriber(server.device, name), outer_vlan=500))
        (item,) = (await services.intent.drift()).items
        assert (item.field, item.intended, item.running) == ("outer_vlan", 400, 500)


async def test_devices_that_do_not_answer_are_told_and_the_others_compared(
    tmp_path: Path, server: SimServer, start_unit: StartUnit
) -> None:
    second = await start_unit(seed=9)
    async with at(tmp_path, server) as services:
        await onboard(services, second, "tower")
        await services.intent.adopt("riser")
        await services.intent.adopt("tower")
        server.device.set_port(replace(server.device.running.ports[1], name="by hand"))
        second.device.faults.refuse_login = True
        await services.inventory.edit("tower")  # drops the session that is open
        report = await services.intent.drift()
        assert {one.device for one in report.items} == {"riser"}
        assert set(report.failures) == {"tower"}
        with pytest.raises(DeviceUnreachable):
            await services.intent.drift("tower")
        with pytest.raises(NotFound):
            await services.intent.drift("nowhere")
