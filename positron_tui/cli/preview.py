"""What a plan would do: its exact commands and calls, and the fields before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from positron_tui.cli.output import Output
from positron_tui.cli.shapes import Shape, change_shape
from positron_tui.cli.table import Column, render_table
from positron_tui.cli.text import safe_line
from positron_tui.domain.changes import Change, ChangeStep
from positron_tui.services.prepared import PreparedChange

_FIELD_COLUMNS = (
    Column("FIELD", 0, least=13),
    Column("BEFORE", 1, least=10),
    Column("AFTER", 0, least=10),
)
_JSON_RPC = "jsonrpc"


def show_plans(
    out: Output, plans: Sequence[PreparedChange], *, alone: bool, extra: Shape | None = None
) -> None:
    """Print plans as the data of a dry run; one that can only stand `alone` is a bare object.

    `extra` joins the JSON of several.
    """
    if out.as_json:
        shapes = [change_shape(one.change, warnings=one.warnings) for one in plans]
        out.json(shapes[0] if alone and len(shapes) == 1 else {"changes": shapes} | (extra or {}))
    else:
        out.lines(_plan_lines(plans, out.width))
    _warn(out, plans)


def tell_plans(out: Output, plans: Sequence[PreparedChange]) -> None:
    """Show plans to the person who confirms them, or to the log of a script."""
    out.say_lines([*_plan_lines(plans, out.width), ""])
    _warn(out, plans)


def command_lines(change: Change) -> list[str]:
    """Return the exact commands and calls, each behind its purpose."""
    if not change.steps:
        return [f"There is nothing to do on {safe_line(change.device)}."]
    lines = [f"On {safe_line(change.device)}:"]
    for step in change.steps:
        lines += [f"# {safe_line(step.purpose)}{_way(step)}", safe_line(step.command)]
    return lines


def field_lines(before: Mapping[str, object], after: Mapping[str, object], width: int) -> list[str]:
    """Return a table of the fields that are set or changed; nothing when there is none."""
    rows = _field_rows(before, after)
    return render_table(_FIELD_COLUMNS, rows, width) if rows else []


def _plan_lines(plans: Sequence[PreparedChange], width: int) -> list[str]:
    lines: list[str] = []
    for plan in plans:
        change = plan.change
        fields = field_lines(change.before, change.after, width)
        lines += [*([""] if lines else []), *command_lines(change)]
        lines += ["", *fields] if fields else []
    return lines


def _way(step: ChangeStep) -> str:
    return " (JSON-RPC)" if step.transport == _JSON_RPC else ""


def _field_rows(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    names = [*after, *(name for name in before if name not in after)]
    # What comes or goes has no name on one side; in an edit, no plan is an answer.
    edited = (before.get("name") is None) == (after.get("name") is None)
    rows = [
        (name, _plain(name, before.get(name), edited), _plain(name, after.get(name), edited))
        for name in names
    ]
    return [row for row in rows if row[1] is not None or row[2] is not None]


def _plain(name: str, value: object, edited: bool) -> object:
    if name == "plan" and value is None and edited:
        return "unthrottled"
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value) or None
    return value


def _warn(out: Output, plans: Sequence[PreparedChange]) -> None:
    for plan in plans:
        for warning in plan.warnings:
            out.say(f"Note: {warning}")
