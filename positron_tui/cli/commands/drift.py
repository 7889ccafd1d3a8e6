"""`drift`: where what is intended, what runs and what is saved differ, and reconciling it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from positron_tui.cli.changing import confirmed, planned, require_answer, run_plans
from positron_tui.cli.context import Context
from positron_tui.cli.ends import worst
from positron_tui.cli.output import Output
from positron_tui.cli.preview import show_plans
from positron_tui.cli.shapes_work import drift_shape, plain_value
from positron_tui.cli.table import UNKNOWN, Column, render_table
from positron_tui.cli.words import span
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.natural import FieldValue, Missing
from positron_tui.services.intent import Direction, DriftItem, DriftReport

if TYPE_CHECKING:
    from positron_tui.services.app import Services

UNREACHABLE = 3
_COLUMNS = (
    Column("DEVICE", 2, least=8),
    Column("SUBJECT", 0, least=12),
    Column("FIELD", 0, least=8),
    Column("INTENDED", 0, least=8),
    Column("RUNNING", 0, least=8),
    Column("STARTUP", 1, least=8),
    Column("INTENDED AT", 3, least=8),
    Column("READ AT", 3, least=8),
    Column("KIND", 4, least=8),
)


async def drift(context: Context) -> int:
    """Read one unit or all, print where the truths differ, and reconcile it if asked to."""
    options, out = context.options, context.out
    if options.reconcile:
        require_answer(context)
    async with context.services() as services:
        device = None if options.device is None else services.fleet.get(options.device).name
        out.progress("Reading running and saved configurations ...")
        report = await services.intent.drift(device)
        out.clear_progress()
        items = [one for one in report.items if _kept(one, options)]
        _tell_gaps(out, report)
        code = UNREACHABLE if report.failures else 0
        if options.reconcile:
            return worst([code, await _reconcile(context, services, items)])
        now = services.clock.now()
    if out.as_json:
        out.json([drift_shape(one) for one in items])
    else:
        agreed = "Nothing differs."
        out.table(_COLUMNS, [_row(one, now) for one in items], "" if _gaps(report) else agreed)
    return code


async def _reconcile(context: Context, services: Services, items: Sequence[DriftItem]) -> int:
    options, out = context.options, context.out
    direction = Direction(options.reconcile)
    if not items:
        out.say("Nothing of that differs.")
    if not items or direction is Direction.INTENDED:
        return await _follow_units(context, services, items)
    edits = await services.intent.reconcile_edit(items, direction)
    plans = [await planned(context, services, edit) for edit in edits]
    if not plans:
        out.say("There is nothing to change on any unit.")
        show_plans(out, plans, alone=False)
        return 0
    return await run_plans(context, services, plans, alone=False)


async def _follow_units(context: Context, services: Services, items: Sequence[DriftItem]) -> int:
    """Let the intent follow what runs; no unit is touched."""
    options, out = context.options, context.out
    shape = {"changes": [], "intended": [drift_shape(one) for one in items]}
    lines = render_table(_COLUMNS, [_row(one, services.clock.now()) for one in items], out.width)
    if items and not options.dry_run:
        out.say_lines(lines)
        if not await confirmed(context, f"Intend what runs for these {len(items)} fields?"):
            return 1
        await services.intent.reconcile_edit(items, Direction.INTENDED)
        out.say(f"{len(items)} fields are intended now as they run; no unit was touched.")
    if out.as_json:
        out.json(shape)
    else:
        out.lines(lines)
    return 0


def _kept(item: DriftItem, options: argparse.Namespace) -> bool:
    if options.kind and item.kind != options.kind:
        return False
    if options.field and item.field != options.field:
        return False
    return options.subject is None or _same(item.subject, options.subject)


def _same(subject: str, given: str) -> bool:
    """Compare names without case, MAC addresses in any spelling, ports by their number."""
    if subject.casefold() == given.casefold():
        return True
    try:
        return subject == parse_mac(given)
    except UsageError:
        return False


def _tell_gaps(out: Output, report: DriftReport) -> None:
    """Say which units could not be compared."""
    for name, sentence in report.failures.items():
        out.say(f"{name}: {sentence}")
    for name in report.unadopted:
        out.say(f"Nothing is intended for {name} yet; 'adopt {name}' takes over what runs there.")


def _gaps(report: DriftReport) -> bool:
    return bool(report.failures or report.unadopted)


def _row(item: DriftItem, now: datetime) -> tuple[object, ...]:
    return (
        item.device,
        item.subject,
        item.field,
        _shown(item.intended),
        _shown(item.running),
        _shown(item.startup),
        _age(item.intended_at, now),
        _age(item.running_at, now),
        item.kind,
    )


def _shown(value: FieldValue) -> object:
    if value is Missing.ABSENT:
        return "absent"
    if value is None:
        return "none"
    plain = plain_value(value)
    return ",".join(map(str, plain)) or "none" if isinstance(plain, list) else plain


def _age(moment: datetime | None, now: datetime) -> str:
    return UNKNOWN if moment is None else f"{span(max(0.0, (now - moment).total_seconds()))}"
