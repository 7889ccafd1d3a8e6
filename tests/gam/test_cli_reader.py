"""The reader of the command line: quarantine rules, budgets, refusals and breaks."""

from __future__ import annotations

import pytest

from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import CommandRejected, DeviceUnreachable
from positron_tui.domain.ports import Admin, PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.gam.cli_endpoints import combine_endpoints, endpoint_state
from positron_tui.gam.cli_reader import CliReader
from positron_tui.gam.parsers import DiscoverRow, EndpointReading
from positron_tui.gam.ssh import CliSession, SshTarget
from positron_tui.simulator.fleet import build_fleet
from tests.clocks import FrozenClock
from tests.gam.ssh.recorded import QUICK, START, RecordedShell
from tests.gam.units import bench

MAC = "00:0e:d8:1c:95:08"
A, B = "G.hn 1/1", "G.hn 1/2"
ON_A = EndpointConfig(1, "Apt 1", MAC, "riser", A)
LOOSE = EndpointConfig(1, "Apt 1", MAC)
AUTO = EndpointConfig(1, "Apt 1", MAC, auto_port=True)
UP, DOWN = DiscoverRow(MAC, A, True, True), DiscoverRow(MAC, A, True, False)
STRANGER = DiscoverRow(MAC, A, False, True)


@pytest.mark.parametrize(
    ("row", "settings", "port", "state"),
    [
        (UP, ON_A, A, EndpointState.OK),
        (UP, ON_A, B, EndpointState.QUARANTINED_WRONG_PORT),
        (UP, LOOSE, A, EndpointState.QUARANTINED_WRONG_PORT),
        (UP, AUTO, B, EndpointState.OK),
        (UP, ON_A, None, None),
        (UP, None, A, None),
        (STRANGER, None, A, EndpointState.QUARANTINED_UNKNOWN_MAC),
        (DOWN, ON_A, None, EndpointState.NOT_DETECTED),
        (DOWN, None, None, EndpointState.NOT_DETECTED),
        (None, ON_A, None, EndpointState.NOT_DETECTED),
        (DiscoverRow(MAC, A, False, False), None, None, None),
    ],
)
def test_states(
    row: DiscoverRow | None,
    settings: EndpointConfig | None,
    port: str | None,
    state: EndpointState | None,
) -> None:
    assert endpoint_state(row, settings, port) is state


def test_endpoints_of_a_port_aware_unit_float() -> None:
    config = RunningConfig(
        endpoints=(LOOSE,), subscribers=(Subscriber(7, "Apt 9", port=A, vlan=30),)
    )
    (endpoint,) = combine_endpoints((UP,), config, {})
    assert endpoint.state is EndpointState.OK
    assert endpoint.subscriber == "Apt 9"


def test_everything_that_is_configured_or_seen_is_there() -> None:
    other = DiscoverRow("00:0e:d8:1c:95:01", B, False, True)
    config = RunningConfig(endpoints=(ON_A,), subscribers=(Subscriber(2, "Apt 1", endpoint_id=1),))
    details = {other.mac: EndpointReading(model="G1001-C", down_phy_mbps=1200)}
    stranger, mine = combine_endpoints((other,), config, details)
    assert (stranger.mac, stranger.detected_port, stranger.configured) == (other.mac, B, False)
    assert (stranger.model, stranger.down_phy_mbps) == ("G1001-C", 1200)
    assert (mine.state, mine.port, mine.subscriber) == (EndpointState.NOT_DETECTED, A, "Apt 1")
    assert mine.source is Source.CLI


async def test_details_are_asked_for_in_turn_and_kept() -> None:
    unit = build_fleet(1, model="GAM-24-C", endpoints=9, clock=FrozenClock())[0]
    up = {r.mac for r in unit.seen_endpoints() if r.box is not None and r.config is not None}
    assert len(up) > 4
    async with bench(unit, snmp=False) as b:
        driver = b.driver()
        reader = CliReader(b.clock, most_details=2)
        known: list[int] = []
        async with driver.session() as cli:
            for _ in range(len(up)):
                b.log.clear()
                reading = await reader.read(cli, {Section.ENDPOINTS})
                asked = [one for one in b.commands() if one.startswith("show ghn endpoint")]
                assert len(asked) == 2
                assert reading.endpoints is not None
                known.append(sum(one.model is not None for one in reading.endpoints))
            gone = next(iter(up))
            unit.plug(gone, 0)
            reading = await reader.read(cli, {Section.ENDPOINTS})
        await driver.close()
    assert known[0] == 2
    assert known == sorted(known)
    assert known[-1] == len(up)
    assert reading.endpoints is not None
    left = next(one for one in reading.endpoints if one.mac == gone)
    assert (left.state, left.model) == (EndpointState.NOT_DETECTED, None)


async def test_spent_budget_asks_for_no_details() -> None:
    unit = build_fleet(1, model="GAM-24-C", endpoints=9, clock=FrozenClock())[0]
    async with bench(unit, snmp=False) as b:
        driver = b.driver()
        async with driver.session() as cli:
            reading = await CliReader(b.clock, budget_s=0).read(cli, {Section.ENDPOINTS})
        await driver.close()
    assert reading.endpoints
    assert not [one for one in b.commands() if one.startswith("show ghn endpoint")]


REFUSED = b"% Invalid word detected at '^' marker.\r\n\r\n"
VERSION = b"System Name : x\r\nProduct : Positron GAM-4/8-C Switch\r\nPort Count : 7\r\n"
DISCOVER = b"Port MACAddress Configured IsUP\r\n2 00:0E:D8:1C:95:08 no yes\r\n"
CONFIG = b'Building configuration...\r\nghn port 3 name "left" shutdown\r\nend\r\n'


async def recorded(**replies: bytes) -> CliSession:
    """Return a session on a device that answers these commands, in this order."""
    turns = [
        (name.encode() + b"\r", name.encode() + b"\r\n" + reply + b"GAM# ")
        for name, reply in replies.items()
    ]
    session = CliSession(
        RecordedShell(b"GAM# ", *START, *turns, ends=True), SshTarget("192.0.2.7"), timeouts=QUICK
    )
    await session.start()
    return session


async def test_unit_that_does_not_show_its_interfaces_has_its_ghn_ports() -> None:
    cli = await recorded(
        **{
            "show version": VERSION,
            "show ghn discover all": DISCOVER,
            "show running-config": CONFIG,
            "show interface * status": REFUSED,
        }
    )
    reading = await CliReader(FrozenClock()).read(cli, {Section.PORTS})
    assert reading.failures == {}
    assert reading.ports is not None
    assert [port.name for port in reading.ports] == [f"G.hn 1/{n}" for n in range(1, 5)]
    second, third = reading.ports[1:3]
    assert second.endpoint_macs == (MAC,)
    assert (second.admin, second.oper, second.mode) == (Admin.UP, None, PortMode.COAX)
    assert (third.admin, third.label) == (Admin.DOWN, "left")
    assert third.counters.in_octets is None


async def test_refused_and_broken_sections_fail_for_themselves() -> None:
    cli = await recorded(
        **{"show version": REFUSED, "show running-config": CONFIG, "show alarm active": b""}
    )
    sections = {Section.IDENTITY, Section.CONFIG, Section.ALARMS, Section.ENDPOINTS}
    reading = await CliReader(FrozenClock()).read(cli, sections)
    assert reading.config is not None
    assert reading.alarms == ()
    assert isinstance(reading.failures[Section.IDENTITY], CommandRejected)
    assert isinstance(reading.failures[Section.ENDPOINTS], DeviceUnreachable)
    assert set(reading.failures) == {Section.IDENTITY, Section.ENDPOINTS}
