"""What is intended on a device, and how it follows changes, imports and reconciliations. Pure.

The intended configuration has numbers of its own, which are the device's where that is possible:
objects are matched by their natural keys (see `natural`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from positron_tui.domain.canonical import DEFAULT_PROFILE, canonical
from positron_tui.domain.drift import PRESENT, DriftLine, drift
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.natural import (
    ENDPOINT,
    PORT,
    PROFILE,
    SUBSCRIBER,
    Missing,
    Thing,
    naturals,
)
from positron_tui.domain.ports import PortKind, port_name
from positron_tui.domain.reconcile import take
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.domain.touched import touched

Place: TypeAlias = tuple[str, int]
SUSPEND = "subscriber.suspend"
RESUME = "subscriber.resume"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A service in the walled garden since `at`; `held` is the subscriber that runs meanwhile."""

    at: datetime
    held: Subscriber


@dataclass(frozen=True, slots=True)
class Intended:
    """The intended state of a device.

    `config` has the services as they shall be when none is suspended. `times` says when each
    object was intended, by kind and number; `suspensions` are by subscriber number. `adopted_at`
    is None while the device was not taken over whole: what is not in `config` is no drift then.
    """

    config: RunningConfig = field(default_factory=RunningConfig)
    times: Mapping[Place, datetime] = field(default_factory=dict)
    suspensions: Mapping[int, Suspension] = field(default_factory=dict)
    adopted_at: datetime | None = None

    def service(self, name: str) -> Subscriber | None:
        return self.config.subscriber_by_name(name)


def effective(state: Intended) -> RunningConfig:
    """Return what shall run now: suspended services in the walled garden."""
    if not state.suspensions:
        return state.config
    return replace(
        state.config,
        subscribers=tuple(
            state.suspensions[one.subscriber_id].held
            if one.subscriber_id in state.suspensions
            else one
            for one in state.config.subscribers
        ),
    )


def intended_drift(
    state: Intended, running: RunningConfig, startup: RunningConfig | None
) -> tuple[DriftLine, ...]:
    """Return where intended, running and startup state differ.

    On a device that was not taken over, an object that is not intended is told only where running
    and startup state differ; its intended value is unknown.
    """
    goal = effective(state)
    lines = drift(goal, running, startup)
    if state.adopted_at is not None:
        return lines
    known = _subjects(state)
    return tuple(
        line if (line.kind, line.subject) in known else replace(line, intended=Missing.UNKNOWN)
        for line in lines
        if (line.kind, line.subject) in known or _unsaved(line)
    )


def adopted(
    state: Intended, running: RunningConfig, now: datetime, names: Collection[str] | None = None
) -> tuple[Intended, tuple[str, ...]]:
    """Intend what runs where nothing is intended yet; return that and what could not be taken.

    With `names` only these subscribers are taken, with the endpoints and profiles that they need.
    """
    lines = [line for line in drift(effective(state), running) if _is_new(line, state)]
    if names is not None:
        lines = [line for line in lines if line.kind == SUBSCRIBER and line.subject in names]
    after, refused = _follow_some(state, lines, running, now)
    if names is None and state.adopted_at is None:
        after = replace(after, adopted_at=now)
    return after, refused


def recorded(
    state: Intended, kind: str, basis: RunningConfig, wanted: RunningConfig, now: datetime
) -> Intended:
    """Follow a verified change of the given kind; `basis` and `wanted` are its touched objects."""
    changed = _changed_subjects(basis, wanted)
    if not changed:
        return _recorded_as_it_runs(state, kind, wanted, now)
    state, basis = _renamed(state, basis, wanted, now), _with_new_keys(basis, basis, wanted)
    lines = [line for line in drift(basis, wanted) if (line.kind, line.subject) in changed]
    names = {subject for (of, subject) in changed if of == SUBSCRIBER}
    if kind == SUSPEND:
        moved = {one.name for one in wanted.subscribers if _moved(one, basis)}
        return _suspended(state, basis, wanted, lines, moved, now)
    unknown = changed - _subjects(state)
    here = {(kind, one.key) for kind, found in naturals(wanted).items() for one in found}
    lines += [_presence(kind, subject) for kind, subject in sorted(unknown & here)]
    after, _ = _follow_some(state, lines, wanted, now)
    return after if kind != RESUME else _resumed(after, names)


def followed(
    state: Intended, lines: Iterable[DriftLine], source: RunningConfig, now: datetime
) -> Intended:
    """Take these lines from a device into the intended state.

    A suspended service whose lines are taken is in service again when it then runs as intended.
    Raises ValidationFailed when the lines cannot be taken without others.
    """
    wanted = tuple(lines)
    config = take(wanted, source, state.config)
    running = take(wanted, source, effective(state)) if state.suspensions else config
    kept = dict(_still_suspended(state, config, running))
    return replace(
        state,
        config=config,
        times=_times(state, config, now),
        suspensions=kept,
    )


def _renamed(
    state: Intended, basis: RunningConfig, wanted: RunningConfig, now: datetime
) -> Intended:
    """Give endpoints and profiles their new MACs and names first: services stay bound to them."""
    config = _with_new_keys(state.config, basis, wanted)
    before, after = _things(state.config), _things(config)
    fresh = {place: now for place, thing in after.items() if before[place] != thing}
    return replace(state, config=config, times={**state.times, **fresh})


def _with_new_keys(
    config: RunningConfig, basis: RunningConfig, wanted: RunningConfig
) -> RunningConfig:
    """Return a configuration with the MACs and profile names that a change gives to others."""
    then = {one.endpoint_id: one.mac for one in basis.endpoints if one.mac}
    macs = {then[one.endpoint_id]: one.mac for one in wanted.endpoints if one.endpoint_id in then}
    called = {one.profile_id: one.name for one in basis.profiles}
    names = {
        called[one.profile_id]: one.name for one in wanted.profiles if one.profile_id in called
    }
    endpoints = tuple(
        replace(one, mac=macs.get(one.mac or "", one.mac)) for one in config.endpoints
    )
    profiles = tuple(replace(one, name=names.get(one.name, one.name)) for one in config.profiles)
    if len({one.mac for one in endpoints}) < len(endpoints):
        endpoints = config.endpoints
    if len({one.name for one in profiles}) < len(profiles):
        profiles = config.profiles
    return canonical(replace(config, endpoints=endpoints, profiles=profiles))


def _follow_some(
    state: Intended, lines: Iterable[DriftLine], source: RunningConfig, now: datetime
) -> tuple[Intended, tuple[str, ...]]:
    """Take all lines, or, where they do not fit, those objects that do; return why others don't."""
    wanted = list(lines)
    try:
        return followed(state, wanted, source, now), ()
    except ValidationFailed:
        refused: list[str] = []
    groups: dict[tuple[str, str], list[DriftLine]] = {}
    for line in wanted:
        groups.setdefault((line.kind, line.subject), []).append(line)
    for group in groups.values():
        try:
            state = followed(state, group, source, now)
        except ValidationFailed as error:
            refused.append(str(error))
    return state, tuple(refused)


def _suspended(
    state: Intended,
    basis: RunningConfig,
    wanted: RunningConfig,
    lines: list[DriftLine],
    names: set[str],
    now: datetime,
) -> Intended:
    """Keep the data of the named services, and note what runs in their place."""
    missing = [_presence(SUBSCRIBER, name) for name in names if state.service(name) is None]
    if missing:
        state, _ = _follow_some(state, missing, basis, now)
    others = [line for line in lines if line.kind != SUBSCRIBER]
    if others:
        state, _ = _follow_some(state, others, wanted, now)
    garden = take(lines, wanted, effective(state))
    suspensions = dict(state.suspensions)
    for name in names:
        service, held = state.service(name), garden.subscriber_by_name(name)
        if service is None or held is None:
            continue
        earlier = suspensions.get(service.subscriber_id)
        suspensions[service.subscriber_id] = Suspension(earlier.at if earlier else now, held)
    return replace(state, suspensions=suspensions, config=_with_profiles(state.config, garden))


def _moved(one: Subscriber, basis: RunningConfig) -> bool:
    return basis.subscriber_by_name(one.name) != one


def _recorded_as_it_runs(
    state: Intended, kind: str, running: RunningConfig, now: datetime
) -> Intended:
    """Follow a suspension, or its end, that needed no command: it ran like that already."""
    names = {one.name for one in running.subscribers if state.service(one.name) is not None}
    if kind == RESUME:
        return _resumed(state, names)
    if kind != SUSPEND:
        return state
    numbers = {one.subscriber_id: one.name for one in state.config.subscribers}
    held = {numbers[number] for number in state.suspensions if number in numbers}
    lines = [
        line
        for line in drift(effective(state), running)
        if line.kind == SUBSCRIBER and line.subject in names - held and line.field != PRESENT
    ]
    return _suspended(state, running, running, lines, names - held, now)


def _resumed(state: Intended, names: set[str]) -> Intended:
    """End the suspensions of these services, also where they came back with other data."""
    numbers = {one.subscriber_id for one in state.config.subscribers if one.name in names}
    kept = {number: one for number, one in state.suspensions.items() if number not in numbers}
    return replace(state, suspensions=kept)


def _still_suspended(
    state: Intended, config: RunningConfig, running: RunningConfig
) -> Iterator[tuple[int, Suspension]]:
    there = {one.subscriber_id: one for one in config.subscribers}
    runs = {one.subscriber_id: one for one in running.subscribers}
    for number, suspension in state.suspensions.items():
        service, held = there.get(number), runs.get(number)
        if service is None or held is None or _same(service, held):
            continue
        yield number, replace(suspension, held=held)


def _same(one: Subscriber, other: Subscriber) -> bool:
    return replace(one, endpoint_mac=None) == replace(other, endpoint_mac=None)


def _with_profiles(config: RunningConfig, other: RunningConfig) -> RunningConfig:
    """Return a configuration with the profiles of another one that it lacks."""
    held = {one.profile_id for one in config.profiles}
    more = tuple(one for one in other.profiles if one.profile_id not in held)
    return canonical(replace(config, profiles=(*config.profiles, *more)))


def _changed_subjects(basis: RunningConfig, wanted: RunningConfig) -> set[tuple[str, str]]:
    """Return kind and natural key, before and after, of what differs between two excerpts."""
    places = {(str(key.kind), key.number) for key in touched(basis, wanted)}
    return {
        (kind, one.key)
        for config in (basis, wanted)
        for kind, found in naturals(config).items()
        for one in found
        if (kind, number_of(one.thing)) in places
    }


def _subjects(state: Intended) -> set[tuple[str, str]]:
    """Return kind and natural key of everything that is intended; ports also when at default."""
    known = {
        (kind, one.key)
        for kind, found in naturals(state.config).items()
        for one in found
        if (kind, number_of(one.thing)) in state.times
    }
    return known | _ports(state)


def _is_new(line: DriftLine, state: Intended) -> bool:
    """Return whether a line is about something that runs and that nobody has an intent for."""
    if line.kind == PORT or (line.kind, line.subject) == (PROFILE, DEFAULT_PROFILE.name):
        # There without a word in the configuration, and intended with the rest of the device.
        return state.adopted_at is None and (line.kind, line.subject) not in _subjects(state)
    return line.field == PRESENT and line.intended is False and line.running is True


def _ports(state: Intended) -> set[tuple[str, str]]:
    return {(PORT, port_name(PortKind.GHN, number)) for kind, number in state.times if kind == PORT}


def _unsaved(line: DriftLine) -> bool:
    known = not isinstance(line.startup, Missing) or line.startup is Missing.ABSENT
    return known and line.startup != line.running


def _presence(kind: str, subject: str) -> DriftLine:
    return DriftLine(kind, subject, PRESENT, False, True, Missing.UNKNOWN)


def _times(state: Intended, config: RunningConfig, now: datetime) -> dict[Place, datetime]:
    """Return when each object was intended: now, where it is new or another one."""
    before = _things(state.config)
    times = {place: at for place, at in state.times.items() if place[0] == PORT}
    for place, thing in _things(config).items():
        if before.get(place) == thing and place in state.times:
            times[place] = state.times[place]
        elif thing != DEFAULT_PROFILE:
            times[place] = now
    for place in before.keys() - _things(config).keys():
        if place[0] == PORT:  # back at its defaults, which is an intent too
            times[place] = now
    return times


def _things(config: RunningConfig) -> dict[Place, Thing]:
    return {
        (kind, number_of(one.thing)): one.thing
        for kind, found in naturals(config).items()
        for one in found
    }


def number_of(thing: Thing) -> int:
    """Return the number of an object in its configuration."""
    if isinstance(thing, Subscriber):
        return thing.subscriber_id
    if isinstance(thing, EndpointConfig):
        return thing.endpoint_id
    if isinstance(thing, Profile):
        return thing.profile_id
    return thing.number


def counts(before: RunningConfig, after: RunningConfig) -> dict[str, int]:
    """Return how many objects of each kind one configuration has more than another."""
    old, new = _things(before), _things(after)
    more = [kind for kind, number in new.keys() - old.keys()]
    return {kind: more.count(kind) for kind in (SUBSCRIBER, ENDPOINT, PROFILE, PORT)}
