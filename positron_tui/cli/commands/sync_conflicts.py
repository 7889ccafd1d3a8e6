"""`sync conflicts` and `sync resolve`."""

from __future__ import annotations

from positron_tui.cli.changing import confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.ends import worst
from positron_tui.cli.shapes_billing import conflict_shape, item_shape, report_shape
from positron_tui.cli.sync_runs import report_code
from positron_tui.cli.sync_tables import CONFLICT_COLUMNS, conflict_row, item_lines, write_lines
from positron_tui.services.sync_types import Take


async def conflicts(context: Context) -> int:
    """Print the conflicts that wait for somebody, or those that were settled."""
    options, out = context.options, context.out
    async with context.services() as services:
        if options.system is not None:
            await services.billing.get(options.system)
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
    ids = tuple(dict.fromkeys(options.ids))
    async with context.services() as services:
        items = [await services.conflicts.preview(one, take) for one in ids]
        lines = item_lines(items, out.width)
        if options.dry_run:
            if out.as_json:
                out.json([item_shape(one) for one in items])
            else:
                out.lines(lines)
            return 0
        out.say_lines([*lines, ""])
        what = "this conflict" if len(ids) == 1 else f"these {len(ids)} conflicts"
        if not await confirmed(context, f"Settle {what} with what {take.value} has?"):
            return 1
        reports = await services.conflicts.resolve(ids, take)
        code = worst([await report_code(services, one) for one in reports])
    if out.as_json:
        out.json([report_shape(one) for one in reports])
    else:
        out.lines(item_lines([one.items[0] for one in reports], out.width))
        for report in reports:
            out.lines(write_lines(report))
    return code
