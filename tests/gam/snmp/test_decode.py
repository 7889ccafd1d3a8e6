"""Tables to models: what real units send, what the MIB allows, and what neither knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.devices import Firmware, Line, PowerSupply, SubscriberModel, Temperature
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.ports import Admin, Oper, PortKind, PortMode
from positron_tui.domain.subscribers import Poe
from positron_tui.gam.snmp import oids
from positron_tui.gam.snmp.decode.alarms import decode_alarms
from positron_tui.gam.snmp.decode.config import decode_profiles, decode_subscribers
from positron_tui.gam.snmp.decode.endpoints import EndpointTables, decode_endpoints
from positron_tui.gam.snmp.decode.health import decode_health
from positron_tui.gam.snmp.decode.identity import decode_identity
from positron_tui.gam.snmp.decode.ports import decode_face, decode_ports, face_oids, reading_oids
from positron_tui.gam.snmp.decode.values import Table
from positron_tui.gam.snmp.engine import SnmpValue

GAM_12_C = "1.3.6.1.4.1.20095.2000.1.14"
MAC = "0.14.216.28.149.8"
MAC_TEXT = "00:0e:d8:1c:95:08"


def _identity_values(**changes: SnmpValue) -> dict[str, SnmpValue]:
    values: dict[str, SnmpValue] = {
        oids.SYS_DESCR: b"GAM-12-C GigaBit Ethernet Switch, firmware GAM-12/24-C_v1.5.4",
        oids.SYS_OBJECT_ID: GAM_12_C,
        oids.SYS_NAME: b"birch-a",
        oids.BOARD_SERIAL: b"01012973",
        oids.BOARD_MAC: bytes.fromhex("000ed8190000"),
        oids.FIRMWARE_TYPES[0]: 0,
        oids.FIRMWARE_VERSIONS[0]: b"boot 0.9.1",
        oids.FIRMWARE_TYPES[1]: 1,
        oids.FIRMWARE_VERSIONS[1]: b"GAM-12/24-C_v1.5.4",
        oids.FIRMWARE_TYPES[2]: 2,
        oids.FIRMWARE_VERSIONS[2]: b"GAM-12/24-C_v1.5.1",
        oids.SUBSCRIBER_MODEL: 0,
        oids.FIRST_PORT_MODE: 0,
    }
    values.update({getattr(oids, name): value for name, value in changes.items()})
    return values


def test_identity_of_a_known_model() -> None:
    identity = decode_identity(_identity_values())
    assert (identity.model, identity.line, identity.serial) == ("GAM-12-C", Line.COAX, "01012973")
    assert identity.firmware == Firmware("1.5.4", "1.5.1")
    assert identity.mac == "00:0e:d8:19:00:00"
    assert identity.subscriber_model is SubscriberModel.ENDPOINT_AWARE


def test_firmware_comes_from_the_description_where_the_table_is_missing() -> None:
    values = _identity_values()
    for oid in (*oids.FIRMWARE_TYPES, *oids.FIRMWARE_VERSIONS):
        del values[oid]
    assert decode_identity(values).firmware == Firmware("1.5.4", None)


@pytest.mark.parametrize(
    ("object_id", "descr", "mode", "model", "line"),
    [
        ("1.3.6.1.4.1.1.1", b"GAM-4-CX-AC GigaBit Ethernet Switch", 0, "GAM-4-CX-AC", Line.COAX),
        ("1.3.6.1.4.1.1.1", b"GAM-96-Z Switch", 2, "GAM-96-Z", Line.COPPER),
        ("1.3.6.1.4.1.1.1", b"GAM-96-Z Switch", 255, "GAM-96-Z", None),
        ("1.3.6.1.4.1.20095.2000.1.99", b"Switch", 1, "GAM (product 99)", Line.COPPER),
        ("1.3.6.1.4.1.8072.3.2.10", b"Linux box", 255, None, None),
    ],
)
def test_identity_of_an_unknown_model(
    object_id: str, descr: bytes, mode: int, model: str | None, line: Line | None
) -> None:
    values = _identity_values(SYS_OBJECT_ID=object_id, SYS_DESCR=descr, FIRST_PORT_MODE=mode)
    identity = decode_identity(values)
    assert (identity.model, identity.line) == (model, line)


def test_identity_of_nothing() -> None:
    identity = decode_identity({})
    assert identity.model is None
    assert identity.firmware == Firmware(None, None)


def test_health_of_a_gam_12_c() -> None:
    health = decode_health(
        {oids.SYS_UP_TIME: 463_034_100, oids.CPU_10S: 76, oids.UPTIME_TEXT: b"53d 14:24:1 green"},
        {"name": {"1": b"Intake #1", "5": b"CPU"}, "tenths": {"1": 169, "5": 402}},
        {},
        {"rpm": {"0": 9300, "1": 9280}},
        {
            "state": {"1.1": 0, "1.2": 2, "1.3": 7},
            "name": {"1.1": b"Main power supply", "1.2": b"Redundant power supply"},
        },
    )
    assert (health.uptime_s, health.cpu_percent) == (4_630_341, 76)
    assert health.temperatures == (Temperature("Intake #1", 16.9), Temperature("CPU", 40.2))
    assert [(fan.index, fan.rpm) for fan in health.fans] == [(0, 9300), (1, 9280)]
    assert health.power_supplies == (
        PowerSupply("Main power supply", "active"),
        PowerSupply("Redundant power supply", "not_present"),
        PowerSupply("Power supply 1.3", "unknown(7)"),
    )


def test_health_falls_back_to_the_old_objects_and_to_unknown() -> None:
    old = decode_health(
        {oids.UPTIME_TEXT: b"1d 0:0:5 stale"}, {}, {"celsius": {"0": 41, "1": 58}}, {}, {}
    )
    assert old.uptime_s == 86_405
    assert old.temperatures == (Temperature("board", 41.0), Temperature("junction", 58.0))
    nothing = decode_health({}, {}, {}, {}, {})
    assert (nothing.uptime_s, nothing.cpu_percent, nothing.fans) == (None, None, ())


def _face(index: int, name: bytes | None, descr: bytes | None) -> dict[str, SnmpValue]:
    cells = dict(
        zip(face_oids(index), (descr, name, b"", bytes.fromhex("000ed8130001")), strict=True)
    )
    return {oid: value for oid, value in cells.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "descr", "expected"),
    [
        (b"G.hn 1/4", b"Port G.hn-4", (PortKind.GHN, 4, "G.hn 1/4")),
        (None, b"Port G.hn-4", (PortKind.GHN, 4, "G.hn 1/4")),
        (b"10GigabitEthernet 1/2", b"Port 10G-2", (PortKind.UPLINK, 2, "10G 1/2")),
        (None, b"Port 10G-2", (PortKind.UPLINK, 2, "10G 1/2")),
        (b"GigabitEthernet 1/1", b"Port MGMT", (PortKind.MGMT, 1, "Gi 1/1")),
        (None, b"Port MGMT", (PortKind.MGMT, 1, "Gi 1/1")),
        (b"QSFP 1/1", None, (PortKind.UPLINK, 9, "QSFP 1/1")),
    ],
)
def test_port_names(
    name: bytes | None, descr: bytes | None, expected: tuple[PortKind, int, str]
) -> None:
    face = decode_face(_face(1_000_009, name, descr), 1_000_009)
    assert face is not None
    assert (face.kind, face.number, face.name) == expected
    assert face.mac == "00:0e:d8:13:00:01"


def test_no_port_at_an_index() -> None:
    assert decode_face({}, 1_000_009) is None


def test_ports_with_and_without_the_ghn_tables() -> None:
    face = decode_face(_face(1_000_001, b"G.hn 1/1", None), 1_000_001)
    assert face is not None
    cells = (1, 7, 2500, 10, 20, 3, 4)
    values: dict[str, SnmpValue] = dict(zip(reading_oids(1_000_001), cells, strict=True))
    config: Table = {"mode": {"1000001": 1}, "label": {"1000001": b"riser 1"}}
    brief: Table = {
        "endpoints": {"1000001": b"00:0E:D8:1C:95:08,00:0E:D8:1C:95:09"},
        "outage_sa": {"1000001": 1},
        "outage_nsa": {"1000001": 2},
    }
    (port,) = decode_ports((face,), values, config, brief)
    assert (port.admin, port.oper, port.speed_mbps) == (Admin.UP, Oper.DOWN, 2500)
    assert (port.mode, port.label) == (PortMode.MIMO, "riser 1")
    assert (port.counters.in_octets, port.counters.out_octets) == (10, 20)
    assert (port.counters.in_errors, port.counters.out_errors) == (3, 4)
    assert (port.outage_service_affecting, port.outage_other) == (True, False)
    assert port.endpoint_macs == (MAC_TEXT, "00:0e:d8:1c:95:09")
    (bare,) = decode_ports((face,), {}, {}, {})
    assert bare.counters.in_octets is None
    assert (bare.admin, bare.oper, bare.mode, bare.speed_mbps) == (None, None, None, None)


def _tables(
    detail: Table | None = None, link: Table | None = None, index: str = MAC, **brief: SnmpValue
) -> EndpointTables:
    row: dict[str, SnmpValue] = {
        "id": 7,
        "name": b"apt 7",
        "configured_port": 1_000_003,
        "auto_port": 2,
        "detected_port": 1_000_003,
        "subscriber": b"smith",
        "state": 1,
        "model_number": 4,
        "model_text": b"G1001-C",
        "firmware_mismatch": 2,
        **brief,
    }
    return EndpointTables(
        {column: {index: value} for column, value in row.items()},
        detail or {},
        link or {},
        {"description": {"7": b"third floor"}},
        by_mac=True,
    )


def _detail(index: str = MAC, **changes: SnmpValue) -> Table:
    row: dict[str, SnmpValue] = {
        "alive": 1,
        "serial": b"ASY-2103-20,R12,01124908,23284",
        "uptime": b"53 days, 14h 28m 19s",
        "firmware": b"G1001C_positron_24791",
        "wire_length_m": 0,
        "rx_phy_mbps": 1805,
        "tx_phy_mbps": 1744,
        "rx_max_mbps": 1410,
        "tx_max_mbps": 1362,
        **changes,
    }
    return {column: {index: value} for column, value in row.items()}


@pytest.mark.parametrize("index", [MAC, f"6.{MAC}"])
def test_an_endpoint_in_both_index_forms(index: str) -> None:
    link: Table = {
        "valid": {f"{index}.1": 1, f"{index}.2": 1, f"{index}.3": 2},
        "up": {f"{index}.1": 1, f"{index}.2": 2, f"{index}.3": 1},
        "speed": {f"{index}.1": 3, f"{index}.2": 0, f"{index}.3": 6},
    }
    (endpoint,) = decode_endpoints(_tables(_detail(index), link, index))
    assert (endpoint.mac, endpoint.endpoint_id) == (MAC_TEXT, 7)
    assert (endpoint.name, endpoint.description) == ("apt 7", "third floor")
    assert (endpoint.configured_port, endpoint.detected_port) == ("G.hn 1/3", "G.hn 1/3")
    assert (endpoint.state, endpoint.subscriber) == (EndpointState.OK, "smith")
    assert (endpoint.down_phy_mbps, endpoint.up_phy_mbps) == (1805, 1744)
    assert (endpoint.down_max_mbps, endpoint.up_max_mbps) == (1410, 1362)
    assert endpoint.uptime_s == 4_631_299
    assert endpoint.wire_length_m is None
    assert (endpoint.ethernet_up, endpoint.ethernet_mbps) == (True, 1000)
    assert endpoint.firmware_mismatch is False


def test_an_endpoint_that_is_not_there() -> None:
    detail: Table = {"alive": {MAC: 2}, "rx_phy_mbps": {MAC: 0}, "uptime": {MAC: b"0h 0m 0s"}}
    tables = _tables(detail, state=0, detected_port=0, model_number=255, model_text=b"")
    (endpoint,) = decode_endpoints(tables)
    assert endpoint.state is EndpointState.NOT_DETECTED
    assert (endpoint.detected_port, endpoint.port) == (None, "G.hn 1/3")
    assert (endpoint.down_phy_mbps, endpoint.uptime_s, endpoint.model) == (None, None, None)
    assert (endpoint.serial, endpoint.firmware_mismatch, endpoint.ethernet_up) == (None, None, None)


def test_an_endpoint_nobody_configured() -> None:
    tables = _tables(_detail(), id=0, name=b"", configured_port=0, subscriber=b"", state=3)
    (endpoint,) = decode_endpoints(tables)
    assert endpoint.state is EndpointState.QUARANTINED_UNKNOWN_MAC
    assert (endpoint.endpoint_id, endpoint.name, endpoint.subscriber) == (None, None, None)
    assert endpoint.description is None


@pytest.mark.parametrize(
    ("number", "text", "model", "length"),
    [
        (4, b"G1001-C", "G1001-C", None),
        (16, b"", "G1002-M", 0),
        (77, b"G3000-X", "G3000-X", None),
        (77, b"", "model 77", None),
        (255, b"", None, None),
    ],
)
def test_models_and_wire_length_of_zero(
    number: int, text: bytes, model: str | None, length: int | None
) -> None:
    (endpoint,) = decode_endpoints(_tables(_detail(), model_number=number, model_text=text))
    assert (endpoint.model, endpoint.wire_length_m) == (model, length)


def test_a_state_the_mib_does_not_know() -> None:
    (endpoint,) = decode_endpoints(_tables(state=9))
    assert endpoint.state is None
    assert endpoint.mac == MAC_TEXT


def test_a_row_with_an_unreadable_index_does_not_hide_the_others() -> None:
    brief: Table = {"state": {"1.2.3": 1, MAC: 1, "0.14.999.0.0.1": 1}, "id": {MAC: 3}}
    found = decode_endpoints(EndpointTables(brief, {}, {}, {}, by_mac=True))
    assert [endpoint.endpoint_id for endpoint in found] == [3]


def test_endpoints_by_configured_id() -> None:
    brief: Table = {
        "mac": {"7": bytes.fromhex("000ed81c9508"), "8": b"", "0": bytes.fromhex("000ed81c9509")},
        "state": {"7": 1, "8": 1, "0": 1},
    }
    tables = EndpointTables(brief, _detail("7"), {"up": {"7.1": 2}}, {}, by_mac=False)
    (endpoint,) = decode_endpoints(tables)
    assert (endpoint.mac, endpoint.endpoint_id, endpoint.down_phy_mbps) == (MAC_TEXT, 7, 1805)
    assert (endpoint.ethernet_up, endpoint.ethernet_mbps) == (False, None)


def test_profiles() -> None:
    profiles = decode_profiles(
        {
            "name": {"0": b"", "1": b"Default BW Profile", "2": b"500M"},
            "down_mbps": {"0": 0, "1": 10, "2": 545},
            "up_mbps": {"1": 10},
        }
    )
    assert [(p.profile_id, p.name, p.down_mbps, p.up_mbps) for p in profiles] == [
        (1, "Default BW Profile", 10, 10),
        (2, "500M", 545, None),
    ]


def test_a_subscriber_with_everything() -> None:
    row: dict[str, SnmpValue] = {
        "name": b"smith",
        "description": b"gold",
        "endpoint_id": 7,
        "profile_id": 0,
        "vlan": 100,
        "tagged": 1,
        "remapped_vlan": 200,
        "port2_vlan": 300,
        "trunk": 2,
        "port": 1_000_004,
        "double_tag": 1,
        "uplink": 1_000_025,
        "outer_vlan": 400,
        "poe": 2,
    }
    table: Table = {column: {"3": value} for column, value in row.items()}
    vlans: Table = {"quarter0": {"3": b"\x00\x04"}, "quarter3": {"3": b"\x01"}}
    endpoints: Table = {"mac": {"7": bytes.fromhex("000ed81c9508")}}
    (smith,) = decode_subscribers(table, vlans, endpoints, {1_000_025: "10G 1/1"})
    assert (smith.subscriber_id, smith.name, smith.description) == (3, "smith", "gold")
    assert (smith.endpoint_id, smith.endpoint_mac, smith.port) == (7, MAC_TEXT, "G.hn 1/4")
    assert (smith.vlan, smith.tagged, smith.remapped_vlan, smith.port2_vlan) == (
        100,
        True,
        200,
        300,
    )
    assert (smith.double_tag, smith.outer_vlan, smith.uplink) == (True, 400, "10G 1/1")
    assert (smith.allowed_vlans, smith.trunk) == ((10, 3072), False)
    assert (smith.profile_id, smith.poe) == (0, Poe.FORCE)


def test_a_subscriber_with_next_to_nothing() -> None:
    zeros = ("endpoint_id", "vlan", "remapped_vlan", "port2_vlan", "port", "uplink", "outer_vlan")
    table: Table = {"poe": {"3": 9}, **{column: {"3": 0} for column in zeros}, "vlan": {"0": 5}}
    (row,) = decode_subscribers(table, {}, {}, {})
    assert row.name == "subscriber 3"
    assert (row.endpoint_id, row.endpoint_mac, row.port, row.vlan) == (None, None, None, None)
    assert (row.remapped_vlan, row.outer_vlan, row.uplink, row.poe) == (None, None, None, None)
    assert row.allowed_vlans is None


def test_alarms() -> None:
    when = (2026).to_bytes(2, "big") + bytes((3, 2, 9, 30, 0, 0))
    unset = (1970).to_bytes(2, "big") + bytes((1, 1, 0, 0, 5, 0))
    alarms = decode_alarms(
        {
            "if_index": {"1": 1_000_000_002, "2": 1_000_013, "3": 0, "4": 1_000_000_009},
            "entity": {"1": b"CPE-2"},
            "condition": {"1": 13, "2": 8, "3": 99, "4": 15},
            "severity": {"1": 3, "2": 4, "3": 8, "4": 2},
            "service_affecting": {"1": 1, "2": 2},
            "occurred_at": {"1": when, "2": when + b"+\x02\x00", "3": unset, "4": b"?"},
            "uuid": {"1": bytes(range(16)), "2": b"short"},
        },
        {1_000_013: "10G 1/1"},
    )
    assert [alarm.entity for alarm in alarms] == ["CPE-2", "10G 1/1", "system", "CPE-9"]
    assert [alarm.condition for alarm in alarms] == ["los", "linkdown", "unknown(99)", "hwmismatch"]
    assert [alarm.severity for alarm in alarms] == ["mj", "cr", "unknown(8)", "mn"]
    assert [alarm.service_affecting for alarm in alarms] == [True, False, None, None]
    assert [alarm.occurred_at for alarm in alarms] == [
        datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
        None,
        None,
    ]
    assert alarms[0].uuid == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert alarms[1].uuid is None


INDEX = st.sampled_from(["1", "7", "0", MAC, f"6.{MAC}", f"{MAC}.1", "1.2", "1000001"])
VALUE = st.one_of(
    st.integers(-5, 2**64), st.binary(max_size=20), st.text(max_size=20), st.integers(0, 12)
)


def _any_table(spec: oids.TableSpec) -> st.SearchStrategy[Table]:
    return st.dictionaries(
        st.sampled_from(sorted(spec.columns)), st.dictionaries(INDEX, VALUE, max_size=4)
    )


@given(
    _any_table(oids.ENDPOINT_BRIEF_BY_MAC),
    _any_table(oids.ENDPOINT_DETAIL_BY_MAC),
    _any_table(oids.ENDPOINT_LINK_BY_MAC),
    st.booleans(),
)
def test_no_endpoint_table_breaks_the_decoder(
    brief: Table, detail: Table, link: Table, by_mac: bool
) -> None:
    for endpoint in decode_endpoints(EndpointTables(brief, detail, link, {}, by_mac)):
        assert len(endpoint.mac) == 17


@given(
    _any_table(oids.PROFILES),
    _any_table(oids.SUBSCRIBERS),
    _any_table(oids.SUBSCRIBER_VLANS),
    _any_table(oids.ACTIVE_ALARMS),
)
def test_no_other_table_breaks_its_decoder(
    profiles: Table, subscribers: Table, vlans: Table, alarms: Table
) -> None:
    assert all(profile.profile_id > 0 for profile in decode_profiles(profiles))
    for subscriber in decode_subscribers(subscribers, vlans, {}, {}):
        assert subscriber.name
    assert all(alarm.entity for alarm in decode_alarms(alarms, {}))


@given(st.dictionaries(st.sampled_from(face_oids(1_000_001) + reading_oids(1_000_001)), VALUE))
def test_no_port_breaks_its_decoder(values: dict[str, SnmpValue]) -> None:
    face = decode_face(values, 1_000_001)
    if face is not None:
        assert decode_ports((face,), values, {}, {})[0].name


@given(st.dictionaries(st.sampled_from([*_identity_values()]), VALUE))
def test_no_identity_breaks_its_decoder(values: dict[str, SnmpValue]) -> None:
    decode_identity(values)
    decode_health(values, {}, {}, {}, {})
