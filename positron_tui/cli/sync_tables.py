"""Sync runs, items and conflicts as tables and lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from positron_tui.cli.output import Output
from positron_tui.cli.shapes_billing import report_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.sync_runs import Conflict, ItemKind, Outcome, SyncItem, SyncRun
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
    Column("ITEM", 1, right=True),
    Column("KIND", 0, least=9),
    Column("ACCOUNT", 1, least=7),
    Column("NAME", 2, least=8),
    Column("SUBSCRIBER", 1, least=8),
    Column("DEVICE", 1, least=8),
    Column("BEFORE > AFTER", 1, least=12),
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
_LOOKED_AT = (ItemKind.EXCEPTION, ItemKind.CONFLICT)
_QUIET = (ItemKind.LINK, ItemKind.WAITING)


def run_row(run: SyncRun, now: datetime) -> tuple[object, ...]:
    """Return a run as a row of RUN_COLUMNS."""
    counts = run.counts
    work = sum(counts.get(one.value, 0) for one in ItemKind if one.changes_device)
    return (
        run.id,
        ago(run.started_at, now),
        run.system,
        f"{run.state.value} (dry run)" if run.dry_run else run.state.value,
        run.trigger.value,
        run.read,
        work + counts.get(ItemKind.WRITE.value, 0),
        counts.get(ItemKind.EXCEPTION.value, 0),
        counts.get(ItemKind.CONFLICT.value, 0),
        run.sentence,
    )


def show_report(out: Output, report: SyncReport, *, only_bad: bool = False) -> None:
    """Print a run with its items: exceptions and conflicts first, then what is or was done.

    Links and what waits for an endpoint are counted, and listed in JSON.
    """
    if out.as_json:
        out.json(report_shape(report))
        return
    out.lines(_head(report))
    items = [one for one in report.items if _is_bad(one)] if only_bad else list(report.items)
    shown = [one for one in items if one.kind not in _QUIET]
    if shown:
        out.line()
        out.table(ITEM_COLUMNS, [item_row(one) for one in shown])
        out.line()
        out.lines(safe_line(item_line(one)) for one in shown)
    for kind, word in ((ItemKind.LINK, "linked"), (ItemKind.WAITING, "waiting")):
        count = sum(one.kind is kind for one in items)
        if count:
            out.line(f"{count} {word} (with --json, or on the screen, each of them)")
    for write in report.writes:
        what = "a note" if write.note else ", ".join(write.values)
        out.line(safe_line(f"told billing {what} of {write.account_id}: {write.state.value}"))


def item_row(item: SyncItem) -> tuple[object, ...]:
    """Return an item as a row of ITEM_COLUMNS."""
    return (
        item.position,
        item.kind.value,
        item.account_id,
        item.account_name,
        item.subject,
        item.device,
        changes_words(item.before, item.after),
        item.outcome.value,
        item.change_id,
    )


def item_line(item: SyncItem) -> str:
    """Return why an item is there and what became of it."""
    what = item.subject or item.account_name
    ended = f" {item.sentence}" if item.sentence and item.outcome is not Outcome.PENDING else ""
    return f"{item.position}: {item.kind.value} {what}: {item.reason}{ended}"


def conflict_row(one: Conflict, now: datetime) -> tuple[object, ...]:
    """Return a conflict as a row of CONFLICT_COLUMNS."""
    return (
        one.id,
        one.subject,
        one.device,
        one.field,
        one.billing_value or "none",
        one.console_value or "none",
        "unknown" if one.device_value is None else one.device_value or "none",
        one.base_console or "none",
        ago(one.found_at, now),
        f"{one.taken} by {one.resolved_by or 'the console'}" if one.taken else None,
    )


def changes_words(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return fields as `plan 25M > 100M`."""
    return ", ".join(
        f"{name} {before.get(name, '') or 'none'} > {value or 'none'}"
        for name, value in after.items()
    )


def _head(report: SyncReport) -> Sequence[str]:
    run = report.run
    state = f"{run.state.value} (dry run)" if run.dry_run else run.state.value
    return render_fields(
        [
            ("run", run.id),
            ("system", run.system),
            ("state", state),
            ("found", run.sentence),
            *([("careful", report.guard)] if report.guard else []),
        ]
    )


def _is_bad(item: SyncItem) -> bool:
    return item.outcome.is_bad or item.kind in _LOOKED_AT
