"""`bulk list`, `show` and `resume`: runs over several targets."""

from __future__ import annotations

from datetime import datetime

from positron_tui.cli.changing import confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.runs import RunTalk, item_sentence, run_code, show_run
from positron_tui.cli.shapes_work import run_head_shape, run_shape
from positron_tui.cli.table import Column
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.services.bulk import BulkReport, BulkState, ItemState

_COLUMNS = (
    Column("ID", 0, right=True),
    Column("WHEN", 1, least=9),
    Column("TITLE", 0, least=12),
    Column("STATE", 0, least=9),
    Column("ITEMS", 0, right=True),
    Column("DONE", 0, right=True),
    Column("REFUSED", 2, right=True),
    Column("FAILED", 1, right=True),
    Column("BY", 3, least=6),
)
_UNTRIED = (ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED, ItemState.REFUSED)


async def list_runs(context: Context) -> int:
    """Print the newest runs."""
    out = context.out
    async with context.services() as services:
        runs = await services.bulk.list(context.options.limit)
        now = services.clock.now()
    if out.as_json:
        out.json([run_head_shape(one) for one in runs])
    else:
        out.table(_COLUMNS, [_row(one, now) for one in runs], "There was no run over several yet.")
    return 0


async def show(context: Context) -> int:
    """Print one run and what became of its items."""
    out = context.out
    async with context.services() as services:
        report = await services.bulk.get(context.options.id)
    show_run(out, report)
    if not out.as_json:
        for item in report.items:
            if item.state is not ItemState.DONE:
                out.line(f"{item.state.value}: {safe_line(item_sentence(item))}")
    return 0


async def resume(context: Context) -> int:
    """Go on with a run that stopped, was interrupted, or was left by a crash."""
    require_answer(context)
    out = context.out
    async with context.services() as services:
        report = await services.bulk.get(context.options.id)
        left = [one for one in report.items if one.state in _UNTRIED]
        if context.options.dry_run:
            if out.as_json:
                out.json(run_shape(report))
            else:
                out.lines(safe_line(f"{one.kind}: {item_sentence(one)}") for one in left)
            return 0
        if report.state is not BulkState.FINISHED:
            question = f"Go on with the {len(left)} items that are left of run {report.id}?"
            if not await confirmed(context, question):
                return 1
        report = await services.bulk.resume(report.id, on_progress=RunTalk(context))
        out.clear_progress()
        show_run(out, report)
        return await run_code(services, report)


def _row(report: BulkReport, now: datetime) -> tuple[object, ...]:
    states = [one.state for one in report.items]
    return (
        report.id,
        ago(report.started_at, now),
        report.title,
        report.state.value,
        len(states),
        states.count(ItemState.DONE),
        states.count(ItemState.REFUSED),
        states.count(ItemState.FAILED),
        report.actor,
    )
