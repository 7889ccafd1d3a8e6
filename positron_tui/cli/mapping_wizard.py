"""Asks step by step what the fields, plans and statuses of a billing system mean."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace

from positron_tui.cli.mapping_steps import Fields, Owners, WriteBacks, source_step
from positron_tui.cli.output import Output
from positron_tui.cli.table import Column, render_table
from positron_tui.domain.billing import BillingPlan, BillingService
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.mapping import (
    DESCRIPTION,
    DEVICE,
    MAC,
    PORT,
    UNTHROTTLED,
    VLAN,
    BillingMapping,
    Meaning,
    status_keys,
)
from positron_tui.domain.mapping_check import SystemFacts, plan_key
from positron_tui.domain.mapping_suggest import catalogue_plan, plan_hints, rates_mbps
from positron_tui.domain.plans import Plan

Ask = Callable[[str], Awaitable[str]]
_FIELDS = (
    (MAC, "The MAC of the endpoint: by it a service finds its place."),
    (VLAN, "The VLAN: without a field the next free one of the site's pool is taken."),
    (DEVICE, "The GAM: mostly no field is needed, as the endpoint is found where it is seen."),
    (PORT, "The port of the GAM: mostly not needed, for the same reason."),
)
_MORE = (
    ("name", "The name of a new subscriber: without a field it is made from the account."),
    (DESCRIPTION, "The description of a subscriber."),
    ("site", "The site."),
)
_MEANINGS = {
    "a": Meaning.ACTIVE,
    "s": Meaning.SUSPENDED,
    "c": Meaning.CANCELLED,
    "u": Meaning.UNKNOWN,
}
_PLAN_COLUMNS = (
    Column("NO.", 0, right=True),
    Column("PLAN OF OURS", 0, least=10),
    Column("MBIT/S DOWN/UP", 0, least=8),
)
_BACK, _QUIT, _NEW, _SAME, _NO_LIMIT, _NOTHING = "b", "q", "new", "same", "none", "-"


@dataclass(frozen=True, slots=True)
class Wished:
    """What a person said: the mapping, and plans that the catalogue shall have for it."""

    mapping: BillingMapping
    plans: tuple[Plan, ...] = ()


class _Back(Exception):
    """The step before, please."""


class _Quit(Exception):
    """No more questions."""


class Wizard:
    """One conversation about one system; nothing is kept here.

    Enter keeps what is there, `b` goes a step back, `q` ends it.
    """

    def __init__(
        self,
        out: Output,
        ask: Ask,
        check_plan: Callable[[Plan], Awaitable[None]],
        *,
        facts: SystemFacts,
        rows: Sequence[BillingService],
        devices: Collection[str],
        catalogue: Sequence[Plan],
    ) -> None:
        self._out = out
        self._asking = ask
        self._check_plan = check_plan
        self._facts = facts
        self._rows = rows
        self._fields = Fields(out, facts.fields, rows, devices)
        self._known = {one.name for one in catalogue}
        self._catalogue = list(catalogue)
        self._statuses_told = [key for one in rows for key in status_keys(one)]

    async def run(self, mapping: BillingMapping) -> Wished | None:
        """Return what a person said, None when it was ended."""
        steps = (
            self._places,
            self._plans,
            self._statuses,
            self._owners,
            self._write_backs,
            self._more,
            self._notes,
        )
        self._out.say(
            "Enter keeps what stands in [ ], b goes a step back, q ends without a change."
        )
        place = 0
        try:
            while place < len(steps):
                try:
                    mapping = await steps[place](mapping)
                    place += 1
                except _Back:
                    place = max(place - 1, 0)
        except _Quit:
            return None
        used = set(mapping.plans.values())
        new = [one for one in self._catalogue if one.name not in self._known and one.name in used]
        return Wished(mapping, tuple(new))

    async def _ask(self, question: str) -> str:
        answer = (await self._asking(question)).strip()
        if answer == _BACK:
            raise _Back
        if answer == _QUIT:
            raise _Quit
        return answer

    async def _places(self, mapping: BillingMapping) -> BillingMapping:
        self._title("1. Where is an endpoint?")
        for what, words in _FIELDS:
            mapping = await source_step(self._ask, self._fields, mapping, what, words)
        return mapping

    async def _more(self, mapping: BillingMapping) -> BillingMapping:
        self._title("6. Names, descriptions, sites")
        if not _is_yes(await self._ask("Does billing have names, descriptions or sites? [y/N]")):
            return mapping
        for what, words in _MORE:
            mapping = await source_step(self._ask, self._fields, mapping, what, words)
        return mapping

    async def _plans(self, mapping: BillingMapping) -> BillingMapping:
        self._title("2. Which plan is which?")
        if not self._facts.plans:
            self._out.say("Billing has no plan.")
        self._show_catalogue()
        self._out.say(
            "Answer with a number or a name of ours, 'none' for no limit, 'new' to add it to our "
            "catalogue, 'same' to take the plans of the same name for all that are left, '-' for "
            "not mapped."
        )
        plans = dict(mapping.plans)
        same = False
        for one in self._facts.plans:
            key = plan_key(one, self._facts)
            if same:
                if one.name in {ours.name for ours in self._catalogue}:
                    plans.setdefault(key, one.name)
                continue
            same = await self._plan(one, key, plans)
        return replace(mapping, plans=plans)

    async def _plan(self, one: BillingPlan, key: str, plans: dict[str, str]) -> bool:
        """Ask for one plan; return True when all that are left go by their names."""
        sold = sum(row.plan is not None and row.plan.plan_id == one.plan_id for row in self._rows)
        hints = [f"{hint.why}: {hint.name}" for hint in plan_hints(one, self._catalogue)]
        near = f" ({', '.join(hints[:2])})" if hints else ""
        while True:
            now = plans.get(key, plans.get(one.plan_id))
            shown = "not mapped" if now is None else now or "no limit"
            answer = await self._ask(
                f"{one.name}, {_rates(one)}, {sold} of {len(self._rows)} rows{near} [{shown}]:"
            )
            if answer == _SAME:
                if one.name in {ours.name for ours in self._catalogue}:
                    plans.setdefault(key, one.name)
                return True
            if await self._take_plan(one, key, answer, plans):
                return False

    async def _take_plan(
        self, one: BillingPlan, key: str, answer: str, plans: dict[str, str]
    ) -> bool:
        """Keep an answer; False when it is none."""
        if not answer:
            return True
        if answer == _NOTHING:
            plans.pop(key, None)
            plans.pop(one.plan_id, None)
            return True
        if answer == _NO_LIMIT:
            plans[key] = UNTHROTTLED
            return True
        ours = await self._new_plan(one) if answer == _NEW else self._find_plan(answer)
        if ours is None:
            return False
        plans[key] = ours.name
        return True

    def _find_plan(self, answer: str) -> Plan | None:
        for number, one in enumerate(self._catalogue, start=1):
            if answer == one.name:
                return one
            if answer == str(number) and all(answer != other.name for other in self._catalogue):
                return one
        self._out.say(f"There is no plan '{answer}'; take one of the list, or 'new'.")
        return None

    async def _new_plan(self, one: BillingPlan) -> Plan | None:
        """Return a plan for the catalogue; it comes into it when the mapping is kept."""
        plan = catalogue_plan(one)
        if plan is None:
            self._out.say(
                f"Billing tells no speed in whole Mbit/s for '{one.name}'; add it with 'plan add' "
                "first."
            )
            return None
        held = next((ours for ours in self._catalogue if ours.name == plan.name), None)
        if held is not None:
            self._out.say(f"Our catalogue has a plan {plan.name} already; take that or another.")
            return None
        try:
            await self._check_plan(plan)
        except ValidationFailed as error:
            for finding in error.findings:
                self._out.say(finding.text)
            return None
        self._catalogue.append(plan)
        number = len(self._catalogue)
        self._out.say(f"{number}: {plan.name} comes into our catalogue with this mapping.")
        return plan

    def _show_catalogue(self) -> None:
        if not self._catalogue:
            self._out.say("Our catalogue has no plan yet; 'new' takes billing's into it.")
            return
        rows = [
            (number, one.name, f"{_mbps(one.down_mbps)}/{_mbps(one.up_mbps)}")
            for number, one in enumerate(self._catalogue, start=1)
        ]
        self._out.say_lines(render_table(_PLAN_COLUMNS, rows, self._out.width))

    async def _statuses(self, mapping: BillingMapping) -> BillingMapping:
        self._title("3. What does a status mean?")
        self._out.say(
            "a = active, s = suspended (walled garden), c = cancelled (see billing.on_cancelled), "
            "u = no opinion, - = not said: an exception in every sync."
        )
        statuses: dict[str, Meaning] = dict(mapping.statuses)
        pairs = zip(self._facts.status_keys, self._facts.statuses, strict=True)
        for key, one in pairs:
            count = self._statuses_told.count(key)
            says = ", billing says it activates services" if one.activates else ""
            while True:
                now = statuses.get(key)
                word = now.value if now else "active" if _activates(key, says) else "not said"
                answer = await self._ask(f"{key}, {count} rows{says} [{word}]:")
                if not answer:
                    break
                if answer == _NOTHING:
                    statuses.pop(key, None)
                    break
                meaning = _MEANINGS.get(answer[:1].casefold())
                if meaning is not None:
                    statuses[key] = meaning
                    break
                self._out.say(f"'{answer}' is none of a, s, c, u and -.")
        return replace(mapping, statuses=statuses)

    async def _owners(self, mapping: BillingMapping) -> BillingMapping:
        self._title("4. Whose is a field, and who wins when both sides changed it?")
        return await Owners(self._out).ask(self._ask, mapping)

    async def _write_backs(self, mapping: BillingMapping) -> BillingMapping:
        self._title("5. What is written back to billing?")
        return await WriteBacks(self._out, self._fields).ask(self._ask, mapping)

    async def _notes(self, mapping: BillingMapping) -> BillingMapping:
        self._title("7. Notes")
        now = "Y/n" if mapping.notes else "y/N"
        answer = await self._ask(f"Leave a note on the account for every change? [{now}]")
        return replace(mapping, notes=_is_yes(answer) if answer else mapping.notes)

    def _title(self, text: str) -> None:
        self._out.say_lines(["", text])


def _activates(key: str, says: str) -> bool:
    return bool(says) and key.startswith("account:")


def _is_yes(answer: str) -> bool:
    return answer.casefold() in ("y", "yes")


def _rates(one: BillingPlan) -> str:
    rates = rates_mbps(one)
    return f"{rates[0]}/{rates[1]} Mbit/s" if rates else "speed not told"


def _mbps(rate: int) -> str:
    return str(rate) if rate else "no limit"
