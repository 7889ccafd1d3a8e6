"""Rates never lie about gaps; link quality is judged only where the rule holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.devices import Address, Alarm, Device, Line, Snapshot
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortKind
from positron_tui.domain.quality import Level, asymmetry, endpoint_advice, snr_level
from positron_tui.domain.rates import rate_mbps
from positron_tui.domain.status import DeviceStatus, PortStatus, device_status, port_status


def test_a_rate_is_by_the_time_that_really_passed() -> None:
    assert rate_mbps(0, 7_500_000, 60.0) == pytest.approx(1.0)
    assert rate_mbps(0, 7_500_000, 61.5) == pytest.approx(0.9756, abs=1e-4)


@pytest.mark.parametrize(
    ("previous", "current", "elapsed", "restarted", "line"),
    [
        (None, 10, 60.0, False, None),
        (10, None, 60.0, False, None),
        (10, 20, 0.0, False, None),
        (10, 20, -1.0, False, None),
        (1_000, 10, 60.0, False, None),
        (10, 1_000, 60.0, True, None),
        (0, 10**12, 60.0, False, 2500),
    ],
)
def test_a_gap_is_none_and_never_zero(
    previous: int | None, current: int | None, elapsed: float, restarted: bool, line: int | None
) -> None:
    assert rate_mbps(previous, current, elapsed, restarted=restarted, line_mbps=line) is None


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.floats(0.001, 10_000),
    st.sampled_from([None, 1000, 2500, 10_000]),
)
def test_no_rate_is_negative_or_above_the_line(
    previous: int, current: int, elapsed: float, line: int | None
) -> None:
    rate = rate_mbps(previous, current, elapsed, line_mbps=line)
    assert rate is None or rate >= 0
    assert rate is None or line is None or rate <= line * 1.1


def _endpoint(down: int | None, up: int | None) -> Endpoint:
    return Endpoint("00:0e:d8:00:00:01", down_phy_mbps=down, up_phy_mbps=up)


@pytest.mark.parametrize(
    ("down", "up", "level"),
    [(1805, 1744, Level.GOOD), (1000, 800, Level.WARN), (1000, 300, Level.BAD)],
)
def test_asymmetry_on_coax(down: int, up: int, level: Level) -> None:
    found = asymmetry(_endpoint(down, up), Line.COAX)
    assert found is not None
    assert found.level is level


def test_asymmetry_says_nothing_where_the_split_follows_demand() -> None:
    assert asymmetry(_endpoint(1000, 300), Line.COPPER) is None
    assert asymmetry(_endpoint(1000, 300), Line.COPPER, demand_split=False) is not None
    assert asymmetry(_endpoint(None, 300), Line.COAX) is None


def test_snr_levels() -> None:
    assert [snr_level(db) for db in (43.5, 35.0, 12.0)] == [Level.GOOD, Level.WARN, Level.BAD]


def test_quarantine_is_explained_with_what_to_do() -> None:
    wrong = Endpoint(
        "00:0e:d8:00:00:01",
        endpoint_id=3,
        configured_port="G.hn 1/2",
        detected_port="G.hn 1/5",
        state=EndpointState.QUARANTINED_WRONG_PORT,
    )
    words = endpoint_advice(wrong)
    assert words is not None
    assert "G.hn 1/2" in words
    assert "G.hn 1/5" in words
    unknown = Endpoint(
        "00:0e:d8:00:00:02",
        detected_port="G.hn 1/5",
        state=EndpointState.QUARANTINED_UNKNOWN_MAC,
    )
    assert "no endpoint with its MAC" in (endpoint_advice(unknown) or "")
    assert endpoint_advice(Endpoint("00:0e:d8:00:00:03", state=EndpointState.OK)) is None


def test_a_silent_device_is_unknown_whatever_was_read_before() -> None:
    device = Device("gam-01", Address("192.0.2.1"))
    assert device_status(device, Snapshot(), PollState()) is DeviceStatus.NEVER_POLLED
    assert device_status(device, Snapshot(), PollState(reachable=False)) is DeviceStatus.UNKNOWN
    assert device_status(device, Snapshot(), PollState(reachable=True)) is DeviceStatus.UP
    alarmed = Snapshot(alarms=(Alarm("CPE-2", "los", "mj"),))
    assert device_status(device, alarmed, PollState(reachable=True)) is DeviceStatus.DEGRADED


def _port(**fields: object) -> Port:
    return Port("G.hn 1/1", 1_000_001, PortKind.GHN, 1, **fields)  # type: ignore[arg-type]


def test_a_port_is_service_affecting_only_with_a_service() -> None:
    missing = Endpoint("00:0e:d8:00:00:01", endpoint_id=1, state=EndpointState.NOT_DETECTED)
    served = Endpoint(
        "00:0e:d8:00:00:02", endpoint_id=2, state=EndpointState.NOT_DETECTED, subscriber="s"
    )
    fine = Endpoint("00:0e:d8:00:00:03", endpoint_id=3, state=EndpointState.OK)
    up = _port(admin=Admin.UP, oper=Oper.UP)
    assert port_status(up, [missing]) is PortStatus.DOWN
    assert port_status(up, [missing, fine]) is PortStatus.UP
    assert port_status(up, [served]) is PortStatus.DOWN_SERVICE_AFFECTING
    assert port_status(up, [served, fine]) is PortStatus.SERVICE_LOST
    told = _port(admin=Admin.UP, oper=Oper.UP, outage_service_affecting=True)
    assert port_status(told, [fine]) is PortStatus.SERVICE_LOST
    assert port_status(told, [missing]) is PortStatus.DOWN_SERVICE_AFFECTING
    assert port_status(_port(admin=Admin.DOWN), [fine]) is PortStatus.DISABLED
    assert port_status(_port(), []) is PortStatus.UNKNOWN
    assert port_status(_port(oper=Oper.DOWN), []) is PortStatus.DOWN
