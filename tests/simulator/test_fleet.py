"""Fleets repeat themselves and hold what a technician has to find."""

from __future__ import annotations

import pytest

from positron_tui.domain.devices import Line
from positron_tui.domain.errors import UsageError
from positron_tui.simulator import state as st
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from tests.clocks import FrozenClock


def _texts(fleet: list[SimDevice]) -> list[object]:
    return [(d.name, d.running_text(), d.serial, sorted(d.plant.items())) for d in fleet]


def test_equal_seeds_give_equal_fleets() -> None:
    def build(seed: int) -> list[SimDevice]:
        return build_fleet(9, seed=seed, clock=FrozenClock())

    assert repr(_texts(build(3))) == repr(_texts(build(3)))
    assert repr(_texts(build(3))) != repr(_texts(build(4)))


def test_a_mixed_fleet_has_both_lines_and_all_sizes() -> None:
    fleet = build_fleet(8, clock=FrozenClock())
    assert {device.model.ghn_ports for device in fleet} == {4, 8, 12, 24}
    assert {device.model.line for device in fleet} == {Line.COAX, Line.COPPER}
    assert {device.personality.name for device in fleet} == {
        "current",
        "gam12c-1.5.4",
        "gam4cx-1.5.4",
        "old-1.2.0",
    }
    macs = [mac for device in fleet for mac in device.plant]
    assert len(macs) == len(set(macs))


@pytest.mark.parametrize("model", ["GAM-4-CX", "GAM-12-C", "GAM-24-M", "GAM-8-MX"])
@pytest.mark.parametrize("endpoints", [5, 8, 384])
def test_every_unit_has_one_of_each_case(model: str, endpoints: int) -> None:
    (device,) = build_fleet(1, model=model, endpoints=min(endpoints, _room(model)), seed=5)
    rows = device.seen_endpoints()
    states = [row.state for row in rows]
    assert {st.NOT_DETECTED, st.OK, st.WRONG_PORT, st.UNKNOWN_MAC} <= set(states)
    assert any(row.state == st.OK and row.subscriber is None for row in rows)
    assert any(row.box and row.box.firmware_mismatch for row in rows)
    if device.model.line is Line.COAX:
        links = [row.box for row in rows if row.box]
        assert any(box.down_phy_mbps > 2 * box.up_phy_mbps for box in links)
    vlans = {sub.vlan for sub in device.running.subscribers.values()}
    assert all(3 <= vlan <= 3839 for vlan in vlans)


def _room(model: str) -> int:
    return 64 if model == "GAM-4-CX" else 192 if model == "GAM-12-C" else 384


@pytest.mark.parametrize("model", ["GAM-24-C", "GAM-4-MX"])
@pytest.mark.parametrize("endpoints", [0, 1, 4, 384])
def test_any_number_of_endpoints_works(model: str, endpoints: int) -> None:
    (device,) = build_fleet(1, model=model, endpoints=endpoints)
    assert len(device.plant) == endpoints
    assert len(device.ghn_ports()) == device.model.ghn_ports
    per_port = [len(port.endpoint_macs) for port in device.ghn_ports()]
    assert max(per_port) <= (17 if model == "GAM-24-C" else 1)


def test_fleets_obey_the_rules_of_the_unit() -> None:
    for device in build_fleet(16, clock=FrozenClock()):
        for endpoint in list(device.running.endpoints.values()):
            device.set_endpoint(endpoint)
        for subscriber in list(device.running.subscribers.values()):
            device.set_subscriber(subscriber)
        for profile in list(device.running.profiles.values()):
            device.set_profile(profile)


def test_faults_are_each_units_own() -> None:
    first, second = build_fleet(2, faults=Faults(slow_s=1))
    first.faults.slow_s = 0
    assert second.faults.slow_s == 1


def test_double_tags_only_where_the_firmware_knows_them() -> None:
    current, old = (
        build_fleet(1, model="GAM-24-M", personality=name)[0] for name in ("current", "old-1.2.0")
    )
    assert any(sub.double_tag and sub.outer_vlan for sub in current.running.subscribers.values())
    assert not any(sub.double_tag for sub in old.running.subscribers.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "GAM-16-C"},
        {"personality": "future"},
        {"endpoints": 385},
        {"endpoints": -1},
    ],
)
def test_impossible_fleets_are_refused(wrong: dict[str, str | int]) -> None:
    with pytest.raises(UsageError):
        build_fleet(1, **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        build_fleet(0)


def test_the_demo_has_three_sites_and_its_stories() -> None:
    fleet = demo_fleet(clock=FrozenClock())
    assert {device.running.location for device in fleet} == {
        "Birch Court",
        "Mill Lane",
        "Harbour View",
    }
    assert len(fleet) == 6
    assert st.UNKNOWN_MAC in [row.state for row in fleet[0].seen_endpoints()]
    assert any(alarm.entity == "10G 1/2" for alarm in fleet[4].alarms())
    assert not fleet[3].personality.ghn_snmp


def test_fleets_of_several_processes_fit_into_one() -> None:
    """Seeds far apart, other models and other faults: no serial or MAC is met twice."""
    fleets = [
        *build_fleet(5, seed=41_000, clock=FrozenClock()),
        *build_fleet(5, seed=42_000, clock=FrozenClock()),
    ]
    assert len({unit.serial for unit in fleets}) == len(fleets)
    assert len({unit.base_mac for unit in fleets}) == len(fleets)
    macs = [mac for unit in fleets for mac in unit.plant]
    assert len(set(macs)) == len(macs)
    plain, faulty = (
        build_fleet(1, seed=3, faults=faults, clock=FrozenClock())[0]
        for faults in (None, Faults(garbage=True))
    )
    assert plain.serial != faulty.serial
