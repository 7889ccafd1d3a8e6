"""`sync conflicts` and `sync resolve`."""

from __future__ import annotations

from positron_tui.cli.changing import confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.ends import worst
from positron_tui.cli.shapes_billing import conflict_shape, item_shape, report_shape
from positron_tui.cli.sync_tables import CONFLICT_COLUMNS, ITEM_COLUMNS, conflict_row, item_row
from positron_tui.cli.text import safe_line
from positron_tui.domain.sync_runs import Outcome
from positron_tui.services.sync_types import Take


async def conflicts(context: Context) -> int:
    """Print the conflicts that wait for somebody, or those that were settled."""
    options, out = context.options, context.out
    async with context.services() as services:
        found = await services.conflicts.list(options.system, resolved=options.resolved)
        now = services.clock.now()
    if out.as_json:
        out.json([conflict_shape(one) for one in found])
    else:
        empty = "No conflict was settled yet." if options.resolved else "There is no conflict."
        out.table(CONFLICT_COLUMNS, [conflict_row(one, now) for one in found], empty)
    return 0


async def resolve(context: Context) -> int:
    """Settle conflicts with one side's value, shown first."""
    require_answer(context)
    options, out = context.options, context.out
    take = Take(options.take)
    async with context.services() as services:
        items = [await services.conflicts.preview(one, take) for one in options.ids]
        if options.dry_run:
            if out.as_json:
                out.json([item_shape(one) for one in items])
            else:
                out.table(ITEM_COLUMNS, [item_row(one) for one in items])
            return 0
        if not out.as_json:
            out.lines(safe_line(one.reason) for one in items)
        question = f"Settle {len(items)} with what {take.value} has?"
        if not await confirmed(context, question):
            return 1
        reports = await services.conflicts.resolve(options.ids, take)
    if out.as_json:
        out.json([report_shape(one) for one in reports])
    ended = [one.items[0] for one in reports]
    for item in ended:
        out.say(safe_line(item.sentence or item.reason))
    codes = {Outcome.FAILED: 1, Outcome.SKIPPED: 1, Outcome.REFUSED: 4}
    return worst(codes.get(one.outcome, 0) for one in ended)
