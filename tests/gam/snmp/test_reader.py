"""The reader against virtual units: their SNMP agent over real UDP, both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, cast

import pytest

from positron_tui.domain.devices import Line, SnmpVersion, SubscriberModel
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import DeviceUnreachable
from positron_tui.domain.ports import PortKind
from positron_tui.gam.snmp.discover import identify
from positron_tui.gam.snmp.engine import (
    EngineChoice,
    SnmpCredentials,
    SnmpSession,
    SnmpSetValue,
    SnmpTarget,
    SnmpValue,
    open_session,
)
from positron_tui.gam.snmp.oids import (
    ENDPOINT_BRIEF_BY_MAC,
    ENDPOINT_DETAIL_BY_MAC,
    ENDPOINT_LINK_BY_MAC,
    FANS,
    TEMPERATURES,
)
from positron_tui.gam.snmp.reader import FIRST_REPETITIONS, MOST_REPETITIONS, SnmpReader
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from positron_tui.simulator.snmp.agent import SnmpAgent
from tests.clocks import FrozenClock
from tests.gam.snmp.conftest import free_udp_port

Serve = Callable[[SimDevice], Coroutine[Any, Any, int]]
Read = Callable[..., Coroutine[Any, Any, SnmpReader]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that puts a virtual unit on a port."""
    agents: list[SnmpAgent] = []

    async def start(device: SimDevice) -> int:
        agent = SnmpAgent(device)
        agents.append(agent)
        return await agent.start("127.0.0.1", 0)

    yield start
    for agent in agents:
        await agent.stop()


@pytest.fixture(params=["gufo", "pysnmp"])
def engine(request: pytest.FixtureRequest) -> EngineChoice:
    if request.param == "gufo":
        pytest.importorskip("gufo.snmp", reason="gufo-snmp has no wheels for this platform")
    return cast(EngineChoice, request.param)


@pytest.fixture
async def read(serve: Serve, engine: EngineChoice) -> AsyncIterator[Read]:
    """Return a function that opens a reader on a virtual unit."""
    readers: list[SnmpReader] = []

    async def open_on(
        device: SimDevice, *, v3: bool = False, timeout_s: float = 5.0, retries: int = 2
    ) -> SnmpReader:
        version = SnmpVersion.V3 if v3 else SnmpVersion.V2C
        target = SnmpTarget(
            "127.0.0.1", await serve(device), version, timeout_s, retries, device.name
        )
        session = await open_session(target, _credentials(device, v3), engine)
        readers.append(SnmpReader(session, FrozenClock()))
        return readers[-1]

    yield open_on
    for reader in readers:
        await reader.close()


def _credentials(device: SimDevice, v3: bool = False) -> SnmpCredentials:
    secrets = device.secrets
    if not v3:
        return SnmpCredentials(secrets.snmp_read_community)
    return SnmpCredentials(
        user=secrets.ssh_user, auth_secret=secrets.ssh_password, priv_secret=secrets.ssh_password
    )


def _unit(model: str, personality: str | None = None, endpoints: int | None = None) -> SimDevice:
    (device,) = build_fleet(
        1, model=model, personality=personality, endpoints=endpoints, clock=FrozenClock()
    )
    return device


@pytest.mark.parametrize(
    ("model", "personality", "line", "ghn_ports", "ports"),
    [
        ("GAM-12-C", "gam12c-1.5.4", Line.COAX, 12, 15),
        ("GAM-4-CX", "gam4cx-1.5.4", Line.COAX, 4, 6),
        ("GAM-24-M", "current", Line.COPPER, 24, 27),
        ("GAM-12-M", "old-1.2.0", Line.COPPER, 12, 15),
    ],
)
async def test_probe(
    read: Read, model: str, personality: str, line: Line, ghn_ports: int, ports: int
) -> None:
    device = _unit(model, personality)
    reader = await read(device)
    probe = await reader.probe()
    assert (probe.identity.model, probe.identity.line) == (model, line)
    assert probe.identity.serial == device.serial
    assert probe.identity.firmware.active == device.personality.firmware
    assert probe.identity.firmware.alternate == device.personality.alternate
    assert probe.identity.sys_name == device.running.hostname
    assert probe.ghn is (personality != "old-1.2.0")
    assert probe.port_indexes == tuple(range(1_000_001, 1_000_001 + ports))
    expected = SubscriberModel.ENDPOINT_AWARE if probe.ghn else None
    assert probe.subscriber_model is expected
    read_ports = await reader.ports(probe.ghn)
    assert [port.if_index for port in read_ports] == list(probe.port_indexes)
    assert sum(port.kind is PortKind.GHN for port in read_ports) == ghn_ports
    assert read_ports[-1].kind is PortKind.MGMT
    assert all(port.counters.in_octets is not None for port in read_ports)


async def test_every_endpoint_of_a_unit(read: Read) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 24)
    endpoints = await (await read(device)).endpoints()
    by_mac = {endpoint.mac: endpoint for endpoint in endpoints}
    configured = {config.mac: config for config in device.running.endpoints.values()}
    assert set(by_mac) == set(configured) | {mac for mac, box in device.plant.items() if box.port}
    for mac, endpoint in by_mac.items():
        config = configured.get(mac)
        assert endpoint.endpoint_id == (config.endpoint_id if config else None)
        assert endpoint.name == (config.name if config else None)
        assert endpoint.description == ((config.description or None) if config else None)
        _check_box(device, endpoint)
    assert {endpoint.state for endpoint in endpoints} >= {
        EndpointState.OK,
        EndpointState.NOT_DETECTED,
    }


def _check_box(device: SimDevice, endpoint: Endpoint) -> None:
    box = device.plant.get(endpoint.mac)
    if box is None or not box.port:
        assert endpoint.state is EndpointState.NOT_DETECTED
        assert (endpoint.down_phy_mbps, endpoint.serial, endpoint.uptime_s) == (None, None, None)
        return
    assert endpoint.detected_port == f"G.hn 1/{box.port}"
    assert (endpoint.down_phy_mbps, endpoint.up_phy_mbps) == (box.down_phy_mbps, box.up_phy_mbps)
    assert (endpoint.down_max_mbps, endpoint.up_max_mbps) == (box.down_max_mbps, box.up_max_mbps)
    assert (endpoint.serial, endpoint.firmware) == (box.serial, box.firmware)
    assert endpoint.wire_length_m is None
    assert endpoint.ethernet_up is any(box.ethernet_up)


async def test_configuration(read: Read) -> None:
    device = _unit("GAM-24-C", "current", 30)
    one = next(iter(device.running.subscribers.values()))
    one.allowed_vlans = [3, 1023, 1024, 4092]
    one.double_tag, one.outer_vlan, one.uplink = True, 400, 2
    profiles, subscribers = await (await read(device)).config()
    assert {(p.profile_id, p.name, p.down_mbps, p.up_mbps) for p in profiles} == {
        (p.profile_id, p.name, p.down_mbps, p.up_mbps) for p in device.running.profiles.values()
    }
    macs = {e.endpoint_id: e.mac for e in device.running.endpoints.values()}
    assert len(subscribers) == len(device.running.subscribers)
    for subscriber in subscribers:
        wanted = device.running.subscribers[subscriber.subscriber_id]
        assert (subscriber.name, subscriber.vlan) == (wanted.name, wanted.vlan)
        assert (subscriber.tagged, subscriber.trunk) == (wanted.tagged, wanted.trunk)
        assert subscriber.profile_id == wanted.profile_id
        assert subscriber.endpoint_id == (wanted.endpoint_id or None)
        assert subscriber.endpoint_mac == macs.get(wanted.endpoint_id)
        assert subscriber.allowed_vlans == tuple(wanted.allowed_vlans)
    read_back = next(s for s in subscribers if s.subscriber_id == one.subscriber_id)
    assert (read_back.double_tag, read_back.outer_vlan) == (True, 400)
    assert read_back.uplink == "10G 1/2"


async def test_allowed_vlans_are_unknown_where_the_unit_has_no_bitmaps(read: Read) -> None:
    _, subscribers = await (await read(_unit("GAM-12-C", "gam12c-1.5.4"))).config()
    assert subscribers
    assert {subscriber.allowed_vlans for subscriber in subscribers} == {None}


async def test_health_and_alarms(read: Read) -> None:
    device = demo_fleet(clock=FrozenClock())[0]
    reader = await read(device)
    health = await reader.health()
    assert health.uptime_s is not None
    assert len(health.temperatures) == 5
    assert all(10 < sensor.celsius < 90 for sensor in health.temperatures)
    assert [fan.index for fan in health.fans] == [0, 1, 2, 3]
    assert {supply.state for supply in health.power_supplies} <= {"active", "not_present"}
    await reader.probe()
    alarms = await reader.alarms()
    assert alarms
    assert all(alarm.severity in ("cr", "mj", "mn", "na", "nr") for alarm in alarms)
    assert all(alarm.occurred_at and alarm.uuid for alarm in alarms)


async def test_alarm_times_of_a_unit_whose_clock_was_not_set(read: Read) -> None:
    device = demo_fleet(clock=FrozenClock())[0]
    device.faults.clock_1970 = True
    alarms = await (await read(device)).alarms()
    assert alarms
    assert {alarm.occurred_at for alarm in alarms} == {None}


@pytest.mark.parametrize("endpoints", [0, 1, 384])
async def test_any_number_of_endpoints(read: Read, endpoints: int) -> None:
    device = _unit("GAM-24-C", "current", endpoints)
    reader = await read(device)
    assert (await reader.probe()).ghn
    found = await reader.endpoints()
    assert len(found) >= len(device.running.endpoints)
    assert len({endpoint.mac for endpoint in found}) == len(found)
    profiles, subscribers = await reader.config()
    assert profiles
    assert len(subscribers) == len(device.running.subscribers)


async def test_a_state_that_the_mib_does_not_know_hides_nothing(read: Read) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 12)
    strange = next(box for box in device.plant.values() if box.port)
    strange.state_override, strange.model_number, strange.model_text = 9, 77, "G3000-X"
    endpoints = {endpoint.mac: endpoint for endpoint in await (await read(device)).endpoints()}
    assert endpoints[strange.mac].state is None
    assert endpoints[strange.mac].model == "G3000-X"
    assert sum(endpoint.state is not None for endpoint in endpoints.values()) > 5


async def test_a_unit_whose_ghn_tables_are_switched_off(read: Read) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4")
    device.faults.no_ghn_snmp = True
    reader = await read(device)
    probe = await reader.probe()
    assert not probe.ghn
    assert await reader.endpoints() == ()
    assert await reader.config() == ((), ())
    ports = await reader.ports(False)
    assert len(ports) == 15
    assert all(port.mode is None and not port.endpoint_macs for port in ports)


async def test_snmpv3(read: Read) -> None:
    device = _unit("GAM-4-CX", "gam4cx-1.5.4")
    reader = await read(device, v3=True)
    assert (await reader.probe()).identity.serial == device.serial
    assert len(await reader.endpoints()) >= len(device.running.endpoints)


async def test_a_lossy_line_is_read_whole(read: Read) -> None:
    device = _unit("GAM-4-CX", "gam4cx-1.5.4", 4)
    clean = await (await read(device)).endpoints()
    device.faults.drop = 0.2
    lossy = await read(device, timeout_s=0.1, retries=9)
    assert await lossy.endpoints() == clean


async def test_a_silent_unit_is_unreachable_in_every_section(read: Read) -> None:
    device = _unit("GAM-4-CX", "gam4cx-1.5.4")
    device.faults.drop = 1.0
    reader = await read(device, timeout_s=0.1, retries=0)
    sections = (reader.probe, reader.identity, reader.health, reader.endpoints, reader.alarms)
    for section in (*sections, reader.config):
        with pytest.raises(DeviceUnreachable, match="gam-01"):
            await section()


async def test_page_size_follows_the_line(read: Read) -> None:
    device = _unit("GAM-4-CX", "gam4cx-1.5.4", 4)
    reader = await read(device, timeout_s=0.1, retries=0)
    assert reader.max_repetitions == FIRST_REPETITIONS
    for _ in range(12):
        await reader.alarms()
    assert reader.max_repetitions == MOST_REPETITIONS
    device.faults.drop = 1.0
    with pytest.raises(DeviceUnreachable):
        await reader.alarms()
    assert reader.max_repetitions == MOST_REPETITIONS // 2
    for _ in range(6):
        with pytest.raises(DeviceUnreachable):
            await reader.alarms()
    assert reader.max_repetitions == 1


class _Deaf:
    """A real session that gets no answer from some tables, and counts what it is asked."""

    def __init__(self, session: SnmpSession, deaf: Sequence[str]) -> None:
        self._session = session
        self._deaf = tuple(deaf)
        self.walked: list[str] = []

    async def get(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        return await self._session.get(oids)

    async def columns(
        self, oids: Sequence[str], *, max_repetitions: int
    ) -> dict[str, dict[str, SnmpValue]]:
        self.walked.append(oids[0])
        if any(oid.startswith(self._deaf) for oid in oids):
            raise DeviceUnreachable("no answer")
        return await self._session.columns(oids, max_repetitions=max_repetitions)

    async def set(self, values: Sequence[tuple[str, SnmpSetValue]]) -> None:
        await self._session.set(values)

    async def close(self) -> None:
        await self._session.close()


async def _deaf_reader(serve: Serve, device: SimDevice, *deaf: str) -> tuple[SnmpReader, _Deaf]:
    target = SnmpTarget("127.0.0.1", await serve(device))
    session = _Deaf(await open_session(target, _credentials(device)), deaf)
    return SnmpReader(session, FrozenClock()), session


async def test_a_deaf_table_spoils_only_its_own_values(serve: Serve) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 12)
    reader, session = await _deaf_reader(serve, device, ENDPOINT_DETAIL_BY_MAC.entry)
    endpoints = await reader.endpoints()
    assert len(endpoints) >= 12
    assert {endpoint.down_phy_mbps for endpoint in endpoints} == {None}
    assert any(endpoint.state is EndpointState.OK for endpoint in endpoints)
    assert not any(oid.startswith(ENDPOINT_LINK_BY_MAC.entry) for oid in session.walked)
    await reader.close()


async def test_deaf_sensors_leave_the_rest_of_the_health(serve: Serve) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 0)
    reader, session = await _deaf_reader(serve, device, TEMPERATURES.entry)
    health = await reader.health()
    assert health.uptime_s is not None
    assert health.temperatures == ()
    assert not any(oid.startswith(FANS.entry) for oid in session.walked)
    await reader.close()


async def test_a_unit_that_has_only_the_table_by_id(serve: Serve) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 12)
    target = SnmpTarget("127.0.0.1", await serve(device))
    session = await open_session(target, _credentials(device))
    by_mac = await SnmpReader(session, FrozenClock()).endpoints()
    by_id = await SnmpReader(_WithoutMacTables(session), FrozenClock()).endpoints()
    assert by_id == tuple(endpoint for endpoint in by_mac if endpoint.configured)
    await session.close()


class _WithoutMacTables(_Deaf):
    """A real session to a unit whose tables by MAC are empty."""

    def __init__(self, session: SnmpSession) -> None:
        super().__init__(session, ())

    async def columns(
        self, oids: Sequence[str], *, max_repetitions: int
    ) -> dict[str, dict[str, SnmpValue]]:
        if oids[0].startswith(ENDPOINT_BRIEF_BY_MAC.entry):
            return {oid: {} for oid in oids}
        return await super().columns(oids, max_repetitions=max_repetitions)


async def test_ports_are_found_once_and_looked_at_again_later(serve: Serve) -> None:
    device = _unit("GAM-4-CX", "gam4cx-1.5.4", 0)
    asked: list[Sequence[str]] = []

    class Counting(_Deaf):
        async def get(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
            asked.append(oids)
            return await super().get(oids)

    clock = FrozenClock()
    target = SnmpTarget("127.0.0.1", await serve(device))
    reader = SnmpReader(Counting(await open_session(target, _credentials(device)), ()), clock)
    await reader.ports(False)
    first = len(asked)
    await reader.ports(False)
    assert len(asked) == first + 1
    clock.advance(3600)
    await reader.ports(False)
    assert len(asked) == 2 * first + 1
    await reader.close()


async def test_identify_finds_a_unit_and_nothing_else(serve: Serve, engine: EngineChoice) -> None:
    device = _unit("GAM-12-C", "gam12c-1.5.4", 0)
    port = await serve(device)
    found = await identify("127.0.0.1", port, _credentials(device), 2.0, engine)
    assert found is not None
    assert (found.model, found.sys_name) == ("GAM-12-C", device.running.hostname)
    wrong = SnmpCredentials("not-this-one")
    assert await identify("127.0.0.1", port, wrong, 0.1, engine) is None
    silent = free_udp_port()
    assert await identify("127.0.0.1", silent, _credentials(device), 0.1, engine) is None
    assert await identify("no-such-host.invalid", 161, wrong, 0.1, engine) is None


async def test_many_units_at_once_do_not_mix(serve: Serve) -> None:
    fleet = build_fleet(12, endpoints=6, clock=FrozenClock())
    ports = [await serve(device) for device in fleet]
    readers = [
        SnmpReader(
            await open_session(SnmpTarget("127.0.0.1", port), _credentials(device)), FrozenClock()
        )
        for device, port in zip(fleet, ports, strict=True)
    ]
    probes = await asyncio.gather(*(reader.probe() for reader in readers))
    assert [probe.identity.serial for probe in probes] == [device.serial for device in fleet]
    for reader in readers:
        await reader.close()
