"""Edits of what services stand on: ports and bandwidth profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from positron_tui.domain.canonical import DEFAULT_PROFILE
from positron_tui.domain.devices import Line
from positron_tui.domain.edits import (
    KEEP,
    EditContext,
    Keep,
    Outcome,
    chosen,
    with_port,
    with_profile,
)
from positron_tui.domain.errors import Finding
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.ports import PortMode, parse_port_name
from positron_tui.domain.running_config import PortConfig, RunningConfig
from positron_tui.domain.service_rules import check_port, check_rates
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile, Subscriber

MAX_PROFILES = 15  # the default one and 14 of ours
_SHOWN_USERS = 5


@dataclass(frozen=True, slots=True)
class SetPort:
    """Change settings of a G.hn port (canonical name); KEEP leaves one, name None clears it.

    A disabled port is not watched for alarms, but services on it go on (vendor's guide).
    """

    port: str
    enabled: bool | Keep = KEEP
    name: str | Keep | None = KEEP
    mode: PortMode | Keep = KEEP
    kind = "port.set"

    @property
    def subject(self) -> str:
        return self.port

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        findings = tuple(check_port(self.port, context.ghn_ports))
        if findings:
            return Outcome(config, findings)
        number = parse_port_name(self.port)[1]
        held = next((one for one in config.ports if one.number == number), PortConfig(number))
        wanted = replace(
            held,
            name=chosen(self.name, held.name) or None,
            mode=chosen(self.mode, held.mode),
            shutdown=held.shutdown if isinstance(self.enabled, Keep) else not self.enabled,
        )
        findings = tuple(self._findings(wanted, config, context))
        if findings:
            return Outcome(config, findings)
        return Outcome(with_port(config, wanted), warnings=self._warnings(held, wanted, config))

    def _findings(
        self, wanted: PortConfig, config: RunningConfig, context: EditContext
    ) -> Iterator[Finding]:
        if wanted.name and not isinstance(self.name, Keep):
            problem = name_problem(wanted.name)
            taken = [
                one
                for one in config.ports
                if one.name == wanted.name and one.number != wanted.number
            ]
            if problem:
                yield Finding("name", problem)
            elif taken:
                yield Finding(
                    "name",
                    f"{context.device} already has a port named {wanted.name} (port "
                    f"{taken[0].number}); choose another name.",
                )
        if not isinstance(self.mode, Keep):
            yield from _check_mode(self.mode, context)

    def _warnings(
        self, held: PortConfig, wanted: PortConfig, config: RunningConfig
    ) -> tuple[str, ...]:
        here = {one.endpoint_id for one in config.endpoints if one.port == self.port}
        users = [
            one
            for one in config.subscribers
            if one.port == self.port or (one.endpoint_id and one.endpoint_id in here)
        ]
        if not users:
            return ()
        found = []
        if wanted.shutdown and not held.shutdown:
            found.append(
                f"{self.port} carries {_names(users)}: their services go on, but nothing watches "
                "them any more."
            )
        if wanted.mode != held.mode and PortMode.SISO in (wanted.mode, held.mode):
            found.append(f"Changing the mode interrupts {_names(users)}.")
        return tuple(found)


def _check_mode(mode: PortMode, context: EditContext) -> Iterator[Finding]:
    if context.line is Line.COAX and mode is not PortMode.COAX:
        yield Finding("mode", "A coax port has no choice of mode; leave it as it is.")
    elif context.line is not Line.COAX and mode is PortMode.COAX:
        yield Finding("mode", "A copper port is mimo or siso; choose one of those.")


@dataclass(frozen=True, slots=True)
class PutProfile:
    """Create a bandwidth profile, or change the one of that name (rates in Mbit/s, 0 = no limit).

    A change takes effect on all of its subscribers at once. `new_name` renames it;
    `description` KEEP leaves it, None clears it.
    """

    name: str
    down_mbps: int
    up_mbps: int
    description: str | Keep | None = KEEP
    new_name: str | None = None
    kind = "plan.put"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.profile_by_name(self.name)
        number = held.profile_id if held else _free_profile_id(config)
        if number is None:
            text = (
                f"{context.device} has all of its {MAX_PROFILES} profiles; remove an unused one "
                "first."
            )
            return Outcome(config, (Finding("plan", text),))
        base = held or Profile(number, self.name)
        wanted = replace(
            base,
            name=self.new_name or self.name,
            down_mbps=self.down_mbps,
            up_mbps=self.up_mbps,
            description=chosen(self.description, base.description) or None,
        )
        findings = tuple(_check_profile(wanted, config, context))
        if findings:
            return Outcome(config, findings)
        users = profile_users(config, number)
        changed = held is not None and (held.down_mbps, held.up_mbps) != (
            wanted.down_mbps,
            wanted.up_mbps,
        )
        warnings = (f"This changes the rates of {_names(users)}.",) if changed and users else ()
        return Outcome(with_profile(config, wanted), warnings=warnings)


@dataclass(frozen=True, slots=True)
class RemoveProfile:
    """Remove a bandwidth profile that no subscriber uses; the default one is part of the unit."""

    name: str
    kind = "plan.remove"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.profile_by_name(self.name)
        if held is None:
            names = ", ".join(one.name for one in config.profiles) or "none"
            text = f"{context.device} has no plan named {self.name}; it has: {names}."
            return Outcome(config, (Finding("plan", text),))
        if held.profile_id == DEFAULT_PROFILE_ID:
            text = f"{held.name} is built into the unit and cannot be removed."
            return Outcome(config, (Finding("plan", text),))
        users = profile_users(config, held.profile_id)
        if users:
            text = f"The plan {held.name} is used by {_names(users)}; give them another plan first."
            return Outcome(config, (Finding("plan", text),))
        kept = tuple(one for one in config.profiles if one.profile_id != held.profile_id)
        return Outcome(replace(config, profiles=kept))


def profile_users(config: RunningConfig, profile_id: int) -> tuple[Subscriber, ...]:
    """Return the subscribers that a profile limits, by name."""
    users = (one for one in config.subscribers if one.profile_id == profile_id)
    return tuple(sorted(users, key=lambda one: one.name))


def unused_profiles(config: RunningConfig) -> tuple[Profile, ...]:
    """Return the profiles that could be removed."""
    used = {one.profile_id for one in config.subscribers} | {DEFAULT_PROFILE_ID}
    return tuple(one for one in config.profiles if one.profile_id not in used)


def _check_profile(
    wanted: Profile, config: RunningConfig, context: EditContext
) -> Iterator[Finding]:
    problem = name_problem(wanted.name, "plan's name")
    taken = any(
        one.name == wanted.name and one.profile_id != wanted.profile_id for one in config.profiles
    )
    if problem:
        yield Finding("name", problem)
    elif taken:
        yield Finding(
            "name", f"{context.device} already has a plan named {wanted.name}; choose another name."
        )
    text = description_problem(wanted.description or "")
    if text:
        yield Finding("description", text)
    if min(wanted.down_mbps or 0, wanted.up_mbps or 0) < 0:
        yield Finding("plan", "A rate is below zero; give Mbit/s, or 0 for no limit.")
    else:
        yield from check_rates(wanted, context.line)


def _free_profile_id(config: RunningConfig) -> int | None:
    taken = {one.profile_id for one in config.profiles} | {DEFAULT_PROFILE.profile_id}
    return next((one for one in range(1, MAX_PROFILES + 1) if one not in taken), None)


def _names(users: tuple[Subscriber, ...] | list[Subscriber]) -> str:
    shown = ", ".join(one.name for one in users[:_SHOWN_USERS])
    more = len(users) - _SHOWN_USERS
    return f"{shown} and {more} more" if more > 0 else shown
