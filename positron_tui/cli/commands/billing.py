"""`billing add`, `list`, `show`, `check`, `secrets` and `remove`."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from positron_tui.billing.contract import Check, Login
from positron_tui.cli.billing_secrets import read_secrets, require_source
from positron_tui.cli.context import Context
from positron_tui.cli.mapping_words import mapping_lines
from positron_tui.cli.prompts import confirm
from positron_tui.cli.shapes import timestamp
from positron_tui.cli.shapes_billing import check_shape, status_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.text import safe_line
from positron_tui.cli.words import ago
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import UsageError
from positron_tui.domain.sync_runs import BillingSystem
from positron_tui.services.app import Services
from positron_tui.services.billing import NewSystem, mapping_of
from positron_tui.services.sync_status import SystemStatus

_COLUMNS = (
    Column("NAME", 0, least=8),
    Column("KIND", 2),
    Column("URL", 1, least=14),
    Column("ACTS", 0, least=9),
    Column("ALL READ", 1, least=9),
    Column("WAITING", 0, right=True),
    Column("CONFLICTS", 0, right=True),
    Column("LATE HOOKS", 2, right=True),
    Column("UNTOLD", 2, right=True),
)


async def add(context: Context) -> int:
    """Look at a billing system, keep it, and say what is next."""
    options, out = context.options, context.out
    context.note = "nothing was kept."
    new = _new_system(options)
    require_source(context)
    async with context.services() as services:
        await services.vault.unlock()
        secrets = await read_secrets(context, services, new.name, new.kind)
        out.progress(f"Asking {new.url} ...")
        check = await services.billing.add(new, secrets)
        out.clear_progress()
        _tell_check(context, options.name, check)
        out.say(f"Added {options.name}.")
        await _tell_hooks(context, services, new.name, signed=secrets.hook_secret is not None)
        out.say(
            f"Next: 'billing map {options.name}' says what its fields and plans mean, then "
            f"'sync run {options.name} --dry-run' shows what a sync would do."
        )
    return 0


async def list_systems(context: Context) -> int:
    """Print all billing systems and how they stand."""
    out = context.out
    async with context.services() as services:
        found = await services.sync_status.read()
        now = services.clock.now()
    if out.as_json:
        out.json([status_shape(one) for one in found])
    else:
        empty = "There is no billing system; add one with 'billing add splynx NAME --url U'."
        out.table(_COLUMNS, [_row(one, now) for one in found], empty)
    return 0


async def show(context: Context) -> int:
    """Print one billing system; the path of its hooks only where it is asked for."""
    options, out = context.options, context.out
    async with context.services() as services:
        system = await services.billing.get(options.name)
        path = await services.billing.hook_url_path(options.name) if options.hook_path else None
        status = next(
            one for one in await services.sync_status.read() if one.system.name == system.name
        )
        now = services.clock.now()
    if out.as_json:
        out.json(status_shape(status) | ({"hook_path": path} if path else {}))
        return 0
    out.lines(render_fields([*_connection(system), *_standing(status, now)]))
    if path:
        out.lines(render_fields([("hook path", path)]))
    out.lines(["", *mapping_lines(mapping_of(system), out.width)])
    return 0


async def check(context: Context) -> int:
    """Look at a billing system now; 1 when something is wrong."""
    name = context.options.name
    async with context.services() as services:
        await services.billing.get(name)
        context.out.progress(f"Asking {name} ...")
        found = await services.billing.check(name)
    context.out.clear_progress()
    _tell_check(context, name, found)
    return 1 if found.problems else 0


async def secrets(context: Context) -> int:
    """Keep other secrets of a billing system, once they are let in."""
    options, out = context.options, context.out
    context.note = "the secrets are as they were."
    require_source(context)
    async with context.services() as services:
        system = await services.billing.get(options.name)
        await services.vault.unlock()
        if not options.secrets_stdin and context.terminal:
            out.say("What is left empty stays as it is.")
        given = await read_secrets(context, services, system.name, system.kind)
        out.progress(f"Asking {system.url} ...")
        found = await services.billing.edit(system.name, given)
    out.clear_progress()
    _tell_check(context, system.name, found)
    out.say(f"The secrets of {options.name} are kept.")
    return 0


async def remove(context: Context) -> int:
    """Forget a billing system."""
    options = context.options
    if not options.yes and not context.terminal:
        raise UsageError("Nobody can be asked here; add --yes.")
    context.note = "nothing was forgotten."
    async with context.services() as services:
        system = await services.billing.get(options.name)
        question = (
            f"Forget {system.name} ({system.url}) with its links, mapping and secrets? Services "
            "on devices stay as they are, and the sync log too."
        )
        if not (options.yes or await confirm(context.out, question)):
            context.out.say("Not confirmed; nothing was forgotten.")
            return 1
        await services.billing.remove(options.name)
    context.out.say(
        f"{options.name} is forgotten. Services on devices, what is intended and the sync log "
        "stay; nothing was changed in billing, so take the hook and the key away there."
    )
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


async def _tell_hooks(context: Context, services: Services, name: str, *, signed: bool) -> None:
    """Say where hooks go; the whole path of Sonar's is a secret that `show` tells."""
    system = await services.billing.get(name)
    hooks = services.settings.hooks
    base = f"http://{hooks.host}:{hooks.port}/hooks/{name}"
    proxy = "behind a proxy that speaks HTTPS; see 'Hooks' in the README"
    if system.kind is BillingKind.SONAR:
        shows = f"'billing show {name} --hook-path' shows the whole path, which is a secret"
        context.out.say(f"Its hooks go to {base}/... ({shows}), {proxy}.")
        return
    context.out.say(f"Its hooks go to {base}, {proxy}.")
    if not signed:
        context.out.say(
            "Without the secret of the hook no hook is taken as genuine; give it with 'billing "
            f"secrets {name}' once the hook is set up."
        )


def _connection(system: BillingSystem) -> list[tuple[str, object]]:
    document = system.document
    splynx = system.kind is BillingKind.SPLYNX
    return [
        ("name", system.name),
        ("kind", system.kind.value),
        ("url", system.url),
        *([("login", document.get("login"))] if splynx else []),
        *([("plain http", "allowed")] if document.get("allow_http") else []),
        *([("private CA", document["ca_file"])] if document.get("ca_file") else []),
        ("time zone", document.get("timezone")),
        ("added at", timestamp(system.added_at)),
    ]


def _standing(status: SystemStatus, now: datetime) -> list[tuple[str, object]]:
    system = status.system
    acts = "yes" if status.confirmed else "no: a first whole sync waits for your yes"
    return [
        ("acts by itself", acts),
        ("all read", ago(system.read_at, now) or "never"),
        ("all read next", timestamp(status.next_full_at) or "as soon as a daemon runs"),
        ("changes since", system.changed_cursor),
        ("stored hooks since", system.hooks_cursor),
        ("runs waiting", status.waiting_runs),
        ("open conflicts", status.conflicts),
        ("late hooks", status.late_hooks),
        ("not told yet", status.untold),
    ]


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


def _row(status: SystemStatus, now: datetime) -> tuple[object, ...]:
    system = status.system
    return (
        system.name,
        system.kind.value,
        system.url,
        "by itself" if status.confirmed else "when asked",
        ago(system.read_at, now) or "never",
        status.waiting_runs,
        status.conflicts,
        status.late_hooks,
        status.untold,
    )
