"""`sync run`, `log`, `show`, `retry` and `discard`."""

from __future__ import annotations

from positron_tui.cli.changing import require_answer
from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.ends import INDETERMINATE, worst
from positron_tui.cli.prompts import ask_line, confirm
from positron_tui.cli.shapes_billing import report_shape, sync_run_shape
from positron_tui.cli.sync_tables import RUN_COLUMNS, run_row, show_report
from positron_tui.cli.words import span
from positron_tui.domain.changes import ChangeState
from positron_tui.domain.errors import NotFound, Refused
from positron_tui.domain.sync_runs import Outcome, RunState
from positron_tui.services.app import Services
from positron_tui.services.sync_types import SyncProgress, SyncReport

_CODES = {Outcome.FAILED: 1, Outcome.SKIPPED: 1, Outcome.REFUSED: 4}


async def run(context: Context) -> int:
    """Compare billing with the plant, show it, ask, and carry it out."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        report = await services.sync.prepare(
            options.name,
            accounts=options.only,
            dry_run=options.dry_run,
            on_progress=Progress(context),
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
    async with context.services() as services:
        report = await services.sync_log.show(context.options.id)
    show_report(context.out, report, only_bad=context.options.bad)
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
            on_progress=Progress(context),
        )
        context.out.clear_progress()
        return await carry_out(context, services, report)


async def discard(context: Context) -> int:
    """Say no to a run that waits."""
    async with context.services() as services:
        report = await services.sync.discard(context.options.id)
    if context.out.as_json:
        context.out.json(sync_run_shape(report.run))
    context.out.say(report.run.sentence or "")
    return 0


async def carry_out(context: Context, services: Services, report: SyncReport) -> int:
    """Show a run, ask, carry it out and show how it ended; the JSON is that of the end."""
    options, out = context.options, context.out
    if options.dry_run or report.run.state is not RunState.WAITING:
        show_report(out, report)
        return 0
    if not options.yes and not out.as_json:
        show_report(out, report)
    allow = await _allowed(context, report)
    if allow is None:
        await services.sync.discard(report.run.id)
        out.say(f"Not confirmed; {NOTHING_DONE}")
        return 1
    context.note = (
        f"what was begun was brought to an end; 'sync show {report.run.id}' says what was done, "
        f"and 'sync run {report.run.system}' goes on."
    )
    context.waiting = "Bringing what runs to an end first."
    report = await services.sync.execute(
        report.run.id, allow_cuts=allow, on_progress=Progress(context)
    )
    context.waiting = ""
    out.clear_progress()
    if out.as_json:
        out.json(report_shape(report))
    else:
        show_report(out, report)
    if report.run.sentence:
        out.say(report.run.sentence)
    return await _code(services, report)


async def _allowed(context: Context, report: SyncReport) -> int | None:
    """Return how many suspensions and removals are allowed, None = a person said no."""
    options, out = context.options, context.out
    allow: int = options.allow or 0
    if report.guard is None or allow >= report.cuts:
        if options.yes or await confirm(out, f"Carry out the {len(report.to_run)} items?"):
            return max(allow, report.cuts)
        return None
    out.say(report.guard)
    if options.yes or not context.terminal:
        raise Refused(
            f"{report.guard} Look at them with 'sync show {report.run.id}', and allow them with "
            f"--allow {report.cuts} if they are right."
        )
    question = f"Type {report.cuts} to suspend or remove that many, anything else to stop:"
    answer = await ask_line(out, question)
    return report.cuts if answer.strip() == str(report.cuts) else None


async def _code(services: Services, report: SyncReport) -> int:
    codes = [_CODES.get(one.outcome, 0) for one in report.items]
    for one in report.items:
        if one.outcome is Outcome.FAILED and one.change_id is not None:
            try:
                change = await services.changes.get(one.change_id)
            except NotFound:
                continue
            if change.state is ChangeState.INDETERMINATE:
                codes.append(INDETERMINATE)
    return worst(codes)


class Progress:
    """Tells on a terminal how far a sync is and how long it may still take."""

    def __init__(self, context: Context) -> None:
        self._out = context.out

    def __call__(self, now: SyncProgress) -> None:
        if now.phase == "reading":
            of = f" of {now.total}" if now.total is not None else ""
            self._out.progress(f"Reading billing ... {now.done}{of}")
            return
        left = f", about {span(now.eta_s)} left" if now.eta_s else ""
        failed = f", {now.failed} failed" if now.failed else ""
        self._out.progress(f"Carrying out ... {now.done} of {now.total}{failed}{left}")
