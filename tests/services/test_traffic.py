"""Rates from two readings: real time, restarts, clocks that were set."""

from __future__ import annotations

import pytest

from positron_tui.domain.ports import Port, PortCounters, PortKind
from positron_tui.services.traffic import port_rates, restarted
from tests.services.readings import ghn_port, snapshot

MEGABYTE = 1_000_000


def test_a_port_to_subscribers_counts_out_as_down() -> None:
    before = snapshot(0, ports=(ghn_port(1, 0, 0),))
    after = snapshot(50, ports=(ghn_port(1, 25 * MEGABYTE, 500 * MEGABYTE),))
    rate = port_rates(before, after, reset=False, steady_s=50)[1_000_001]
    assert rate.down_mbps == pytest.approx(80.0)
    assert rate.up_mbps == pytest.approx(4.0)
    assert rate.interval_s == 50


def test_an_uplink_counts_the_other_way_round() -> None:
    def uplink(octets: int) -> Port:
        return Port("10G 1/1", 1_000_005, PortKind.UPLINK, 1, counters=PortCounters(octets, 0))

    before, after = snapshot(0, ports=(uplink(0),)), snapshot(8, ports=(uplink(MEGABYTE),))
    rate = port_rates(before, after, reset=False)[1_000_005]
    assert rate.down_mbps == pytest.approx(1.0)
    assert rate.up_mbps == 0.0


def test_a_restart_is_a_gap() -> None:
    before = snapshot(0, ports=(ghn_port(1, 0, 0),))
    after = snapshot(60, ports=(ghn_port(1, 100, 100),))
    rate = port_rates(before, after, reset=True)[1_000_001]
    assert (rate.down_mbps, rate.up_mbps) == (None, None)


def test_a_counter_that_went_back_is_a_gap_in_its_direction_only() -> None:
    before = snapshot(0, ports=(ghn_port(1, 0, 500),))
    after = snapshot(60, ports=(ghn_port(1, 60 * MEGABYTE, 100),))
    rate = port_rates(before, after, reset=False)[1_000_001]
    assert rate.down_mbps is None
    assert rate.up_mbps == pytest.approx(8.0)


def test_more_than_the_line_carries_is_a_gap() -> None:
    before = snapshot(0, ports=(ghn_port(1, 0, 0),))
    after = snapshot(1, ports=(ghn_port(1, 0, 1_000 * MEGABYTE),))
    assert port_rates(before, after, reset=False)[1_000_001].down_mbps is None


def test_a_wall_clock_that_was_set_is_a_gap() -> None:
    before = snapshot(0, ports=(ghn_port(1, 0, 0),))
    after = snapshot(3_600, ports=(ghn_port(1, 100, 100),))
    rate = port_rates(before, after, reset=False, steady_s=60.0)[1_000_001]
    assert rate.down_mbps is None


def test_a_port_that_was_not_there_has_no_rate() -> None:
    assert port_rates(snapshot(0), snapshot(60, ports=(ghn_port(1),)), reset=False) == {}
    assert port_rates(snapshot(60), snapshot(60), reset=False) == {}


@pytest.mark.parametrize(
    ("old", "seconds", "new", "expected"),
    [
        (1_000, 60, 1_060, False),
        (1_000, 60, 30, True),  # less than before
        (1_000, 7_200, 3_000, True),  # more than before, but not by the time that passed
        (1_000, 7_200, 8_195, False),
        (None, 60, 30, False),
        (1_000, 60, None, False),
    ],
)
def test_restarts(old: int | None, seconds: int, new: int | None, expected: bool) -> None:
    before, after = snapshot(0, uptime_s=old), snapshot(seconds, uptime_s=new)
    assert restarted(before, after) is expected
