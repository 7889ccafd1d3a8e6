"""Bulk runs as they go and as they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.cli.context import Context
from positron_tui.cli.ends import exit_code, worst
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import Shape
from positron_tui.cli.shapes_work import run_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.words import span
from positron_tui.services.bulk import BulkItem, BulkProgress, BulkReport, BulkState, ItemState

if TYPE_CHECKING:
    from positron_tui.services.app import Services

_GROUP_COLUMNS = (
    Column("STATE", 0, least=8),
    Column("ITEMS", 0, right=True),
    Column("ANSWER", 0, least=20),
    Column("FIRST", 1, least=10),
)
_STEPS = 10  # lines for a whole run where no line can be rewritten


class RunTalk:
    """Tells how far a run is, with the time left, and what an interruption leaves behind."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told = 0

    def __call__(self, progress: BulkProgress) -> None:
        context = self._context
        context.waiting = (
            "Bringing the running changes to an end first; press Ctrl-C again to leave them "
            "half done."
        )
        context.note = (
            f"{progress.done} of {progress.total} items were tried and no more will be; "
            f"'bulk resume {progress.bulk_id}' goes on."
        )
        latest = progress.latest
        if latest is not None and latest.state in (ItemState.FAILED, ItemState.REFUSED):
            context.out.say(item_sentence(latest))
        text = progress_text(progress)
        context.out.progress(text)
        if not context.out.rewrites and self._due(progress):
            context.out.say(text)

    def _due(self, progress: BulkProgress) -> bool:
        step = progress.done * _STEPS // max(progress.total, 1)
        if step <= self._told:
            return False
        self._told = step
        return True


def progress_text(progress: BulkProgress) -> str:
    """Return how far a run is in one line, with the time that is left."""
    parts = [f"{progress.done} of {progress.total} done"]
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.refused:
        parts.append(f"{progress.refused} refused")
    if progress.eta_s is not None and progress.done < progress.total:
        parts.append(f"{span(progress.eta_s)} left")
    busy = [
        f"{name} {done}/{total}" for name, (done, total) in progress.devices.items() if done < total
    ]
    return ", ".join(parts) + (f" ({', '.join(busy)})" if busy else "")


def item_sentence(item: BulkItem) -> str:
    """Return what became of an item."""
    words = item.sentence or item.answer or item.state.value
    return f"{item.subject} on {item.device}: {words}"


def show_run(out: Output, report: BulkReport, *, extra: Shape | None = None) -> None:
    """Print a run as JSON, or as fields and a table of what the units answered.

    `extra` joins the JSON.
    """
    if out.as_json:
        out.json(run_shape(report) | (extra or {}))
    else:
        out.lines(
            render_fields(
                [
                    ("run", report.id),
                    ("title", report.title),
                    ("state", report.state.value),
                    ("started by", report.actor),
                    ("items", len(report.items)),
                ]
            )
        )
        rows = [
            (group.state.value, len(group.items), group.answer, group.items[0].subject)
            for group in report.groups
        ]
        if rows:
            out.line()
            out.table(_GROUP_COLUMNS, rows)
    out.say(report.sentence)


async def run_code(services: Services, report: BulkReport) -> int:
    """Return the exit code of a run: the worst of its items, 1 when some were not tried."""
    codes = [await _item_code(services, one) for one in report.items]
    return worst(codes if report.state is BulkState.FINISHED else [*codes, 1])


async def _item_code(services: Services, item: BulkItem) -> int:
    if item.state is ItemState.DONE:
        return 0
    if item.state is ItemState.REFUSED:
        return 4
    if item.state is ItemState.FAILED and item.change_id:
        return exit_code(await services.changes.get(item.change_id))
    return 1
