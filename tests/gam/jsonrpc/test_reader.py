"""Readings, held against what the same unit prints as its configuration and is made of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from positron_tui.domain.devices import Firmware, Line, SubscriberModel
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    LoginRefused,
    UnexpectedReply,
)
from positron_tui.domain.ports import PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe
from positron_tui.gam.jsonrpc.reader import JsonRpcReader
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from positron_tui.simulator.jsonrpc.dispatch import answer as unit_answers
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock
from tests.gam.jsonrpc.conftest import client_of, coax_unit, copper_unit, odd_client, serving
from tests.gam.jsonrpc.odd_server import OddServer, Request, envelope, http, odd_server

FLEET = [*build_fleet(8, seed=5), *demo_fleet()]
MISSING = {"code": -32601, "message": "Method not found"}
INVALID = {"code": -32602, "message": "Invalid params"}


@asynccontextmanager
async def reading(device: SimDevice) -> AsyncIterator[JsonRpcReader]:
    async with serving(device) as server, client_of(server) as client:
        yield JsonRpcReader(client, FrozenClock())


@asynccontextmanager
async def odd_reading(
    device: SimDevice, twist: Callable[[Request], bytes | None]
) -> AsyncIterator[tuple[JsonRpcReader, OddServer]]:
    """Read a unit whose firmware answers some methods otherwise; `twist` gives those answers."""

    async def answer(request: Request) -> bytes:
        twisted = twist(request)
        return twisted or http(json.dumps(unit_answers(device, json.dumps(request.body).encode())))

    async with odd_server(answer) as odd, odd_client(odd) as client:
        yield JsonRpcReader(client, FrozenClock()), odd


def lacking(*words: str) -> Callable[[Request], bytes | None]:
    """Return the twist of a firmware without the methods that have one of these words in them."""

    def twist(request: Request) -> bytes | None:
        if any(word in request.method for word in words):
            return envelope(request, error=MISSING)
        return None

    return twist


def comparable(config: RunningConfig) -> RunningConfig:
    """Leave out what one of the two ways does not tell, and ports without a setting."""
    ports = tuple(
        port
        for port in (replace(port, mode=None) for port in config.ports)
        if port != PortConfig(port.number)
    )
    subscribers = tuple(
        replace(one, source=None, poe=one.poe or Poe.DISABLE, profile_id=one.profile_id or 0)
        for one in config.subscribers
    )
    return RunningConfig(
        hostname=config.hostname,
        ports=ports,
        endpoints=config.endpoints,
        profiles=config.profiles,
        subscribers=subscribers,
        unreadable_lines=config.unreadable_lines,
    )


@pytest.mark.parametrize("device", FLEET, ids=lambda device: f"{device.name}-{device.model.name}")
async def test_the_configuration_is_the_one_that_is_printed(device: SimDevice) -> None:
    async with reading(device) as reader:
        config = await reader.running_config()
    printed = parse_running_config(device.running_text())

    assert comparable(config) == comparable(printed)
    assert config.subscribers
    assert len(config.ports) == device.model.ghn_ports
    assert all(one.source is Source.JSONRPC for one in config.subscribers)
    assert config.default_uplink == "10G 1/1"
    assert config.subscriber_model is SubscriberModel.ENDPOINT_AWARE


async def test_what_the_command_line_has_no_words_for() -> None:
    device = coax_unit()
    first = next(iter(device.running.subscribers.values()))
    device.set_subscriber(
        replace(
            first,
            double_tag=True,
            outer_vlan=2800,
            uplink=1,
            trunk=True,
            tagged=True,
            remapped_vlan=201,
            port2_vlan=202,
            allowed_vlans=[310, 302],
            poe="force",
        )
    )
    async with reading(device) as reader:
        config = await reader.running_config()
    found = config.subscribers[0]

    assert (found.double_tag, found.outer_vlan, found.uplink) == (True, 2800, "10G 1/1")
    assert (found.trunk, found.tagged, found.poe) == (True, True, Poe.FORCE)
    assert (found.remapped_vlan, found.port2_vlan) == (201, 202)
    assert found.allowed_vlans == (302, 310)
    assert found.endpoint_mac == device.running.endpoints[first.endpoint_id].mac


async def test_a_port_aware_unit() -> None:
    device = copper_unit()
    device.set_subscriber_model("portAware")
    device.set_shutdown(2, shutdown=True)
    async with reading(device) as reader:
        config = await reader.running_config()
        assert await reader.subscriber_model() is SubscriberModel.PORT_AWARE
        identity = await reader.identity()

    assert [one.port for one in config.subscribers] == [
        f"G.hn 1/{one.port}" for one in device.running.subscribers.values()
    ]
    assert all(one.endpoint_id is None for one in config.subscribers)
    assert config.subscriber_model is SubscriberModel.PORT_AWARE
    assert [port.shutdown for port in config.ports] == [False, True, False, False]
    assert config.ports[0].mode is PortMode.MIMO
    assert (identity.line, identity.subscriber_model) == (
        Line.COPPER,
        SubscriberModel.PORT_AWARE,
    )


async def test_firmware_without_methods_by_name() -> None:
    device = coax_unit()
    async with odd_reading(device, lacking("ByName")) as (reader, odd):
        first, second = await reader.running_config(), await reader.running_config()

    assert comparable(first) == comparable(parse_running_config(device.running_text()))
    assert first == second
    assert sum("ByName" in method for method in odd.methods) == 3


async def test_rows_by_name_without_ids_are_read_by_id() -> None:
    device = coax_unit()

    def twist(request: Request) -> bytes | None:
        if not request.method.endswith("ByName.get"):
            return None
        found = unit_answers(device, json.dumps(request.body).encode())["result"]
        for row in found:
            row["val"].pop("Id")
        return envelope(request, found)

    async with odd_reading(device, twist) as (reader, _):
        config = await reader.running_config()

    assert comparable(config) == comparable(parse_running_config(device.running_text()))


async def test_rows_that_cannot_be_read_are_told_and_the_others_kept() -> None:
    device = coax_unit()

    def twist(request: Request) -> bytes | None:
        if "userByName" not in request.method:
            return None
        found = unit_answers(device, json.dumps(request.body).encode())["result"]
        return envelope(request, [*found, {"key": "odd", "val": {"Id": 0}}, 7])

    async with odd_reading(device, lambda r: twist(r) or lacking("config.user.get")(r)) as (
        reader,
        _,
    ):
        config = await reader.running_config()

    assert len(config.subscribers) == len(device.running.subscribers)
    assert len(config.unreadable_lines) == 2
    assert '"odd"' in "".join(config.unreadable_lines)


async def test_a_later_firmware_with_a_tag_on_port_2() -> None:
    device = coax_unit()

    def twist(request: Request) -> bytes | None:
        if "userByName" not in request.method:
            return None
        found = unit_answers(device, json.dumps(request.body).encode())["result"]
        for row in found:
            row["val"]["Port2VlanIsTagged"] = row["val"]["Id"] == 1
            row["val"]["SomethingNew"] = {"a": []}
            row["val"]["PoeModeCtrl"] = "somethingNew"
        return envelope(request, found)

    async with odd_reading(device, twist) as (reader, _):
        config = await reader.running_config()

    assert config.port2_tagged[1] is True
    assert sum(config.port2_tagged.values()) == 1
    assert all(one.poe is None for one in config.subscribers)


async def test_firmware_that_does_not_tell_which_ports_are_off() -> None:
    async with odd_reading(coax_unit(), lacking("port.config.get", "systemInfo")) as (reader, _):
        config = await reader.running_config()

    assert config.hostname is None
    assert config.unreadable_lines == (
        "port.config.get: which ports are switched off is not known",
    )


async def test_an_empty_unit() -> None:
    device = build_fleet(1, model="GAM-4-CX", endpoints=0)[0]
    async with reading(device) as reader:
        config = await reader.running_config()
        assert await reader.endpoints() == ()

    assert config.subscribers == ()
    assert config.endpoints == ()
    assert config.profiles[0].name == "Default BW Profile"


@pytest.mark.parametrize("device", FLEET, ids=lambda device: f"{device.name}-{device.model.name}")
async def test_endpoints_are_those_of_the_plant(device: SimDevice) -> None:
    async with reading(device) as reader:
        found = {one.mac: one for one in await reader.endpoints()}

    for row in device.seen_endpoints():
        one = found.pop(row.mac)
        assert one.endpoint_id == (row.endpoint_id or None)
        assert one.detected_port == (f"G.hn 1/{row.detected_port}" if row.detected_port else None)
        assert one.subscriber == (row.subscriber.name if row.subscriber else None)
        assert (one.state is EndpointState.OK) == (row.state == 1)
        if row.box is None:
            assert (one.down_phy_mbps, one.serial, one.uptime_s) == (None, None, None)
            continue
        box = row.box
        assert (one.down_phy_mbps, one.up_phy_mbps) == (box.down_phy_mbps, box.up_phy_mbps)
        assert (one.down_max_mbps, one.up_max_mbps) == (box.down_max_mbps, box.up_max_mbps)
        assert (one.serial, one.firmware) == (box.serial, box.firmware)
        assert one.wire_length_m == (
            box.wire_length_m if device.model.line is Line.COPPER else None
        )
        assert one.uptime_s is not None
        assert one.source is Source.JSONRPC
    assert not found


async def test_endpoints_in_quarantine() -> None:
    device = demo_fleet()[0]
    async with reading(device) as reader:
        found = await reader.endpoints()

    unknown = [one for one in found if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC]
    assert unknown
    assert all(one.detected_port and not one.configured for one in unknown)


@pytest.mark.parametrize(("error", "asked"), [(INVALID, 6), (MISSING, 0)])
async def test_details_without_a_whole_table(error: dict[str, object], asked: int) -> None:
    def twist(request: Request) -> bytes | None:
        if ".detailed." in request.method and (not request.body["params"] or error is MISSING):
            return envelope(request, error=error)
        return None

    async with odd_reading(coax_unit(), twist) as (reader, odd):
        found = await reader.endpoints()

    one_by_one = [one for one in odd.requests if ".detailed." in one.method and one.body["params"]]
    seen = [one for one in found if one.detected_port]
    assert len(one_by_one) == (len(seen) if asked else 0)
    assert all((one.down_phy_mbps is not None) == bool(asked) for one in seen)
    assert seen


async def test_asking_one_by_one_has_a_budget() -> None:
    device, clock = coax_unit(), FrozenClock()

    async def answer(request: Request) -> bytes:
        if ".detailed." in request.method and not request.body["params"]:
            return envelope(request, error=INVALID)
        if ".detailed." in request.method:
            clock.advance(4)
        return http(json.dumps(unit_answers(device, json.dumps(request.body).encode())))

    async with odd_server(answer) as odd, odd_client(odd) as client:
        found = await JsonRpcReader(client, clock, detail_budget_s=5).endpoints()

    assert len([one for one in found if one.serial]) == 2
    assert len(found) == 6


@pytest.mark.parametrize("device", FLEET, ids=lambda device: f"{device.name}-{device.model.name}")
async def test_identity(device: SimDevice) -> None:
    async with reading(device) as reader:
        identity = await reader.identity()

    assert (identity.model, identity.line) == (device.model.name, device.model.line)
    assert (identity.serial, identity.mac) == (device.serial, device.base_mac)
    assert identity.firmware == Firmware(device.personality.firmware, device.personality.alternate)
    assert identity.sys_name == (device.running.hostname or None)


async def test_identity_of_a_firmware_that_tells_little() -> None:
    missing = lacking("systemUtility", "firmware", "global")
    async with odd_reading(copper_unit(), missing) as (reader, _):
        identity = await reader.identity()

    assert identity.line is Line.COPPER
    assert (identity.model, identity.serial, identity.sys_name) == (None, None, None)
    assert identity.firmware == Firmware()
    assert identity.subscriber_model is None


async def test_a_word_for_the_model_that_nobody_knows() -> None:
    def twist(request: Request) -> bytes | None:
        return envelope(request, {"SubscriberModel": "roomAware"})

    async with odd_reading(coax_unit(), twist) as (reader, _):
        assert await reader.subscriber_model() is None


@pytest.mark.parametrize("result", [None, {}, "text", 5])
async def test_tables_that_are_none(result: object) -> None:
    def twist(request: Request) -> bytes | None:
        return envelope(request, result) if "userByName" in request.method else None

    async with odd_reading(coax_unit(), twist) as (reader, _):
        with pytest.raises(UnexpectedReply, match="userByName"):
            await reader.running_config()


async def test_errors_of_the_line_are_not_taken_for_missing_parts(server: SimServer) -> None:
    server.device.faults.refuse_login = True
    async with client_of(server) as client:
        with pytest.raises(LoginRefused):
            await JsonRpcReader(client, FrozenClock()).identity()
    await server.stop()
    async with client_of(server) as client:
        for read in ("identity", "endpoints", "running_config", "subscriber_model"):
            with pytest.raises(DeviceUnreachable):
                await getattr(JsonRpcReader(client, FrozenClock()), read)()


async def test_a_user_who_may_not_read_the_configuration() -> None:
    def twist(request: Request) -> bytes | None:
        return http("no", status=403) if ".config." in request.method else None

    async with odd_reading(coax_unit(), twist) as (reader, _):
        with pytest.raises(CommandRejected, match="privilege"):
            await reader.running_config()
