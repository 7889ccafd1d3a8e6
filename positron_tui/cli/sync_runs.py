"""The way of a sync run on the command line: shown, confirmed, carried out, told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.ends import INDETERMINATE, worst
from positron_tui.cli.output import Output
from positron_tui.cli.prompts import ask_line, confirm
from positron_tui.cli.shapes_billing import report_shape
from positron_tui.cli.sync_tables import end_lines, item_sentence, report_lines
from positron_tui.cli.words import span
from positron_tui.domain.changes import ChangeState
from positron_tui.domain.errors import NotFound, Refused
from positron_tui.domain.sync_runs import ItemKind, Outcome, RunState, SyncItem, WriteState
from positron_tui.services.sync_types import SyncProgress, SyncReport

if TYPE_CHECKING:
    from positron_tui.services.app import Services

UNREACHABLE = 3
_STEPS = 10  # lines for a whole run where no line can be rewritten
_OLD = timedelta(minutes=15)
_CODES = {Outcome.FAILED: 1, Outcome.SKIPPED: 1, Outcome.REFUSED: 4}
_WRITE_CODES = {
    WriteState.PENDING: UNREACHABLE,
    WriteState.SENT: INDETERMINATE,
    WriteState.FAILED: 1,
}


async def carry_out(context: Context, services: Services, report: SyncReport) -> int:
    """Show a run, ask, carry it out and show how it ended; the data is that of the end."""
    options, out = context.options, context.out
    tell_ages(out, services)
    if options.dry_run or report.run.state is not RunState.WAITING:
        if out.as_json:
            out.json(report_shape(report))
        else:
            out.lines(report_lines(report, out.width))
        return 0
    out.say_lines([*report_lines(report, out.width), ""])
    allow = await _allowed(context, report)
    if allow is None:
        await services.sync.discard(report.run.id)
        out.say(f"Not confirmed; {NOTHING_DONE}")
        return 1
    context.note = (
        f"what was begun was brought to an end; 'sync show {report.run.id}' says what was done, "
        f"and 'sync run {report.run.system}' goes on."
    )
    context.waiting = (
        "Bringing the running changes to an end first; press Ctrl-C again to leave them half done."
    )
    report = await services.sync.execute(
        report.run.id, allow_cuts=allow, on_progress=SyncTalk(context)
    )
    context.waiting = ""
    out.clear_progress()
    if out.as_json:
        out.json(report_shape(report))
        out.say(report.run.sentence or "")
    else:
        out.lines(end_lines(report, out.width))
    return await report_code(services, report)


def tell_ages(out: Output, services: Services) -> None:
    """Say which units were read too long ago to rely on what was compared."""
    now: datetime = services.clock.now()
    for view in services.fleet.devices():
        read_at = view.poll.last_poll_at
        if read_at is None:
            out.say(
                f"{view.name} was never read, so nothing on it could be compared; 'device poll "
                f"{view.name}' reads it."
            )
        elif now - read_at > _OLD:
            out.say(
                f"{view.name} was last read {span((now - read_at).total_seconds())} ago; 'device "
                f"poll {view.name}' reads now what runs and which endpoints are seen."
            )


async def _allowed(context: Context, report: SyncReport) -> int | None:
    """Return how many suspensions and removals are allowed, None = a person said no."""
    options, out = context.options, context.out
    allow: int = options.allow or 0
    if report.guard is None or allow >= report.cuts:
        if options.yes or await confirm(out, f"Carry out {_counted(len(report.to_run))}?"):
            return max(allow, report.cuts)
        return None
    if options.yes or not context.terminal:
        raise Refused(
            f"{report.guard} Look at them with 'sync show {report.run.id}', and allow them with "
            f"--allow {report.cuts} if they are right."
        )
    out.say(report.guard)
    question = f"Type {report.cuts} to suspend or remove that many, anything else to stop:"
    answer = await ask_line(out, question)
    return report.cuts if answer.strip() == str(report.cuts) else None


def _counted(count: int) -> str:
    return "this item" if count == 1 else f"these {count} items"


async def report_code(services: Services, report: SyncReport) -> int:
    """Return the exit code of a run: the worst of its items and of what billing was told."""
    codes = [await item_code(services, one) for one in report.items]
    codes += [_WRITE_CODES.get(one.state, 0) for one in report.writes]
    return worst(codes)


async def item_code(services: Services, item: SyncItem) -> int:
    """Return the exit code of one item; what could not be told to billing is out of reach."""
    if item.kind is ItemKind.WRITE and item.outcome is Outcome.PENDING:
        return UNREACHABLE
    if item.outcome is Outcome.FAILED and item.change_id is not None:
        try:
            change = await services.changes.get(item.change_id)
        except NotFound:  # the journal was cut
            return 1
        return INDETERMINATE if change.state is ChangeState.INDETERMINATE else 1
    return _CODES.get(item.outcome, 0)


class SyncTalk:
    """Tells how far a sync is, how long it may still take, and what fails on the way."""

    def __init__(self, context: Context) -> None:
        self._out = context.out
        self._told: dict[str, int] = {}

    def __call__(self, now: SyncProgress) -> None:
        latest = now.latest
        if latest is not None and latest.outcome in (Outcome.FAILED, Outcome.REFUSED):
            self._out.say(item_sentence(latest))
        text = progress_text(now)
        self._out.progress(text)
        if not self._out.rewrites and self._due(now):
            self._out.say(text)

    def _due(self, now: SyncProgress) -> bool:
        step = now.done * _STEPS // max(now.total or now.done, 1)
        if step <= self._told.get(now.phase, 0):
            return False
        self._told[now.phase] = step
        return True


def progress_text(now: SyncProgress) -> str:
    """Return how far a run is in one line."""
    of = f" of {now.total}" if now.total is not None else ""
    if now.phase == "reading":
        return f"Reading billing: {now.done}{of}"
    parts = [f"{now.done}{of} done"]
    if now.failed:
        parts.append(f"{now.failed} failed")
    if now.eta_s is not None and now.done < (now.total or 0):
        parts.append(f"{span(now.eta_s)} left")
    return ", ".join(parts)
