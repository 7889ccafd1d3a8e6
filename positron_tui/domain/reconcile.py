"""Taking drift lines in one direction: the device gets what is intended, or the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from positron_tui.domain.canonical import canonical
from positron_tui.domain.drift import PRESENT, DriftLine
from positron_tui.domain.edits import EditContext, Outcome
from positron_tui.domain.edits_plant import MAX_PROFILES
from positron_tui.domain.errors import Finding, ValidationFailed
from positron_tui.domain.natural import (
    AUTO_PORT,
    ENDPOINT,
    PORT,
    PROFILE,
    SUBSCRIBER,
    FieldValue,
    Missing,
    Natural,
    Thing,
    align,
    default_port,
    naturals,
)
from positron_tui.domain.ports import PortMode, parse_port_name
from positron_tui.domain.provisioning import MAX_ID
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.service_rules import check_port_room
from positron_tui.domain.subscribers import (
    DEFAULT_PROFILE_ID,
    UNTHROTTLED_PROFILE_ID,
    Poe,
    Profile,
    Subscriber,
)

_ORDER = (PORT, PROFILE, ENDPOINT, SUBSCRIBER)
_HIGHEST = {PROFILE: MAX_PROFILES, ENDPOINT: MAX_ID, SUBSCRIBER: MAX_ID}


@dataclass(frozen=True, slots=True)
class TakeIntended:
    """Bring a device to what is intended on these drift lines, as an edit of what it runs."""

    lines: tuple[DriftLine, ...]
    intended: RunningConfig
    kind = "drift.reconcile"

    @property
    def subject(self) -> str:
        subjects = list(dict.fromkeys(line.subject for line in self.lines))
        return ", ".join(subjects[:3]) + (" ..." if len(subjects) > 3 else "")

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        try:
            wanted = take(self.lines, self.intended, config)
        except ValidationFailed as error:
            return Outcome(config, error.findings)
        view = context.view(wanted)
        held = {one.endpoint_id: one.port for one in config.endpoints}
        findings = tuple(
            finding
            for one in wanted.endpoints
            if one.port and held.get(one.endpoint_id) != one.port
            for finding in check_port_room(view, one.port, one.endpoint_id)
        )
        return Outcome(config, findings) if findings else Outcome(wanted)


def adopt(
    lines: Iterable[DriftLine], intended: RunningConfig, running: RunningConfig
) -> RunningConfig:
    """Return the intended configuration with these lines taken from the device.

    Raises ValidationFailed when they cannot be taken without others.
    """
    return take(lines, running, intended)


def take(lines: Iterable[DriftLine], source: RunningConfig, target: RunningConfig) -> RunningConfig:
    """Return `target` with the fields of these drift lines as they are in `source`.

    Endpoints and profiles that a taken subscriber needs come with it. Objects keep their numbers;
    new ones get the source's where it is free. Raises ValidationFailed, with what stands in the
    way, when a taken line needs others to be taken with it.
    """
    taking = _Taking(source, target)
    wanted: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        wanted.setdefault((line.kind, line.subject), set()).add(line.field)
    taking.remove(wanted)
    for kind in _ORDER:
        taking.patch(kind, wanted)
    return taking.result()


class _Taking:
    """The target while it changes: its objects by kind and number."""

    def __init__(self, source: RunningConfig, target: RunningConfig) -> None:
        self._target = canonical(target)
        theirs, ours = naturals(source), naturals(target)
        self._rows = {kind: align((theirs[kind], ours[kind])) for kind in _ORDER}
        self._source = {kind: {one.key: one for one in theirs[kind]} for kind in _ORDER}
        self._things: dict[str, dict[int, Any]] = {
            kind: {_number(one.thing): one.thing for one in ours[kind]} for kind in _ORDER
        }
        self._findings: list[Finding] = []

    def remove(self, wanted: Mapping[tuple[str, str], set[str]]) -> None:
        """Remove what the source does not have; ports are never removed."""
        for kind in (SUBSCRIBER, ENDPOINT, PROFILE):
            for theirs, ours in self._rows[kind]:
                if theirs is None and ours and PRESENT in wanted.get((kind, ours.key), ()):
                    del self._things[kind][_number(ours.thing)]

    def patch(self, kind: str, wanted: Mapping[tuple[str, str], set[str]]) -> None:
        """Add and change what the source has."""
        for theirs, ours in self._rows[kind]:
            keys = {one.key for one in (theirs, ours) if one is not None}
            fields = set().union(*(wanted.get((kind, key), set()) for key in keys))
            if not fields:
                continue
            if kind == PORT:
                key = keys.pop()
                number = parse_port_name(key)[1]
                theirs = theirs or default_port(key, number)
                ours = ours or default_port(key, number)
            if theirs is not None and ours is not None:
                self._change(theirs, _number(ours.thing), fields - {PRESENT})
            elif theirs is not None and PRESENT in fields:
                self._add(theirs)

    def result(self) -> RunningConfig:
        """Return the target, or raise what makes it one that no device takes."""
        self._check_references()
        self._check_unique()
        if self._findings:
            raise ValidationFailed(tuple(self._findings))
        return canonical(
            replace(
                self._target,
                ports=tuple(self._things[PORT].values()),
                profiles=tuple(self._things[PROFILE].values()),
                endpoints=tuple(self._things[ENDPOINT].values()),
                subscribers=tuple(self._things[SUBSCRIBER].values()),
            )
        )

    def _change(self, theirs: Natural, number: int, fields: set[str]) -> None:
        kind = theirs.kind
        thing = self._things[kind].get(number, theirs.thing)
        changes: dict[str, Any] = {}
        for field in sorted(fields):
            value = theirs.value(field)
            if value is not Missing.UNKNOWN:
                changes |= self._attributes(kind, field, value)
        self._things[kind][number] = replace(thing, **changes)

    def _add(self, theirs: Natural) -> int:
        """Add an object of the source and return its number in the target."""
        kind, taken = theirs.kind, self._things[theirs.kind]
        number = _number(theirs.thing)
        if number in taken:
            number = next((one for one in range(1, _HIGHEST[kind] + 1) if one not in taken), 0)
        if not number:
            self._findings.append(
                Finding(kind, f"There is no room for the {kind} {theirs.key}; remove one first.")
            )
            return 0
        thing: Any = theirs.thing
        if isinstance(thing, Subscriber):
            bound = self._attributes(kind, "endpoint", theirs.value("endpoint"))
            plan = self._attributes(kind, "plan", theirs.value("plan"))
            taken[number] = replace(thing, subscriber_id=number, **bound, **plan)
        elif isinstance(thing, EndpointConfig):
            taken[number] = replace(thing, endpoint_id=number)
        else:
            taken[number] = replace(thing, profile_id=number)
        return number

    def _attributes(self, kind: str, field: str, value: FieldValue) -> dict[str, Any]:
        """Return the attributes of the target's object that carry a field's value."""
        if kind == SUBSCRIBER and field == "endpoint":
            return {"endpoint_id": self._number_of(ENDPOINT, value)}
        if kind == SUBSCRIBER and field == "plan":
            return {"profile_id": self._number_of(PROFILE, value) or UNTHROTTLED_PROFILE_ID}
        if field == "poe":
            return {"poe": Poe(str(value))}
        if field == "other_words":
            return {"unknown_words": value}
        if kind == PORT and field == "mode":
            return {"mode": PortMode(str(value)) if value else None}
        if field == "enabled":
            return {"shutdown": not value}
        if kind == ENDPOINT and field == "port":
            auto = value == AUTO_PORT
            return {"port": None if auto else value, "auto_port": auto}
        return {field: value}

    def _number_of(self, kind: str, key: FieldValue) -> int | None:
        """Return the number in the target of what the source calls `key`, added if need be."""
        if key is None:
            return None
        for number, thing in self._things[kind].items():
            if key == (thing.mac if kind == ENDPOINT else thing.name):
                return number
        needed = self._source[kind].get(str(key))
        return self._add(needed) if needed else None

    def _check_references(self) -> None:
        endpoints, profiles = self._things[ENDPOINT], self._things[PROFILE]
        for one in self._things[SUBSCRIBER].values():
            if one.endpoint_id and one.endpoint_id not in endpoints:
                self._refuse(
                    "endpoint",
                    f"The endpoint of {one.name} cannot go while {one.name} uses it; take the line "
                    "of that subscriber, too.",
                )
            if one.profile_id and one.profile_id not in profiles:
                self._refuse(
                    "plan",
                    f"The plan of {one.name} cannot go while {one.name} uses it; take the line of "
                    "that subscriber, too.",
                )
        if DEFAULT_PROFILE_ID not in profiles:
            self._refuse("plan", "The default plan is built into the unit and cannot be removed.")

    def _check_unique(self) -> None:
        for kind, attribute in (
            (PORT, "name"),
            (PROFILE, "name"),
            (ENDPOINT, "name"),
            (ENDPOINT, "mac"),
            (SUBSCRIBER, "name"),
            (SUBSCRIBER, "endpoint_id"),
            (SUBSCRIBER, "port"),
        ):
            seen: dict[object, Thing] = {}
            for thing in self._things[kind].values():
                value = getattr(thing, attribute)
                if value and value in seen:
                    self._refuse(kind, self._clash(kind, attribute, seen[value], thing))
                seen[value] = thing

    def _clash(self, kind: str, attribute: str, first: Thing, second: Thing) -> str:
        if kind == SUBSCRIBER and attribute != "name":
            names = f"{first.name} and {second.name}"
            return f"{names} would share an endpoint or port; take the lines of both."
        value = getattr(first, attribute)
        return f"Two of kind {kind} would be called {value}; take the lines of both."

    def _refuse(self, field: str, text: str) -> None:
        self._findings.append(Finding(field, text))


def _number(thing: Thing) -> int:
    if isinstance(thing, Subscriber):
        return thing.subscriber_id
    if isinstance(thing, EndpointConfig):
        return thing.endpoint_id
    if isinstance(thing, Profile):
        return thing.profile_id
    return thing.number
