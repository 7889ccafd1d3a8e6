"""A change in words: preview, progress and every end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.tui.glyphs import UNICODE
from positron_tui.tui.render import change as words
from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.render.lines import plain
from tests.tui import sample


def said(items: list[Item]) -> str:
    return "\n".join(plain(line).rstrip() for line in flow(items, 200))


def change(state: ChangeState, message: str | None = None) -> Change:
    return replace(sample.prepared().change, state=state, message=message, id=7)


def test_the_preview_has_the_exact_commands_the_fields_and_the_way_back() -> None:
    prepared = sample.prepared()
    text = said(words.preview(prepared.change, ("The line is weak.",)))
    for step in prepared.change.steps:
        assert step.command in text
        assert all(line in text for line in step.inverse)
    assert "VLAN          nothing -> 200" in text
    assert "Note: The line is weak." in text
    assert text.index("no ghn subscriber") < text.index("no ghn endpoint")


ENDS = {
    ChangeState.VERIFIED_SAVED: "verified on the device and saved",
    ChangeState.VERIFIED_UNSAVED: "a restart of the device loses it",
    ChangeState.REFUSED: "nothing was sent",
    ChangeState.REVERTED: "taken back",
    ChangeState.FAILED: "a part of it is still on the device",
    ChangeState.INDETERMINATE: "Nobody knows",
}


def test_every_end_has_words() -> None:
    assert set(ENDS) == {state for state in ChangeState if state.finished}


@pytest.mark.parametrize("state", ENDS)
def test_an_end_says_what_is_true_now(state: ChangeState) -> None:
    text = said(words.result(change(state, "The device said so."), UNICODE))
    assert ENDS[state] in text
    assert "The device said so." in text
    left = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED, ChangeState.FAILED)
    assert ("Press u to take it back" in text) is (state in left)
    assert ("change undo 7" in text) is (state in left)


def test_the_words_of_the_device_stand_under_the_command_it_refused() -> None:
    failed = change(ChangeState.REVERTED)
    first, second = failed.steps
    steps = (
        replace(first, state=StepState.REVERTED),
        replace(second, state=StepState.REJECTED, reply="% Invalid VLAN id"),
    )
    text = said(words.result(replace(failed, steps=steps), UNICODE))
    assert f"taken back    {first.command}" in text
    assert f"refused       {second.command}" in text
    assert "device says   % Invalid VLAN id" in text


@pytest.mark.parametrize(
    ("state", "now"),
    [
        (ChangeState.CONFIRMED, "» Checking"),
        (ChangeState.APPLYING, "» Sending the commands (0 of 2 accepted)"),
        (ChangeState.VERIFYING, "» Reading back"),
        (ChangeState.SAVING, "» Saving"),
        (ChangeState.REVERTING, "» Taking back"),
    ],
)
def test_progress_shows_the_stage(state: ChangeState, now: str) -> None:
    text = said(words.progress(change(state), UNICODE))
    assert now in text
    assert text.count("»") == 1


@pytest.mark.parametrize("state", [ChangeState.PLANNED, ChangeState.VERIFIED_SAVED])
def test_a_restart_says_that_nothing_takes_it_back(state: ChangeState) -> None:
    restart = replace(change(state), kind="endpoint.reboot", before={}, after={})
    show = words.preview(restart, ()) if state is ChangeState.PLANNED else None
    text = said(show if show is not None else words.result(restart, UNICODE))
    assert "This cannot be undone." in text
    assert "Press u" not in text
    assert not words.can_undo(restart)
    assert words.why_no_undo(restart) == "A restart cannot be undone."


def test_a_plan_without_commands_says_that_there_is_nothing_to_send() -> None:
    nothing = replace(change(ChangeState.PLANNED), steps=())
    text = said(words.preview(nothing, ("The line is weak.",)))
    assert "There is nothing to send: gam-01 is like that already." in text
    assert "The line is weak." in text


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ChangeState.PLANNED, "It was not run"),
        (ChangeState.REVERTED, "left nothing"),
        (ChangeState.INDETERMINATE, "not known"),
    ],
)
def test_what_cannot_be_undone_says_why(state: ChangeState, why: str) -> None:
    assert not words.can_undo(change(state))
    assert why in words.why_no_undo(change(state))
