"""What a unit refuses, for the model of one: rules, and the sentences a unit answers with.

Rules and sentences are those of the G.hn module's documented errors; where documents contradict
each other (14 or 12 allowed VLANs, 127 or 63 characters) the model takes the wider one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from positron_tui.domain.devices import Line
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile, Subscriber
from positron_tui.domain.vlans import INTERNAL_VLANS

MAX_ID, MAX_PROFILE_ID, MAX_PORT = 384, 15, 24
_PER_PORT = {Line.COAX: 16, Line.COPPER: 1}
_MOST_ALLOWED = 14
_NAME = re.compile(r'[^"?\x00-\x1f\x7f-\U0010ffff]{1,31}\Z')
_TEXT = re.compile(r'[^"?\x00-\x1f\x7f-\U0010ffff]{0,127}\Z')
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z")


class Refusal(Exception):
    """The unit's answer to what it does not do."""


@dataclass(slots=True)
class Unit:
    """A unit's services by number; `line` None = how much fits on a port is not checked."""

    ports: dict[int, PortConfig]
    endpoints: dict[int, EndpointConfig]
    profiles: dict[int, Profile]
    subscribers: dict[int, Subscriber]
    line: Line | None = None

    @classmethod
    def of(cls, config: RunningConfig, line: Line | None) -> Unit:
        return cls(
            {one.number: one for one in config.ports},
            {one.endpoint_id: one for one in config.endpoints},
            {one.profile_id: one for one in config.profiles},
            {one.subscriber_id: one for one in config.subscribers},
            line,
        )

    def put_port(self, port: PortConfig) -> None:
        _require(1 <= port.number <= MAX_PORT, "Invalid G.hn port")
        if port.name:
            _require(_is_name(port.name), "Invalid G.hn port")
            taken = any(
                one.name == port.name for one in self.ports.values() if one.number != port.number
            )
            _require(not taken, "Non-unique G.hn port name")
        if self.line is Line.COAX:
            _require(port.mode in (None, PortMode.COAX), "Invalid G.hn port mode")
        self.ports[port.number] = port

    def put_profile(self, profile: Profile) -> None:
        number = profile.profile_id
        _require(1 <= number <= MAX_PROFILE_ID, "Invalid G.hn bandwidth profile")
        _require(_is_name(profile.name), "Invalid G.hn bandwidth profile name")
        others = (one for one in self.profiles.values() if one.profile_id != number)
        taken = any(one.name == profile.name for one in others)
        _require(not taken, "Non-unique G.hn bandwidth profile name")
        _require(_is_text(profile.description), "Invalid G.hn bandwidth profile")
        for rate, way in ((profile.down_mbps, "downstream"), (profile.up_mbps, "upstream")):
            fits = not rate or 10 <= rate <= 1999
            _require(fits, f"Invalid G.hn bandwidth profile {way} bandwidth")
        self.profiles[number] = profile

    def drop_profile(self, number: int) -> None:
        _require(number in self.profiles, "Non-existing G.hn bandwidth profile")
        used = any(one.profile_id == number for one in self.subscribers.values())
        _require(number != DEFAULT_PROFILE_ID and not used, "Invalid G.hn bandwidth profile")
        del self.profiles[number]

    def put_endpoint(self, endpoint: EndpointConfig) -> None:
        number = endpoint.endpoint_id
        others = [one for one in self.endpoints.values() if one.endpoint_id != number]
        _require(1 <= number <= MAX_ID, "Invalid G.hn endpoint")
        _require(endpoint.name is None or _is_name(endpoint.name), "Invalid G.hn endpoint name")
        named = endpoint.name and any(one.name == endpoint.name for one in others)
        _require(not named, "Non-unique G.hn endpoint name")
        _require(bool(_MAC.match(endpoint.mac or "")), "Invalid G.hn endpoint MAC address")
        taken = any(one.mac == endpoint.mac for one in others)
        _require(not taken, "Non-unique G.hn endpoint MAC address")
        _require(_is_text(endpoint.description), "Invalid G.hn endpoint")
        if endpoint.port and self.line:
            there = sum(1 for one in others if one.port == endpoint.port)
            full = there >= _PER_PORT[self.line]
            _require(not full, "Maximum number of G.hn endpoint reached for that port")
        self.endpoints[number] = endpoint

    def drop_endpoint(self, number: int) -> None:
        _require(number in self.endpoints, "Non-existing G.hn endpoint")
        # What a unit does with the subscriber is in no document, so no plan may rely on it.
        used = any(one.endpoint_id == number for one in self.subscribers.values())
        _require(not used, "Invalid G.hn endpoint")
        del self.endpoints[number]

    def put_subscriber(self, subscriber: Subscriber) -> None:
        number = subscriber.subscriber_id
        others = [one for one in self.subscribers.values() if one.subscriber_id != number]
        _require(1 <= number <= MAX_ID, "Invalid G.hn subscriber")
        _require(_is_name(subscriber.name), "Invalid G.hn subscriber name")
        taken = any(one.name == subscriber.name for one in others)
        _require(not taken, "Non-unique G.hn subscriber name")
        _require(_is_text(subscriber.description), "Invalid G.hn subscriber")
        self._check_binding(subscriber, others)
        _check_vlans(subscriber)
        known = not subscriber.profile_id or subscriber.profile_id in self.profiles
        _require(known, "Non-existing G.hn bandwidth profile")
        self.subscribers[number] = subscriber

    def drop_subscriber(self, number: int) -> None:
        _require(number in self.subscribers, "Non-existing G.hn subscriber")
        del self.subscribers[number]

    def _check_binding(self, subscriber: Subscriber, others: list[Subscriber]) -> None:
        endpoint, port = subscriber.endpoint_id, subscriber.port
        _require(not (endpoint and port), "Invalid G.hn subscriber")
        if endpoint:
            _require(endpoint in self.endpoints, "Non-existing G.hn endpoint")
            taken = any(one.endpoint_id == endpoint for one in others)
            _require(not taken, "G.hn endpoint is already assigned to another subscriber")
        if port:
            taken = any(one.port == port for one in others)
            _require(not taken, "G.hn port is already assigned to another subscriber")


def _check_vlans(subscriber: Subscriber) -> None:
    checks: tuple[tuple[int | None, int, str], ...] = (
        (subscriber.vlan, 4094, "Invalid G.hn data VLAN id"),
        (subscriber.remapped_vlan, 4093, "Invalid G.hn remapped data VLAN id"),
        (subscriber.port2_vlan, 4093, "Invalid G.hn port #2 VLAN id"),
        *((vlan, 4093, "Invalid G.hn data VLAN id") for vlan in subscriber.allowed_vlans or ()),
    )
    for vlan, highest, message in checks:
        fits = vlan is None or (3 <= vlan <= highest and vlan not in INTERNAL_VLANS)
        _require(fits, message)
    same = subscriber.port2_vlan is not None and subscriber.port2_vlan == subscriber.vlan
    _require(not same, "G.hn VLAN cannot be the same as port #2 VLAN id")
    few = len(subscriber.allowed_vlans or ()) <= _MOST_ALLOWED
    _require(few, "Too many allowed tagged VLAN")
    outer = subscriber.outer_vlan
    _require(outer is None or 1 <= outer <= 4094, "Invalid outer tag VID")
    _require(bool(outer) or not subscriber.double_tag, "Invalid outer tag VID")


def require_found(found: bool, message: str) -> None:
    """Refuse with the unit's sentence when something is not there."""
    _require(found, message)


def _require(fine: object, message: str) -> None:
    if not fine:
        raise Refusal(message)


def _is_name(text: str) -> bool:
    return bool(_NAME.match(text)) and text == text.strip()


def _is_text(text: str | None) -> bool:
    return not text or (bool(_TEXT.match(text)) and text == text.strip())
