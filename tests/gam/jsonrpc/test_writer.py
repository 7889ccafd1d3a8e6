"""Changes: what the unit runs after each, and what is never sent twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from positron_tui.domain.calls import call_text, set_user
from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.errors import (
    CapabilityMissing,
    CommandRejected,
    DeviceUnreachable,
    GhnRefusal,
    Indeterminate,
    PositronError,
    UsageError,
)
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.reader import JsonRpcReader
from positron_tui.gam.jsonrpc.writer import JsonRpcWriter
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.jsonrpc.dispatch import answer as unit_answers
from positron_tui.simulator.jsonrpc.types import error_struct
from positron_tui.simulator.server import SimServer
from positron_tui.simulator.state import GhnError
from tests.clocks import FrozenClock
from tests.gam.jsonrpc.conftest import client_of, coax_unit, copper_unit, odd_client, serving
from tests.gam.jsonrpc.odd_server import OddServer, Request, envelope, http, odd_server

NEW_MAC = "00:0e:d8:7a:00:01"


@dataclass(slots=True)
class Bench:
    """A unit, and the two hands on it."""

    device: SimDevice
    reader: JsonRpcReader
    writer: JsonRpcWriter

    async def config(self) -> RunningConfig:
        return await self.reader.running_config()

    async def subscriber(self, name: str) -> Subscriber:
        found = (await self.config()).subscriber_by_name(name)
        assert found is not None
        return found


def _bench(device: SimDevice, client: JsonRpcClient) -> Bench:
    return Bench(device, JsonRpcReader(client, FrozenClock()), JsonRpcWriter(client, poll_s=0.001))


@asynccontextmanager
async def bench_of(device: SimDevice) -> AsyncIterator[Bench]:
    async with serving(device) as server, client_of(server) as client:
        yield _bench(device, client)


@pytest.fixture
async def bench(server: SimServer, client: JsonRpcClient) -> Bench:
    return _bench(server.device, client)


Twist = Callable[[Request], bytes | None]


@asynccontextmanager
async def odd_bench(
    device: SimDevice, twist: Twist, timeout_s: float = 20.0
) -> AsyncIterator[tuple[Bench, OddServer]]:
    """A unit whose firmware answers some calls otherwise; the others reach it."""

    async def answer(request: Request) -> bytes | None:
        twisted = twist(request)
        return twisted or http(json.dumps(unit_answers(device, json.dumps(request.body).encode())))

    async with odd_server(answer) as odd, odd_client(odd, timeout_s=timeout_s) as client:
        yield _bench(device, client), odd


def refusing(word: str, error: object) -> Twist:
    """Return the twist of a unit that refuses the methods with a word in them."""
    return lambda request: envelope(request, error=error) if word in request.method else None


async def free_endpoint(bench: Bench) -> EndpointConfig:
    """Configure an endpoint that has no service yet."""
    await bench.writer.add_endpoint(EndpointConfig(0, "Apt 99", NEW_MAC, port="G.hn 1/2"))
    found = (await bench.config()).endpoint_by_mac(NEW_MAC)
    assert found is not None
    return found


async def test_a_double_tagged_service_comes_changes_and_goes(bench: Bench) -> None:
    endpoint = await free_endpoint(bench)
    wanted = Subscriber(
        0,
        "Apt 99",
        description="third floor",
        endpoint_id=endpoint.endpoint_id,
        vlan=1111,
        tagged=True,
        remapped_vlan=201,
        port2_vlan=202,
        allowed_vlans=(301, 310),
        trunk=False,
        double_tag=True,
        outer_vlan=2800,
        uplink="10G 1/1",
        profile_id=1,
        poe=Poe.ENABLE,
    )
    config = await bench.config()
    added = await bench.writer.add_subscriber(wanted, config)
    found = await bench.subscriber("Apt 99")
    assert "userByName.add" in added.command
    assert (added.reply, added.refused_first) == ("null", None)
    assert _service(found) == _service(wanted)

    changed = replace(
        found,
        remapped_vlan=None,
        port2_vlan=None,
        allowed_vlans=(),
        double_tag=False,
        outer_vlan=None,
        uplink=None,
        trunk=True,
        profile_id=0,
        description=None,
        poe=Poe.DISABLE,
    )
    await bench.writer.set_subscriber(found, changed, config)
    assert await bench.subscriber("Apt 99") == changed

    removed = await bench.writer.delete_subscriber(changed)
    assert removed.command.endswith('"params":["Apt 99"]}')
    assert (await bench.config()).subscriber_by_name("Apt 99") is None


def _service(subscriber: Subscriber) -> Subscriber:
    """Leave out what the device chooses or only shows."""
    return replace(subscriber, subscriber_id=0, endpoint_mac=None, source=None)


async def test_a_port_aware_service() -> None:
    async with bench_of(copper_unit()) as bench:
        await bench.writer.set_global(subscriber_model=SubscriberModel.PORT_AWARE)
        config = await bench.config()
        free = config.subscribers[0]
        await bench.writer.delete_subscriber(free)
        wanted = Subscriber(0, "Apt 99", port=free.port, vlan=1200, profile_id=1, tagged=False)
        await bench.writer.add_subscriber(wanted, config)
        found = await bench.subscriber("Apt 99")
    assert (found.port, found.endpoint_id, found.vlan) == (free.port, None, 1200)


async def test_only_what_differs_is_sent(bench: Bench) -> None:
    config = await bench.config()
    before = config.subscribers[0]
    done = await bench.writer.set_subscriber(before, replace(before, vlan=1500), config)

    assert json.loads(done.command)["params"] == [before.name, {"VlanId": 1500}]
    assert await bench.subscriber(before.name) == replace(before, vlan=1500)


async def test_nothing_to_change_is_not_sent(bench: Bench) -> None:
    config = await bench.config()
    subscriber, endpoint, profile = config.subscribers[0], config.endpoints[0], config.profiles[0]
    writer = bench.writer
    for call in (
        writer.set_subscriber(subscriber, subscriber, config),
        writer.set_endpoint(endpoint, endpoint),
        writer.set_profile(profile, profile),
        writer.set_port("G.hn 1/1"),
        writer.set_global(),
    ):
        with pytest.raises(UsageError, match="Nothing of"):
            await call


async def test_names_change_by_id(bench: Bench) -> None:
    config = await bench.config()
    subscriber, endpoint = config.subscribers[0], config.endpoints[0]
    await bench.writer.add_profile(Profile(5, "300M", 318, 318))
    profile = (await bench.config()).profile_by_name("300M")
    assert profile is not None
    done = (
        await bench.writer.set_subscriber(subscriber, replace(subscriber, name="New"), config),
        await bench.writer.set_endpoint(endpoint, replace(endpoint, name="New box")),
        await bench.writer.set_profile(profile, replace(profile, name="300 Mbit")),
    )
    config = await bench.config()

    assert all("ByName" not in one.command for one in done)
    assert config.subscriber_by_name("New") == replace(subscriber, name="New")
    assert config.endpoints[0].name == "New box"
    assert config.profile_by_id(profile.profile_id) == replace(profile, name="300 Mbit")


async def test_what_has_no_name_goes_by_id(bench: Bench) -> None:
    endpoint = await free_endpoint(bench)
    config = await bench.config()
    nameless = replace(
        config,
        endpoints=tuple(replace(one, name=None) for one in config.endpoints),
    )
    wanted = Subscriber(77, "Apt 99", endpoint_id=endpoint.endpoint_id, vlan=1111, profile_id=1)
    added = await bench.writer.add_subscriber(wanted, nameless)
    found = await bench.subscriber("Apt 99")

    assert "config.user.add" in added.command
    assert (found.subscriber_id, found.endpoint_id) == (77, endpoint.endpoint_id)
    later = await bench.writer.set_subscriber(found, replace(found, vlan=1112), nameless)
    assert "config.user.set" in later.command
    removed = await bench.writer.delete_endpoint(replace(endpoint, name=None))
    assert "config.endpoint.del" in removed.command


async def test_endpoints_come_move_and_go(bench: Bench) -> None:
    added = await bench.writer.add_endpoint(
        EndpointConfig(0, "Apt 99", NEW_MAC, "hall", "G.hn 1/2", allow_management=True)
    )
    found = (await bench.config()).endpoint_by_mac(NEW_MAC)
    assert found is not None
    assert "endpointByName.add" in added.command
    assert (found.port, found.description, found.allow_management) == ("G.hn 1/2", "hall", True)

    for port, auto in (("G.hn 1/3", False), (None, True)):
        moved = replace(found, port=port, auto_port=auto)
        await bench.writer.set_endpoint(found, moved)
        found = (await bench.config()).endpoint_by_mac(NEW_MAC)
        assert found is not None
        assert found.auto_port == auto

    await bench.writer.delete_endpoint(found)
    assert (await bench.config()).endpoint_by_mac(NEW_MAC) is None


async def test_an_endpoint_restarts(bench: Bench) -> None:
    mac = bench.device.running.endpoints[1].mac
    await bench.writer.reboot_endpoint(1)

    seen = {one.mac: one.detected_port for one in await bench.reader.endpoints()}
    assert seen[mac] is None
    with pytest.raises(GhnRefusal) as caught:
        await bench.writer.reboot_endpoint(1)
    assert caught.value.module_code == -53


async def test_profiles_come_change_and_go(bench: Bench) -> None:
    added = await bench.writer.add_profile(Profile(0, "300M", 318, 0, "sold"))
    found = (await bench.config()).profile_by_name("300M")
    assert found is not None
    assert "bwProfileByName.add" in added.command
    assert (found.down_mbps, found.up_mbps, found.description) == (318, 0, "sold")

    changed = replace(found, up_mbps=100, description=None)
    await bench.writer.set_profile(found, changed)
    assert (await bench.config()).profile_by_name("300M") == changed
    await bench.writer.delete_profile(changed)
    assert (await bench.config()).profile_by_name("300M") is None


async def test_ports_and_settings_of_the_unit() -> None:
    async with bench_of(copper_unit()) as bench:
        await bench.writer.set_port("G.hn 1/2", name="riser", mode=PortMode.SISO)
        await bench.writer.set_port_shutdown("G.hn 1/2", True)
        await bench.writer.set_port_shutdown("10G 1/1", True)
        await bench.writer.set_global(default_uplink="10G 1/1", endpoint_auto_upgrade=False)
        config = await bench.config()
        port = config.ports[1]
        assert (port.name, port.mode, port.shutdown) == ("riser", PortMode.SISO, True)
        assert bench.device.running.ports_shut == {"10G 1/1"}
        assert config.endpoint_auto_upgrade is False
        await bench.writer.set_port_shutdown("G.hn 1/2", False)
        await bench.writer.set_port("G.hn 1/2", name="")
        port = (await bench.config()).ports[1]
    assert (port.name, port.shutdown) == (None, False)


async def test_refusals_of_the_rules(bench: Bench) -> None:
    config = await bench.config()
    first, second = config.subscribers[:2]
    new = Subscriber(0, "Apt 99", vlan=1111, profile_id=0)
    for wanted, code in (
        (replace(new, name=first.name), -16),
        (replace(new, endpoint_id=second.endpoint_id), -13),
        (replace(new, vlan=3841), -25),
        (replace(new, double_tag=True), -42),
        (replace(new, remapped_vlan=4094), -26),
        (replace(new, port2_vlan=1111), -28),
        (replace(new, allowed_vlans=tuple(range(10, 25))), -29),
        (replace(new, uplink="10G 1/9"), -41),
        (replace(new, uplink="G.hn 1/1"), -43),
        (replace(new, port="G.hn 1/1"), -6),
    ):
        with pytest.raises(GhnRefusal) as caught:
            await bench.writer.add_subscriber(wanted, config)
        assert caught.value.module_code == code
        assert caught.value.command == "ghnAgent.config.userByName.add"
    assert (await bench.config()).subscribers == config.subscribers


NAME_REFUSALS: Iterable[object] = [
    {"code": -32601, "message": "Method not found"},
    {"code": -32602, "message": "Invalid params"},
    *(error_struct(GhnError(code)) for code in (-9, -21, -22)),
]


@pytest.mark.parametrize("error", NAME_REFUSALS)
async def test_a_unit_that_takes_no_names_is_asked_by_id(error: object) -> None:
    async with odd_bench(coax_unit(), refusing("userByName.", error)) as (bench, odd):
        config = RunningConfig(
            endpoints=(EndpointConfig(1, bench.device.running.endpoints[1].name),),
            profiles=(Profile(1, "Default BW Profile"),),
        )
        bench.device.delete_subscriber(1)
        wanted = Subscriber(1, "Apt 99", endpoint_id=1, vlan=1111, profile_id=1)
        added = await bench.writer.add_subscriber(wanted, config)
        await bench.writer.set_subscriber(wanted, replace(wanted, vlan=1112), config)

        sub = bench.device.running.subscribers[1]
        assert (sub.name, sub.endpoint_id, sub.profile_id, sub.vlan) == ("Apt 99", 1, 1, 1112)
        assert added.refused_first == "ghnAgent.config.userByName.add"
        assert "config.user.add" in added.command
        assert odd.methods == [
            *("ghnAgent.config.userByName.add", "ghnAgent.config.user.add"),
            *("ghnAgent.config.userByName.set", "ghnAgent.config.user.set"),
        ]


@pytest.mark.parametrize("kind", ["user", "endpoint", "bwProfile"])
async def test_firmware_without_methods_by_name(kind: str) -> None:
    missing = {"code": -32601, "message": "Method not found"}
    async with odd_bench(coax_unit(), refusing("ByName.", missing)) as (bench, odd):
        writer, device = bench.writer, bench.device
        endpoint = EndpointConfig(40, "Apt 99", NEW_MAC)
        profile = Profile(9, "300M", 318, 318)
        subscriber = Subscriber(90, "Apt 99", vlan=1111, profile_id=0)
        if kind == "user":
            await writer.add_subscriber(subscriber, RunningConfig())
            assert device.running.subscribers[90].name == "Apt 99"
            await writer.delete_subscriber(subscriber)
            assert 90 not in device.running.subscribers
        elif kind == "endpoint":
            await writer.add_endpoint(endpoint)
            assert device.running.endpoints[40].name == "Apt 99"
            await writer.set_endpoint(endpoint, replace(endpoint, port="G.hn 1/4"))
            assert device.running.endpoints[40].port == 4
            await writer.delete_endpoint(endpoint)
            assert 40 not in device.running.endpoints
        else:
            await writer.add_profile(profile)
            assert device.running.profiles[9].name == "300M"
            await writer.set_profile(profile, replace(profile, up_mbps=20))
            assert device.running.profiles[9].up_mbps == 20
            await writer.delete_profile(profile)
            assert 9 not in device.running.profiles
    assert sum("ByName" in one for one in odd.methods) * 2 == len(odd.methods)


async def test_no_answer_never_leads_to_a_second_call() -> None:
    release = asyncio.Event()

    async def hang(_: Request) -> None:
        await release.wait()

    async with odd_server(hang) as odd, odd_client(odd, timeout_s=0.1) as client:
        writer = JsonRpcWriter(client)
        endpoint, profile = EndpointConfig(4, "Apt 4", NEW_MAC), Profile(3, "300M", 318, 318)
        subscriber = Subscriber(1, "Apt 99", vlan=1111, profile_id=0)
        calls = (
            writer.add_subscriber(subscriber, RunningConfig()),
            writer.set_subscriber(subscriber, replace(subscriber, vlan=5), RunningConfig()),
            writer.delete_subscriber(subscriber),
            writer.add_endpoint(endpoint),
            writer.delete_endpoint(endpoint),
            writer.add_profile(profile),
            writer.save(),
        )
        for call in calls:
            with pytest.raises(Indeterminate, match="did not answer"):
                await call
        release.set()
    assert len(odd.requests) == len(calls)


@pytest.mark.parametrize(
    "reply", [None, http("busy", status=503), http("<html>")], ids=["cut", "503", "page"]
)
async def test_no_understood_answer_never_leads_to_a_second_call(reply: bytes | None) -> None:
    async def answer(_: Request) -> bytes | None:
        return reply

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(Indeterminate):
            await JsonRpcWriter(client).add_profile(Profile(3, "300M", 318, 318))
    assert len(odd.requests) == 1


async def test_a_step_of_a_plan_runs_as_it_stands(bench: Bench) -> None:
    step = call_text("ghnAgent.config.userByName.set", bench.device.running.subscribers[1].name)
    with pytest.raises(CommandRejected, match="Invalid params"):
        await bench.writer.execute(step)
    name = bench.device.running.subscribers[1].name
    step = call_text("ghnAgent.config.userByName.set", name, {"VlanId": 1500})
    done = await bench.writer.execute(step)

    assert (done.command, done.reply) == (step, "null")
    assert bench.device.running.subscribers[1].vlan == 1500
    with pytest.raises(CapabilityMissing):
        await bench.writer.execute(call_text("no.such.method.set"))
    with pytest.raises(UsageError, match="no JSON-RPC call"):
        await bench.writer.execute("configure terminal")


async def test_the_planner_s_own_calls_run_and_are_read_back(bench: Bench) -> None:
    before = (await bench.config()).subscribers[0]
    after = replace(before, double_tag=True, outer_vlan=2800, uplink="10G 1/1", trunk=True)
    there, back = set_user(before.name, before, after), set_user(before.name, after, before)
    assert there is not None
    assert back is not None

    assert (await bench.writer.execute(there)).command == there
    assert await bench.subscriber(before.name) == after
    await bench.writer.execute(back)
    assert await bench.subscriber(before.name) == before


async def test_saving_is_confirmed(bench: Bench) -> None:
    name = bench.device.running.subscribers[1].name
    await bench.writer.execute(call_text("ghnAgent.config.userByName.set", name, {"VlanId": 1500}))
    assert bench.device.startup.subscribers[1].vlan != 1500
    saved = await bench.writer.save()

    assert (saved.status, saved.confirmed) == ("success", True)
    assert bench.device.startup.subscribers[1].vlan == 1500


@pytest.mark.parametrize("word", [{"Status": "inProgress"}, {"Status": 2}, {"Status": "none"}])
async def test_saving_waits_until_it_is_done(word: object) -> None:
    asked = 0

    def twist(request: Request) -> bytes | None:
        nonlocal asked
        if request.method != "icfg.status.copy.get":
            return None
        asked += 1
        return envelope(request, word if asked < 4 else {"Status": "success"})

    async with odd_bench(coax_unit(), twist) as (bench, _):
        saved = await bench.writer.save()
    assert saved.confirmed
    assert asked == 4


@pytest.mark.parametrize("word", ["errSaveDst", 8, "errOtherInProcessing"])
async def test_a_save_that_fails(word: object) -> None:
    def twist(request: Request) -> bytes | None:
        return envelope(request, {"Status": word}) if "icfg.status" in request.method else None

    async with odd_bench(coax_unit(), twist) as (bench, _):
        with pytest.raises(CommandRejected, match=r"could not save .*\(err.*lost at a restart"):
            await bench.writer.save()


@pytest.mark.parametrize("result", [{"Status": "somethingNew"}, {}, None, [1]])
async def test_a_save_whose_status_says_nothing(result: object) -> None:
    def twist(request: Request) -> bytes | None:
        return envelope(request, result) if "icfg.status" in request.method else None

    async with odd_bench(coax_unit(), twist) as (bench, _):
        saved = await bench.writer.save()
        assert bench.device.startup == bench.device.running
    assert saved.confirmed is None


async def test_a_save_without_a_method_for_its_status() -> None:
    twist = refusing("icfg.status", {"code": -32601, "message": "Method not found"})
    async with odd_bench(coax_unit(), twist) as (bench, _):
        assert (await bench.writer.save()).confirmed is None


async def test_a_save_that_never_ends_is_open() -> None:
    def twist(request: Request) -> bytes | None:
        in_progress = {"Status": "inProgress"}
        return envelope(request, in_progress) if "icfg.status" in request.method else None

    async def answer(request: Request) -> bytes:
        return twist(request) or envelope(request)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        writer = JsonRpcWriter(client, poll_s=0.001, save_timeout_s=0.05)
        with pytest.raises(Indeterminate, match="startup configuration"):
            await writer.save()
    assert odd.methods.count("icfg.control.copy.set") == 1


@pytest.mark.parametrize("reply", [None, http("no", status=403)], ids=["cut", "forbidden"])
async def test_a_save_whose_outcome_cannot_be_read_is_open(reply: bytes | None) -> None:
    async def answer(request: Request) -> bytes | None:
        return reply if "icfg.status" in request.method else envelope(request)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(Indeterminate, match="accepted the order to save"):
            await JsonRpcWriter(client, poll_s=0.001).save()


async def test_a_port_that_cannot_be_read_is_not_written(bench: Bench) -> None:
    with pytest.raises(CommandRejected):
        await bench.writer.set_port_shutdown("G.hn 1/24", True)
    with pytest.raises(UsageError, match="is not a port"):
        await bench.writer.set_port_shutdown("somewhere", True)


async def test_everything_unreachable_is_known_not_to_have_happened(
    server: SimServer, bench: Bench
) -> None:
    await server.stop()
    calls: tuple[PositronError, ...] = ()
    for call in (
        bench.writer.add_profile(Profile(3, "300M", 318, 318)),
        bench.writer.set_port("G.hn 1/1", name="x"),
        bench.writer.save(),
    ):
        with pytest.raises(DeviceUnreachable) as caught:
            await call
        calls = (*calls, caught.value)
    assert all(not isinstance(one, Indeterminate) for one in calls)
