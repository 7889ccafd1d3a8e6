"""`subscriber add`: shows the plan, asks, runs it, and tells how it ended."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.output import Output
from positron_tui.cli.prompts import confirm
from positron_tui.cli.shapes import Shape, change_shape, subscriber_shape
from positron_tui.cli.table import Column, render_fields, render_table
from positron_tui.cli.text import safe_line
from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.errors import UsageError
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe
from positron_tui.services.provisioning import PreparedChange

if TYPE_CHECKING:
    from positron_tui.services.app import Services

_EXIT_CODES = {
    ChangeState.VERIFIED_SAVED: 0,
    ChangeState.VERIFIED_UNSAVED: 1,
    ChangeState.FAILED: 1,
    ChangeState.REVERTED: 1,
    ChangeState.REFUSED: 4,
    ChangeState.INDETERMINATE: 5,
}
_FIELD_COLUMNS = (
    Column("FIELD", 0, least=13),
    Column("BEFORE", 1, least=10),
    Column("AFTER", 0, least=10),
)


async def add(context: Context) -> int:
    """Plan a subscriber and, once it is confirmed, put it on the unit."""
    options, out = context.options, context.out
    if not (options.dry_run or options.yes or context.terminal):
        raise UsageError("Nobody can be asked here; add --yes to run it or --dry-run to see it.")
    async with context.services() as services:
        out.progress(f"Reading {options.device} ...")
        prepared = await services.provisioning.prepare(_request(options))
        out.clear_progress()
        if options.dry_run:
            _show_plan(out, prepared)
            return 0
        _tell_plan(out, prepared)
        if not options.yes and not await confirm(out, "Run these commands?"):
            out.say(f"Not confirmed; {NOTHING_DONE}")
            return 1
        change = await services.provisioning.execute(prepared, Progress(context))
        out.clear_progress()
        _show_result(context, services, prepared, change)
    return exit_code(change)


def exit_code(change: Change) -> int:
    """Return the exit code of a change's end; one that has none yet counts as indeterminate."""
    return _EXIT_CODES.get(change.state, 5)


def _request(options: argparse.Namespace) -> SubscriberRequest:
    return SubscriberRequest(
        name=options.name,
        device=options.device,
        vlan=options.vlan,
        endpoint_mac=options.endpoint,
        port=options.port,
        plan=options.plan,
        tagged=options.tagged,
        remapped_vlan=options.remap,
        port2_vlan=options.port2_vlan,
        allowed_vlans=options.allow or (),
        poe=Poe(options.poe) if options.poe else None,
        description=options.description,
    )


class Progress:
    """Tells each new state on stderr, and keeps what an interruption would have to say."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._last: ChangeState | None = None

    def __call__(self, change: Change) -> None:
        sent = sum(step.state is not StepState.PENDING for step in change.steps)
        if change.state.finished:
            self._context.waiting = ""
            self._context.note = f"the change was brought to an end: {change.message}"
        elif sent:
            self._context.waiting = (
                "Bringing the change to an end first; press Ctrl-C again to leave it half done."
            )
            self._context.note = (
                f"{sent} of {len(change.steps)} commands were sent to {change.device} and the "
                f"outcome is unknown; 'device poll {change.device}' shows what is there."
            )
        if change.state is not self._last and not change.state.finished:
            self._last = change.state
            self._context.out.say(f"{change.state.value.replace('_', ' ')} ...")


def _show_plan(out: Output, prepared: PreparedChange) -> None:
    """Print the plan as the data of a dry run."""
    if out.as_json:
        out.json(change_shape(prepared.change, warnings=prepared.warnings))
        _warn(out, prepared.warnings)
        return
    out.lines(_command_lines(prepared.change))
    out.line()
    out.table(_FIELD_COLUMNS, _field_rows(prepared.change))
    _warn(out, prepared.warnings)


def _tell_plan(out: Output, prepared: PreparedChange) -> None:
    """Show the plan to the person who confirms it, or to the log of a script."""
    out.say_lines(_command_lines(prepared.change))
    out.say_lines(["", *render_table(_FIELD_COLUMNS, _field_rows(prepared.change), out.width), ""])
    _warn(out, prepared.warnings)


def _command_lines(change: Change) -> list[str]:
    """Return the exact commands, each behind its purpose."""
    lines = [f"On {change.device}:"]
    for step in change.steps:
        lines += [f"# {safe_line(step.purpose)}", safe_line(step.command)]
    return lines


def _field_rows(change: Change) -> list[tuple[str, object, object]]:
    """Return the fields that are set or changed: name, before, after."""
    return [
        (field, _plain(change.before.get(field)), _plain(after))
        for field, after in change.after.items()
        if _plain(after) is not None or _plain(change.before.get(field)) is not None
    ]


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value) or None
    return value


def _warn(out: Output, warnings: Sequence[str]) -> None:
    for warning in warnings:
        out.say(f"Note: {warning}")


def _show_result(
    context: Context, services: Services, prepared: PreparedChange, change: Change
) -> None:
    out = context.out
    if out.as_json:
        shape = _subscriber(services, change)
        out.json(change_shape(change, subscriber=shape, warnings=prepared.warnings))
    else:
        out.lines(
            render_fields(
                [
                    ("subscriber", change.subject),
                    ("device", change.device),
                    ("state", change.state.value.replace("_", " ")),
                    ("saved", change.saved),
                    ("journal", change.id or None),
                ]
            )
        )
    if change.message:
        out.say(change.message)


def _subscriber(services: Services, change: Change) -> Shape | None:
    """Return the new subscriber as it was read back; None when it is not in the last reading."""
    view = services.fleet.get(change.device)
    name = change.after.get("name")
    found = view.subscriber_by_name(name) if isinstance(name, str) else None
    return subscriber_shape(found, view) if found else None
