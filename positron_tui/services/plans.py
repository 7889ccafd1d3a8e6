"""The catalogue of sold speeds, and how it stands on each device as bandwidth profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from positron_tui.domain.devices import Line, Section
from positron_tui.domain.edits_plans import profile_for
from positron_tui.domain.errors import Finding, NotFound, ValidationFailed
from positron_tui.domain.names import name_problem
from positron_tui.domain.plans import HIGHEST_RATE_MBPS, LOWEST_RATE_MBPS, Plan, plan_rates
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile
from positron_tui.services.fleet import Fleet, near_matches
from positron_tui.services.views import DeviceView
from positron_tui.store import Store

# Faster than any port: a mistyped unit (kbit/s) is found here.
_MOST_SOLD_MBPS = 10_000


class Presence(StrEnum):
    """How a plan stands on a device; `unlimited` = above what its line can be limited to."""

    PRESENT = "present"
    DIFFERS = "differs"
    ABSENT = "absent"
    UNLIMITED = "unlimited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PlanOnDevice:
    """A plan on one device, by its last reading: the profile that carries it, and its users."""

    device: str
    presence: Presence
    profile: Profile | None = None
    subscribers: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of the catalogue with its copies; rates to limit to by line, None = unthrottled."""

    plan: Plan
    rates: dict[Line, tuple[int, int] | None]
    devices: tuple[PlanOnDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class StrayProfile:
    """A profile of a device that is in no plan (`plan` None) or that nobody uses."""

    device: str
    profile: Profile
    subscribers: int
    plan: str | None
    removable: bool


class Plans:
    """The catalogue; pushing and removing profiles are `Actions`."""

    def __init__(self, *, fleet: Fleet, store: Store, overhead_percent: float) -> None:
        self._fleet = fleet
        self._store = store
        self.overhead_percent = overhead_percent

    async def list(self) -> tuple[PlanRow, ...]:
        """Return all plans by name with their copies on all devices."""
        plans = await self._store.plans.list()
        views = self._fleet.devices()
        return tuple(
            PlanRow(
                plan,
                {line: plan_rates(plan, self.overhead_percent, line) for line in Line},
                tuple(self._on_device(plan, view) for view in views),
            )
            for plan in plans
        )

    async def find(self, name: str) -> Plan | None:
        """Return the plan of this name, None when the catalogue has none."""
        return next((one for one in await self._store.plans.list() if one.name == name), None)

    async def get(self, name: str) -> Plan:
        """Return one plan; NotFound names the nearest ones."""
        plans = await self._store.plans.list()
        found = next((one for one in plans if one.name == name), None)
        if found is None:
            names = [one.name for one in plans]
            raise NotFound(
                f"There is no plan '{name}' in the catalogue{near_matches(name, names, 'plan')}"
            )
        return found

    async def check(self, plan: Plan, *, instead_of: str | None = None) -> None:
        """Raise ValidationFailed when the catalogue cannot take a plan, in the place of another."""
        findings = list(_findings(plan))
        if plan.name != instead_of and await self.find(plan.name) is not None:
            text = f"The catalogue already has a plan {plan.name}; edit it or choose another name."
            findings.append(Finding("name", text))
        if findings:
            raise ValidationFailed(tuple(findings))

    async def add(self, plan: Plan) -> Plan:
        """Put a new plan into the catalogue; ValidationFailed for its name or rates."""
        await self.check(plan)
        await self._store.plans.put(plan)
        return plan

    async def edit(
        self,
        name: str,
        *,
        new_name: str | None = None,
        down_mbps: int | None = None,
        up_mbps: int | None = None,
    ) -> Plan:
        """Change what is given of a plan; its copies differ from then on until they are pushed."""
        old = await self.get(name)
        plan = replace(
            old,
            name=new_name or old.name,
            down_mbps=old.down_mbps if down_mbps is None else down_mbps,
            up_mbps=old.up_mbps if up_mbps is None else up_mbps,
        )
        await self.check(plan, instead_of=name)
        await self._store.plans.replace(name, plan)
        return plan

    async def remove(self, name: str) -> None:
        """Take a plan out of the catalogue; its copies on devices stay."""
        await self.get(name)
        await self._store.plans.remove(name)

    async def strays(self, device: str | None = None) -> tuple[StrayProfile, ...]:
        """Return profiles that are in no plan or unused, those that may be removed marked.

        By the last reading of one device or of all; the unit's own default profile is not told.
        """
        plans = await self._store.plans.list()
        views = self._fleet.devices() if device is None else (self._fleet.get(device),)
        return tuple(stray for view in views for stray in self._strays_of(view, plans))

    def _strays_of(self, view: DeviceView, plans: tuple[Plan, ...]) -> Iterator[StrayProfile]:
        carried: dict[int, str] = {}
        for plan in plans:
            found = self._on_device(plan, view).profile
            if found is not None:
                carried.setdefault(found.profile_id, plan.name)
        for profile in view.snapshot.profiles:
            users, plan_name = _users(view, profile), carried.get(profile.profile_id)
            if profile.profile_id == DEFAULT_PROFILE_ID or (users and plan_name):
                continue
            yield StrayProfile(view.name, profile, users, plan_name, removable=not users)

    def _on_device(self, plan: Plan, view: DeviceView) -> PlanOnDevice:
        if Section.CONFIG not in view.snapshot.provenance:
            text = f"The profiles of {view.name} were never read."
            return PlanOnDevice(view.name, Presence.UNKNOWN, sentence=text)
        line = view.snapshot.identity.line
        rates = plan_rates(plan, self.overhead_percent, line)
        config = RunningConfig(profiles=view.snapshot.profiles)
        profile = profile_for(plan, rates or (0, 0), config)
        if rates is None:
            most = HIGHEST_RATE_MBPS[line] if line else max(HIGHEST_RATE_MBPS.values())
            text = f"Not limited on {view.name}: a limit goes up to {most} Mbit/s."
            return PlanOnDevice(view.name, Presence.UNLIMITED, sentence=text)
        if profile is None:
            text = f"Not on {view.name} yet; it is pushed when a subscriber needs it."
            return PlanOnDevice(view.name, Presence.ABSENT, sentence=text)
        users = _users(view, profile)
        if (profile.down_mbps, profile.up_mbps) == rates:
            return PlanOnDevice(view.name, Presence.PRESENT, profile, users)
        text = (
            f"The profile {profile.name} of {view.name} limits to {profile.down_mbps}/"
            f"{profile.up_mbps} Mbit/s instead of {rates[0]}/{rates[1]}; push the plan."
        )
        return PlanOnDevice(view.name, Presence.DIFFERS, profile, users, text)


def _users(view: DeviceView, profile: Profile) -> int:
    return sum(one.profile_id == profile.profile_id for one in view.snapshot.subscribers)


def _findings(plan: Plan) -> Iterator[Finding]:
    problem = name_problem(plan.name, "plan's name")
    if problem:
        yield Finding("name", problem)
    for field, rate in (("down", plan.down_mbps), ("up", plan.up_mbps)):
        if rate < 0 or rate > _MOST_SOLD_MBPS:
            yield Finding(
                field,
                f"{rate} is no speed in Mbit/s; give {LOWEST_RATE_MBPS} to {_MOST_SOLD_MBPS}, or "
                "0 for no limit.",
            )
        elif 0 < rate < LOWEST_RATE_MBPS:
            yield Finding(
                field,
                f"{rate} Mbit/s is below {LOWEST_RATE_MBPS} Mbit/s, the least that a unit can "
                "limit to; choose a higher speed.",
            )
