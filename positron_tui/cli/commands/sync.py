"""`sync run`, `log`, `show`, `retry` and `discard`."""

from __future__ import annotations

from positron_tui.cli.changing import require_answer
from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.shapes_billing import report_shape, sync_run_shape
from positron_tui.cli.sync_runs import SyncTalk, carry_out
from positron_tui.cli.sync_tables import RUN_COLUMNS, kept_items, report_lines, run_row


async def run(context: Context) -> int:
    """Compare billing with the plant, show it, ask, and carry it out."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        report = await services.sync.prepare(
            options.name,
            accounts=options.only,
            dry_run=options.dry_run,
            on_progress=SyncTalk(context),
        )
        context.out.clear_progress()
        return await carry_out(context, services, report)


async def log(context: Context) -> int:
    """Print the newest runs."""
    options, out = context.options, context.out
    async with context.services() as services:
        if options.system is not None:
            await services.billing.get(options.system)
        runs = await services.sync_log.runs(options.limit, options.system)
        now = services.clock.now()
    if out.as_json:
        out.json([sync_run_shape(one) for one in runs])
    else:
        empty = "Nothing was synced yet; 'sync run NAME --dry-run' shows what a sync would do."
        out.table(RUN_COLUMNS, [run_row(one, now) for one in runs], empty)
    return 0


async def show(context: Context) -> int:
    """Print one run with its items."""
    options, out = context.options, context.out
    async with context.services() as services:
        report = await services.sync_log.show(options.id)
    kept = kept_items(report, only_bad=options.only_bad, expression=options.filter)
    if out.as_json:
        out.json(report_shape(report, kept))
    else:
        every = not (options.only_bad or options.filter)
        out.lines(report_lines(report, out.width, None if every else kept))
    return 0


async def retry(context: Context) -> int:
    """Compare the accounts of items that did not end well again, and carry that out."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        report = await services.sync_log.retry(
            options.id,
            tuple(options.items),
            dry_run=options.dry_run,
            on_progress=SyncTalk(context),
        )
        context.out.clear_progress()
        return await carry_out(context, services, report)


async def discard(context: Context) -> int:
    """Say no to a run that waits."""
    async with context.services() as services:
        report = await services.sync.discard(context.options.id)
    if context.out.as_json:
        context.out.json(sync_run_shape(report.run))
    context.out.say(f"Sync run {report.run.id} will not be carried out; {NOTHING_DONE}")
    return 0
