"""The plant as a sync compares it: what is intended, what runs, and which endpoints are seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from positron_tui.domain.devices import Line
from positron_tui.domain.edits_plans import profile_for
from positron_tui.domain.mapping import (
    DESCRIPTION,
    DEVICE,
    MAC,
    PLAN,
    PORT,
    STATUS,
    UNTHROTTLED,
    VLAN,
    Meaning,
)
from positron_tui.domain.natural import SUBSCRIBER, Missing
from positron_tui.domain.plans import Plan, plan_rates
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Profile, Subscriber
from positron_tui.domain.sync_types import Held, Seen
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.intent_types import DriftItem, IntendedService
from positron_tui.services.views import DeviceView
from positron_tui.store import Store

# What the walled garden takes the place of.
_HELD_BY_GARDEN = frozenset((VLAN, PLAN))
# The fields of a drift under the names that they have in a sync.
_DRIFT_FIELDS = {"present": STATUS, "plan": PLAN, "vlan": VLAN, "endpoint": MAC}


@dataclass(frozen=True, slots=True)
class Plant:
    """Everything that a comparison needs of the console's side."""

    held: tuple[Held, ...]
    seen: Mapping[str, tuple[Seen, ...]]


class PlantReader:
    """Puts the picture together from intent, last readings and catalogue; asks no device."""

    def __init__(
        self, *, fleet: Fleet, intent: Intent, store: Store, overhead_percent: float
    ) -> None:
        self._fleet = fleet
        self._intent = intent
        self._store = store
        self._overhead_percent = overhead_percent

    async def read(self, devices: Collection[str] | None = None) -> Plant:
        """Return the plant, or the subscribers of some devices with the endpoints of all."""
        plans = await self._store.plans.list()
        held: list[Held] = []
        for view in self._fleet.devices():
            if devices is None or view.name in devices:
                held += await self._held_on(view, plans)
        return Plant(tuple(held), self._seen())

    async def _held_on(self, view: DeviceView, plans: tuple[Plan, ...]) -> list[Held]:
        services = {one.subscriber.name: one for one in await self._intent.services(view.name)}
        drifted = _drifted(await self._intent.known_drift(view.name)) if services else {}
        words = _PlanWords(view, plans, self._overhead_percent)
        held = [
            _intended(view, one, words, drifted.get(name, ())) for name, one in services.items()
        ]
        if await self._intent.adopted_at(view.name) is None:
            held += [
                _running(view, one, words)
                for one in view.snapshot.subscribers
                if one.name not in services
            ]
        return held

    def _seen(self) -> dict[str, tuple[Seen, ...]]:
        """Return the endpoints without a service that are plugged in somewhere, by MAC."""
        found: dict[str, list[Seen]] = {}
        for view in self._fleet.devices():
            for one in view.snapshot.endpoints:
                if one.detected_port is None or view.subscriber_of(one) is not None:
                    continue
                seen = Seen(one.mac, view.name, view.device.site, one.detected_port)
                found.setdefault(one.mac, []).append(seen)
        return {mac: tuple(places) for mac, places in found.items()}


class _PlanWords:
    """What the profiles of one device are called in the catalogue."""

    def __init__(self, view: DeviceView, plans: tuple[Plan, ...], overhead_percent: float) -> None:
        line: Line | None = view.snapshot.identity.line
        config = RunningConfig(profiles=view.snapshot.profiles)
        self._names: dict[str, set[str]] = {}
        self._unlimited: set[str] = {UNTHROTTLED}
        for plan in plans:
            rates = plan_rates(plan, overhead_percent, line)
            if rates is None:
                self._unlimited.add(plan.name)
                continue
            profile = profile_for(plan, rates, config)
            if profile is not None:
                self._names.setdefault(profile.name, set()).add(plan.name)

    def of(self, profile: str | None) -> frozenset[str]:
        """Return all words for a profile's plan; None = unthrottled."""
        if profile is None:
            return frozenset(self._unlimited)
        return frozenset({profile, *self._names.get(profile, ())})


def _drifted(items: tuple[DriftItem, ...]) -> dict[str, tuple[str, ...]]:
    """Return by subscriber the fields that run otherwise than intended."""
    found: dict[str, list[str]] = {}
    for item in items:
        name = _DRIFT_FIELDS.get(item.field)
        values = (item.intended, item.running)
        if item.kind != SUBSCRIBER or name is None or Missing.UNKNOWN in values:
            continue
        if item.intended != item.running:
            found.setdefault(item.subject, []).append(name)
    return {subject: tuple(dict.fromkeys(names)) for subject, names in found.items()}


def _intended(
    view: DeviceView, one: IntendedService, words: _PlanWords, drifted: tuple[str, ...]
) -> Held:
    status = Meaning.ACTIVE if one.suspended_at is None else Meaning.SUSPENDED
    running = view.subscriber_by_name(one.subscriber.name)
    return Held(
        device=view.name,
        name=one.subscriber.name,
        values=_values(view, one.subscriber, status, one.plan),
        running=None if running is None else _running_values(view, running, status, drifted),
        drifted=drifted,
        equal={PLAN: words.of(one.plan)},
    )


def _running(view: DeviceView, one: Subscriber, words: _PlanWords) -> Held:
    """A service of a device that was not adopted: what runs stands for what is intended."""
    profile = view.profile_of(one)
    values = _values(view, one, Meaning.ACTIVE, profile.name if profile else None)
    equal = {PLAN: words.of(profile.name if profile else None)}
    return Held(view.name, one.name, values, values, (), equal)


def _running_values(
    view: DeviceView, one: Subscriber, status: Meaning, drifted: tuple[str, ...]
) -> dict[str, str]:
    """A unit knows of no status: it runs the intended one, as long as what that takes runs too."""
    profile: Profile | None = view.profile_of(one)
    values = _values(view, one, status, profile.name if profile else None)
    if not _HELD_BY_GARDEN.isdisjoint(drifted):
        del values[STATUS]
    return values


def _values(view: DeviceView, one: Subscriber, status: Meaning, plan: str | None) -> dict[str, str]:
    """Return the values that are known; what is not known is missing, and compared with nothing."""
    endpoint = view.endpoint_by_mac(one.endpoint_mac) if one.endpoint_mac else None
    port = endpoint.port if endpoint is not None else one.port
    values = {STATUS: status.value, DEVICE: view.name, PORT: port or ""}
    values[DESCRIPTION] = one.description or ""
    if plan is not None or one.profile_id == UNTHROTTLED_PROFILE_ID:
        values[PLAN] = plan or UNTHROTTLED
    if one.endpoint_mac:
        values[MAC] = one.endpoint_mac
    if one.vlan is not None:
        values[VLAN] = str(one.vlan)
    return values
