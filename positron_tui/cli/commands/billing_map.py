"""`billing map`: what the fields, plans and statuses of a billing system mean here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from positron_tui.cli.changing import confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.mapping_edits import edited
from positron_tui.cli.mapping_files import (
    STREAM,
    mapping_text,
    read_mapping_file,
    write_mapping,
)
from positron_tui.cli.mapping_preview import SAMPLE, preview_lines, preview_shape
from positron_tui.cli.mapping_wizard import Wished, Wizard
from positron_tui.cli.mapping_words import change_lines, mapping_lines
from positron_tui.cli.prompts import ask_line
from positron_tui.cli.shapes import Shape
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mapping import BillingMapping
from positron_tui.domain.mapping_check import SystemFacts, mapping_gaps, plan_key
from positron_tui.domain.mapping_document import mapping_document

if TYPE_CHECKING:
    from positron_tui.services.app import Services
    from positron_tui.services.mapping_guide import PreviewRow

_PREVIEWED = 10
_CHANGING = (
    *("set", "pattern", "plan", "status", "owner", "rule", "write_back", "status_word", "unset"),
    *("plans_by_name", "notes", "no_notes", "import_file"),
)


async def run(context: Context) -> int:
    """Change a mapping by options, or by questions on a terminal; shown on real rows first."""
    options = context.options
    context.note = "the mapping is as it was."
    by_options = any(getattr(options, name) for name in _CHANGING)
    if by_options and options.show:
        raise UsageError("--show changes nothing; see what an edit comes to with --dry-run.")
    if by_options:
        require_answer(context)
    async with context.services() as services:
        before = await services.billing.mapping(options.name)
        if options.export_file:
            await _export(context, before)
            return 0
        desk = _Desk(context, services, before)
        if by_options:
            return await desk.by_options()
        if options.show or options.preview:
            return await desk.show(before)
        if not context.terminal:
            raise UsageError(
                "Nobody can be asked here; say what to map with --set, --plan, --status and the "
                "other options, or see the mapping with --show."
            )
        return await desk.by_questions()


async def _export(context: Context, mapping: BillingMapping) -> None:
    options, out = context.options, context.out
    if options.export_file == STREAM:
        out.raw(mapping_text(mapping, STREAM))
        return
    await asyncio.to_thread(write_mapping, mapping, options.export_file)
    out.say(f"The mapping of {options.name} is in {options.export_file}.")


class _Desk:
    """One mapping on its way: changed, checked against the system, shown, kept."""

    def __init__(self, context: Context, services: Services, before: BillingMapping) -> None:
        self._context = context
        self._out = context.out
        self._services = services
        self._name: str = context.options.name
        self._before = before
        self._rows: tuple[BillingService, ...] = ()

    async def show(self, mapping: BillingMapping) -> int:
        """Print a mapping, and what it makes of real rows when that is asked for."""
        options = self._context.options
        preview = await self._preview(mapping) if options.preview else None
        if self._out.as_json:
            self._json(mapping, preview, changed=False)
            return 0
        if options.show or preview is None:
            self._out.lines(mapping_lines(mapping, self._out.width))
        if preview is not None:
            self._out.lines(preview_lines(preview, mapping, options.preview, self._out.width))
        return 0

    async def by_options(self) -> int:
        """Change the mapping as the options say."""
        options = self._context.options
        facts = await self._facts()
        base = self._before
        if options.import_file:
            base = await asyncio.to_thread(read_mapping_file, options.import_file)
        theirs = {plan_key(one, facts): one.name for one in facts.plans}
        ours = [row.plan.name for row in await self._services.plans.list()]
        wanted = edited(base, options, theirs if options.plans_by_name else {}, ours)
        await self._services.mapping_guide.check(self._before, wanted, facts)
        return await self._keep(Wished(wanted), facts)

    async def by_questions(self) -> int:
        """Ask a person step by step."""
        facts = await self._facts()
        rows = await self._real_rows()
        wizard = Wizard(
            self._out,
            lambda question: ask_line(self._out, question),
            self._services.plans.check,
            facts=facts,
            rows=rows,
            devices=self._services.fleet.names(),
            catalogue=[row.plan for row in await self._services.plans.list()],
        )
        wished = await wizard.run(self._before)
        if wished is None:
            self._out.say("Ended; the mapping is as it was.")
            return 1
        return await self._keep(wished, facts)

    async def _facts(self) -> SystemFacts:
        self._out.progress(f"Asking {self._name} for its fields, plans and statuses ...")
        facts = await self._services.mapping_guide.facts(self._name)
        self._out.clear_progress()
        return facts

    async def _real_rows(self) -> tuple[BillingService, ...]:
        if not self._rows:
            self._out.progress(f"Reading some services of {self._name} ...")
            self._rows = await self._services.mapping_guide.rows(self._name, SAMPLE)
            self._out.clear_progress()
        return self._rows

    async def _preview(self, mapping: BillingMapping) -> tuple[PreviewRow, ...]:
        rows = await self._real_rows()
        return await self._services.mapping_guide.preview(self._name, mapping, rows)

    async def _keep(self, wished: Wished, facts: SystemFacts) -> int:
        """Show what changes and what it comes to, and keep it once that is confirmed."""
        options, out, mapping = self._context.options, self._out, wished.mapping
        if mapping == self._before:
            out.say("That changes nothing.")
            return await self.show(mapping)
        preview = None
        if options.preview or (self._context.terminal and not options.yes):
            preview = await self._preview(mapping)
        lines = self._lines(wished, preview)
        if not options.dry_run:
            out.say_lines(lines)
        elif not out.as_json:
            out.lines(lines)
        gaps = mapping_gaps(mapping, facts)
        for gap in gaps:
            out.say(gap)
        if not options.dry_run:
            question = f"Read {self._name} like this?"
            if not await confirmed(self._context, question):
                return 1
            await self._store(wished)
        if out.as_json:
            self._json(mapping, preview, changed=not options.dry_run, gaps=gaps)
        return 0

    async def _store(self, wished: Wished) -> None:
        for plan in wished.plans:
            await self._services.plans.add(plan)
        await self._services.billing.set_mapping(self._name, wished.mapping)
        self._out.say(
            "Kept. The next whole sync waits for your yes: "
            f"'sync run {self._name} --dry-run' shows what it would do."
        )

    def _lines(self, wished: Wished, preview: tuple[PreviewRow, ...] | None) -> list[str]:
        width = self._out.width
        lines = change_lines(self._before, wished.mapping, width)
        if wished.plans:
            names = ", ".join(one.name for one in wished.plans)
            lines += ["", f"New in our catalogue: {names}"]
        if preview is not None:
            most = self._context.options.preview or _PREVIEWED
            lines += ["", *preview_lines(preview, wished.mapping, most, width)]
        return [*lines, ""]

    def _json(
        self,
        mapping: BillingMapping,
        preview: tuple[PreviewRow, ...] | None,
        *,
        changed: bool,
        gaps: tuple[str, ...] | None = None,
    ) -> None:
        """Print the mapping; `gaps` are sentences on what has no meaning yet, None = not asked."""
        rows: list[Shape] | None = None
        if preview is not None:
            most = self._context.options.preview or _PREVIEWED
            rows = [preview_shape(one) for one in preview[:most]]
        self._out.json(
            {
                "system": self._name,
                "mapping": mapping_document(mapping),
                "changed": changed,
                "gaps": None if gaps is None else list(gaps),
                "preview": rows,
            }
        )
