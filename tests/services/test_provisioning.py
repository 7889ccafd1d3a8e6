"""A subscriber is put on real virtual units, and everything that can go wrong goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import (
    DeviceBusy,
    DeviceChanged,
    DeviceUnreachable,
    HostKeyChanged,
    NotFound,
    ReadOnlyRefused,
    Refused,
    ValidationFailed,
)
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.status import DeviceStatus
from positron_tui.services.app import Services
from positron_tui.services.events import ChangeUpdated, Event
from positron_tui.services.leases import LEASE_TTL_S
from positron_tui.services.provisioning import PreparedChange
from positron_tui.simulator.config import SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.server import SimServer
from tests.services.conftest import StartUnit, console, make_settings, onboard

# Every session begins with three commands that set the terminal.
PROLOGUE = 3


@asynccontextmanager
async def at(tmp_path: Path, server: SimServer, **overrides: object) -> AsyncIterator[Services]:
    """A console that has the unit as `riser`; every session is a new one."""
    settings = make_settings(tmp_path, **{"ssh.idle_close_s": 0, **overrides})
    async with console(settings) as services:
        if "riser" not in services.fleet:
            await onboard(services, server, "riser")
        yield services


def free_mac(services: Services) -> str:
    """Return an endpoint that is plugged in and has no service."""
    offer = services.provisioning.offer("riser")
    return next(one.mac for one in offer.free_endpoints if one.detected_port)


def request(services: Services, **fields: object) -> SubscriberRequest:
    wanted: dict[str, object] = {
        "name": "Smith 4B",
        "device": "riser",
        "vlan": 1_234,
        "endpoint_mac": free_mac(services),
        **fields,
    }
    return SubscriberRequest(**wanted)  # type: ignore[arg-type]


async def prepared(services: Services, **fields: object) -> PreparedChange:
    return await services.provisioning.prepare(request(services, **fields))


def unconfigured(device: SimDevice) -> SimDevice:
    """Take the service and the configuration from the first endpoint that is plugged in."""
    mac = next(seen.mac for seen in device.seen_endpoints() if seen.detected_port)
    for subscriber in list(device.running.subscribers.values()):
        endpoint = device.running.endpoints.get(subscriber.endpoint_id)
        if endpoint is not None and endpoint.mac == mac:
            device.delete_subscriber(subscriber.subscriber_id)
    for one in list(device.running.endpoints.values()):
        if one.mac == mac:
            device.delete_endpoint(one.endpoint_id)
    device.save()
    return device


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    unconfigured(server.device)
    return server


def running_service(device: SimDevice, name: str = "Smith 4B") -> SimSubscriber | None:
    found = [one for one in device.running.subscribers.values() if one.name == name]
    return found[0] if found else None


def saved_service(device: SimDevice, name: str = "Smith 4B") -> bool:
    return any(one.name == name for one in device.startup.subscribers.values())


async def test_a_service_is_planned_run_verified_saved_and_recorded(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        plan = services.provisioning.offer("riser").plans[0].name
        ready = await prepared(services, plan=plan, allowed_vlans=(20, 21), description="4th floor")
        assert [step.command.split()[1] for step in ready.change.steps] == [
            "endpoint",
            "subscriber",
        ]
        assert running_service(server.device) is None
        states: list[ChangeState] = []
        heard: list[Event] = []
        services.events.subscribe(heard.append)
        change = await services.provisioning.execute(ready, lambda one: states.append(one.state))
        assert change.state is ChangeState.VERIFIED_SAVED
        assert change.saved is True
        assert change.verified_at is not None
        assert change.actor == "anna"
        assert "Its endpoint is ok on G.hn" in (change.message or "")
        order = list(dict.fromkeys(states))
        assert order == [
            ChangeState.CONFIRMED,
            ChangeState.APPLYING,
            ChangeState.VERIFYING,
            ChangeState.SAVING,
            ChangeState.VERIFIED_SAVED,
        ]
        assert {step.state for step in change.steps} == {StepState.ACCEPTED}
        service = running_service(server.device)
        assert service is not None
        assert (service.vlan, service.allowed_vlans) == (1_234, [20, 21])
        assert saved_service(server.device)
        assert await services.store.journal.get(change.id) == change
        assert ChangeUpdated(change.id) in heard
        view = services.fleet.get("riser")
        seen = view.subscriber_by_name("Smith 4B")
        assert seen is not None
        endpoint = view.endpoint_of(seen)
        assert endpoint is not None
        assert endpoint.state is EndpointState.OK
        texts = [entry.text for entry in services.activity.entries("riser")]
        assert all(step.command in texts for step in change.steps)
        assert await services.store.leases.holder_of("riser") is None


async def test_doing_it_again_is_refused_before_anything_is_sent(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        wanted = request(services)
        ready = await services.provisioning.prepare(wanted)
        await services.provisioning.execute(ready)
        with pytest.raises(ValidationFailed) as caught:
            await services.provisioning.prepare(wanted)
        assert {finding.field for finding in caught.value.findings} == {"name", "endpoint"}
        with pytest.raises(DeviceChanged, match="Smith 4B"):
            await services.provisioning.execute(ready)
        assert len(server.device.running.subscribers) == len(server.device.startup.subscribers)


async def test_every_broken_rule_is_told_at_once(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        with pytest.raises(ValidationFailed) as caught:
            await prepared(services, name="", vlan=1, plan="no such plan")
        assert {finding.field for finding in caught.value.findings} >= {"name", "vlan", "plan"}
        with pytest.raises(NotFound):
            await prepared(services, device="tower")


async def test_a_refused_command_is_taken_back_and_told_in_the_units_words(
    tmp_path: Path, server: SimServer
) -> None:
    server.device.allowed_vlan_limit = 1
    before = server.device.running.copy()
    async with at(tmp_path, server) as services:
        ready = await prepared(services, allowed_vlans=(20, 21))
        change = await services.provisioning.execute(ready)
        assert change.state is ChangeState.REVERTED
        assert [step.state for step in change.steps] == [StepState.REVERTED, StepState.REJECTED]
        assert change.steps[1].reply
        assert change.steps[1].reply in (change.message or "")
        assert "Nothing of it is left" in (change.message or "")
        assert server.device.running.endpoints == before.endpoints
        assert server.device.running.subscribers == before.subscribers
        assert (await services.store.journal.get(change.id)).state is ChangeState.REVERTED


async def test_what_reads_back_differently_is_taken_back(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = SimDevice.add_subscriber

    def add_on_another_vlan(device: SimDevice, new: SimSubscriber) -> int:
        return add(device, replace(new, vlan=77))

    monkeypatch.setattr(SimDevice, "add_subscriber", add_on_another_vlan)
    async with at(tmp_path, server) as services:
        change = await services.provisioning.execute(await prepared(services))
        assert change.state is ChangeState.REVERTED
        assert "The VLAN of the subscriber Smith 4B is 77 instead of 1234." in (
            change.message or ""
        )
        assert running_service(server.device) is None


async def test_what_cannot_be_taken_back_is_said(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.device.allowed_vlan_limit = 1

    def keep(device: SimDevice, endpoint_id: int) -> None:
        """A unit that says yes and does nothing."""

    monkeypatch.setattr(SimDevice, "delete_endpoint", keep)
    async with at(tmp_path, server) as services:
        ready = await prepared(services, allowed_vlans=(20, 21))
        change = await services.provisioning.execute(ready)
        assert change.state is ChangeState.FAILED
        assert "not wholly taken back" in (change.message or "")
        assert str(ready.wanted.endpoints[0].mac) in (change.message or "")


async def test_a_save_that_does_not_happen_is_noticed(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimDevice, "save", lambda device: 1_435)
    async with at(tmp_path, server) as services:
        change = await services.provisioning.execute(await prepared(services))
        assert change.state is ChangeState.VERIFIED_UNSAVED
        assert change.saved is False
        assert "startup configuration reads back differently" in (change.message or "")
        assert running_service(server.device) is not None


async def test_not_saving_is_a_setting(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server, **{"provisioning.save_after_change": False}) as services:
        change = await services.provisioning.execute(await prepared(services))
        assert change.state is ChangeState.VERIFIED_UNSAVED
        assert not saved_service(server.device)
        assert "a restart of the unit loses it" in (change.message or "")


def commands_until(step: int) -> int:
    """Return how many commands a session has received with step number `step` (0-based)."""
    show, configure = 1, 1
    return PROLOGUE + show + configure + step + 1


async def test_a_session_that_dies_is_settled_by_reading(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        server.device.faults.die_after = commands_until(1)
        change = await services.provisioning.execute(ready)
        assert change.state is ChangeState.INDETERMINATE
        assert [step.state for step in change.steps] == [StepState.ACCEPTED, StepState.UNKNOWN]
        assert "only partly there" in (change.message or "")
        assert "The subscriber Smith 4B is not there." in (change.message or "")
        assert running_service(server.device) is None  # it was not sent again
        assert len(server.device.running.endpoints) == len(server.device.startup.endpoints) + 1
        server.device.faults.die_after = None
        settled = await services.provisioning.settle_unfinished()
        assert [one.state for one in settled] == [ChangeState.FAILED]


async def test_nothing_there_is_told_but_not_taken_for_certain(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        server.device.faults.die_after = commands_until(0)
        change = await services.provisioning.execute(ready)
        assert change.state is ChangeState.INDETERMINATE
        assert "nothing of the change of Smith 4B on riser is there so far" in (
            change.message or ""
        )


async def test_a_lost_answer_of_a_command_that_took_effect(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = SimDevice.add_subscriber

    def add_and_hang_up(device: SimDevice, new: SimSubscriber) -> int:
        number = add(device, new)
        for connection in list(server.cli.connections):
            connection.abort()
        return number

    monkeypatch.setattr(SimDevice, "add_subscriber", add_and_hang_up)
    async with at(tmp_path, server) as services:
        change = await services.provisioning.execute(await prepared(services))
        assert change.state is ChangeState.VERIFIED_SAVED
        assert change.steps[1].state is StepState.UNKNOWN
        assert "Read again over a new session" in (change.message or "")
        assert saved_service(server.device)
        assert len(server.device.running.subscribers) == len(server.device.startup.subscribers)


async def test_a_unit_that_cannot_be_read_again_stays_indeterminate(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)

        def hang_up(change: Change) -> None:
            if change.steps[1].state is StepState.SENT:
                server.device.faults.refuse_login = True
                for connection in list(server.cli.connections):
                    connection.abort()

        change = await services.provisioning.execute(ready, hang_up)
        assert change.state is ChangeState.INDETERMINATE
        assert "could not be read again" in (change.message or "")
        assert (await services.store.journal.get(change.id)).state is ChangeState.INDETERMINATE


async def test_a_unit_that_answers_too_late(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server, **{"ssh.config_timeout_s": 0.3}) as services:
        ready = await prepared(services)

        def slow_down(change: Change) -> None:
            waiting = change.steps[1].state is StepState.SENT
            server.device.faults.slow_s = 1.0 if waiting else 0.0

        change = await services.provisioning.execute(ready, slow_down)
        assert change.steps[1].state is StepState.UNKNOWN
        assert "did not answer in time" in (change.message or "")
        # Once sent it may still take effect: what was found is told, nothing is sent twice.
        assert change.state in (ChangeState.INDETERMINATE, ChangeState.VERIFIED_SAVED)
        names = [one.name for one in server.device.running.subscribers.values()]
        assert names.count("Smith 4B") <= 1


async def test_a_device_that_changed_since_is_refused_with_the_difference(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        wanted = ready.wanted.subscribers[0]
        other = SimSubscriber(wanted.subscriber_id, "Jones", vlan=300)
        server.device.add_subscriber(other)
        before = server.device.running.copy()
        with pytest.raises(DeviceChanged, match="is now 'Jones'"):
            await services.provisioning.execute(ready)
        assert server.device.running == before
        recorded = (await services.store.journal.list())[0]
        assert recorded.state is ChangeState.REFUSED
        assert "Jones" in (recorded.message or "")


async def test_an_endpoint_that_moved_since_is_refused(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        endpoint = ready.wanted.endpoints[0]
        here = int(str(endpoint.port).rpartition("/")[2])
        server.device.plug(str(endpoint.mac), here % server.device.model.ghn_ports + 1)
        with pytest.raises(DeviceChanged, match=f"and not on {endpoint.port}"):
            await services.provisioning.execute(ready)


async def test_read_only_is_enforced_for_device_and_console(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        await services.inventory.edit("riser", read_only=True)
        with pytest.raises(ReadOnlyRefused, match="--writable"):
            await services.provisioning.execute(ready)
        await services.inventory.edit("riser", read_only=False)
    async with at(tmp_path / "other", server, read_only=True) as services:
        ready = await prepared(services)  # a plan may be made
        with pytest.raises(ReadOnlyRefused, match="console is read-only"):
            await services.provisioning.execute(ready)
        assert services.provisioning.offer("riser").read_only
        assert await services.store.journal.list() == ()
    assert running_service(server.device) is None


async def test_another_writer_keeps_the_device(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        assert await services.store.leases.acquire("riser", "elsewhere:1:bob", LEASE_TTL_S)
        with pytest.raises(DeviceBusy, match="elsewhere:1:bob"):
            await services.provisioning.execute(ready)
        await services.store.leases.release("riser", "elsewhere:1:bob")
        change = await services.provisioning.execute(ready)
        assert change.state is ChangeState.VERIFIED_SAVED


async def test_the_lease_of_a_killed_console_is_taken_over(
    tmp_path: Path, server: SimServer
) -> None:
    import socket

    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        holder = f"{socket.gethostname()}:{gone.pid}:bob"
        assert await services.store.leases.acquire("riser", holder, LEASE_TTL_S)
        assert (await services.provisioning.execute(ready)).state is ChangeState.VERIFIED_SAVED


async def test_two_consoles_on_one_database(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as first, at(tmp_path, server) as second:
        for secret_holder in (first, second):
            await keep_secrets(secret_holder, server)
        one, two = await prepared(first), await prepared(second, name="Jones", vlan=77)
        second.changes._holder = "elsewhere:1:bob"
        results = await asyncio.gather(
            first.provisioning.execute(one),
            second.provisioning.execute(two),
            return_exceptions=True,
        )
        done = [result for result in results if isinstance(result, Change)]
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(done) == len(refused) == 1
        assert done[0].state is ChangeState.VERIFIED_SAVED
        assert len(server.device.running.subscribers) == len(server.device.startup.subscribers)


async def keep_secrets(services: Services, server: SimServer) -> None:
    from tests.services.conftest import secrets_of

    await services.vault.keep("riser", secrets_of(server))


async def test_a_unit_without_ssh_or_with_another_key_is_not_changed(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        wanted = request(services)
        ready = await services.provisioning.prepare(wanted)
        server.cli.rotate_host_key()
        with pytest.raises(HostKeyChanged):
            await services.provisioning.execute(ready)
        assert services.fleet.get("riser").status is DeviceStatus.BLOCKED
        with pytest.raises(HostKeyChanged, match="until a person has checked"):
            await services.provisioning.prepare(wanted)
        assert running_service(server.device) is None
        await services.inventory.remove("riser")
        await onboard(services, server, "riser", ssh=False)
        with pytest.raises(Refused, match="without SSH"):
            await services.provisioning.prepare(wanted)


async def test_a_dead_unit_cannot_be_planned_for(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server, **{"snmp.timeout_s": 0.2, "snmp.retries": 0}) as services:
        wanted = request(services)
        await server.stop()
        with pytest.raises(DeviceUnreachable):
            await services.provisioning.prepare(wanted)


async def test_cancelling_in_the_middle_brings_the_change_to_an_end(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        applying = asyncio.Event()

        def watch(change: Change) -> None:
            if change.steps[0].state is StepState.SENT:
                applying.set()

        task = asyncio.create_task(services.provisioning.execute(ready, watch))
        await applying.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        recorded = (await services.store.journal.list())[0]
        assert recorded.state is ChangeState.VERIFIED_SAVED
        assert saved_service(server.device)


async def test_cancelling_before_anything_was_sent_changes_nothing(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        confirmed = asyncio.Event()

        def watch(change: Change) -> None:
            confirmed.set()

        task = asyncio.create_task(services.provisioning.execute(ready, watch))
        await confirmed.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        recorded = (await services.store.journal.list())[0]
        assert recorded.state is ChangeState.REFUSED
        assert running_service(server.device) is None


@pytest.mark.parametrize("applied", ["nothing", "half", "all", "all and saved"])
async def test_a_crash_is_settled_at_the_next_start(
    tmp_path: Path, server: SimServer, applied: str
) -> None:
    """The console dies while it applies; how far the unit came is the parameter."""
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        journal = services.store.journal
        confirmed = replace(ready.change, state=ChangeState.CONFIRMED)
        change_id = await journal.create(confirmed, ready.basis, ready.wanted)
        await journal.set_state(change_id, ChangeState.APPLYING)
        await journal.set_step(change_id, 0, StepState.SENT)
        carry_out(server.device, ready, applied)
        settled = await services.provisioning.settle_unfinished()
        ends = {
            "nothing": ChangeState.REVERTED,
            "half": ChangeState.FAILED,
            "all": ChangeState.VERIFIED_UNSAVED,
            "all and saved": ChangeState.VERIFIED_SAVED,
        }
        assert [one.state for one in settled] == [ends[applied]]
        assert "stopped in the middle" in (settled[0].message or "")
        states = [event.state for event in await journal.events(change_id)]
        assert ChangeState.INDETERMINATE in states
        assert await journal.unfinished() == ()
        assert await services.provisioning.settle_unfinished() == ()


def carry_out(device: SimDevice, ready: PreparedChange, applied: str) -> None:
    from positron_tui.simulator.config import SimEndpointConfig

    endpoint, subscriber = ready.wanted.endpoints[0], ready.wanted.subscribers[0]
    if applied == "nothing":
        return
    port = int(str(endpoint.port).rpartition("/")[2])
    device.add_endpoint(
        SimEndpointConfig(endpoint.endpoint_id, str(endpoint.name), str(endpoint.mac), port=port)
    )
    if applied == "half":
        return
    device.add_subscriber(
        SimSubscriber(
            subscriber.subscriber_id,
            subscriber.name,
            endpoint_id=endpoint.endpoint_id,
            vlan=int(str(subscriber.vlan)),
        )
    )
    if applied == "all and saved":
        device.save()


async def test_a_change_that_was_never_sent_is_closed_without_reading(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        await services.store.journal.create(replace(ready.change, state=ChangeState.CONFIRMED))
        settled = await services.provisioning.settle_unfinished()
        assert [one.state for one in settled] == [ChangeState.REFUSED]
        assert "nothing was changed" in (settled[0].message or "")


async def test_a_silent_unit_is_settled_when_it_answers_again(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        ready = await prepared(services)
        journal = services.store.journal
        applying = replace(ready.change, state=ChangeState.APPLYING)
        change_id = await journal.create(applying, ready.basis, ready.wanted)
        await journal.set_step(change_id, 0, StepState.SENT)
        await server.cli.stop()
        settled = await services.provisioning.settle_unfinished()
        assert [one.state for one in settled] == [ChangeState.INDETERMINATE]
        await server.cli.start(server.host, server.ssh_port)
        ended = asyncio.Event()

        def watch(event: Event) -> None:
            if event == ChangeUpdated(change_id):
                ended.set()

        services.events.subscribe(watch)
        await services.monitor.poll("riser")
        await ended.wait()
        assert (await journal.get(change_id)).state is ChangeState.REVERTED
