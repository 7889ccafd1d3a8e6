"""What a field, a plan or a status of billing may be: shown to a person, never taken. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from positron_tui.domain.billing import BillingPlan, BillingService, FieldInfo
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.mapping import DEVICE, MAC, PORT, VLAN, device_words
from positron_tui.domain.plans import Plan
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.vlans import vlan_problem

_EXAMPLES = 3
_KBPS = 1_000
# How people call such a field.
_CALLED = {DEVICE: ("gam", "device", "unit")}
_MOST_PORTS = 24


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field with what real rows hold in it; `fits` counts those that look like what is sought.

    `told` counts the rows that hold anything.
    """

    info: FieldInfo
    examples: tuple[str, ...]
    told: int
    fits: int


@dataclass(frozen=True, slots=True)
class PlanHint:
    """A plan of the catalogue that may be billing's, and why."""

    name: str
    why: str


def field_choices(
    what: str,
    fields: Iterable[FieldInfo],
    rows: Sequence[BillingService],
    devices: Collection[str] = (),
) -> tuple[FieldChoice, ...]:
    """Return all fields for something, those first whose real values look most like it."""
    fitting = _fitting(what, devices)
    found = []
    for info in fields:
        texts = [text for one in rows if (text := one.fields.get(info.name, "").strip())]
        examples = tuple(dict.fromkeys(texts))[:_EXAMPLES]
        found.append(FieldChoice(info, examples, len(texts), sum(map(fitting, texts))))
    return tuple(sorted(found, key=lambda one: _likeness(what, one)))


def _likeness(what: str, choice: FieldChoice) -> tuple[object, ...]:
    """Return a sort key: values that look right, then a name that says so, then an own field."""
    called = f"{choice.info.name} {choice.info.title}".casefold()
    named = any(word in called for word in _CALLED.get(what, (what,)))
    added = ".custom." in choice.info.name
    return (choice.fits == 0, not named, not added, -choice.fits, -choice.told)


def plan_hints(theirs: BillingPlan, catalogue: Iterable[Plan]) -> tuple[PlanHint, ...]:
    """Return the plans of ours with the same name, then those with the same rates."""
    named, rated = [], []
    rates = rates_mbps(theirs)
    for one in catalogue:
        if one.name.casefold() == theirs.name.strip().casefold():
            named.append(PlanHint(one.name, "same name"))
        elif rates == (one.down_mbps, one.up_mbps):
            rated.append(PlanHint(one.name, "same rates"))
    return (*named, *rated)


def rates_mbps(plan: BillingPlan) -> tuple[int, int] | None:
    """Return a plan's rates (down, up) in whole Mbit/s, None where billing tells no such ones."""
    if plan.down_kbps is None or plan.up_kbps is None:
        return None
    if plan.down_kbps % _KBPS or plan.up_kbps % _KBPS:
        return None
    return plan.down_kbps // _KBPS, plan.up_kbps // _KBPS


def catalogue_plan(theirs: BillingPlan) -> Plan | None:
    """Return billing's plan as our catalogue would have it, None without rates in Mbit/s."""
    rates = rates_mbps(theirs)
    name = device_words(theirs.name)
    return Plan(name, *rates) if rates and name else None


def _fitting(what: str, devices: Collection[str]) -> Callable[[str], bool]:
    if what == MAC:
        return _is_mac
    if what == VLAN:
        return _is_vlan
    if what == DEVICE:
        return lambda text: text in devices
    if what == PORT:
        return _is_port
    return lambda text: not (_is_mac(text) or text.isdecimal())


def _is_mac(text: str) -> bool:
    try:
        parse_mac(text)
    except UsageError:
        return False
    return True


def _is_vlan(text: str) -> bool:
    return text.isdecimal() and vlan_problem(int(text), ()) is None


def _is_port(text: str) -> bool:
    """A bare number may be anything, but a unit has no more than so many ports."""
    if text.isdecimal():
        return 1 <= int(text) <= _MOST_PORTS
    try:
        return canonical_port_name(text) != ""
    except UsageError:
        return False
