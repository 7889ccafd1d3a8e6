"""`plan list`: the sold speeds and how they stand on the units."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.cli.context import Context
from positron_tui.cli.shapes_work import plan_row_shape, stray_shape
from positron_tui.cli.table import Column
from positron_tui.domain.devices import Line
from positron_tui.services.plans import PlanRow, Presence, StrayProfile

_COLUMNS = (
    Column("PLAN", 0, least=12),
    Column("DOWN/UP", 0, right=True),
    Column("COAX", 1, right=True),
    Column("COPPER", 1, right=True),
    Column("USERS", 2, right=True),
    Column("ON UNITS", 0, least=20),
)
_NO_PLANS = "No plan is sold yet; 'plan add NAME --down N --up N' puts one into the catalogue."
_STRAY_COLUMNS = (
    Column("DEVICE", 0, least=8),
    Column("PROFILE", 0, least=12),
    Column("DOWN/UP", 1, right=True),
    Column("PLAN", 2, least=8),
    Column("USERS", 1, right=True),
    Column("REMOVABLE", 1, right=True),
)


async def list_plans(context: Context) -> int:
    """Print the catalogue, or the profiles that stray from it."""
    options, out = context.options, context.out
    async with context.services() as services:
        device = None if options.device is None else services.fleet.get(options.device).name
        if options.strays:
            strays = await services.plans.strays(device)
            if out.as_json:
                out.json([stray_shape(one) for one in strays])
            else:
                out.table(
                    _STRAY_COLUMNS,
                    [_stray_row(one) for one in strays],
                    "Every profile on the units is a plan of the catalogue.",
                )
            return 0
        rows = [_only_on(one, device) for one in await services.plans.list()]
    if out.as_json:
        out.json([plan_row_shape(one) for one in rows])
    else:
        out.table(_COLUMNS, [_row(one) for one in rows], _NO_PLANS)
    return 0


def _only_on(row: PlanRow, device: str | None) -> PlanRow:
    if device is None:
        return row
    return replace(row, devices=tuple(one for one in row.devices if one.device == device))


def _row(row: PlanRow) -> tuple[object, ...]:
    return (
        row.plan.name,
        _pair(row.plan.down_mbps, row.plan.up_mbps),
        _limits(row, Line.COAX),
        _limits(row, Line.COPPER),
        sum(one.subscribers for one in row.devices),
        _places(row),
    )


def _places(row: PlanRow) -> str:
    """Return how many units have it, and which have another one of its name."""
    states = [one.presence for one in row.devices]
    parts = [
        f"{states.count(state)} {state.value}"
        for state in (Presence.PRESENT, Presence.ABSENT, Presence.UNLIMITED, Presence.UNKNOWN)
        if state in states
    ]
    other = [one.device for one in row.devices if one.presence is Presence.DIFFERS]
    if other:
        parts.insert(0, f"differs on {', '.join(other)}")
    return ", ".join(parts)


def _limits(row: PlanRow, line: Line) -> str | None:
    if line not in row.rates:
        return None
    pair = row.rates[line]
    return "no limit" if pair is None else _pair(*pair)


def _pair(down: int | None, up: int | None) -> str:
    return f"{_rate(down)}/{_rate(up)}"


def _rate(mbps: int | None) -> str:
    return "-" if mbps is None else str(mbps)


def _stray_row(stray: StrayProfile) -> tuple[object, ...]:
    profile = stray.profile
    return (
        stray.device,
        profile.name,
        _pair(profile.down_mbps, profile.up_mbps),
        stray.plan,
        stray.subscribers,
        stray.removable,
    )
