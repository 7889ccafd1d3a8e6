"""Asks step by step what the fields, plans and statuses of a billing system mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from positron_tui.billing.contract import BillingAdapter
from positron_tui.cli.context import Context
from positron_tui.cli.mapping_preview import sample
from positron_tui.cli.prompts import ask_line, confirm
from positron_tui.cli.table import Column, render_table
from positron_tui.cli.text import safe_line
from positron_tui.domain.billing import BillingPlan, BillingService
from positron_tui.domain.mapping import (
    DEVICE,
    MAC,
    PORT,
    UNTHROTTLED,
    VLAN,
    BillingMapping,
    FieldSource,
    Meaning,
)
from positron_tui.domain.plans import Plan
from positron_tui.services.app import Services

_SAMPLE = 50
_EXAMPLES = 3
_ASKED = (
    (MAC, "the MAC of the endpoint"),
    (VLAN, "the VLAN (leave it empty to take the next free one of the site's pool)"),
    (DEVICE, "the name of the GAM (usually empty: the endpoint is found where it is plugged in)"),
    (PORT, "the G.hn port (usually empty, for the same reason)"),
)
_FIELD_COLUMNS = (Column("FIELD", 0, least=20), Column("REAL ROWS HOLD", 1, least=10))
_MEANINGS = {"a": Meaning.ACTIVE, "s": Meaning.SUSPENDED, "c": Meaning.CANCELLED}


class Wizard:
    """One conversation about one system; nothing is kept here."""

    def __init__(self, context: Context, services: Services, system: str) -> None:
        self._out = context.out
        self._services = services
        self._system = system

    async def run(self, mapping: BillingMapping) -> BillingMapping:
        """Return the mapping as a person wants it; an empty answer keeps what is there."""
        adapter = await self._services.billing.adapter(self._system)
        self._out.progress(f"Looking at {self._system} ...")
        rows = await sample(self._services, self._system, _SAMPLE)
        self._out.clear_progress()
        mapping = await self._sources(mapping, adapter, rows)
        mapping = await self._plans(mapping, await adapter.plans())
        mapping = await self._statuses(mapping, adapter)
        notes = await confirm(self._out, "Leave a note on the account for every change?")
        return replace(mapping, notes=notes)

    async def _sources(
        self, mapping: BillingMapping, adapter: BillingAdapter, rows: Sequence[BillingService]
    ) -> BillingMapping:
        fields = {one.name: one for one in await adapter.fields()}
        self._say(f"{self._system} has these fields, with what real rows hold:")
        table = [(name, _examples(name, rows)) for name in fields]
        self._out.say_lines(render_table(_FIELD_COLUMNS, table, self._out.width))
        self._say("An empty answer keeps what stands in [ ], '-' means no field.")
        sources = dict(mapping.sources)
        for what, words in _ASKED:
            now = sources[what].field if what in sources else "no field"
            while True:
                answer = await ask_line(self._out, f"Which field has {words}? [{now}]")
                if not answer:
                    break
                if answer == "-":
                    sources.pop(what, None)
                    break
                if answer in fields:
                    sources[what] = FieldSource(answer)
                    break
                self._say(f"There is no field '{answer}'; write one of the list.")
        return replace(mapping, sources=sources)

    async def _plans(
        self, mapping: BillingMapping, theirs: Sequence[BillingPlan]
    ) -> BillingMapping:
        plans = dict(mapping.plans)
        for one in theirs:
            ours = {row.plan.name: row.plan for row in await self._services.plans.list()}
            if one.name in plans or one.plan_id in plans:
                continue
            near = _near(one, ours)
            hint = f" [same speed: {near}]" if near else ""
            question = (
                f"Which plan of ours is '{one.name}' ({_rates(one)})?{hint} A name, 'new' to add "
                "it to the catalogue, 'none' for no limit, empty to leave it out:"
            )
            answer = await ask_line(self._out, question)
            if answer == "new":
                answer = await self._new_plan(one)
            if answer == "none":
                plans[one.name] = UNTHROTTLED
            elif answer in ours or await self._services.plans.find(answer):
                plans[one.name] = answer
            elif answer:
                self._say(f"There is no plan '{answer}'; '{one.name}' stays an exception.")
        return replace(mapping, plans=plans)

    async def _new_plan(self, one: BillingPlan) -> str:
        plan = Plan(one.name[:31], (one.down_kbps or 0) // 1000, (one.up_kbps or 0) // 1000)
        return (await self._services.plans.add(plan)).name

    async def _statuses(self, mapping: BillingMapping, adapter: BillingAdapter) -> BillingMapping:
        statuses: dict[str, Meaning] = dict(mapping.statuses)
        for one in await adapter.statuses():
            key = f"{one.level}:{one.name}"
            now = statuses.get(key)
            word = now.value if now else "active" if one.activates else "not said"
            question = f"{key} means a(ctive), s(uspended), c(ancelled), u(nknown)? [{word}]"
            answer = (await ask_line(self._out, question))[:1].casefold()
            if answer in _MEANINGS:
                statuses[key] = _MEANINGS[answer]
            elif answer == "u":
                statuses[key] = Meaning.UNKNOWN
        return replace(mapping, statuses=statuses)

    def _say(self, text: str) -> None:
        self._out.say(safe_line(text))


def _examples(name: str, rows: Sequence[BillingService]) -> str:
    found = dict.fromkeys(one.fields.get(name, "") for one in rows)
    return ", ".join([text for text in found if text][:_EXAMPLES]) or "-"


def _near(one: BillingPlan, ours: Mapping[str, Plan]) -> str | None:
    """Return a plan of ours with the same name or the same speed, as a suggestion only."""
    if one.name in ours:
        return one.name
    rates = ((one.down_kbps or 0) // 1000, (one.up_kbps or 0) // 1000)
    same = [name for name, plan in ours.items() if (plan.down_mbps, plan.up_mbps) == rates]
    return same[0] if len(same) == 1 else None


def _rates(one: BillingPlan) -> str:
    if one.down_kbps is None or one.up_kbps is None:
        return "speed not told"
    return f"{one.down_kbps / 1000:g}/{one.up_kbps / 1000:g} Mbit/s"
