"""Waiting times: the whole time-out for a stranger, soon again for an agent that answers fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.gam.snmp.patience import Patience


def test_a_stranger_gets_the_whole_time_out_each_time() -> None:
    assert list(Patience(5.0, 3).waits()) == [5.0, 5.0, 5.0]


def test_a_quick_agent_is_asked_again_soon_and_then_later() -> None:
    patience = Patience(5.0, 3)
    patience.answered(0.0625)
    assert list(patience.waits()) == [0.5, 1.0, 2.0, 4.0, 5.0, 2.5]


def test_a_slow_agent_keeps_its_time() -> None:
    patience = Patience(5.0, 3)
    patience.answered(2.0)
    assert list(patience.waits()) == [5.0, 5.0, 5.0]


@given(st.floats(0.1, 30), st.integers(1, 5), st.lists(st.floats(0, 60), max_size=6))
def test_no_try_is_longer_than_the_time_out_and_all_take_what_was_allowed(
    timeout_s: float, tries: int, answers: list[float]
) -> None:
    patience = Patience(timeout_s, tries)
    for took_s in answers:
        patience.answered(took_s)
    waits = list(patience.waits())
    assert len(waits) >= tries
    assert max(waits) <= timeout_s
    assert sum(waits) == pytest.approx(timeout_s * tries)
