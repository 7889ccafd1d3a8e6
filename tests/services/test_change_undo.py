"""What may be undone, and what is refused with words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import ChangeState, StepState
from positron_tui.domain.edits_plant import PutProfile, RemoveProfile
from positron_tui.domain.edits_subscribers import EditSubscriber, RemoveSubscriber
from positron_tui.domain.errors import DeviceChanged, NotFound, ReadOnlyRefused, Refused
from positron_tui.simulator.config import SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_one, prepare, run, texts, when_step
from tests.services.conftest import StartUnit


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


def service_of(device: SimDevice, name: str = NAME) -> SimSubscriber:
    return next(one for one in device.running.subscribers.values() if one.name == name)


async def test_what_others_changed_since_is_named(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        change = await run(services, adding(services))
        service = service_of(server.device)
        server.device.set_subscriber(replace(service, vlan=77, tagged=True))
        with pytest.raises(DeviceChanged) as caught:
            await services.changes.undo(change.id)
        assert str(caught.value) == (
            f"Change {change.id} cannot be undone, because what it touched on riser was changed "
            f"since: The VLAN of the subscriber {NAME} is 77 instead of 1234. "
            f"The subscriber {NAME} is tagged instead of untagged. "
            "Undo what came later first, or make the change by hand."
        )
        server.device.set_subscriber(service)
        undone = await services.changes.execute(await services.changes.undo(change.id))
        assert undone.state is ChangeState.VERIFIED_SAVED


async def test_tags_that_came_later_are_left_alone(tmp_path: Path, server: SimServer) -> None:
    """An edit by command does not know of double tags; taking it back must not either."""
    async with at(tmp_path, server) as services:
        await run(services, adding(services))
        change = await run(services, EditSubscriber(NAME, vlan=1_300))
        await run(services, EditSubscriber(NAME, double_tag=True, outer_vlan=400))
        undo = await services.changes.undo(change.id)
        assert (undo.change.before, undo.change.after) == ({"vlan": 1_300}, {"vlan": 1_234})
        await services.changes.execute(undo)
        service = service_of(server.device)
        assert (service.vlan, service.double_tag, service.outer_vlan) == (1_234, True, 400)


async def test_it_is_undone_once(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        change = await run(services, adding(services))
        undone = await services.changes.execute(await services.changes.undo(change.id))
        with pytest.raises(Refused, match=f"already undone by change {undone.id}"):
            await services.changes.undo(change.id)
        await services.changes.execute(await services.changes.undo(undone.id))
        # Done again, it can be undone again.
        assert (await services.changes.undo(change.id)).change.steps


async def test_what_changed_nothing_cannot_be_undone(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        server.device.allowed_vlan_limit = 0
        reverted = await run(services, adding(services, allowed_vlans=(20,)))
        assert reverted.state is ChangeState.REVERTED
        with pytest.raises(Refused, match="nothing of it is on the unit"):
            await services.changes.undo(reverted.id)
        name = next(iter(server.device.running.subscribers.values())).name
        await run(services, EditSubscriber(name, vlan=1_300))
        nothing = await run(services, EditSubscriber(name, vlan=1_300))
        with pytest.raises(Refused, match="it changed nothing"):
            await services.changes.undo(nothing.id)
        with pytest.raises(NotFound):
            await services.changes.undo(99)


async def test_an_unknown_outcome_is_settled_before_it_is_undone(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        plan = await prepare(services, adding(services))

        def hang_up() -> None:
            for connection in list(server.cli.connections):
                connection.abort()
            server.device.faults.refuse_login = True

        change = await services.changes.execute(plan, when_step(1, StepState.SENT, hang_up))
        server.device.faults.refuse_login = False
        assert change.state is ChangeState.INDETERMINATE
        with pytest.raises(Refused, match="change settle"):
            await services.changes.undo(change.id)
        await services.changes.settle("riser")
        settled = await services.changes.get(change.id)
        if settled.state is not ChangeState.REVERTED:
            undone = await services.changes.execute(await services.changes.undo(change.id))
            assert undone.state is ChangeState.VERIFIED_SAVED
        assert not [one for one in server.device.running.subscribers.values() if one.name == NAME]


async def test_what_it_relied_on_must_still_be_there(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        await run(services, PutProfile("Gold", 300, 100))
        await run(services, adding(services, plan="Gold"))
        removed = await run(services, RemoveSubscriber(NAME))
        await run(services, RemoveProfile("Gold"))
        with pytest.raises(DeviceChanged, match="The profile Gold, which it relied on"):
            await services.changes.undo(removed.id)
        await run(services, PutProfile("Gold", 250, 100))  # the plan may be another speed by now
        undone = await services.changes.execute(await services.changes.undo(removed.id))
        assert undone.state is ChangeState.VERIFIED_SAVED
        assert service_of(server.device).profile_id


async def test_undoing_is_a_change_like_any_other(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        change = await run(services, adding(services))
        plan = await services.changes.undo(change.id)
        assert (plan.change.kind, plan.change.subject) == ("change.undo", NAME)
        assert plan.change.after["vlan"] is None
        await services.inventory.edit("riser", read_only=True)
        now = texts(server.device)
        with pytest.raises(ReadOnlyRefused):
            await services.changes.execute(plan)
        assert texts(server.device) == now
