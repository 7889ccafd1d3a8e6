"""Edits that use a plan of the catalogue: its profile is made on the device where it is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from positron_tui.domain.edits import Edit, EditContext, Outcome
from positron_tui.domain.edits_plant import PutProfile
from positron_tui.domain.errors import Finding
from positron_tui.domain.plans import HIGHEST_RATE_MBPS, OVERHEAD_PERCENT, Plan, plan_rates
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile


@dataclass(frozen=True, slots=True)
class WithPlan:
    """The edit that `build` makes for the name of the plan's profile (None = unthrottled).

    A profile of the plan's name is used as it is, else one with its rates, else it is created.
    """

    plan: Plan
    build: Callable[[str | None], Edit]
    overhead_percent: float = OVERHEAD_PERCENT

    @property
    def kind(self) -> str:
        return self.build(self.plan.name).kind

    @property
    def subject(self) -> str:
        return self.build(self.plan.name).subject

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        rates = plan_rates(self.plan, self.overhead_percent, context.line)
        if rates is None:
            return _warned(self.build(None).outcome(config, context), self._unlimited(context))
        profile = profile_for(self.plan, rates, config)
        if profile is None:
            made = PutProfile(self.plan.name, *rates).outcome(config, context)
            if made.findings:
                return Outcome(config, made.findings)
            outcome = self.build(self.plan.name).outcome(made.config, context)
            return replace(outcome, config=config) if outcome.findings else outcome
        outcome = self.build(profile.name).outcome(config, context)
        if (profile.down_mbps, profile.up_mbps) == rates:
            return outcome
        return _warned(outcome, self._differs(profile, rates, context))

    def _unlimited(self, context: EditContext) -> str:
        if not self.plan.down_mbps and not self.plan.up_mbps:
            return f"The plan {self.plan.name} has no limit; the service is unthrottled."
        most = HIGHEST_RATE_MBPS[context.line] if context.line else max(HIGHEST_RATE_MBPS.values())
        return (
            f"The plan {self.plan.name} ({self.plan.down_mbps}/{self.plan.up_mbps} Mbit/s) with "
            f"{self.overhead_percent:g} % for overhead is above the {most} Mbit/s that a "
            f"{context.line or 'G.hn'} line can be limited to; the service is unthrottled."
        )

    def _differs(self, profile: Profile, rates: tuple[int, int], context: EditContext) -> str:
        return (
            f"On {context.device} the plan {profile.name} limits to {profile.down_mbps}/"
            f"{profile.up_mbps} Mbit/s instead of {rates[0]}/{rates[1]}; push the plan to correct "
            "it."
        )


@dataclass(frozen=True, slots=True)
class PushPlan:
    """Create the profile of a plan, or correct the one of its name; takes effect at once."""

    plan: Plan
    overhead_percent: float = OVERHEAD_PERCENT
    kind = "plan.push"

    @property
    def subject(self) -> str:
        return self.plan.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        rates = plan_rates(self.plan, self.overhead_percent, context.line)
        if rates is None:
            text = (
                f"The plan {self.plan.name} ({self.plan.down_mbps}/{self.plan.up_mbps} Mbit/s) is "
                f"not limited on {context.device} ({context.line or 'unknown'} line): its "
                "subscribers are unthrottled there, so it has no profile to push."
            )
            return Outcome(config, (Finding("plan", text),))
        return PutProfile(self.plan.name, *rates).outcome(config, context)


def profile_for(plan: Plan, rates: tuple[int, int], config: RunningConfig) -> Profile | None:
    """Return the profile that carries a plan: the one of its name, else one with its rates."""
    named = config.profile_by_name(plan.name)
    if named is not None:
        return named
    return next(
        (
            one
            for one in config.profiles
            if (one.down_mbps, one.up_mbps) == rates and one.profile_id != DEFAULT_PROFILE_ID
        ),
        None,
    )


def _warned(outcome: Outcome, warning: str) -> Outcome:
    if outcome.findings:
        return outcome
    return replace(outcome, warnings=(*outcome.warnings, warning))
