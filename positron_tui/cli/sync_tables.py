"""Sync runs, items and conflicts as tables and lines for people."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from positron_tui.cli.table import Column, render_fields, render_table
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.mapping import value_words
from positron_tui.domain.sync_runs import (
    Conflict,
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    WriteState,
)
from positron_tui.services.filtering import Row, filter_items
from positron_tui.services.sync_types import SyncReport

RUN_COLUMNS = (
    Column("RUN", 0, right=True),
    Column("WHEN", 1, least=9),
    Column("SYSTEM", 1, least=8),
    Column("STATE", 0, least=8),
    Column("BY", 2, least=8),
    Column("READ", 2, right=True),
    Column("WORK", 1, right=True),
    Column("EXCEPTIONS", 1, right=True),
    Column("CONFLICTS", 2, right=True),
    Column("WHAT", 3, least=16),
)
ITEM_COLUMNS = (
    Column("ITEM", 0, right=True),
    Column("KIND", 0, least=9),
    Column("ACCOUNT", 1, least=7),
    Column("NAME", 0, least=10),
    Column("DEVICE", 1, least=8),
    Column("OUTCOME", 0, least=8),
    Column("CHANGE", 2, right=True),
)
CONFLICT_COLUMNS = (
    Column("ID", 0, right=True),
    Column("SUBSCRIBER", 0, least=10),
    Column("DEVICE", 2, least=8),
    Column("FIELD", 0, least=6),
    Column("BILLING", 0, least=8),
    Column("CONSOLE", 0, least=8),
    Column("RUNS", 1, least=8),
    Column("AGREED", 2, least=8),
    Column("FOUND", 2, least=8),
    Column("TAKEN", 1, least=7),
)
ITEM_FIELDS = (
    *("kind", "outcome", "account", "name", "service", "device", "subject", "field", "change"),
)
_LOOKED_AT = (ItemKind.EXCEPTION, ItemKind.CONFLICT)
_LISTED = (*_LOOKED_AT, ItemKind.WAITING)
_QUIET = {ItemKind.LINK: "linked with what runs", ItemKind.WAITING: "waiting for an endpoint"}
_COUNTED = {
    ItemKind.EXCEPTION: "that a person has to look at",
    ItemKind.CONFLICT: "in conflict",
    **_QUIET,
}
_ENDED = (Outcome.DONE, Outcome.FAILED, Outcome.REFUSED, Outcome.SKIPPED)
# The same reason on so many items is told once, at the top, too.
_OFTEN = 3
_WRITES = {
    WriteState.PENDING: "Billing is still to be told of account",
    WriteState.SENT: "Billing did not answer when it was told of account",
    WriteState.DONE: "Billing was told of account",
    WriteState.FAILED: "Billing refused what it was told of account",
    WriteState.DROPPED: "Billing needs not be told any more of account",
}


def run_row(run: SyncRun, now: datetime) -> tuple[object, ...]:
    """Return a run as a row of RUN_COLUMNS."""
    counts = run.counts
    work = sum(counts.get(one.value, 0) for one in ItemKind if one.changes_device)
    return (
        run.id,
        ago(run.started_at, now),
        run.system,
        _state(run),
        run.trigger.value,
        run.read,
        work + counts.get(ItemKind.WRITE.value, 0),
        counts.get(ItemKind.EXCEPTION.value, 0),
        counts.get(ItemKind.CONFLICT.value, 0),
        run.sentence,
    )


def kept_items(
    report: SyncReport, *, only_bad: bool = False, expression: str | None = None
) -> tuple[SyncItem, ...]:
    """Return the items of a run, those that a person has to look at, those that a filter keeps."""
    items = [one for one in report.items if is_bad(one) or not only_bad]
    return tuple(filter_items(expression or "", items, _filter_row, ITEM_FIELDS))


def report_lines(
    report: SyncReport, width: int, kept: Sequence[SyncItem] | None = None
) -> list[str]:
    """Return a run with its items: exceptions and conflicts first, then what is or was done.

    Without a choice in `kept`, links and what waits for an endpoint are only counted.
    """
    shown = kept
    if shown is None:
        shown = [one for one in report.items if one.kind not in _QUIET]
    lines = [*_head(report), *_often(shown)]
    if shown:
        lines += ["", *item_lines(shown, width)]
    elif kept is not None:
        lines += ["", "No item of it is like that."]
    if kept is None:
        lines += [*_counted(report, _QUIET), *write_lines(report)]
    return lines


def end_lines(report: SyncReport, width: int) -> list[str]:
    """Return how a run ended that was shown before: what it did; the rest is only counted."""
    did = [one for one in report.items if one.kind not in (*_QUIET, *_LISTED)]
    lines = [*_head(report), "", *item_lines(did, width)]
    return [*lines, *_counted(report, _COUNTED), *write_lines(report)]


def item_lines(items: Sequence[SyncItem], width: int) -> list[str]:
    """Return items as a table with what changes, the reason and the end below each."""
    head, *rows = render_table(ITEM_COLUMNS, [_item_row(one) for one in items], width)
    lines = [head]
    for row, item in zip(rows, items, strict=True):
        lines += [row, *below_lines(item, width)]
    return lines


def write_lines(report: SyncReport) -> list[str]:
    """Return what billing was told, or has to be."""
    lines = []
    for one in report.writes:
        fields = ", ".join(f"{name} '{value}'" for name, value in one.values.items())
        more = f" {one.sentence}" if one.sentence and one.state is not WriteState.DONE else ""
        what = f"note '{one.note}'" if one.note else fields
        lines.append(safe_line(f"{_WRITES[one.state]} {one.account_id}: {what}.{more}"))
    return ["", *lines] if lines else []


def is_bad(item: SyncItem) -> bool:
    """Return whether a person has to look at an item, or it did not come to a good end."""
    return item.outcome.is_bad or item.kind in _LOOKED_AT


def item_sentence(item: SyncItem) -> str:
    """Return what became of an item."""
    what = f"{item.subject or item.account_name}"
    where = f" on {item.device}" if item.device else ""
    return f"{what}{where}: {item.kind.value} {item.outcome.value}. {item.sentence or item.reason}"


def conflict_row(one: Conflict, now: datetime) -> tuple[object, ...]:
    """Return a conflict as a row of CONFLICT_COLUMNS."""
    return (
        one.id,
        one.subject,
        one.device,
        one.field,
        value_words(one.field, one.billing_value),
        value_words(one.field, one.console_value),
        "unknown" if one.device_value is None else value_words(one.field, one.device_value),
        value_words(one.field, one.base_console),
        ago(one.found_at, now),
        f"{one.taken} by {one.resolved_by or 'the console'}" if one.taken else None,
    )


def changes_words(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return fields as `plan 25M > 100M`; one without a value before is told alone."""
    parts = []
    for name, value in after.items():
        new = value_words(name, value)
        old = f"{value_words(name, before[name])} > " if name in before else ""
        parts.append(f"{name} {old}{new}")
    return ", ".join(parts)


def _item_row(item: SyncItem) -> tuple[object, ...]:
    return (
        item.position,
        item.kind.value,
        item.account_id,
        item.subject or item.account_name,
        item.device,
        None if item.kind in _LOOKED_AT else item.outcome.value,
        item.change_id,
    )


def below_lines(item: SyncItem, width: int) -> list[str]:
    """Return what an item changes, why it is there, and what became of it."""
    words = "" if item.kind in _LISTED else changes_words(item.before, item.after)
    texts = [f"{words}." if words else "", item.reason]
    if item.sentence and item.outcome in _ENDED:
        texts.append(item.sentence)
    return textwrap.wrap(
        safe_line(" ".join(texts)),
        max(width, 40),
        initial_indent="      ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )


def _head(report: SyncReport) -> list[str]:
    run = report.run
    return render_fields(
        [
            ("run", run.id),
            ("system", run.system),
            ("state", _state(run)),
            *([("accounts", ", ".join(run.scope))] if run.scope else []),
            ("found", run.sentence),
            *([("careful", report.guard)] if report.guard else []),
        ]
    )


def _counted(report: SyncReport, kinds: Mapping[ItemKind, str]) -> list[str]:
    counts = Counter(one.kind for one in report.items)
    return [
        f"{counts[kind]} {words} ('sync show {report.run.id} --filter kind:{kind.value}')."
        for kind, words in kinds.items()
        if counts[kind]
    ]


def _often(items: Iterable[SyncItem]) -> list[str]:
    """Return the exceptions that many items share, with how many."""
    counts = Counter(one.reason for one in items if one.kind is ItemKind.EXCEPTION)
    often = [(reason, count) for reason, count in counts.most_common() if count >= _OFTEN]
    return ["", *(safe_line(f"{count} times: {reason}") for reason, count in often)] * bool(often)


def _state(run: SyncRun) -> str:
    words = "waiting for a yes" if run.state is RunState.WAITING else run.state.value
    return f"{words} (dry run)" if run.dry_run else words


def _filter_row(item: SyncItem) -> Row:
    return Row.of(
        {
            "kind": item.kind.value,
            "outcome": item.outcome.value,
            "account": item.account_id,
            "name": item.account_name,
            "service": item.service_id,
            "device": item.device,
            "subject": item.subject,
            "field": sorted({*item.before, *item.after}),
            "change": item.change_id,
            "values": changes_words(item.before, item.after),
            "reason": item.reason,
            "sentence": item.sentence,
        }
    )
