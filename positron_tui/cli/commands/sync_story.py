"""`sync hooks` and `sync why`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_service
from positron_tui.cli.shapes_billing import hook_shape, why_shape
from positron_tui.cli.sync_tables import below_lines
from positron_tui.cli.table import Column, render_fields, render_table
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.mapping import FIELDS, status_keys, value_words
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.services.sync_status import is_late
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
    """Print the newest hooks and what became of them; say which are late."""
    options, out = context.options, context.out
    state = HookState(options.state) if options.state else None
    async with context.services() as services:
        if options.system is not None:
            await services.billing.get(options.system)
        found = await services.sync_log.hooks(options.limit, options.system, state)
        statuses = await services.sync_status.read()
        now = services.clock.now()
    if out.as_json:
        out.json([hook_shape(one, late=is_late(one, now)) for one in found])
    else:
        empty = "No hook came in; 'billing show NAME' and the README say how to set them up."
        words = f"No hook is {state.value}." if state else empty
        out.table(_HOOK_COLUMNS, [_hook_row(one, now) for one in found], words)
    for one in statuses:
        if one.late_hooks and options.system in (None, one.system.name):
            many = "1 hook waits" if one.late_hooks == 1 else f"{one.late_hooks} hooks wait"
            out.say(
                f"{one.system.name}: {many} for more than a minute; the daemon or an open console "
                "handles them."
            )
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
        "late" if is_late(hook, now) else hook.state.value,
        hook.times,
        hook.run_id,
        hook.sentence,
    )


def _lines(why: Why, device: str, name: str, now: datetime, width: int) -> list[str]:
    lines = render_fields([("subscriber", name), ("device", device), *_known_as(why)])
    lines += ["", *render_table(_WHY_COLUMNS, [_field_row(why, one) for one in FIELDS], width)]
    lines += ["", *render_fields(_ages(why, now))]
    if why.findings:
        lines += ["", *(safe_line(one) for one in why.findings)]
    if why.held is not None and why.held.drifted:
        fields = ", ".join(why.held.drifted)
        lines += ["", safe_line(f"The unit runs something else than what is intended: {fields}.")]
    for one in why.conflicts:
        billing = value_words(one.field, one.billing_value)
        console = value_words(one.field, one.console_value)
        text = (
            f"Conflict {one.id}: {one.field} is {billing} in billing and {console} here; "
            f"'sync resolve {one.id} --take billing|console|device' settles it."
        )
        lines += ["", safe_line(text)]
    for run_id, item in why.items:
        head = f"Run {run_id}, item {item.position}: {item.kind.value}, {item.outcome.value}"
        lines += ["", head, *below_lines(item, width)]
    return lines


def _known_as(why: Why) -> list[tuple[str, object]]:
    link, told = why.link, why.billing
    if link is None:
        return [("billing", "knows nothing of it; 'sync run NAME' links what has the same MAC")]
    name = f" ({told.account_name})" if told else ""
    return [
        ("billing", why.system),
        ("account", f"{link.account_id}{name}"),
        ("service", link.service_id),
        ("status there", ", ".join(status_keys(told)) if told else None),
    ]


def _field_row(why: Why, field: str) -> tuple[object, ...]:
    held = why.held
    agreed = why.link.base.get(field) if why.link else None
    return (
        field,
        _word(why.billing_values, field) if why.billing else None,
        _word(held.values, field) if held else "not there",
        _running(why, field),
        None if agreed is None else _agreed(field, *agreed),
    )


def _agreed(field: str, billing: str, console: str) -> str:
    """Return what both sides have, or both where somebody decided that each keeps its own."""
    words = value_words(field, billing)
    return words if billing == console else f"{words} / {value_words(field, console)}"


def _running(why: Why, field: str) -> str | None:
    """Return what runs: a dash when it was never read, else a value or that it is not there."""
    running = why.held.running if why.held else None
    if running is not None:
        return _word(running, field)
    return None if why.running_read_at is None else "not there"


def _ages(why: Why, now: datetime) -> list[tuple[str, object]]:
    return [
        ("billing read", ago(why.billing_read_at, now) or "never"),
        ("billing changed", ago(why.billing_changed_at, now)),
        ("intended since", ago(why.intended_at, now) or "not adopted"),
        ("unit read", ago(why.running_read_at, now) or "never"),
    ]


def _word(values: Mapping[str, str], field: str) -> str | None:
    return value_words(field, values[field]) if field in values else None
