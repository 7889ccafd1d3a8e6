"""`change list`, `show`, `undo` and `settle`: the journal."""

from __future__ import annotations

from datetime import datetime

from positron_tui.cli.changing import (
    refuse_unchangeable,
    require_answer,
    result_lines,
    run_plans,
)
from positron_tui.cli.context import Context
from positron_tui.cli.ends import INDETERMINATE, exit_code
from positron_tui.cli.preview import field_lines
from positron_tui.cli.shapes import change_shape, timestamp
from positron_tui.cli.shapes_work import journal_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.changes import Change, ChangeEvent

_COLUMNS = (
    Column("ID", 0, right=True),
    Column("WHEN", 1, least=9),
    Column("DEVICE", 0, least=8),
    Column("CHANGE", 1, least=18),
    Column("SUBJECT", 0, least=16),
    Column("STATE", 0, least=16),
    Column("BY", 2, least=6),
    Column("UNDOES", 3, right=True),
)


async def list_changes(context: Context) -> int:
    """Print what was changed, newest first."""
    options, out = context.options, context.out
    async with context.services() as services:
        changes = await services.changes.list(limit=options.limit, device=options.device)
        now = services.clock.now()
    if out.as_json:
        out.json([change_shape(one) for one in changes])
    else:
        out.table(_COLUMNS, [_row(one, now) for one in changes], "Nothing was changed yet.")
    return 0


async def show(context: Context) -> int:
    """Print one change: its commands and their replies, its fields, its transitions."""
    out = context.out
    async with context.services() as services:
        change = await services.changes.get(context.options.id)
        events = await services.changes.events(change.id)
    if out.as_json:
        out.json(journal_shape(change, events))
        return 0
    out.lines(_detail_lines(change))
    for lines in (_step_lines(change), field_lines(change.before, change.after, out.width)):
        if lines:
            out.lines(["", *lines])
    out.lines(["", *_event_lines(events)])
    return 0


async def undo(context: Context) -> int:
    """Plan the way back from a change against a fresh reading, show it, and run it."""
    require_answer(context)
    async with context.services() as services:
        order = await services.changes.undo_order(context.options.id)
        plans = []
        for change in order:
            refuse_unchangeable(context, services, change.device)
            context.out.progress(f"Reading {change.device} ...")
            plans.append(await services.changes.undo(change.id, alone=len(order) == 1))
            context.out.clear_progress()
        if len(order) > 1:
            first, second = order
            context.out.say(
                f"{first.subject} was moved between devices; it is put back on {first.device} "
                f"first and then taken off {second.device}."
            )
        return await run_plans(context, services, plans, alone=len(order) == 1)


async def settle(context: Context) -> int:
    """Read the units of all unfinished changes and tell what happened."""
    out, device = context.out, context.options.device
    context.note = "what was settled by then stands in the journal; run it again for the rest."
    async with context.services() as services:
        name = None if device is None else services.fleet.get(device).name
        out.progress("Reading the units of unfinished changes ...")
        settled = await services.changes.settle(name)
        places = {one.id: await services.changes.left_behind(one) for one in settled}
        out.clear_progress()
    if out.as_json:
        out.json([change_shape(one) for one in settled])
    else:
        for number, change in enumerate(settled):
            out.lines(["", *result_lines(change)] if number else result_lines(change))
    for change in settled:
        if change.message:
            out.say(f"Change {change.id}: {change.message}")
        for device in places[change.id]:
            out.say(
                f"Change {change.id} was the first half of a move: {change.subject} is still on "
                f"{device} too; 'subscriber remove' it there, or undo change {change.id}."
            )
    if not settled:
        out.say("No change is unfinished.")
    # A change that turns out to have failed is settled; only what nobody can tell is not.
    unknown = any(exit_code(change) == INDETERMINATE for change in settled)
    return INDETERMINATE if unknown else 0


def _row(change: Change, now: datetime) -> tuple[object, ...]:
    return (
        change.id,
        ago(change.requested_at, now),
        change.device,
        change.kind,
        change.subject,
        change.state.value.replace("_", " "),
        change.actor,
        change.inverse_of,
    )


def _detail_lines(change: Change) -> list[str]:
    return render_fields(
        [
            ("change", change.id),
            ("what", change.kind),
            ("subject", change.subject),
            ("device", change.device),
            ("state", change.state.value.replace("_", " ")),
            ("asked by", change.actor),
            ("asked at", timestamp(change.requested_at)),
            ("verified at", timestamp(change.verified_at)),
            ("saved", change.saved),
            ("undoes", change.inverse_of),
            ("message", change.message),
        ]
    )


def _step_lines(change: Change) -> list[str]:
    lines: list[str] = []
    for step in change.steps:
        way = " (JSON-RPC)" if step.transport == "jsonrpc" else ""
        lines.append(f"# {safe_line(step.purpose)}{way}: {step.state.value}")
        lines.append(safe_line(step.command))
        if step.reply:
            lines += [f"  > {safe_line(line)}" for line in step.reply.splitlines()]
    return lines


def _event_lines(events: tuple[ChangeEvent, ...]) -> list[str]:
    return [
        f"{timestamp(one.at)}  {safe_line(f'{one.state.value} {one.text}')}"
        for one in events
        if "step" not in one.details
    ]
