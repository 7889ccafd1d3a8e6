"""`sync hooks` and `sync why`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_service
from positron_tui.cli.shapes_billing import hook_shape, why_shape
from positron_tui.cli.sync_tables import changes_words
from positron_tui.cli.table import Column, render_table
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.mapping import FIELDS
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.services.sync_types import Why

_HOOK_COLUMNS = (
    Column("ID", 0, right=True),
    Column("CAME", 1, least=9),
    Column("SYSTEM", 1, least=8),
    Column("EVENT", 0, least=10),
    Column("ACCOUNT", 1, least=7),
    Column("STATE", 0, least=8),
    Column("TIMES", 2, right=True),
    Column("RUN", 2, right=True),
    Column("WHY", 3, least=12),
)
_WHY_COLUMNS = (
    Column("FIELD", 0, least=8),
    Column("BILLING", 0, least=10),
    Column("INTENDED", 0, least=10),
    Column("RUNS", 0, least=10),
    Column("AGREED", 2, least=8),
)


async def hooks(context: Context) -> int:
    """Print the newest hooks and what became of them."""
    options, out = context.options, context.out
    state = HookState(options.state) if options.state else None
    async with context.services() as services:
        found = await services.store.hooks.list(options.limit, options.system, state)
        now = services.clock.now()
    if out.as_json:
        out.json([hook_shape(one) for one in found])
    else:
        empty = "No hook came in; 'billing show NAME' and the README say how to set them up."
        out.table(_HOOK_COLUMNS, [_hook_row(one, now) for one in found], empty)
    return 0


async def why(context: Context) -> int:
    """Print what billing says of a subscriber, what is intended and what runs."""
    options, out = context.options, context.out
    async with context.services() as services:
        device, name = await find_service(services, options.subscriber, options.device)
        found = await services.sync_log.why(device, name)
        now = services.clock.now()
    if out.as_json:
        out.json([why_shape(one) for one in found])
        return 0
    for number, one in enumerate(found):
        out.lines([*([""] if number else []), *_lines(one, device, name, now, out.width)])
    return 0


def _hook_row(hook: Hook, now: datetime) -> tuple[object, ...]:
    return (
        hook.id,
        ago(hook.received_at, now),
        hook.system,
        hook.event,
        hook.account_id,
        hook.state.value,
        hook.times,
        hook.run_id,
        hook.sentence,
    )


def _lines(why: Why, device: str, name: str, now: datetime, width: int) -> list[str]:
    held = why.held
    intended: Mapping[str, str] = held.values if held else {}
    runs = held.running if held else None
    rows = [
        (
            field,
            _word(why.billing_values, field, "says nothing"),
            _word(intended, field, "unknown"),
            "unknown" if runs is None else _word(runs, field, "unknown"),
            _word({k: v[0] for k, v in why.link.base.items()}, field, "") if why.link else None,
        )
        for field in FIELDS
    ]
    ages = (why.billing_read_at, why.intended_at, why.running_read_at)
    read = "billing read {}, intended since {}, unit read {}".format(
        *(ago(age, now) or "never" for age in ages)
    )
    head = f"{name} on {device}: " + (
        f"service {why.link.service_id} of account {why.link.account_id} in {why.system}"
        if why.link
        else "no billing system knows of it; 'sync run NAME' links what has the same MAC"
    )
    items = [
        f"run {run_id}: {item.kind.value} {changes_words(item.before, item.after)} "
        f"{item.outcome.value}. {item.reason} {item.sentence or ''}"
        for run_id, item in why.items
    ]
    conflicts = [
        f"conflict {one.id}: {one.field} is {one.billing_value or 'none'} in billing and "
        f"{one.console_value or 'none'} here; 'sync resolve {one.id} --take billing|console'"
        for one in why.conflicts
    ]
    texts = [*why.findings, *conflicts, *items]
    table = render_table(_WHY_COLUMNS, rows, width)
    return [safe_line(head), safe_line(read), "", *table, "", *(safe_line(one) for one in texts)]


def _word(values: Mapping[str, str], field: str, missing: str) -> str:
    return values[field] or "none" if field in values else missing
