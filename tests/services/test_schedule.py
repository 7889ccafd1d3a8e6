"""The grid of polls, back-off, and the clocks that drive them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.services.schedule import (
    Pace,
    backoff_s,
    missed_slots,
    next_slot,
    phase,
    start_delay_s,
)

PACE = Pace(interval_s=60.0, jitter_share=0.1, backoff_max_s=600.0)
times = st.floats(0, 1e7)


@given(st.text(max_size=20), times)
def test_the_next_slot_lies_within_one_interval(name: str, now: float) -> None:
    slot = next_slot(name, PACE, now)
    assert now < slot + 1e-6
    assert slot <= now + PACE.interval_s + 1e-6


@given(st.text(max_size=20), times)
def test_slots_do_not_drift(name: str, now: float) -> None:
    slot = next_slot(name, PACE, now)
    following = next_slot(name, PACE, slot + 1.0)
    assert following - slot == pytest.approx(PACE.interval_s, abs=1e-3)


def test_jitter_stays_in_its_share() -> None:
    plain = next_slot("gam-1", PACE, 1_000.0)
    assert next_slot("gam-1", PACE, 1_000.0, jitter=1.0) - plain == pytest.approx(6.0)


def test_devices_spread_over_the_interval() -> None:
    tenths = [int(phase(f"gam-{number:03}", 60.0) / 6) for number in range(500)]
    assert max(tenths.count(tenth) for tenth in range(10)) < 80


def test_the_start_burst_fits_into_the_interval() -> None:
    assert start_delay_s(499, 500, 60.0) < 60.0
    assert start_delay_s(4_999, 5_000, 60.0) < 60.0
    assert start_delay_s(0, 1, 60.0) == 0.0


def test_back_off_doubles_up_to_its_cap() -> None:
    pauses = [backoff_s(PACE, failures) for failures in range(1, 8)]
    assert pauses == [60, 120, 240, 480, 600, 600, 600]
    assert backoff_s(PACE, 10_000) == 600


def test_back_off_is_never_shorter_than_the_interval() -> None:
    assert backoff_s(Pace(300.0, backoff_max_s=10.0), 9) == 300.0


@pytest.mark.parametrize(
    ("ended", "missed"), [(100.0, 0), (159.9, 0), (160.0, 1), (285.0, 3), (90.0, 0)]
)
def test_missed_slots(ended: float, missed: int) -> None:
    assert missed_slots(100.0, ended, 60.0) == missed
