"""The way of a change: who must confirm it, what an interruption says, how the end is told."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from positron_tui.cli.changing import Progress, require_answer, result_lines
from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.grammar import parse
from positron_tui.cli.output import Output
from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from positron_tui.domain.errors import UsageError
from tests.cli.samples import NOW

STEPS = (ChangeStep(0, "cli", "ghn endpoint 1", "a"), ChangeStep(1, "cli", "ghn subscriber 1", "b"))
CHANGE = Change("gam-1", "subscriber.add", "smith", STEPS, {}, {}, "me", NOW)


def test_an_interruption_knows_how_far_the_change_was() -> None:
    talk = io.StringIO()
    context = Context(parse(["device", "list"]), Output(as_json=False, data=talk, talk=talk))
    progress = Progress(context)
    progress(replace(CHANGE, state=ChangeState.CONFIRMED))
    assert context.note == NOTHING_DONE
    sent = (replace(STEPS[0], state=StepState.SENT), STEPS[1])
    progress(replace(CHANGE, state=ChangeState.APPLYING, steps=sent))
    assert "1 of 2 commands were sent to gam-1" in context.note
    assert "change settle gam-1" in context.note
    assert "Ctrl-C again" in context.waiting
    ended = replace(CHANGE, state=ChangeState.REVERTED, steps=sent, message="It was taken back.")
    progress(ended)
    assert context.note.endswith("It was taken back.")
    assert context.waiting == ""
    assert talk.getvalue().splitlines() == ["confirmed ...", "applying ..."]


def test_where_nobody_can_be_asked_the_answer_must_be_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for extra, refused in ([], True), (["--yes"], False), (["--dry-run"], False):
        options = parse(["subscriber", "suspend", "smith", *extra])
        context = Context(options, Output(as_json=False))
        if refused:
            with pytest.raises(UsageError, match="--yes"):
                require_answer(context)
        else:
            require_answer(context)


def test_the_end_of_a_change_names_what_it_was_about() -> None:
    done = replace(CHANGE, id=4, state=ChangeState.VERIFIED_SAVED, saved=True)
    assert result_lines(done) == [
        "subscriber  smith",
        "device      gam-1",
        "state       verified saved",
        "saved       yes",
        "journal     4",
    ]
    port = replace(done, kind="port.set", subject="G.hn 1/4")
    assert result_lines(port)[:2] == ["change   port.set", "subject  G.hn 1/4"]
