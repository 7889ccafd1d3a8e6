"""How the end of a change becomes an exit code, and what an interruption says about it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from positron_tui.cli.commands.subscriber_add import Progress, exit_code
from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.grammar import parse
from positron_tui.cli.output import Output
from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from tests.cli.samples import NOW

STEPS = (ChangeStep(0, "cli", "ghn endpoint 1", "a"), ChangeStep(1, "cli", "ghn subscriber 1", "b"))
CHANGE = Change("gam-1", "subscriber.add", "smith", STEPS, {}, {}, "me", NOW)


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
    assert exit_code(replace(CHANGE, state=state)) == code


def test_no_end_is_left_out() -> None:
    for state in ChangeState:
        code = exit_code(replace(CHANGE, state=state))
        assert (code == 0) is (state is ChangeState.VERIFIED_SAVED)
        if not state.finished:
            assert code == 5


def test_an_interruption_knows_how_far_the_change_was() -> None:
    talk = io.StringIO()
    context = Context(parse(["device", "list"]), Output(as_json=False, data=talk, talk=talk))
    progress = Progress(context)
    progress(replace(CHANGE, state=ChangeState.CONFIRMED))
    assert context.note == NOTHING_DONE
    sent = (replace(STEPS[0], state=StepState.SENT), STEPS[1])
    progress(replace(CHANGE, state=ChangeState.APPLYING, steps=sent))
    assert "1 of 2 commands were sent to gam-1" in context.note
    assert "device poll gam-1" in context.note
    assert "Ctrl-C again" in context.waiting
    ended = replace(CHANGE, state=ChangeState.REVERTED, steps=sent, message="It was taken back.")
    progress(ended)
    assert context.note.endswith("It was taken back.")
    assert context.waiting == ""
    assert talk.getvalue().splitlines() == ["confirmed ...", "applying ..."]
