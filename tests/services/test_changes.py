"""Every kind of change is run on real virtual units over both transports, and undone again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_endpoints import EditEndpoint, SwapEndpoint
from positron_tui.domain.edits_plant import PutProfile, SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber, RemoveSubscriber
from positron_tui.domain.errors import NeedsJsonRpc, NotFound
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.app import Services
from positron_tui.services.prepared import DeviceEdit
from positron_tui.simulator.device import GhnError, SimDevice
from positron_tui.simulator.server import SimServer
from tests.services.changing import (
    NAME,
    adding,
    allow_jsonrpc,
    at,
    free_endpoint,
    free_one,
    prepare,
    run,
    tagging,
    texts,
    until,
    when_step,
)
from tests.services.conftest import StartUnit

MakeEdit = Callable[[Services], Edit]


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


def a_name(services: Services) -> str:
    return services.fleet.get("riser").snapshot.subscribers[0].name


def an_endpoint(services: Services) -> str:
    return str(services.fleet.get("riser").snapshot.subscribers[0].endpoint_mac)


KINDS: dict[str, MakeEdit] = {
    "subscriber.add": lambda services: adding(services, allowed_vlans=(20, 21)),
    "subscriber.add with tags": lambda services: adding(
        services, double_tag=True, outer_vlan=400, trunk=True
    ),
    "subscriber.edit": lambda services: EditSubscriber(
        a_name(services), vlan=1_300, plan=None, description="4th floor"
    ),
    "subscriber.edit by call": lambda services: EditSubscriber(a_name(services), trunk=True),
    "subscriber.edit by both": lambda services: tagging(a_name(services)),
    "subscriber.remove": lambda services: RemoveSubscriber(a_name(services), with_endpoint=True),
    "endpoint.swap": lambda services: SwapEndpoint(a_name(services), free_endpoint(services).mac),
    "endpoint.edit": lambda services: EditEndpoint(an_endpoint(services), name="2nd box"),
    "port.set": lambda services: SetPort("G.hn 1/3", enabled=False, name="riser B"),
    "profile.put": lambda services: PutProfile("Gold", 300, 100),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_verified_saved_and_undone(
    tmp_path: Path, server: SimServer, kind: str
) -> None:
    before = texts(server.device)
    async with at(tmp_path, server) as services:
        change = await run(services, KINDS[kind](services))
        assert change.state is ChangeState.VERIFIED_SAVED, change.message
        after = texts(server.device)
        assert after[0] == after[1] != before[0]
        assert change.before != change.after

        plan = await services.changes.undo(change.id)
        assert plan.change.inverse_of == change.id
        assert texts(server.device) == after  # it was only planned
        undone = await services.changes.execute(plan)
        assert undone.state is ChangeState.VERIFIED_SAVED, undone.message
        assert texts(server.device) == before
        assert (await services.changes.get(undone.id)).inverse_of == change.id

        again = await services.changes.execute(await services.changes.undo(undone.id))
        assert again.state is ChangeState.VERIFIED_SAVED, again.message
        assert texts(server.device) == after


async def test_a_change_over_both_ways_keeps_its_order_and_one_session(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        plan = await prepare(services, adding(services, double_tag=True, outer_vlan=400))
        ways = [step.transport for step in plan.change.steps]
        assert ways == ["cli", "cli", "jsonrpc", "cli"]
        seen = len(services.activity.entries("riser"))
        change = await services.changes.execute(plan)
        assert change.state is ChangeState.VERIFIED_SAVED
        told = [one.text for one in services.activity.entries("riser")[seen:]]
        commands = [step.command for step in plan.change.steps if step.transport == "cli"]
        assert [text for text in told if text in commands] == commands
        assert sum(text.startswith("ssh ") for text in told) <= 1
        sent = next(text for text in told if "userByName.set" in text)
        assert told.index(commands[1]) < told.index(sent) < told.index(commands[2])
        assert all(step.reply is not None for step in change.steps)
        service = next(
            one for one in server.device.running.subscribers.values() if one.name == NAME
        )
        assert (service.double_tag, service.outer_vlan) == (True, 400)


async def test_a_unit_that_is_not_marked_is_never_called(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server, jsonrpc=False) as services:
        with pytest.raises(NeedsJsonRpc, match="--json-rpc https"):
            await prepare(services, tagging(a_name(services)))
        change = await run(services, EditSubscriber(a_name(services), vlan=1_300))
        assert change.state is ChangeState.VERIFIED_SAVED
        entries = services.activity.entries("riser")
        assert not any("ghnAgent" in one.text for one in entries)


async def test_a_unit_whose_web_server_is_off_can_be_changed_by_command(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await server.http.stop()
        plan = await prepare(services, EditSubscriber(a_name(services), vlan=1_300))
        assert "was not read over JSON-RPC" in " ".join(plan.warnings)
        change = await services.changes.execute(plan)
        assert change.state is ChangeState.VERIFIED_SAVED
        with pytest.raises(NeedsJsonRpc):
            await prepare(services, tagging(a_name(services)))


async def test_a_refused_call_takes_the_commands_back(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(server.device)
    put = SimDevice.set_subscriber

    def refuse_tags(device: SimDevice, new: object) -> None:
        if getattr(new, "double_tag", False):
            raise GhnError(-36)
        put(device, new)  # type: ignore[arg-type]

    monkeypatch.setattr(SimDevice, "set_subscriber", refuse_tags)
    async with at(tmp_path, server) as services:
        change = await run(services, tagging(a_name(services)))
        assert change.state is ChangeState.REVERTED
        assert [step.state for step in change.steps] == [StepState.REVERTED, StepState.REJECTED]
        assert str(change.steps[1].reply) in str(change.message)
        assert texts(server.device) == before


async def test_a_call_that_cannot_be_sent_takes_the_commands_back(
    tmp_path: Path, server: SimServer
) -> None:
    before = texts(server.device)
    async with at(tmp_path, server) as services:
        plan = await prepare(services, tagging(a_name(services)))

        def lock_out() -> None:
            server.device.faults.refuse_login = True

        watch = when_step(0, StepState.ACCEPTED, lock_out)
        change = await services.changes.execute(plan, watch)
        server.device.faults.refuse_login = False
        assert [step.state for step in change.steps] == [StepState.REVERTED, StepState.PENDING]
        assert change.state is ChangeState.REVERTED
        assert texts(server.device) == before


async def test_a_first_call_that_cannot_be_sent_changes_nothing(
    tmp_path: Path, server: SimServer
) -> None:
    before = texts(server.device)
    async with at(tmp_path, server) as services:
        plan = await prepare(services, EditSubscriber(a_name(services), trunk=True))

        def lock_out() -> None:
            server.device.faults.refuse_login = True

        change = await services.changes.execute(plan, when_step(0, StepState.SENT, lock_out))
        assert change.state is ChangeState.REFUSED
        assert "Nothing was changed." in str(change.message)
        assert texts(server.device) == before


@pytest.mark.parametrize("took_effect", [True, False])
async def test_a_call_without_an_answer_is_settled_by_reading(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch, took_effect: bool
) -> None:
    calls: list[object] = []
    put = SimDevice.set_subscriber

    def hang_up(device: SimDevice, new: object) -> None:
        if getattr(new, "double_tag", False):
            calls.append(new)
            if took_effect:
                put(device, new)  # type: ignore[arg-type]
            for writer in list(server.http._open):
                writer.transport.abort()
            raise GhnError(-1)
        put(device, new)  # type: ignore[arg-type]

    monkeypatch.setattr(SimDevice, "set_subscriber", hang_up)
    async with at(tmp_path, server) as services:
        change = await run(services, tagging(a_name(services)))
        assert [step.state for step in change.steps] == [StepState.ACCEPTED, StepState.UNKNOWN]
        assert len(calls) == 1  # never sent again
        if took_effect:
            assert change.state is ChangeState.VERIFIED_SAVED
            assert "Read again over a new session" in str(change.message)
        else:
            assert change.state is ChangeState.INDETERMINATE
            assert "only partly there" in str(change.message)
            settled = await services.changes.settle()
            assert [one.state for one in settled] == [ChangeState.FAILED]
            # Half of it is there; the half can be taken back.
            undone = await services.changes.execute(await services.changes.undo(change.id))
            assert undone.state is ChangeState.VERIFIED_SAVED


async def test_a_call_that_times_out_is_settled_by_reading(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server, **{"jsonrpc.timeout_s": 0.4}) as services:
        plan = await prepare(services, tagging(a_name(services)))

        def slow_down(change: Change) -> None:
            waiting = change.steps[1].state is StepState.SENT
            server.device.faults.slow_s = 1.5 if waiting else 0.0

        change = await services.changes.execute(plan, slow_down)
        assert change.steps[1].state is StepState.UNKNOWN
        assert "did not answer within 0.4 s" in str(change.message)
        assert change.state in (ChangeState.INDETERMINATE, ChangeState.VERIFIED_SAVED)


async def test_a_call_that_takes_effect_late_is_waited_for(
    tmp_path: Path, server: SimServer
) -> None:
    patience = {"jsonrpc.timeout_s": 0.3, "provisioning.settle_grace_s": 2.5}
    async with at(tmp_path, server, **patience) as services:
        plan = await prepare(services, tagging(a_name(services)))

        def slow_down(change: Change) -> None:
            waiting = change.steps[1].state is StepState.SENT
            server.device.faults.slow_s = 1.5 if waiting else 0.0

        change = await services.changes.execute(plan, slow_down)
        assert change.state is ChangeState.INDETERMINATE
        (settled,) = await services.changes.settle()
        assert settled.state is ChangeState.VERIFIED_UNSAVED
        assert texts(server.device)[0] != texts(server.device)[1]


@pytest.mark.parametrize("sessions_survive", [True, False])
async def test_a_unit_that_restarts_before_it_saved_has_lost_it(
    tmp_path: Path, server: SimServer, sessions_survive: bool
) -> None:
    before = texts(server.device)
    server.device.restart_seconds = 0.0

    def restart(change: Change) -> None:
        if change.state is ChangeState.SAVING and texts(server.device) != before:
            if sessions_survive:
                server.device.load_startup()
            else:
                server.device.reboot()
                for connection in list(server.cli.connections):
                    connection.abort()

    async with at(tmp_path, server) as services:
        plan = await prepare(services, EditSubscriber(a_name(services), vlan=1_300))
        change = await services.changes.execute(plan, restart)
        if change.state is ChangeState.INDETERMINATE:  # it was still away when it was read
            await until(lambda: server.device.listening)
            (change,) = await services.changes.settle()
        else:
            assert "lost it before it was saved" in str(change.message)
        assert change.state is ChangeState.REVERTED
        assert texts(server.device) == before


async def test_saving_goes_over_the_api_when_the_command_line_will_not(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at(tmp_path, server) as services:
        monkeypatch.setattr(
            "positron_tui.services.device_lines.commands.SAVE", "copy running-config nowhere"
        )
        change = await run(services, EditSubscriber(a_name(services), vlan=1_300))
        assert change.state is ChangeState.VERIFIED_SAVED
        assert texts(server.device)[0] == texts(server.device)[1]
        await allow_jsonrpc(services, allowed=False)
        change = await run(services, EditSubscriber(a_name(services), vlan=1_301))
        assert change.state is ChangeState.VERIFIED_UNSAVED
        assert change.saved is False


async def test_nothing_to_do_sends_nothing_and_still_looks_at_the_startup_file(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        edit = EditSubscriber(a_name(services), vlan=1_300)
        await run(services, edit)
        plan = await prepare(services, edit)
        assert plan.change.steps == ()
        seen = len(services.activity.entries("riser"))
        change = await services.changes.execute(plan)
        assert change.state is ChangeState.VERIFIED_SAVED
        assert "Nothing to do" in str(change.message)
        told = [one.text for one in services.activity.entries("riser")[seen:]]
        assert not any("configure" in text or "copy" in text for text in told)
        server.device.set_port(replace(server.device.running.ports[2], name="by hand"))
        change = await services.changes.execute(await prepare(services, edit))
        assert (change.state, change.saved) == (ChangeState.VERIFIED_UNSAVED, False)
        assert "The name of the port 2 is riser 2 instead of by hand." in str(change.message)


@pytest.mark.parametrize("breaks", [False, True])
async def test_what_runs_and_is_not_saved_is_saved_where_that_is_wanted(
    tmp_path: Path, server: SimServer, breaks: bool
) -> None:
    def hang_up(change: Change) -> None:
        if breaks and change.state is ChangeState.SAVING:
            for connection in list(server.cli.connections):
                connection.abort()

    async with at(tmp_path, server) as services:
        server.device.set_port(replace(server.device.running.ports[2], name="by hand"))
        edit = DeviceEdit("riser", "reconcile", "a port", lambda config, _: config, save=True)
        change = await services.changes.execute(await services.changes.prepare(edit), hang_up)
        assert change.steps == ()
        expected = (
            (ChangeState.VERIFIED_UNSAVED, False)
            if breaks
            else (
                ChangeState.VERIFIED_SAVED,
                True,
            )
        )
        assert (change.state, change.saved) == expected
        running, startup = texts(server.device)
        assert (running == startup) is (change.saved is True)


async def test_a_startup_file_that_is_not_shown_is_no_claim(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("positron_tui.services.device_lines.SHOW_STARTUP", "show startup-nothing")
    async with at(tmp_path, server) as services:
        edit = EditSubscriber(a_name(services), vlan=1_300)
        change = await run(services, edit)
        assert (change.state, change.saved) == (ChangeState.VERIFIED_UNSAVED, None)
        assert "cannot be read back" in str(change.message)
        change = await run(services, edit)
        assert (change.state, change.saved) == (ChangeState.VERIFIED_UNSAVED, None)


async def test_whoever_listens_is_told_of_what_was_verified(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        told: list[tuple[int, RunningConfig, RunningConfig]] = []

        async def listen(change: Change, basis: RunningConfig, wanted: RunningConfig) -> None:
            told.append((change.id, basis, wanted))

        async def fail(change: Change, basis: RunningConfig, wanted: RunningConfig) -> None:
            raise RuntimeError("a listener that is broken")

        services.changes.on_verified(fail)
        services.changes.on_verified(listen)
        plan = await prepare(services, EditSubscriber(a_name(services), vlan=1_300))
        change = await services.changes.execute(plan)
        assert change.state is ChangeState.VERIFIED_SAVED
        assert told == [(change.id, plan.basis, plan.wanted)]
        server.device.allowed_vlan_limit = 0
        refused = await run(services, EditSubscriber(a_name(services), allowed_vlans=(20,)))
        assert refused.state is ChangeState.REVERTED
        assert len(told) == 1


async def test_the_journal_is_listed_newest_first(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        ids = [
            (await run(services, EditSubscriber(a_name(services), vlan=vlan))).id
            for vlan in (1_300, 1_301, 1_302)
        ]
        assert [one.id for one in await services.changes.list(limit=2)] == ids[:0:-1]
        assert await services.changes.list(device="tower") == ()
        events = await services.changes.events(ids[0])
        assert events[0].state is ChangeState.CONFIRMED
        assert events[-1].state is ChangeState.VERIFIED_SAVED
        with pytest.raises(NotFound):
            await services.changes.get(99)


async def test_an_edit_may_be_any_function(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        edit = DeviceEdit(
            "riser", "reconcile", "two lines", lambda config, _: replace(config, ports=())
        )
        server.device.set_port(replace(server.device.running.ports[2], name="by hand"))
        change = await services.changes.execute(await services.changes.prepare(edit))
        assert change.state is ChangeState.VERIFIED_SAVED
        assert (change.kind, change.subject) == ("reconcile", "two lines")
        assert server.device.running.ports[2].name == ""
