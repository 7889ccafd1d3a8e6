"""A mapping against what its billing system really has: what is wrong, and what is left. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from positron_tui.domain.billing import BillingPlan, BillingStatus, FieldInfo
from positron_tui.domain.errors import Finding
from positron_tui.domain.mapping import STATUS, UNTHROTTLED, BillingMapping

_LISTED = 5
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What a mapping may name: the fields, plans and statuses of a billing system."""

    fields: tuple[FieldInfo, ...]
    plans: tuple[BillingPlan, ...]
    statuses: tuple[BillingStatus, ...]

    @property
    def status_keys(self) -> tuple[str, ...]:
        """Return the statuses as a mapping names them."""
        return tuple(f"{one.level}:{one.name}" for one in self.statuses)


def mapping_problems(
    before: BillingMapping, after: BillingMapping, facts: SystemFacts, catalogue: Collection[str]
) -> tuple[Finding, ...]:
    """Return what is wrong with the entries that changed; what stays may be older than billing."""
    return tuple(
        [
            *_field_problems(before, after, facts),
            *_plan_problems(before, after, facts, catalogue),
            *_status_problems(before, after, facts),
        ]
    )


def mapping_gaps(mapping: BillingMapping, facts: SystemFacts) -> tuple[str, ...]:
    """Return what has no meaning yet, in sentences; all of it will be exceptions of a sync."""
    plans = [
        one.name
        for one in facts.plans
        if one.plan_id not in mapping.plans and one.name not in mapping.plans
    ]
    statuses = [
        key
        for key, one in zip(facts.status_keys, facts.statuses, strict=True)
        if key not in mapping.statuses and not (one.level == "account" and one.activates)
    ]
    gaps = [
        f"{_counted(len(names), what)} no meaning yet: {_some(names)}."
        for names, what in ((plans, "plan"), (statuses, "status"))
        if names
    ]
    if STATUS in mapping.write_back and not mapping.status_words:
        gaps.append(
            "The status is written back, and there are no words for it: give them with "
            "--status-word."
        )
    return tuple(gaps)


def plan_key(plan: BillingPlan, facts: SystemFacts) -> str:
    """Return under what a mapping keeps a plan: its name, unless that may mean another one."""
    alike = [one for one in facts.plans if plan.name in (one.name, one.plan_id)]
    return plan.name if alike == [plan] else plan.plan_id


def _field_problems(
    before: BillingMapping, after: BillingMapping, facts: SystemFacts
) -> Iterator[Finding]:
    known = {one.name: one for one in facts.fields}
    for what, source in _changed(before.sources, after.sources):
        if source.field not in known:
            yield Finding(what, _unknown("field", source.field, known))
    for what, name in _changed(before.write_back, after.write_back):
        info = known.get(name)
        if info is None:
            yield Finding(what, _unknown("field", name, known))
        elif info.why_read_only is not None:
            yield Finding(what, f"'{name}' cannot be written: {info.why_read_only}")
        twice = [one for one, other in after.write_back.items() if other == name and one != what]
        if twice:
            yield Finding(
                what, f"'{name}' cannot take both {what} and {twice[0]}; choose another field."
            )


def _plan_problems(
    before: BillingMapping, after: BillingMapping, facts: SystemFacts, catalogue: Collection[str]
) -> Iterator[Finding]:
    for theirs, ours in _changed(before.plans, after.plans):
        found = {one.plan_id for one in facts.plans if theirs in (one.plan_id, one.name)}
        if not found:
            yield Finding("plan", _unknown("plan", theirs, [one.name for one in facts.plans]))
        elif len(found) > 1:
            numbers = ", ".join(sorted(found))
            yield Finding(
                "plan",
                f"'{theirs}' may be several plans of billing ({numbers}); name them by number.",
            )
        if ours != UNTHROTTLED and ours not in catalogue:
            words = _near(ours, catalogue) or "; 'plan add' makes one."
            yield Finding("plan", f"There is no plan '{ours}' in the catalogue{words}")


def _status_problems(
    before: BillingMapping, after: BillingMapping, facts: SystemFacts
) -> Iterator[Finding]:
    for key, _ in _changed(before.statuses, after.statuses):
        if key not in facts.status_keys:
            yield Finding(STATUS, _unknown("status", key, facts.status_keys))


def _changed(before: Mapping[str, V], after: Mapping[str, V]) -> Iterator[tuple[str, V]]:
    for name, value in after.items():
        if before.get(name) != value:
            yield name, value


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"Billing has no {what} '{name}'{_near(name, list(known)) or '.'}"


def _near(name: str, known: Collection[str]) -> str:
    """Return the end of a sentence: what is nearest, or what there is; empty with nothing."""
    folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    if near:
        return f"; the nearest is '{folded[near[0]]}'."
    return f"; there are {_some(sorted(known))}." if known else ""


def _some(names: Collection[str]) -> str:
    listed = list(names)[:_LISTED]
    more = len(names) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def _counted(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what} has"
    return f"{count} {'statuses' if what == 'status' else what + 's'} have"
