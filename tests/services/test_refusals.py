"""Bad input: each kind gets a sentence that says what to do, and nothing is sent or lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_endpoints import AddEndpoint
from positron_tui.domain.edits_plant import PutProfile, SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import DeviceUnreachable, ReadOnlyRefused, ValidationFailed
from positron_tui.domain.plans import Plan
from positron_tui.services.app import Services
from positron_tui.services.prepared import DeviceEdit
from positron_tui.simulator.config import SimEndpointConfig, SimProfile
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_endpoint, free_one, texts
from tests.services.conftest import StartUnit, onboard
from tests.services.operating import done, first_service, sim_subscriber


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    server.device.running.uplink_allowed_vlans = "3-2000,4094"
    free_one(server.device)
    return server


BAD_FIELDS: dict[str, tuple[dict[str, object], str, str]] = {
    "reserved": ({"vlan": 3_841}, "vlan", "3841 is reserved inside the unit"),
    "of the endpoints": ({"vlan": 2}, "vlan", "management of the endpoints; choose another"),
    "of the management": ({"vlan": 100}, "vlan", "VLAN 100 is used to manage the unit"),
    "out of range": ({"vlan": 5_000}, "vlan", "VLAN 5000 is outside 3-4092"),
    "not on the uplink": ({"vlan": 2_500}, "vlan", "not allowed on the uplink of riser"),
    "outer not on the uplink": (
        {"double_tag": True, "outer_vlan": 2_500},
        "outer_vlan",
        "allow it there first or choose another",
    ),
    "too long": ({"name": "x" * 32}, "name", "32 characters; 31 is the most"),
    "question mark": ({"name": "4B?"}, "name", "the character ?, which the device's command line"),
    "quote": ({"name": 'the "4B"'}, "name", 'the character ", which'),
    "tab": ({"name": "4\tB"}, "name", "U+0009"),
    "control": ({"description": "a\x07"}, "description", "U+0007"),
    "not ascii": ({"name": "Müller"}, "name", "U+00FC"),
    "no such plan": ({"plan": "Silver"}, "plan", "riser has no plan named Silver; it has:"),
    "no such endpoint": (
        {"endpoint_mac": "00:0e:d8:ff:ff:ff"},
        "endpoint",
        "neither seen nor configured on riser; check the MAC address",
    ),
}


async def _nothing_is_kept(services: Services) -> None:
    """What was refused before anything was sent is neither in the journal nor intended."""
    assert await services.changes.list() == ()
    assert await services.intent.services() == ()
    assert await services.store.journal.unfinished() == ()


@pytest.mark.parametrize("case", BAD_FIELDS)
async def test_a_bad_field_is_told_and_nothing_is_kept(
    tmp_path: Path, server: SimServer, case: str
) -> None:
    fields, field, words = BAD_FIELDS[case]
    before = texts(server.device)
    async with at(tmp_path, server) as services:
        request = replace(adding(services, name=NAME).request, **fields)  # type: ignore[arg-type]
        with pytest.raises(ValidationFailed) as caught:
            await services.changes.prepare(await services.actions.subscriber_add(request))
        found = {one.field: one.text for one in caught.value.findings}
        assert words in found[field]
        await _nothing_is_kept(services)
    assert texts(server.device) == before


async def test_a_taken_name(tmp_path: Path, server: SimServer) -> None:
    async with at(tmp_path, server) as services:
        taken = first_service(services).name
        edit = await services.actions.subscriber_add(adding(services, name=taken).request)
        with pytest.raises(ValidationFailed, match="already has a subscriber named"):
            await services.changes.prepare(edit)
        await _nothing_is_kept(services)


BAD_NAMES = {
    "x" * 32: "32 characters; 31 is the most",
    "4B?": "the character ?, which",
    'the "4B"': 'the character ", which',
    "4\tB": "U+0009",
    "bell\x07": "U+0007",
    "Müller": "U+00FC",
    " 4B": "blank",
    "": "is empty; give one of 1 to 31 characters",
}


async def test_a_name_of_anything_that_the_device_would_eat(
    tmp_path: Path, server: SimServer
) -> None:
    before = texts(server.device)
    async with at(tmp_path, server, jsonrpc=False) as services:
        for name, words in BAD_NAMES.items():
            edits: list[Edit] = [
                AddEndpoint("00:0e:d8:bb:00:01", name, port="G.hn 1/8"),
                PutProfile(name, 200, 100),
            ]
            if name:  # a port may have none
                edits.append(SetPort("G.hn 1/3", name=name))
            for edit in edits:
                with pytest.raises(ValidationFailed) as caught:
                    await services.changes.prepare(DeviceEdit.of("riser", edit))
                assert words in str(caught.value), edit
        await _nothing_is_kept(services)
    assert texts(server.device) == before


def _fill_port(server: SimServer, count: int) -> None:
    for number in range(count):
        server.device.add_endpoint(
            SimEndpointConfig(0, f"box {number}", f"00:0e:d8:aa:00:{number:02x}", port=1)
        )


@pytest.mark.parametrize(
    ("model", "count", "words"),
    [
        ("GAM-8-CX", 16, "already has 16 endpoints configured, the most for a coax port"),
        ("GAM-8-MX", 1, "already has one endpoint configured, the most for a copper port"),
    ],
)
async def test_one_endpoint_too_many_on_a_port(
    tmp_path: Path, start_unit: StartUnit, model: str, count: int, words: str
) -> None:
    unit = await start_unit(model=model, endpoints=0)
    _fill_port(unit, count)
    async with at(tmp_path, unit) as services:
        add = AddEndpoint("00:0e:d8:bb:00:01", "one more", port="G.hn 1/1")
        with pytest.raises(ValidationFailed, match=words):
            await services.changes.prepare(await services.actions.endpoint_add("riser", add))
        await _nothing_is_kept(services)
    assert len(unit.device.running.endpoints) == count


async def test_one_profile_too_many(tmp_path: Path, server: SimServer) -> None:
    for number in range(2, 16):
        if number not in server.device.running.profiles:
            server.device.add_profile(SimProfile(number, f"plan {number}", 20 + number, 20))
    async with at(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        edit = await services.actions.subscriber_add(
            adding(services, name=NAME, plan="Gold").request
        )
        with pytest.raises(ValidationFailed, match="all of its 15 profiles; remove an unused one"):
            await services.changes.prepare(edit)
        await _nothing_is_kept(services)
    assert len(server.device.running.profiles) == 15


async def test_more_than_a_copper_line_can_be_limited_to(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    copper = await start_unit(model="GAM-8-MX")
    async with at(tmp_path, copper) as services:
        with pytest.raises(ValidationFailed, match="above the 1000 Mbit/s that a copper line"):
            await services.changes.prepare(DeviceEdit.of("riser", PutProfile("G", 1_060, 1_060)))
        await _nothing_is_kept(services)


async def test_an_endpoint_that_is_on_another_port(tmp_path: Path, server: SimServer) -> None:
    mac = next(one.mac for one in server.device.seen_endpoints() if one.detected_port)
    place = next(one.detected_port for one in server.device.seen_endpoints() if one.mac == mac)
    other = 8 if place != 8 else 7
    server.device.add_endpoint(SimEndpointConfig(0, "moved", mac, port=other))
    async with at(tmp_path, server) as services:
        edit = await services.actions.subscriber_add(
            replace(adding(services, name=NAME).request, endpoint_mac=mac)
        )
        with pytest.raises(ValidationFailed, match="move the cable back or change its port first"):
            await services.changes.prepare(edit)
        await _nothing_is_kept(services)


def _refuses(server: SimServer) -> None:
    server.device.allowed_vlan_limit = 1


def _dies(server: SimServer) -> None:
    server.device.faults.die_after = 7


def _restarts(server: SimServer) -> None:
    server.device.restart_seconds = 0.1
    server.device.reboot()


def _hangs(server: SimServer) -> None:
    server.device.faults.slow_s = 3


@pytest.mark.parametrize("act", [_refuses, _dies, _restarts, _hangs])
async def test_a_device_that_misbehaves_leaves_the_truth(
    tmp_path: Path, server: SimServer, act: Callable[[SimServer], None]
) -> None:
    """Whatever the device does in the middle: journal, intent and unit say the same at the end."""
    impatient: dict[str, object] = {"ssh.config_timeout_s": 0.5, "ssh.idle_close_s": 0}
    async with at(tmp_path, server, jsonrpc=False, **impatient) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        was = sim_subscriber(server.device, name).vlan
        edit = EditSubscriber(name, vlan=1_777, allowed_vlans=(20, 21))
        plan = await services.changes.prepare(await services.actions.subscriber_edit("riser", edit))
        acted: list[ChangeState] = []

        def watch(change: Change) -> None:
            if not acted and change.state is ChangeState.APPLYING:
                acted.append(change.state)
                act(server)

        change = await services.changes.execute(plan, watch)
        assert acted
        assert change.message
        server.device.faults = Faults()
        server.device.allowed_vlan_limit = 14
        if change.state is ChangeState.INDETERMINATE:
            while not server.device.listening:
                await services.monitor.poll("riser")
            await services.changes.settle()
            change = await services.changes.get(change.id)
        verified = change.state in (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)
        assert change.state.finished
        assert change.state is not ChangeState.INDETERMINATE, change.message
        vlan = sim_subscriber(server.device, name).vlan
        assert vlan == (1_777 if verified else was), change.message
        held = await services.intent.service("riser", name)
        assert held is not None
        assert held.subscriber.vlan == vlan


def _locks_out(server: SimServer) -> None:
    server.device.faults.refuse_login = True


def _is_late(server: SimServer) -> None:
    """Only the call that is sent now is answered after its time is over."""
    server.device.faults.slow_s = 1.4
    asyncio.get_running_loop().call_later(0.5, _is_quick, server)


def _is_quick(server: SimServer) -> None:
    server.device.faults.slow_s = 0


def _hangs_up(server: SimServer) -> None:
    def hang_up() -> None:
        _is_quick(server)
        server.hang_up()

    server.device.faults.slow_s = 0.5
    asyncio.get_running_loop().call_later(0.25, hang_up)


@pytest.mark.parametrize("act", [_locks_out, _hangs_up, _restarts, _is_late])
async def test_a_device_that_misbehaves_over_its_api_leaves_the_truth(
    tmp_path: Path, start_unit: StartUnit, act: Callable[[SimServer], None]
) -> None:
    """The same for what goes over JSON-RPC and a pinned certificate."""
    server = await start_unit(https=True)
    impatient: dict[str, object] = {
        "jsonrpc.timeout_s": 1.0,
        "provisioning.settle_grace_s": 1.5,
        "ssh.idle_close_s": 0,
    }
    async with at(tmp_path, server, **impatient) as services:
        await services.intent.adopt("riser")
        name = first_service(services).name
        edit = EditSubscriber(name, double_tag=True, outer_vlan=400)
        plan = await services.changes.prepare(await services.actions.subscriber_edit("riser", edit))
        assert {step.transport for step in plan.change.steps} == {"jsonrpc"}
        acted: list[ChangeState] = []

        def watch(change: Change) -> None:
            if not acted and change.state is ChangeState.APPLYING:
                acted.append(change.state)
                act(server)

        change = await services.changes.execute(plan, watch)
        assert acted
        assert change.message
        server.device.faults = Faults()
        while not server.device.listening:
            await services.monitor.poll("riser")
        if change.state is ChangeState.INDETERMINATE:
            await services.changes.settle()
            change = await services.changes.get(change.id)
        verified = change.state in (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)
        assert change.state.finished
        assert change.state is not ChangeState.INDETERMINATE, change.message
        service = sim_subscriber(server.device, name)
        assert service.double_tag is verified, change.message
        held = await services.intent.service("riser", name)
        assert held is not None
        assert bool(held.subscriber.double_tag) is verified


async def test_read_only_is_the_default_and_says_how_to_lift_it(
    tmp_path: Path, server: SimServer, start_unit: StartUnit
) -> None:
    second = await start_unit(seed=9)
    async with at(tmp_path, server) as services:
        added = await onboard(services, second, "tower", writable=False)
        assert added.device.read_only
        name = first_service(services, "tower").name
        edit = await services.actions.subscriber_edit("tower", EditSubscriber(name, vlan=1_300))
        plan = await services.changes.prepare(edit)
        with pytest.raises(ReadOnlyRefused, match="device edit tower --writable"):
            await services.changes.execute(plan)
        report = await services.bulk.run([edit])
        assert "device edit tower --writable" in report.sentence
        await services.inventory.edit("tower", read_only=False)
        await done(services, edit)


async def test_a_device_that_does_not_answer_is_told_before_anything_is_sent(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        edit = await services.actions.subscriber_add(
            adding(services, name=NAME, endpoint_mac=free_endpoint(services).mac).request
        )
        await server.stop()
        with pytest.raises(DeviceUnreachable, match="riser"):
            await services.changes.prepare(edit)
        assert await services.changes.list() == ()
