"""What the agent holds: order, columns of each personality, values that match the state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.mac import mac_octets
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import ber, oids
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.tables.bitmaps import replace_quarter, vlan_quarter
from tests.clocks import FrozenClock
from tests.simulator.snmp.conftest import GHN, DeviceMaker, manager_of

UNITS = [
    ("GAM-12-C", "gam12c-1.5.4", 24),
    ("GAM-24-M", "current", 22),
    ("GAM-4-CX", "gam4cx-1.5.4", 11),
    ("GAM-12-M", "old-1.2.0", 11),
    ("GAM-24-C", "current", 384),
    ("GAM-8-MX", "current", 0),
]


@pytest.mark.parametrize(("model", "personality", "endpoints"), UNITS)
def test_a_whole_walk_ascends_ends_and_agrees_with_get(
    make_device: DeviceMaker, model: str, personality: str, endpoints: int
) -> None:
    manager = manager_of(make_device(model, personality, endpoints))
    walked = manager.walk((1, 3))
    assert len({varbind.oid for varbind in walked}) == len(walked)
    # A step of 7 is co-prime to the usual row counts, so every table is met.
    for varbind in walked[::7]:
        assert manager.get(varbind.oid) == [varbind]


def test_getnext_steps_as_bulk_does(device: SimDevice) -> None:
    manager = manager_of(device)
    by_bulk = [varbind.oid for varbind in manager.walk(GHN)][:200]
    last: Oid = GHN
    by_next = []
    for _ in by_bulk:
        pdu = manager.ask(ber.GET_NEXT, [ber.VarBind(last)])
        assert pdu is not None
        last = pdu.varbinds[0].oid
        by_next.append(last)
    assert by_next == by_bulk


def columns_of(device: SimDevice, entry: Oid) -> set[int]:
    return {varbind.oid[len(entry)] for varbind in manager_of(device).walk(entry)}


def test_columns_of_a_complete_mib(make_device: DeviceMaker) -> None:
    device = make_device("GAM-24-M", "current", 22)
    assert {130, 140, 150, 160} <= columns_of(device, oids.GHN_USER)
    assert {80, 110, 120, 150} <= columns_of(device, oids.GHN_PORT)
    assert not {25, 26} & columns_of(device, oids.GHN_ENDPOINT)
    assert 15 not in columns_of(device, (*oids.GHN_BY_ID, 30, 1))
    assert {110, 120, 180} <= columns_of(device, oids.GHN_PORT_DETAILED)
    assert {6, 7, 8, 9} <= columns_of(device, oids.ALARM_LOG)
    assert columns_of(device, oids.GHN_VECTOR_BOOST) == {10, 1000}
    assert manager_of(device).value((*oids.GHN_VECTOR_BOOST_STATUS, 10, 0)) == 2
    assert columns_of(device, (*oids.GHN_CONTROL_BY_ID, 30, 1)) == {10}


def test_columns_of_a_gam_12_c(device: SimDevice) -> None:
    assert not {130, 140, 150, 160} & columns_of(device, oids.GHN_USER)
    assert not {130, 140, 150, 160} & columns_of(device, oids.GHN_USER_EDITOR)
    assert not set(range(80, 151)) & columns_of(device, oids.GHN_PORT)
    assert {25, 26} <= columns_of(device, oids.GHN_ENDPOINT)
    assert {25, 26} <= columns_of(device, oids.GHN_ENDPOINT_EDITOR)
    assert 15 in columns_of(device, (*oids.GHN_BY_ID, 30, 1))
    assert max(columns_of(device, oids.GHN_PORT_DETAILED)) == 90
    assert not {6, 7, 8, 9} & columns_of(device, oids.ALARM_LOG)
    assert columns_of(device, oids.GHN_VECTOR_BOOST) == set()
    assert columns_of(device, (*oids.GHN_CONTROL_BY_ID, 30, 1)) == set()
    assert not {14, 16, 17} & columns_of(device, oids.IF_X_ENTRY)


def test_an_undetected_endpoint_ends_behind_alive(device: SimDevice) -> None:
    manager = manager_of(device)
    missing = [row for row in device.seen_endpoints() if row.config and row.box is None]
    assert missing
    for row in missing:
        entry = (*oids.GHN_BY_ID, 20, 1)
        assert manager.value((*entry, 20, row.endpoint_id)) == 2
        tags = {manager.get((*entry, c, row.endpoint_id))[0].tag for c in (30, 60, 110, 180)}
        assert tags == {ber.NO_SUCH_INSTANCE}


def test_by_mac_rows_have_six_bare_octets_and_the_unconfigured(device: SimDevice) -> None:
    manager = manager_of(device)
    ids = manager.column((*oids.GHN_BY_MAC, 10, 1, 20))
    assert set(ids) == {tuple(mac_octets(row.mac)) for row in device.seen_endpoints()}
    assert 0 in ids.values()
    by_id = manager.column((*oids.GHN_BY_ID, 10, 1, 10))
    assert {index for (index,) in by_id} == set(device.running.endpoints)


def test_endpoint_values_are_those_of_the_plant(device: SimDevice) -> None:
    manager = manager_of(device)
    row = next(row for row in device.seen_endpoints() if row.box and row.subscriber)
    assert row.box is not None
    assert row.subscriber is not None
    index = mac_octets(row.mac)
    detailed, brief = (*oids.GHN_BY_MAC, 20, 1), (*oids.GHN_BY_MAC, 10, 1)
    read = [manager.value((*detailed, c, *index)) for c in (110, 120, 150, 160, 80, 50)]
    box = row.box
    rates = [box.down_phy_mbps, box.up_phy_mbps, box.down_max_mbps, box.up_max_mbps]
    assert read == [*rates, box.down_max_mbps, box.serial.encode()]
    assert "," in box.serial
    assert manager.value((*brief, 55, *index)) == row.subscriber.name.encode()
    assert manager.value((*brief, 40, *index)) == 1_000_000 + row.detected_port
    assert manager.value((*brief, 110, *index)) == box.model_text.encode()


def test_port_tables(device: SimDevice) -> None:
    manager = manager_of(device)
    for port in device.ghn_ports():
        macs = manager.value((*oids.GHN_PORT_BRIEF, 40, port.if_index))
        assert macs == ",".join(port.endpoint_macs).upper().encode()
        indicator = manager.value((*oids.GHN_PORT_DETAILED, 80, port.if_index))
        ups = [device.plant[mac].up_max_mbps for mac in port.endpoint_macs]
        assert indicator == max(ups, default=0)
        assert manager.value((*oids.GHN_PORT_DETAILED, 50, port.if_index)) == b"0" * 63


def test_port_counters_are_reversed_against_if_mib(device: SimDevice, clock: FrozenClock) -> None:
    clock.advance(60)
    manager = manager_of(device)
    busy = [p for p in device.ghn_ports() if device.port_traffic(p.if_index).in_octets]
    assert busy
    for port in busy:
        rx, tx = (manager.value((*oids.GHN_PORT_ETH, c, port.if_index)) for c in (20, 30))
        in_, out = (manager.value((*oids.IF_X_ENTRY, c, port.if_index)) for c in (6, 10))
        assert (rx, tx) == (out, in_)
        assert rx != tx


def test_counters_move_with_the_clock(device: SimDevice, clock: FrozenClock) -> None:
    manager = manager_of(device)
    column = (*oids.IF_X_ENTRY, 6)
    before = manager.column(column)
    assert manager.column(column) == before
    clock.advance(30)
    after = manager.column(column)
    moved = [index for index in before if before[index] != after[index]]
    assert moved
    assert all(int(str(after[index])) > int(str(before[index])) for index in moved)
    eth = (*oids.GHN_STATISTICS_BY_MAC, 10, 1, 30)
    first = manager.column(eth)
    clock.advance(30)
    assert sum(map(int, map(str, manager.column(eth).values()))) > sum(
        map(int, map(str, first.values()))
    )


def test_sys_up_time_in_ticks(device: SimDevice, clock: FrozenClock) -> None:
    manager = manager_of(device)
    (first,) = manager.get((*oids.SYSTEM, 3, 0))
    clock.advance(12.34)
    (second,) = manager.get((*oids.SYSTEM, 3, 0))
    assert first.tag == ber.TIME_TICKS
    assert isinstance(first.value, int)
    assert isinstance(second.value, int)
    assert abs(second.value - first.value - 1234) <= 1


def test_interfaces_of_a_gam_12_c(device: SimDevice) -> None:
    manager = manager_of(device)
    descr = manager.column((*oids.IF_ENTRY, 2))
    assert descr[(1,)] == b"VLAN    1"
    assert descr[(1_000_001,)] == b"Port G.hn-1"
    assert descr[(1_000_013,)] == b"Port 10G-1"
    assert descr[(1_000_015,)] == b"Port MGMT"
    assert manager.value((*oids.INTERFACES, 1, 0)) == len(descr) < 100
    names = manager.column((*oids.IF_X_ENTRY, 1))
    assert names[(1_000_004,)] == b"G.hn 1/4"
    assert names[(1_000_014,)] == b"10GigabitEthernet 1/2"
    assert names[(1_000_015,)] == b"GigabitEthernet 1/1"
    assert (1,) not in names
    speeds = manager.column((*oids.IF_X_ENTRY, 15))
    assert [speeds[(n,)] for n in (1_000_001, 1_000_013, 1_000_015)] == [2500, 10000, 1000]
    assert manager.value((*oids.IF_ENTRY, 5, 1_000_013)) == 2**32 - 1
    assert manager.value((*oids.IF_ENTRY, 8, 1)) == 2
    assert manager.get((*oids.IF_ENTRY, 10, 1))[0].tag == ber.NO_SUCH_INSTANCE


def test_a_gam_4_cx_has_a_row_for_every_vlan(make_device: DeviceMaker) -> None:
    device = make_device("GAM-4-CX", "gam4cx-1.5.4", 11)
    manager = manager_of(device)
    types = manager.column((*oids.IF_ENTRY, 3))
    assert manager.value((*oids.INTERFACES, 1, 0)) == len(types) == 4095 + 6
    assert list(types.values()).count(135) == 4095
    pdu = manager.ask(ber.GET_NEXT, [ber.VarBind((*oids.IF_ENTRY, 2, 1_000_000))])
    assert pdu is not None
    assert pdu.varbinds[0].value == b"Port G.hn-1"


def test_uptime_text_runs_over_on_a_gam_12_c(make_device: DeviceMaker) -> None:
    quirky = manager_of(make_device()).value((*oids.SYS_UPTIME, 1, 0))
    assert isinstance(quirky, bytes)
    assert quirky.endswith(b" alarm.") or quirky.endswith(b"indication.")
    device = make_device("GAM-24-C", "current", 4)
    plain = manager_of(device).value((*oids.SYS_UPTIME, 1, 0))
    assert plain == device.uptime_text.encode()


def test_health_and_identity(device: SimDevice) -> None:
    manager = manager_of(device)
    health = device.health()
    assert manager.value((*oids.SYS_CPU, 3, 0)) == health.cpu_percent[2]
    names = manager.column((*oids.SYS_TEMPERATURE, 2))
    assert names == {(n,): name.encode() for n, (name, _) in enumerate(health.temperatures, 1)}
    assert manager.column((*oids.SYS_FAN, 2)) == {(n,): rpm for n, rpm in health.fans}
    assert manager.value((*oids.SYS_POWER, 4, 1, 1)) == b"Main power supply"
    assert manager.value((*oids.SYS_BOARD, 3, 0)) == device.serial.encode()
    assert manager.value((*oids.SYSTEM, 2, 0)) == (1, 3, 6, 1, 4, 1, 20095, 2000, 1, 14)
    assert manager.value((*oids.FIRMWARE_IMAGE, 4, 1)) == device.software_version.encode()
    assert manager.value((*oids.FIRMWARE_IMAGE, 4, 2)) == device.alternate_version.encode()


def test_optics_carry_their_flags_in_band(make_device: DeviceMaker) -> None:
    quirky = manager_of(make_device())
    power = quirky.column((*oids.DDMI_STATUS, 1023))
    assert set(power) == {(1_000_013,), (1_000_014,)}
    assert str(power[(1_000_014,)]).endswith(" ++'")
    plain = manager_of(make_device("GAM-24-C", "current", 4)).column((*oids.DDMI_STATUS, 1023))
    assert all(float(bytes(str(value), "ascii")[2:-1]) < 0 for value in plain.values())
    assert quirky.value((*oids.DDMI_STATUS, 9, 1_000_013)) == 17


def test_a_dark_uplink_reads_minus_infinity(device: SimDevice) -> None:
    device.ports_down.add(13)
    manager = manager_of(device)
    assert manager.value((*oids.DDMI_STATUS, 1023, 1_000_013)) == b"-inf"
    assert manager.value((*oids.IF_ENTRY, 8, 1_000_013)) == 2


def test_alarms_follow_the_state(device: SimDevice) -> None:
    manager = manager_of(device)
    active = device.alarms()
    assert active
    for alarm in active:
        entry = oids.ALARM_ACTIVE
        assert manager.value((*entry, 2, alarm.index)) == alarm.if_index
        assert manager.value((*entry, 3, alarm.index)) == alarm.uuid
        assert manager.value((*entry, 5, alarm.index)) == alarm.condition
        moment = manager.value((*entry, 12, alarm.index))
        assert isinstance(moment, bytes)
        assert len(moment) == 8
        assert int.from_bytes(moment[:2], "big") == alarm.occurred_at.year
    mac = next(row.mac for row in device.seen_endpoints() if row.box and row.config)
    device.plug(mac, 0)
    raised = manager.column((*oids.ALARM_ACTIVE, 2))
    assert len(raised) == len(device.alarms())
    states = set(manager.column((*oids.ALARM_LOG, 10)).values())
    assert 0 in states


def test_unknown_numbers_pass_through(device: SimDevice) -> None:
    row = next(row for row in device.seen_endpoints() if row.box)
    assert row.box is not None
    manager = manager_of(device)
    index = mac_octets(row.mac)
    row.box.state_override = 9
    row.box.model_number = 199
    assert manager.value((*oids.GHN_BY_MAC, 10, 1, 90, *index)) == 9
    assert manager.value((*oids.GHN_BY_MAC, 10, 1, 100, *index)) == 199


def test_fdb_has_the_boxes_behind_endpoints(device: SimDevice) -> None:
    manager = manager_of(device)
    ports = manager.column((*oids.DOT1D_FDB, 2))
    served = [row for row in device.seen_endpoints() if row.subscriber and row.state == 1]
    assert served
    for row in served:
        assert ports[tuple(mac_octets(row.mac))] == row.detected_port
    assert len(ports) == len(manager.column((*oids.DOT1Q_FDB, 2)))
    foreign = [index for index in ports if index[:3] != (0, 0x0E, 0xD8)]
    assert len(foreign) >= len(served)


def test_a_unit_without_ghn_tables(make_device: DeviceMaker) -> None:
    old = manager_of(make_device("GAM-12-M", "old-1.2.0", 11))
    assert old.walk(GHN) == []
    assert old.get((*GHN, 2, 5, 10, 0))[0].tag == ber.NO_SUCH_OBJECT
    device = make_device()
    manager = manager_of(device)
    assert manager.walk(GHN)
    device.faults.no_ghn_snmp = True
    assert manager.walk(GHN) == []
    device.faults.no_ghn_snmp = False
    assert manager.walk(GHN)


def test_what_other_transports_change_is_seen_at_once(device: SimDevice) -> None:
    manager = manager_of(device)
    number = next(iter(device.running.subscribers))
    name = (*oids.GHN_USER, 30, number)
    device.set_subscriber(replace(device.running.subscribers[number], name="changed by hand"))
    assert manager.value(name) == b"changed by hand"
    device.delete_subscriber(number)
    assert manager.get(name)[0].tag == ber.NO_SUCH_INSTANCE
    device.running.ports[1].shutdown = True
    assert manager.value((*oids.GHN_PORT_BRIEF, 20, 1_000_001)) == 2


def test_vlan_quarters() -> None:
    vlans = [3, 1023, 1024, 2047, 4093]
    assert vlan_quarter(vlans, 0)[0] == 1 << 3
    assert vlan_quarter(vlans, 0)[127] == 1 << 7
    rebuilt: list[int] = []
    for quarter in range(4):
        rebuilt = replace_quarter(rebuilt, quarter, vlan_quarter(vlans, quarter))
    assert rebuilt == vlans
