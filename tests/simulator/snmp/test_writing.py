"""SET: communities, errors, columns, row editors and controls, with their effect on the state."""

from __future__ import annotations

import pytest

from positron_tui.domain.mac import mac_octets
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import ber, mib, oids
from positron_tui.simulator.snmp.ber import Oid, VarBind
from positron_tui.simulator.snmp.tables.bitmaps import vlan_quarter
from positron_tui.simulator.state import NOT_DETECTED, OK
from tests.clocks import FrozenClock
from tests.simulator.snmp.conftest import V1, DeviceMaker, Manager, manager_of

ACTION = 10_000
ME, OTHER = 4711, 4712


@pytest.fixture
def manager(device: SimDevice) -> Manager:
    return manager_of(device, write=True)


def free_id(used: dict[int, object]) -> int:
    return next(n for n in range(1, 385) if n not in used)


def free_endpoint(device: SimDevice) -> int:
    taken = {sub.endpoint_id for sub in device.running.subscribers.values()}
    return next(number for number in device.running.endpoints if number not in taken)


def test_the_read_community_cannot_write(device: SimDevice) -> None:
    name = (*oids.SYSTEM, 5, 0)
    reader = manager_of(device)
    assert reader.set(VarBind(name, ber.OCTETS, b"x")) == (mib.NO_ACCESS, 1)
    old = manager_of(device, version=V1)
    assert old.set(VarBind(name, ber.OCTETS, b"x")) == (mib.READ_ONLY, 1)
    assert device.running.hostname == "gam-01"


def test_system_texts(device: SimDevice, manager: Manager) -> None:
    assert manager.set_text((*oids.SYSTEM, 5, 0), "birch-01") == 0
    assert manager.set_text((*oids.SYS_INFO, 3, 0), "cellar") == 0
    assert (device.running.hostname, device.running.location) == ("birch-01", "cellar")
    assert manager.value((*oids.SYS_INFO, 1, 0)) == b"birch-01"
    assert manager.set_text((*oids.SYSTEM, 5, 0), "bell\x07") == mib.WRONG_VALUE


@pytest.mark.parametrize(
    ("tail", "tag", "value", "status"),
    [
        ((50, 1), ber.GAUGE32, 5000, mib.WRONG_VALUE),
        ((50, 1), ber.OCTETS, b"54", mib.WRONG_TYPE),
        ((30, 1), ber.OCTETS, b"n" * 32, mib.WRONG_LENGTH),
        ((30, 1), ber.OCTETS, b"", mib.INCONSISTENT_VALUE),
        ((20, 1), ber.GAUGE32, 7, mib.NOT_WRITABLE),
        ((30, 14), ber.OCTETS, b"nobody", mib.NO_CREATION),
        ((9999, 1), ber.GAUGE32, 1, mib.NOT_WRITABLE),
        ((ACTION, 1), ber.GAUGE32, 2, mib.WRONG_VALUE),
        ((ACTION, 1), ber.GAUGE32, 1, mib.INCONSISTENT_VALUE),
    ],
)
def test_refusals(
    device: SimDevice, manager: Manager, tail: Oid, tag: int, value: int | bytes, status: int
) -> None:
    before = device.running_text()
    assert manager.set(VarBind((*oids.GHN_PROFILE, *tail), tag, value)) == (status, 1)
    assert device.running_text() == before


def test_the_refused_varbind_is_named(device: SimDevice, manager: Manager) -> None:
    good = VarBind((*oids.GHN_PROFILE, 50, 1), ber.GAUGE32, 20)
    bad = VarBind((*oids.GHN_PROFILE, 60, 1), ber.GAUGE32, 1)
    assert manager.set(good, bad) == (mib.WRONG_VALUE, 2)
    assert device.running.profiles[1].down_mbps == 10
    assert manager.set(good) == (0, 0)
    assert device.running.profiles[1].down_mbps == 20


def test_columns_write_through_the_rules_of_the_unit(device: SimDevice, manager: Manager) -> None:
    number, other = list(device.running.subscribers)[:2]
    taken = device.running.subscribers[other].endpoint_id
    row = (*oids.GHN_USER, 50, number)
    assert manager.set_int(row, taken) == mib.INCONSISTENT_VALUE
    assert manager.set_int((*oids.GHN_USER, 90, number), 555) == 0
    assert manager.set_int((*oids.GHN_USER, 220, number), 2) == 0
    assert manager.set_int((*oids.GHN_USER, 200, number), 1_000_014) == 0
    assert manager.set_int((*oids.GHN_USER, 200, number), 1_000_003) == mib.INCONSISTENT_VALUE
    changed = device.running.subscribers[number]
    assert (changed.vlan, changed.poe, changed.uplink) == (555, "force", 2)
    assert manager.value((*oids.IF_ENTRY, 2, 555)) == b"VLAN  555"


def test_a_row_goes_by_its_action(device: SimDevice, manager: Manager) -> None:
    number = next(iter(device.running.subscribers))
    action = (*oids.GHN_USER, ACTION, number)
    assert manager.value(action) == 0
    assert manager.set(VarBind(action, ber.GAUGE32, 1)) == (0, 0)
    assert number not in device.running.subscribers
    assert manager.set(VarBind(action, ber.GAUGE32, 1)) == (mib.NO_CREATION, 1)


def test_a_subscriber_is_made_with_the_editor(device: SimDevice, manager: Manager) -> None:
    editor = oids.GHN_USER_EDITOR
    action = (*editor, ACTION, 0)
    number, endpoint = free_id({**device.running.subscribers}), free_endpoint(device)
    assert manager.value(action) == 0
    assert manager.set(VarBind(action, ber.GAUGE32, ME)) == (0, 0)
    assert manager.value(action) == ME
    assert manager.set_int((*editor, 1, 0), number) == 0
    assert manager.set_text((*editor, 30, 0), "apt 4711") == 0
    assert manager.set_int((*editor, 50, 0), endpoint) == 0
    assert manager.set_int((*editor, 90, 0), 777) == 0
    assert manager.set_int((*editor, 70, 0), 2) == 0
    assert manager.set(VarBind(action, ber.GAUGE32, 2)) == (0, 0)
    made = device.running.subscribers[number]
    assert (made.name, made.endpoint_id, made.vlan, made.profile_id) == (
        "apt 4711",
        endpoint,
        777,
        2,
    )
    assert manager.value((*oids.GHN_USER, 30, number)) == b"apt 4711"
    assert manager.value(action) == 0
    assert "apt 4711" in device.running_text()
    assert "apt 4711" not in device.startup_text()


def test_an_endpoint_and_a_profile_are_made_with_their_editors(
    device: SimDevice, manager: Manager
) -> None:
    mac = next(row.mac for row in device.seen_endpoints() if row.config is None)
    number = free_id({**device.running.endpoints})
    editor = oids.GHN_ENDPOINT_EDITOR
    port = device.plant[mac].port
    assert manager.set_int((*editor, ACTION, 0), ME) == 0
    fields = [
        VarBind((*editor, 1, 0), ber.INTEGER, number),
        VarBind((*editor, 20, 0), ber.OCTETS, mac_octets(mac)),
        VarBind((*editor, 30, 0), ber.OCTETS, b"new box"),
        VarBind((*editor, 50, 0), ber.INTEGER, 1_000_000 + port),
        VarBind((*editor, ACTION, 0), ber.GAUGE32, 2),
    ]
    assert manager.set(*fields) == (0, 0)
    assert device.running.endpoints[number].mac == mac
    assert manager.value((*oids.GHN_BY_MAC, 10, 1, 90, *mac_octets(mac))) == OK
    profile = next(n for n in range(1, 16) if n not in device.running.profiles)
    editor = oids.GHN_PROFILE_EDITOR
    assert manager.set_int((*editor, ACTION, 0), ME) == 0
    assert manager.set_int((*editor, 1, 0), profile) == 0
    assert manager.set_text((*editor, 30, 0), "75M") == 0
    assert manager.set_int((*editor, 50, 0), 80) == 0
    assert manager.set_int((*editor, ACTION, 0), 2) == 0
    assert device.running.profiles[profile].down_mbps == 80


def test_the_editor_belongs_to_one_manager(device: SimDevice, manager: Manager) -> None:
    editor = oids.GHN_USER_EDITOR
    action = (*editor, ACTION, 0)
    assert manager.set_text((*editor, 30, 0), "too early") == mib.INCONSISTENT_VALUE
    assert manager.set_int(action, 2) == mib.INCONSISTENT_VALUE
    assert manager.set_int(action, 17) == mib.WRONG_VALUE
    assert manager.set_int(action, ME) == 0
    assert manager.set_int(action, OTHER) == mib.NO_ACCESS
    assert manager.value(action) == ME
    taken = next(iter(device.running.subscribers))
    assert manager.set_int((*editor, 1, 0), taken) == 0
    assert manager.set_text((*editor, 30, 0), "duplicate id") == 0
    assert manager.set_int(action, 2) == mib.INCONSISTENT_VALUE
    assert manager.value(action) == ME
    assert manager.set_int(action, 1) == 0
    assert manager.value(action) == 0
    assert manager.value((*editor, 30, 0)) == b""
    assert manager.set_int(action, ME) == 0
    device.reboot()
    assert manager.value(action) == 0


def test_allowed_vlans_by_quarters(make_device: DeviceMaker) -> None:
    device = make_device("GAM-24-C", "current", 30)
    manager = manager_of(device, write=True)
    number = next(iter(device.running.subscribers))
    quarters = [vlan_quarter([301, 302, 1100, 4000], quarter) for quarter in range(4)]
    for quarter, octets in enumerate(quarters):
        name = (*oids.GHN_USER, 130 + 10 * quarter, number)
        assert manager.set(VarBind(name, ber.OCTETS, octets)) == (0, 0)
    assert device.running.subscribers[number].allowed_vlans == [301, 302, 1100, 4000]
    short = VarBind((*oids.GHN_USER, 130, number), ber.OCTETS, bytes(127))
    assert manager.set(short) == (mib.WRONG_LENGTH, 1)


def test_ports_are_switched_and_named(device: SimDevice, manager: Manager) -> None:
    assert manager.set_int((*oids.PORT_CONFIG, 2, 1_000_003), 1) == 0
    assert device.running.ports[3].shutdown
    assert manager.value((*oids.IF_ENTRY, 7, 1_000_003)) == 2
    assert manager.set_int((*oids.IF_ENTRY, 7, 1_000_003), 1) == 0
    assert not device.running.ports[3].shutdown
    assert manager.set_text((*oids.GHN_PORT, 30, 1_000_003), "riser C") == 0
    assert device.running.ports[3].name == "riser C"
    assert manager.set_int((*oids.GHN_PORT, 50, 1_000_003), 1) == mib.INCONSISTENT_VALUE
    assert manager.set_int((*oids.GHN_GLOBAL, 10, 0), 1) == mib.INCONSISTENT_VALUE
    assert manager.set_int((*oids.GHN_GLOBAL, 20, 0), 1_000_014) == 0
    assert device.running.default_uplink == 2


def test_saving_by_copy(device: SimDevice, clock: FrozenClock, manager: Manager) -> None:
    manager.set_text((*oids.SYSTEM, 5, 0), "renamed")
    file_time = (*oids.ICFG_FILES, 4, 1)
    before = manager.value(file_time)
    clock.advance(3600)
    for column, value in ((2, 1), (4, 2), (6, 2), (1, 1)):
        assert manager.set_int((*oids.ICFG_COPY, column, 0), value) == 0
    assert manager.value((*oids.ICFG_COPY_STATUS, 1, 0)) == 1
    assert manager.value((*oids.ICFG_COPY, 1, 0)) == 2
    assert device.startup.hostname == "renamed"
    assert manager.value(file_time) != before
    manager.set_text((*oids.SYSTEM, 5, 0), "forgotten")
    manager.set_int((*oids.ICFG_COPY, 2, 0), 2)
    manager.set_int((*oids.ICFG_COPY, 1, 0), 1)
    assert manager.value((*oids.ICFG_COPY_STATUS, 1, 0)) == 5
    manager.set_int((*oids.ICFG_COPY, 2, 0), 3)
    manager.set_int((*oids.ICFG_COPY, 1, 0), 1)
    assert manager.value((*oids.ICFG_COPY_STATUS, 1, 0)) == 4
    manager.set_int((*oids.ICFG_COPY, 2, 0), 2)
    manager.set_int((*oids.ICFG_COPY, 4, 0), 1)
    manager.set_int((*oids.ICFG_COPY, 1, 0), 1)
    assert device.running.hostname == "renamed"


def test_an_endpoint_restarts_and_comes_back(
    device: SimDevice, clock: FrozenClock, manager: Manager
) -> None:
    row = next(row for row in device.seen_endpoints() if row.box and row.config)
    index = mac_octets(row.mac)
    state = (*oids.GHN_BY_MAC, 10, 1, 90, *index)
    assert manager.set_int((*oids.GHN_CONTROL_BY_MAC, 10, 1, 10, *index), 2) == 0
    assert manager.value(state) == row.state
    assert manager.set_int((*oids.GHN_CONTROL_BY_ID, 10, 1, 10, row.endpoint_id), 1) == 0
    assert manager.value(state) == NOT_DETECTED
    assert manager.value((*oids.GHN_BY_MAC, 20, 1, 20, *index)) == 2
    clock.advance(device.endpoint_restart_s + 1)
    assert manager.value(state) == row.state
    assert manager.value((*oids.GHN_BY_MAC, 20, 1, 60, *index)) == b"0 days, 0h 0m 1s"


def test_counters_are_cleared(device: SimDevice, clock: FrozenClock, manager: Manager) -> None:
    row = next(r for r in device.seen_endpoints() if r.box and r.subscriber and r.state == OK)
    clock.advance(600)
    octets = (*oids.GHN_STATISTICS_BY_ID, 10, 1, 30, row.endpoint_id, 1)
    frames = (*oids.GHN_STATISTICS_BY_ID, 20, 1, 1010, row.endpoint_id)
    port = (*oids.IF_X_ENTRY, 10, 1_000_000 + row.detected_port)
    control = (*oids.GHN_CONTROL_BY_ID, 20, 1)
    for name in (octets, frames, port):
        assert int(str(manager.value(name))) > 0
    assert manager.set_int((*control, 20, row.endpoint_id), 1) == 0
    assert manager.value(frames) == 0
    assert int(str(manager.value(octets))) > 0
    assert manager.set_int((*control, 10, row.endpoint_id), 1) == 0
    assert manager.value(octets) == 0
    assert manager.set_int((*oids.PORT_CLEAR, 2, port[-1]), 1) == 0
    assert manager.value(port) == 0
    clock.advance(60)
    for name in (octets, frames, port):
        assert int(str(manager.value(name))) > 0


def test_reboot_and_swap(device: SimDevice, clock: FrozenClock, manager: Manager) -> None:
    device.running.hostname = "unsaved"
    clock.advance(100)
    assert manager.set_int((*oids.SYS_REBOOT, 2, 1), 0) == 0
    assert device.running.hostname == "unsaved"
    assert manager.set_int((*oids.SYS_REBOOT, 2, 1), 1) == 0
    assert device.running.hostname == "gam-01"
    assert manager.value((*oids.SYSTEM, 3, 0)) == 0
    assert manager.set_int((*oids.FIRMWARE_CONTROL, 1, 0), 1) == 0
    versions = [manager.value((*oids.FIRMWARE_IMAGE, 4, n)) for n in (1, 2)]
    assert versions == [b"GAM-12/24-C_v1.5.1", b"GAM-12/24-C_v1.5.4"]
    descr = manager.value((*oids.SYSTEM, 1, 0))
    assert isinstance(descr, bytes)
    assert descr.endswith(b"1.5.1")


def test_v1_errors_are_those_of_v1(device: SimDevice) -> None:
    old = manager_of(device, write=True, version=V1)
    assert old.set_int((*oids.GHN_PROFILE, 50, 1), 5000) == mib.BAD_VALUE
    assert old.set_int((*oids.GHN_PROFILE, 20, 1), 5) == mib.NO_SUCH_NAME


def test_power_cycle_needs_power(make_device: DeviceMaker) -> None:
    device = make_device("GAM-24-C", "current", 60)
    manager = manager_of(device, write=True)
    powered = manager.column((*oids.GHN_BY_ID, 50, 1, 10))
    with_poe = next(index for index, port in powered.items() if port == 1)
    without = next(index for index, port in powered.items() if port == 0)
    control = (*oids.GHN_CONTROL_BY_ID, 30, 1, 10)
    assert manager.set_int((*control, *with_poe), 1) == 0
    assert manager.set_int((*control, *without), 1) == mib.INCONSISTENT_VALUE
