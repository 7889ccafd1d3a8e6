"""`billing add`, `list`, `show`, `check`, `secrets` and `remove`."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from positron_tui.billing.contract import Check, Login
from positron_tui.cli.billing_secrets import read_secrets
from positron_tui.cli.changing import confirmed
from positron_tui.cli.context import Context
from positron_tui.cli.shapes_billing import check_shape, system_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import UsageError
from positron_tui.domain.sync_runs import BillingSystem
from positron_tui.services.app import Services
from positron_tui.services.billing import NewSystem, is_confirmed, mapping_of

_COLUMNS = (
    Column("NAME", 0, least=8),
    Column("KIND", 1),
    Column("URL", 1, least=12),
    Column("PLANS", 2, right=True),
    Column("READ", 1, least=9),
    Column("ACTS", 2, least=8),
)


async def add(context: Context) -> int:
    """Look at a billing system, keep it, and say what is next."""
    options, out = context.options, context.out
    context.note = "nothing was kept."
    new = _new_system(options)
    async with context.services() as services:
        await services.vault.unlock()
        secrets = read_secrets(context, new.kind)
        check = await services.billing.add(new, secrets)
        _tell_check(context, options.name, check)
        out.say(f"Added {options.name}. Its hooks go to: {await _hook_hint(services, new.name)}")
        out.say(
            f"Next: 'billing map {options.name}' says what its fields and plans mean, then "
            f"'sync run {options.name} --dry-run' shows what a sync would do."
        )
    return 0


async def list_systems(context: Context) -> int:
    """Print all billing systems."""
    out = context.out
    async with context.services() as services:
        systems = await services.billing.list()
        now = services.clock.now()
    if out.as_json:
        out.json([system_shape(one) for one in systems])
    else:
        empty = "There is no billing system; add one with 'billing add splynx NAME --url U'."
        out.table(_COLUMNS, [_row(one, now) for one in systems], empty)
    return 0


async def show(context: Context) -> int:
    """Print one billing system; the path of its hooks only where it is asked for."""
    options, out = context.options, context.out
    async with context.services() as services:
        system = await services.billing.get(options.name)
        path = await services.billing.hook_url_path(options.name) if options.hook_path else None
        now = services.clock.now()
    if out.as_json:
        out.json(system_shape(system) | ({"hook_path": path} if path else {}))
        return 0
    mapping = mapping_of(system)
    out.lines(
        render_fields(
            [
                ("name", system.name),
                ("kind", system.kind.value),
                ("url", system.url),
                ("all read", ago(system.read_at, now)),
                ("acts by itself", is_confirmed(system)),
                *((f"reads {what}", one.field) for what, one in mapping.sources.items()),
                *((f"writes {what}", one) for what, one in mapping.write_back.items()),
                ("plans", len(mapping.plans)),
                ("statuses", len(mapping.statuses)),
                ("notes", mapping.notes),
                *([("hook path", path)] if path else []),
            ]
        )
    )
    return 0


async def check(context: Context) -> int:
    """Look at a billing system now; 1 when something is wrong."""
    async with context.services() as services:
        found = await services.billing.check(context.options.name)
    _tell_check(context, context.options.name, found)
    return 1 if found.problems else 0


async def secrets(context: Context) -> int:
    """Keep other secrets of a billing system."""
    options = context.options
    async with context.services() as services:
        system = await services.billing.get(options.name)
        await services.vault.unlock()
        await services.billing.edit(options.name, read_secrets(context, system.kind))
    context.out.say(f"The secrets of {options.name} are kept; 'billing check' tries them.")
    return 0


async def remove(context: Context) -> int:
    """Forget a billing system."""
    options = context.options
    if not options.yes and not context.terminal:
        raise UsageError("Nobody can be asked here; add --yes.")
    async with context.services() as services:
        system = await services.billing.get(options.name)
        question = (
            f"Forget {system.name} ({system.url}) with its links, mapping and secrets? Services "
            "on devices stay as they are, and the sync log too."
        )
        if not await confirmed(context, question):
            return 1
        await services.billing.remove(options.name)
    context.out.say(f"{options.name} is forgotten.")
    return 0


def _new_system(options: argparse.Namespace) -> NewSystem:
    return NewSystem(
        kind=BillingKind(options.kind),
        name=options.name,
        url=options.url.rstrip("/"),
        login=Login(options.login),
        allow_http=options.allow_http,
        ca_file=Path(options.ca_file).expanduser() if options.ca_file else None,
        timezone=options.timezone,
    )


async def _hook_hint(services: Services, name: str) -> str:
    """Return where hooks go; the whole path of Sonar's is a secret that `show` tells."""
    system = await services.billing.get(name)
    hooks = services.settings.hooks
    base = f"http://{hooks.host}:{hooks.port}/hooks/{name}"
    if system.kind is BillingKind.SONAR:
        return f"{base}/... ('billing show {name} --hook-path' shows the whole path)"
    return f"{base} (behind a proxy that speaks HTTPS; see 'Hooks' in the README)"


def _tell_check(context: Context, name: str, found: Check) -> None:
    out = context.out
    if out.as_json:
        out.json(check_shape(name, found))
    else:
        fields = [
            ("identity", found.identity),
            ("version", found.version),
            ("services", found.services),
        ]
        out.lines(render_fields(fields))
    for problem in found.problems:
        out.say(safe_line(problem))


def _row(system: BillingSystem, now: datetime) -> tuple[object, ...]:
    return (
        system.name,
        system.kind.value,
        system.url,
        len(mapping_of(system).plans),
        ago(system.read_at, now) or "never",
        "by itself" if is_confirmed(system) else "when asked",
    )
