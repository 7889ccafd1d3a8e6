"""The ordered steps that lead a device from one configuration to another.

`plan(current, wanted)` is the change, `plan(wanted, current)` its inverse. Objects are matched by
their number on the device. Every configuration on the way is one that a unit accepts: profiles
come before their subscribers, what is unique (names, MACs, endpoints, places on a port) is given
up before it is taken, and what is removed goes last unless something else needs its place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from positron_tui.domain.canonical import canonical
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.errors import CannotPlan
from positron_tui.domain.planner_draft import Draft
from positron_tui.domain.planner_moves import Move, order_moves
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

_Named = TypeVar("_Named", PortConfig, EndpointConfig, Profile, Subscriber)
_Item = TypeVar("_Item")


def plan(current: RunningConfig, wanted: RunningConfig, *, jsonrpc: bool) -> tuple[ChangeStep, ...]:
    """Return the steps from `current` to `wanted`; none when they mean the same.

    Ports, endpoints, profiles and subscribers are planned; all else of a configuration is not
    touched. `jsonrpc` tells whether the device's API can be used for double tags, outer VLAN,
    uplink, trunk mode and binding to a port; NeedsJsonRpc when it is needed and cannot be used,
    CannotPlan when no command leads to what is wanted. A step's inverse is in its own transport.
    """
    now, goal = canonical(current), canonical(wanted)
    draft = Draft.of(now, jsonrpc=jsonrpc)
    planned = _Plan(draft, Draft.of(goal, jsonrpc=jsonrpc))
    planned.ports()
    planned.profiles()
    planned.removals_that_make_room()
    planned.endpoints()
    planned.subscribers()
    planned.late_removals()
    return tuple(draft.steps)


class _Plan:
    """One planning: `draft` is what the device has so far, `goal` what it shall have."""

    def __init__(self, draft: Draft, goal: Draft) -> None:
        self._draft = draft
        self._goal = goal
        self._fill_unsaid()
        names = [
            *(one.name for side in (draft, goal) for one in side.ports.values()),
            *(one.name for side in (draft, goal) for one in side.profiles.values()),
            *(one.name for side in (draft, goal) for one in side.endpoints.values()),
            *(one.name for side in (draft, goal) for one in side.subscribers.values()),
        ]
        self._names = set(names)
        self._recreated = self._mac_rings()

    def ports(self) -> None:
        draft, goal = self._draft, self._goal
        for number in draft.ports.keys() | goal.ports.keys():
            draft.ports.setdefault(number, PortConfig(number))
            goal.ports.setdefault(number, PortConfig(number))
        self._rename(draft.ports, goal.ports, draft.set_port)
        for number, wanted in sorted(goal.ports.items()):
            if draft.ports[number] != wanted:
                draft.set_port(wanted)

    def profiles(self) -> None:
        """Create and change profiles; one that goes gives its name up to one that comes."""
        draft, goal = self._draft, self._goal
        wanted_names = {one.name for one in goal.profiles.values()}
        for number, profile in sorted(draft.profiles.items()):
            if number not in goal.profiles and profile.name in wanted_names:
                draft.set_profile(replace(profile, name=self._spare_name()))
        self._rename(draft.profiles, goal.profiles, draft.set_profile)
        for number, wanted in sorted(goal.profiles.items()):
            if number in draft.profiles and draft.profiles[number] != wanted:
                draft.set_profile(wanted)
        for number, wanted in sorted(goal.profiles.items()):
            if number not in draft.profiles:
                draft.add_profile(wanted)

    def removals_that_make_room(self) -> None:
        """Remove early what holds something that another object gets, endpoints after services."""
        draft = self._draft
        early = self._endpoints_in_the_way() | self._recreated
        for number in sorted(self._subscribers_in_the_way(early)):
            draft.remove_subscriber(number)
        for subscriber in list(draft.subscribers.values()):
            if subscriber.endpoint_id in early:
                self._release(subscriber)
        for number in sorted(early):
            draft.remove_endpoint(number)

    def endpoints(self) -> None:
        draft, goal = self._draft, self._goal
        self._rename(draft.endpoints, goal.endpoints, draft.set_endpoint)
        for move in order_moves(_keys(draft.endpoints, goal.endpoints, lambda one: one.mac)):
            wanted = goal.endpoints[move.number]
            draft.set_endpoint(replace(draft.endpoints[move.number], mac=wanted.mac))
        for move in order_moves(_keys(draft.endpoints, goal.endpoints, lambda one: one.port)):
            self._move_endpoint(move)
        for number, wanted in sorted(goal.endpoints.items()):
            if number in draft.endpoints and draft.endpoints[number] != wanted:
                draft.set_endpoint(wanted)
        for number, wanted in sorted(goal.endpoints.items()):
            if number not in draft.endpoints:
                if wanted.mac is None:
                    raise CannotPlan(f"The endpoint {wanted.name or number} has no MAC address.")
                draft.add_endpoint(wanted)

    def subscribers(self) -> None:
        draft, goal = self._draft, self._goal
        self._rename(draft.subscribers, goal.subscribers, draft.set_subscriber)
        for move in order_moves(_keys(draft.subscribers, goal.subscribers, _binding)):
            held, wanted = draft.subscribers[move.number], goal.subscribers[move.number]
            if move.parked:
                self._release(held)
            else:
                draft.set_subscriber(
                    replace(held, endpoint_id=wanted.endpoint_id, port=wanted.port)
                )
        for number, wanted in sorted(goal.subscribers.items()):
            if number in draft.subscribers and _differ(draft.subscribers[number], wanted):
                draft.set_subscriber(wanted)
        for number, wanted in sorted(goal.subscribers.items()):
            if number not in draft.subscribers:
                draft.add_subscriber(wanted)

    def late_removals(self) -> None:
        draft, goal = self._draft, self._goal
        for number in sorted(draft.subscribers.keys() - goal.subscribers.keys()):
            draft.remove_subscriber(number)
        for number in sorted(draft.endpoints.keys() - goal.endpoints.keys()):
            draft.remove_endpoint(number)
        for number in sorted(draft.profiles.keys() - goal.profiles.keys()):
            draft.remove_profile(number)

    def _fill_unsaid(self) -> None:
        """What is wanted as unknown stays as it is."""
        draft, goal = self._draft, self._goal
        for number, endpoint in goal.endpoints.items():
            held = draft.endpoints.get(number)
            if held and (endpoint.name is None or endpoint.mac is None):
                goal.endpoints[number] = replace(
                    endpoint, name=endpoint.name or held.name, mac=endpoint.mac or held.mac
                )
        for number, one in goal.subscribers.items():
            was = draft.subscribers.get(number)
            if was and (one.trunk is None or one.double_tag is None):
                goal.subscribers[number] = replace(
                    one,
                    trunk=was.trunk if one.trunk is None else one.trunk,
                    double_tag=was.double_tag if one.double_tag is None else one.double_tag,
                )

    def _mac_rings(self) -> frozenset[int]:
        """Return endpoints to remove and configure anew: a MAC cannot be parked."""
        moves = _keys(self._draft.endpoints, self._goal.endpoints, lambda one: one.mac)
        return frozenset(move.number for move in order_moves(moves) if move.parked)

    def _endpoints_in_the_way(self) -> frozenset[int]:
        draft, goal = self._draft.endpoints, self._goal.endpoints
        taken: set[Hashable] = set()
        for number, wanted in goal.items():
            held = draft.get(number)
            for key in ("name", "mac", "port"):
                value = getattr(wanted, key)
                if value is not None and (held is None or getattr(held, key) != value):
                    taken.add((key, value))
        return frozenset(
            number
            for number, held in draft.items()
            if number not in goal
            and any((key, getattr(held, key)) in taken for key in ("name", "mac", "port"))
        )

    def _subscribers_in_the_way(self, endpoints: frozenset[int]) -> frozenset[int]:
        draft, goal = self._draft.subscribers, self._goal.subscribers
        names = {one.name for number, one in goal.items() if _name_of(draft, number) != one.name}
        bindings = {
            _binding(one)
            for number, one in goal.items()
            if number not in draft or _binding(draft[number]) != _binding(one)
        } - {None}
        return frozenset(
            number
            for number, held in draft.items()
            if number not in goal
            and (held.name in names or _binding(held) in bindings or held.endpoint_id in endpoints)
        )

    def _release(self, subscriber: Subscriber) -> None:
        self._draft.set_subscriber(
            replace(subscriber, endpoint_id=None, port=None),
            f"take the subscriber {subscriber.name} off for a moment, to make room",
        )

    def _move_endpoint(self, move: Move) -> None:
        held, wanted = self._draft.endpoints[move.number], self._goal.endpoints[move.number]
        port, auto = (None, False) if move.parked else (wanted.port, wanted.auto_port)
        self._draft.set_endpoint(replace(held, port=port, auto_port=auto))

    def _rename(
        self,
        held: Mapping[int, _Named],
        wanted: Mapping[int, _Named],
        change: Callable[[_Named], None],
    ) -> None:
        """Change the names that pass from one object to another, over a spare one in a ring."""
        for move in order_moves(_keys(held, wanted, lambda one: one.name)):
            name = self._spare_name() if move.parked else wanted[move.number].name
            change(replace(held[move.number], name=name))

    def _spare_name(self) -> str:
        name = next(
            name
            for number in range(1, len(self._names) + 2)
            if (name := f"moving-{number}") not in self._names
        )
        self._names.add(name)
        return name


def _keys(
    held: Mapping[int, _Item], wanted: Mapping[int, _Item], key: Callable[[_Item], Hashable]
) -> dict[int, tuple[Hashable, Hashable]]:
    """Return the keys before and after, by number, of what is in both and changes its key."""
    found = {}
    for number in sorted(held.keys() & wanted.keys()):
        old, new = key(held[number]), key(wanted[number])
        if old != new:
            found[number] = (old, new)
    return found


def _binding(subscriber: Subscriber) -> Hashable:
    """Return what a subscriber is bound to: an endpoint's id, a port's name, or None."""
    return subscriber.endpoint_id or subscriber.port


def _name_of(subscribers: Mapping[int, Subscriber], number: int) -> str | None:
    held = subscribers.get(number)
    return held.name if held else None


def _differ(held: Subscriber, wanted: Subscriber) -> bool:
    """Return whether two subscribers differ in more than what follows from their endpoint."""
    return held != wanted and replace(held, endpoint_mac=wanted.endpoint_mac) != wanted
