"""Exit codes of changes, and which of several counts."""

from __future__ import annotations

import itertools

import pytest

from positron_tui.cli.ends import exit_code, worst
from positron_tui.domain.changes import Change, ChangeState
from tests.cli.samples import NOW


def _ended(state: ChangeState) -> Change:
    return Change("gam-1", "subscriber.add", "smith", (), {}, {}, "me", NOW, state=state)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ChangeState.VERIFIED_SAVED, 0),
        (ChangeState.VERIFIED_UNSAVED, 1),
        (ChangeState.FAILED, 1),
        (ChangeState.REVERTED, 1),
        (ChangeState.REFUSED, 4),
        (ChangeState.INDETERMINATE, 5),
    ],
)
def test_every_end_has_its_exit_code(state: ChangeState, code: int) -> None:
    assert state.finished
    assert exit_code(_ended(state)) == code


def test_no_end_is_left_out() -> None:
    for state in ChangeState:
        code = exit_code(_ended(state))
        assert (code == 0) is (state is ChangeState.VERIFIED_SAVED)
        if not state.finished:
            assert code == 5


def test_what_nobody_knows_is_worse_than_a_failure_and_that_worse_than_a_refusal() -> None:
    for codes in itertools.permutations((0, 4, 3, 1, 5)):
        assert worst(codes) == 5
    assert worst((0, 4, 1)) == 1
    assert worst((4, 3, 0)) == 3
    assert worst((0, 4)) == 4
    assert worst((0, 0)) == 0
    assert worst(()) == 0
