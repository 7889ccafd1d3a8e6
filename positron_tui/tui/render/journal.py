"""The journal of changes, as rows and as details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, ChangeStep
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render import change as words
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.values import NONE, clock_time, plural, short_time
from positron_tui.tui.render.words import StateWord

FIELDS = ("id", "device", "kind", "subject", "actor", "state", "saved")
COLUMNS = (
    Column("at", "Time", 1, 8, 16),
    Column("state", "Became", 1, 12, 15),
    Column("device", "Device", 2, 8, 20),
    Column("what", "What", 2, 25, 60),
    Column("saved", "Saved", 3, 5, 5),
    Column("actor", "Who", 4, 6, 16),
    Column("id", "No.", 5, 6, 7, right=True),
    Column("message", "In words", 8, 20, 120),
)
_UNDER_WAY = {
    ChangeState.PLANNED: "planned",
    ChangeState.CONFIRMED: "begins",
    ChangeState.APPLYING: "sending",
    ChangeState.VERIFYING: "reading back",
    ChangeState.SAVING: "saving",
    ChangeState.REVERTING: "taking back",
}


def state_word(state: ChangeState, glyphs: Glyphs) -> StateWord:
    """The state of a change."""
    if state in _UNDER_WAY:
        return StateWord(glyphs.running, _UNDER_WAY[state], "accent")
    return {
        ChangeState.VERIFIED_SAVED: StateWord(glyphs.done, "done", "ok"),
        ChangeState.VERIFIED_UNSAVED: StateWord(glyphs.degraded, "done, unsaved", "warn"),
        ChangeState.REFUSED: StateWord(glyphs.disabled, "refused", "dim"),
        ChangeState.REVERTED: StateWord(glyphs.missing, "taken back", "warn"),
        ChangeState.FAILED: StateWord(glyphs.failed, "failed", "bad"),
        ChangeState.INDETERMINATE: StateWord(glyphs.unknown, "not known", "bad"),
    }[state]


def is_open(change: Change) -> bool:
    """Whether nobody knows yet how a change ended: it runs, was left by a crash, or timed out."""
    return not change.state.finished or change.state is ChangeState.INDETERMINATE


def open_spans(changes: Iterable[Change]) -> tuple[Span, ...]:
    """The changes whose end nobody knows, for the top line; nothing when there are none."""
    open_ones = [one for one in changes if is_open(one)]
    unknown = sum(1 for one in open_ones if one.state is ChangeState.INDETERMINATE)
    parts: list[Span] = []
    if unknown:
        parts.append((f"{plural(unknown, 'change')} not known   ", "bad"))
    if len(open_ones) > unknown:
        parts.append((f"{plural(len(open_ones) - unknown, 'change')} under way   ", "warn"))
    return tuple(parts)


def filter_row(change: Change, glyphs: Glyphs) -> FilterRow:
    """Return what a change offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "id": change.id,
            "device": change.device,
            "kind": f"{words.kind_words(change.kind)} {change.kind}",
            "subject": change.subject,
            "actor": change.actor,
            "state": f"{state_word(change.state, glyphs).word} {change.state.value}",
            "saved": change.saved,
            "message": change.message,
        }
    )


def rows(changes: Iterable[Change], glyphs: Glyphs, now: datetime) -> list[Row]:
    """Rows of changes (COLUMNS), in the order in which they come."""
    return [Row(str(one.id), _cells(one, glyphs, now)) for one in changes]


def _cells(change: Change, glyphs: Glyphs, now: datetime) -> tuple[Cell, ...]:
    word = state_word(change.state, glyphs)
    at = number_key(change.requested_at.timestamp())
    saved, style = _saved(change)
    return (
        Cell(short_time(change.requested_at, now), sort=at),
        Cell(word.text, word.style, (0, 0.0, word.word)),
        Cell(change.device),
        Cell(_what(change)),
        Cell(saved, style),
        Cell(change.actor),
        Cell(str(change.id), "dim", number_key(change.id)),
        Cell(change.message or "", "dim"),
    )


def _what(change: Change) -> str:
    """`edit subscriber smith`, or `undo 12: smith` for what takes another change back."""
    if change.inverse_of is not None:
        return f"undo {change.inverse_of}: {change.subject}"
    return words.title(change)


def _saved(change: Change) -> tuple[str, str]:
    """Whether it survives a restart; what left nothing on the device has nothing to save."""
    if change.state in (ChangeState.REFUSED, ChangeState.REVERTED):
        return NONE, "dim"
    if change.saved is None:
        return "?", "dim"
    return ("yes", "ok") if change.saved else ("no", "warn")


def detail(
    change: Change, events: Sequence[ChangeEvent], glyphs: Glyphs, now: datetime
) -> list[Item]:
    """All of one change: what became of it, every step with its answer, its fields, its history."""
    word = state_word(change.state, glyphs)
    return [
        Fact("Became", word.text, word.style),
        *([Sentence(change.message, word.style)] if change.message else []),
        Fact("Asked for by", f"{change.actor}, {clock_time(change.requested_at, now)}"),
        Fact("Verified", clock_time(change.verified_at, now) if change.verified_at else "no"),
        Fact("Saved", *_saved(change)),
        *([Fact("Takes back", f"change {change.inverse_of}")] if change.inverse_of else []),
        None,
        Heading(plural(len(change.steps), "step")),
        *(item for step in change.steps for item in _step(step)),
        *([] if change.steps else [Sentence("Nothing was to be done.", "dim")]),
        None,
        Heading("Fields"),
        *words.fields(change.before, change.after),
        None,
        Heading("What happened"),
        *(_event(event, glyphs, now) for event in events),
        None,
        Heading("Undo"),
        *_undo(change),
    ]


def _step(step: ChangeStep) -> list[Item]:
    said, style = words.step_word(step.state)
    over = {"cli": "command line", "jsonrpc": "JSON-RPC"}.get(step.transport, step.transport)
    items: list[Item] = [
        Fact(f"{step.index + 1} {said}", step.command, style),
        Fact("", f"over {over}, to {step.purpose}", "dim"),
    ]
    answer = " ".join((step.reply or "").split())
    if answer:
        items.append(Fact("", f"device says: {answer}", "" if style == "ok" else "warn"))
    return items


def _event(event: ChangeEvent, glyphs: Glyphs, now: datetime) -> Item:
    word = state_word(event.state, glyphs)
    text = f"{word.word}: {event.text}" if event.text else word.word
    return Fact(short_time(event.at, now), text, word.style)


def _undo(change: Change) -> list[Item]:
    """Whether it can be undone, as far as the entry itself tells."""
    reason = why_not_undone(change)
    if reason is not None:
        return [Sentence(f"It cannot be undone: {reason}", "dim")]
    return [
        Sentence("Press u to see what takes it back; nothing is sent before you confirm."),
        *words.inverse(change),
    ]


def why_not_undone(change: Change) -> str | None:
    """Why a change cannot be undone, as far as the entry itself tells."""
    if is_open(change):
        return "how it ended is not known. Press S to read the device and find out."
    if change.state is ChangeState.REFUSED:
        return "nothing was sent."
    if change.state is ChangeState.REVERTED:
        return "nothing of it is on the device."
    return None if change.steps else "it changed nothing."
