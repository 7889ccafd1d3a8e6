"""How the items of a bulk run ended, in words that many of them share. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.domain.changes import Change, ChangeState, StepState

_ORDER = (
    ItemState.FAILED,
    ItemState.REFUSED,
    ItemState.RUNNING,
    ItemState.PENDING,
    ItemState.DONE,
)
_MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The items that ended in the same way with the same answer of their devices."""

    state: ItemState
    answer: str
    items: tuple[BulkItem, ...]


def ended_by_change(item: BulkItem, change: Change) -> BulkItem:
    """Return an item whose change came to an end."""
    if change.state in (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED):
        state = ItemState.DONE
    elif change.state is ChangeState.REFUSED:
        state = ItemState.REFUSED
    else:
        state = ItemState.FAILED
    return replace(
        item,
        state=state,
        change_id=change.id or item.change_id,
        answer=_answer(item, change),
        sentence=change.message,
    )


def refused(item: BulkItem, sentence: str) -> BulkItem:
    """Return an item that was not sent, with the reason."""
    return replace(
        item,
        state=ItemState.REFUSED,
        answer=_without_names(item, sentence),
        sentence=sentence,
    )


def grouped(items: Iterable[BulkItem]) -> tuple[AnswerGroup, ...]:
    """Return the ended items by state and answer: failures first, large groups first."""
    found: dict[tuple[ItemState, str], list[BulkItem]] = {}
    for item in items:
        if item.state.ended:
            found.setdefault((item.state, item.answer or ""), []).append(item)
    groups = [AnswerGroup(*key, tuple(rows)) for key, rows in found.items()]
    return tuple(
        sorted(groups, key=lambda one: (_ORDER.index(one.state), -len(one.items), one.answer))
    )


def run_sentence(run: BulkRun, items: Iterable[BulkItem]) -> str:
    """Say how a run stands, and what can be done."""
    rows = list(items)
    done = sum(one.state is ItemState.DONE for one in rows)
    text = f"{done} of {len(rows)} items are verified"
    refusals = sum(one.state is ItemState.REFUSED for one in rows)
    if refusals:
        text += f", {refusals} {'was' if refusals == 1 else 'were'} refused"
    if run.state is BulkState.FINISHED:
        return f"{text}."
    goes_on = f"'bulk resume {run.id}' goes on."
    failed = next((one for one in rows if one.state is ItemState.FAILED), None)
    failed = failed or next((one for one in rows if one.state is ItemState.REFUSED), None)
    if run.state is BulkState.STOPPED and failed is not None:
        why = (failed.sentence or failed.answer or "it failed").rstrip(".")
        return f"Stopped at {failed.subject} on {failed.device}: {why}. {text}; {goes_on}"
    if run.state is BulkState.RUNNING:
        return f"{text}; if no console runs it, {goes_on}"
    return f"Cancelled. {text}; {goes_on}"


def _answer(item: BulkItem, change: Change) -> str:
    rejected = [step for step in change.steps if step.state is StepState.REJECTED and step.reply]
    if rejected:
        reply = (rejected[0].reply or "").strip()
        return f"{change.state.value.replace('_', ' ')}: {_without_names(item, reply)}"
    if change.state is ChangeState.VERIFIED_SAVED:
        return "verified and saved" if change.steps else "nothing to do"
    if change.state is ChangeState.VERIFIED_UNSAVED:
        return "verified, not saved"
    return f"{change.state.value}: {_without_names(item, change.message or 'no word')}"


def _without_names(item: BulkItem, text: str) -> str:
    for name in sorted({item.subject, item.device}, key=len, reverse=True):
        text = text.replace(name, "...") if len(name) > 1 else text
    return text if len(text) <= _MAX_ANSWER else f"{text[: _MAX_ANSWER - 4].rstrip()} ..."
