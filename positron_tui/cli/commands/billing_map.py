"""`billing map`: what the fields, plans and statuses of a billing system mean here."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from positron_tui.cli.changing import confirmed
from positron_tui.cli.context import Context
from positron_tui.cli.mapping_edits import edited
from positron_tui.cli.mapping_preview import show_preview
from positron_tui.cli.mapping_wizard import Wizard
from positron_tui.cli.text import safe_line
from positron_tui.domain.billing import BillingPlan
from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.domain.mapping import BillingMapping
from positron_tui.domain.mapping_document import mapping_document, read_mapping
from positron_tui.services.app import Services

_PREVIEWED = 20
_CHANGING = (
    *("set", "pattern", "plan", "status", "owner", "rule", "write_back", "status_word", "unset"),
    *("plans_by_name", "notes", "no_notes", "import_file"),
)


async def run(context: Context) -> int:
    """Change a mapping by options, or by questions on a terminal; shown on real rows first."""
    options, out = context.options, context.out
    context.note = "the mapping is as it was."
    async with context.services() as services:
        before = await services.billing.mapping(options.name)
        if options.export_file:
            await asyncio.to_thread(_write, options.export_file, before)
            out.say(f"The mapping of {options.name} is in {options.export_file}.")
            return 0
        wanted = await _wanted(context, services, before)
        if options.show or wanted == before:
            _show(context, wanted)
            if options.preview:
                await show_preview(context, services, options.name, wanted, options.preview)
            elif wanted == before and not options.show:
                out.say("That changes nothing.")
            return 0
        return await _keep(context, services, wanted)


async def _wanted(context: Context, services: Services, before: BillingMapping) -> BillingMapping:
    options = context.options
    by_options = any(getattr(options, name) for name in _CHANGING)
    if options.import_file:
        before = await asyncio.to_thread(_read, options.import_file)
    if by_options:
        theirs: tuple[BillingPlan, ...] = ()
        if options.plans_by_name:
            theirs = await (await services.billing.adapter(options.name)).plans()
        ours = [row.plan.name for row in await services.plans.list()]
        return edited(before, options, [one.name for one in theirs], ours)
    if options.show or options.preview:
        return before
    if not context.terminal:
        raise UsageError(
            "Nobody can be asked here; say what to map with --set, --plan, --status and the other "
            "options, or see the mapping with --show."
        )
    return await Wizard(context, services, options.name).run(before)


async def _keep(context: Context, services: Services, wanted: BillingMapping) -> int:
    options, out = context.options, context.out
    _show(context, wanted)
    count = options.preview or _PREVIEWED
    if options.preview or context.terminal:
        await show_preview(context, services, options.name, wanted, count)
    if options.dry_run:
        return 0
    if not options.yes and not context.terminal:
        raise UsageError("Nobody can be asked here; add --yes to keep it or --dry-run to see it.")
    question = f"Read {options.name} like this? The next whole sync waits for your yes."
    if not await confirmed(context, question):
        return 1
    await services.billing.set_mapping(options.name, wanted)
    out.say(f"Kept. 'sync run {options.name} --dry-run' shows what a sync would do.")
    return 0


def _show(context: Context, mapping: BillingMapping) -> None:
    document = mapping_document(mapping)
    if context.out.as_json:
        context.out.json(document)
        return
    for part, content in document.items():
        if not content:
            continue
        context.out.line(f"{part}:")
        entries = content.items() if isinstance(content, dict) else (("", content),)
        for name, value in entries:
            context.out.line(safe_line(f"  {name} = {_word(value)}" if name else f"  {value}"))


def _word(value: Any) -> str:
    if isinstance(value, dict):
        pattern = f" (what matches {value['pattern']})" if "pattern" in value else ""
        return f"{value['field']}{pattern}"
    return str(value) or "no limit"


def _write(file: str, mapping: BillingMapping) -> None:
    text = json.dumps(mapping_document(mapping), indent=2) + "\n"
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise PositronError(f"{file} cannot be written: {error.strerror}.") from None


def _read(file: str) -> BillingMapping:
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise PositronError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise UsageError(f"{file} is not JSON; '--export FILE' writes the right form.") from None
    if not isinstance(content, dict):
        raise UsageError(f"{file} holds no mapping; '--export FILE' writes the right form.")
    return read_mapping(content)
