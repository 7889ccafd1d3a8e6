"""State that follows from state: endpoint states, alarms, counters, restarts."""

from __future__ import annotations

import pytest

from positron_tui.domain.ports import PortKind
from positron_tui.simulator import state as st
from positron_tui.simulator.config import SimEndpointConfig, SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.identity import endpoint_uptime_text, uptime_text
from tests.clocks import FrozenClock
from tests.simulator.units import box, mac, make_unit

DAY = 86_400


def _states(device: SimDevice) -> dict[str, int]:
    return {row.mac: row.state for row in device.seen_endpoints()}


def test_states_follow_configuration_and_plug() -> None:
    device = make_unit()
    device.plant[mac(3)] = box(3, 3)
    device.add_endpoint(SimEndpointConfig(4, "Apt 4", mac(4), port=4))
    device.plug(mac(2), 1)
    assert _states(device) == {
        mac(1): st.OK,
        mac(2): st.WRONG_PORT,
        mac(3): st.UNKNOWN_MAC,
        mac(4): st.NOT_DETECTED,
    }


def test_a_state_that_the_mib_does_not_know_is_passed_on() -> None:
    device = make_unit()
    device.plant[mac(1)].state_override = 9
    assert _states(device)[mac(1)] == 9


def test_configuring_a_quarantined_endpoint_frees_it() -> None:
    device = make_unit()
    device.plant[mac(3)] = box(3, 3)
    device.add_endpoint(SimEndpointConfig(0, "Apt 3", mac(3), port=3))
    assert _states(device)[mac(3)] == st.OK


def test_auto_port_binds_where_the_box_is_seen_first() -> None:
    device = make_unit()
    device.plant[mac(3)] = box(3, 0)
    device.add_endpoint(SimEndpointConfig(3, "Apt 3", mac(3), auto_port=True))
    assert device.running.endpoints[3].port == 0
    device.plug(mac(3), 4)
    assert device.running.endpoints[3].port == 4
    device.plug(mac(3), 3)
    assert _states(device)[mac(3)] == st.WRONG_PORT


def test_port_aware_units_adopt_what_is_plugged_in() -> None:
    device = make_unit("GAM-4-MX")
    device.set_subscriber_model("portAware")
    device.plant[mac(3)] = box(3, 0)
    device.plug(mac(3), 1)
    row = device.seen_by_mac(mac(3))
    assert row is not None
    assert row.config is not None
    assert (row.state, row.config.name) == (st.OK, "Positron_1C9503")
    assert row.subscriber is device.running.subscribers[1]


def test_going_back_to_endpoint_aware_keeps_live_services() -> None:
    device = make_unit("GAM-4-MX")
    device.set_subscriber_model("portAware")
    device.set_subscriber_model("endpointAware")
    assert device.running.subscribers[1].endpoint_id == 1
    assert device.running.endpoints[1].port == 1


def test_profile_of_an_endpoint_without_subscriber_is_the_default_one() -> None:
    rows = {row.mac: row for row in make_unit().seen_endpoints()}
    assert [row.profile.name for row in rows.values() if row.profile] == [
        "100M",
        "Default BW Profile",
    ]


def test_deleting_an_endpoint_leaves_its_subscriber_unbound() -> None:
    device = make_unit()
    device.delete_endpoint(1)
    assert device.running.subscribers[1].endpoint_id == 0


def test_ports_have_indexes_in_order() -> None:
    ports = make_unit("GAM-12-C").ports()
    assert [port.if_index for port in ports] == list(range(1_000_001, 1_000_016))
    assert [port.name for port in ports[-3:]] == ["10G 1/1", "10G 1/2", "Gi 1/1"]
    assert ports[-1].kind is PortKind.MGMT
    assert len({port.mac for port in ports}) == 15


def test_a_missing_endpoint_is_an_outage_and_an_alarm() -> None:
    device = make_unit()
    assert device.alarms() == []
    device.plug(mac(1), 0)
    device.plug(mac(2), 0)
    first, second = device.ghn_ports()[:2]
    assert (first.outage_sa, first.outage_nsa, first.oper_up) == (True, False, False)
    assert (second.outage_sa, second.outage_nsa) == (False, True)
    found = [
        (a.index, a.entity, a.condition, a.severity, a.service_affecting) for a in device.alarms()
    ]
    assert found == [(1, "CPE-1", 13, 3, True), (2, "CPE-2", 13, 2, False)]


def test_alarm_identity_is_stable_and_indexes_are_reused() -> None:
    device = make_unit()
    device.alarms()
    device.plug(mac(1), 0)
    before = device.alarms()[0]
    assert device.alarms()[0].uuid == before.uuid
    device.plug(mac(1), 1)
    assert device.alarms() == []
    device.plug(mac(2), 4)
    after = device.alarms()[0]
    assert (after.index, after.condition) == (before.index, 14)
    assert after.uuid != before.uuid
    log = [(entry.state, entry.alarm.uuid == before.uuid) for entry in device.alarm_log()]
    assert log == [(0, True), (1, True), (0, False)]


def test_conditions_of_a_box() -> None:
    device = make_unit()
    device.plant[mac(1)].model_number = 200
    device.plant[mac(1)].firmware_mismatch = True
    device.plant[mac(2)].snr_db = 20
    device.ports_down.add(5)
    found = {(alarm.entity, alarm.condition) for alarm in device.alarms()}
    assert found == {("CPE-1", 15), ("CPE-1", 16), ("CPE-2", 12), ("10G 1/1", 8)}


def test_disabled_ports_and_mgmt_raise_no_alarm() -> None:
    device = make_unit()
    device.plug(mac(1), 0)
    device.set_shutdown(1, True)
    device.ports_down.add(6)
    assert device.alarms() == []


def test_counters_grow_with_time_only() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(1_000)
    first = device.port_traffic(1_000_001)
    assert device.port_traffic(1_000_001) == first
    clock.advance(60)
    second = device.port_traffic(1_000_001)
    rate_bps = (second.out_octets - first.out_octets) * 8 / 60
    assert 0.5 * 8e6 < rate_bps < 1.5 * 8e6
    assert 0 < second.in_octets - first.in_octets < second.out_octets - first.out_octets
    assert device.port_traffic(1_000_005).in_octets == second.out_octets


def test_counters_are_the_same_however_often_they_are_read() -> None:
    clocks = FrozenClock(), FrozenClock()
    often, once = make_unit(clock=clocks[0]), make_unit(clock=clocks[1])
    for _ in range(50):
        clocks[0].advance(7)
        often.traffic_table()
    clocks[1].advance(350)
    assert often.traffic_table() == once.traffic_table()


def test_nothing_passes_without_a_service_and_counters_never_go_back() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(100)
    assert device.port_traffic(1_000_002).out_octets == 0
    counted = device.port_traffic(1_000_001).out_octets
    device.plug(mac(1), 3)
    for _ in range(3):
        clock.advance(100)
        assert device.port_traffic(1_000_001).out_octets == counted
    device.add_subscriber(SimSubscriber(0, "Apt 2", endpoint_id=2, vlan=5))
    clock.advance(100)
    assert device.port_traffic(1_000_002).out_octets > 0


def test_clearing_starts_a_port_at_zero() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(500)
    device.clear_port_traffic(1)
    assert device.port_traffic(1_000_001).out_octets == 0
    clock.advance(10)
    assert device.port_traffic(1_000_001).out_octets > 0


def test_endpoint_counters_are_the_mirror_of_the_port() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(500)
    port, endpoint = device.port_traffic(1_000_001), device.endpoint_traffic(mac(1))
    assert (endpoint.in_octets, endpoint.out_octets) == (port.in_octets, port.out_octets)
    assert device.endpoint_traffic(mac(1), 2).in_octets == 0


def test_restart_forgets_what_was_not_saved() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(1_000)
    device.running.subscribers[1].description = "kept"
    assert device.save() == len(device.startup_text().encode())
    device.add_subscriber(SimSubscriber(2, "unsaved", endpoint_id=2, vlan=7))
    uid = device.running.subscribers[2].uid
    calls: list[bool] = []
    device.on_restart.append(lambda: calls.append(device.listening))
    device.reboot()
    assert calls == [False]
    assert list(device.running.subscribers) == [1]
    assert device.running.subscribers[1].description == "kept"
    assert device.uptime_s() == 0
    assert device.port_traffic(1_000_001).out_octets == 0
    assert device.next_uid() <= uid
    device.came_up()
    assert device.listening
    assert device.alarm_log()[-1].state == 3


def test_a_box_is_away_while_it_restarts() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    clock.advance(DAY)
    device.reboot_endpoint(mac(1))
    assert _states(device)[mac(1)] == st.NOT_DETECTED
    clock.advance(device.endpoint_restart_s + 5)
    assert _states(device)[mac(1)] == st.OK
    assert device.endpoint_uptime_text(mac(1)) == "0 days, 0h 0m 5s"


def test_upgrading_a_box_ends_the_mismatch() -> None:
    device = make_unit()
    device.plant[mac(1)].firmware = "G1001C_positron_1"
    device.plant[mac(1)].firmware_mismatch = True
    device.upgrade_endpoint(mac(1))
    assert device.plant[mac(1)].firmware == "G1001C_positron_28146"
    assert not device.plant[mac(1)].firmware_mismatch


def test_the_clock_fault_counts_from_the_epoch() -> None:
    clock = FrozenClock()
    device = make_unit(clock=clock)
    device.faults.clock_1970 = True
    assert device.now().year == 1970


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "00:00:05"), (13 * DAY + 7 * 3600 + 19 * 60 + 55, "13d 07:19:55")]
)
def test_uptime_text(seconds: int, text: str) -> None:
    assert uptime_text(seconds) == text


def test_endpoint_uptime_text() -> None:
    assert endpoint_uptime_text(53 * DAY + 14 * 3600 + 28 * 60 + 19) == "53 days, 14h 28m 19s"


def test_health_is_plausible_on_both_builds() -> None:
    indoor, outdoor = make_unit("GAM-24-M").health(), make_unit("GAM-4-CX").health()
    assert [index for index, _ in indoor.fans] == [0, 1, 2, 3]
    assert all(9_000 < rpm < 9_600 for _, rpm in indoor.fans)
    assert outdoor.fans == ()
    assert [name for name, _ in outdoor.temperatures][-1] == "CPU"
    assert all(0 < percent <= 100 for percent in indoor.cpu_percent)


def test_identity() -> None:
    device = make_unit("GAM-12-C", "gam12c-1.5.4")
    assert device.sys_descr == "GAM-12-C GigaBit Ethernet Switch, firmware GAM-12/24-C_v1.5.4"
    assert device.sys_object_id == "1.3.6.1.4.1.20095.2000.1.14"
    assert device.product == "Positron GAM-12/24-C Switch"
