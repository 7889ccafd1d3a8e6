"""A model of what a unit does with the commands and calls of a change.

It reads the text of a step as a unit would, and knows nothing of how plans are made: plans are
tested against it, and a preview can show the configuration behind each step. Grammar as in the
unit's command line guide and the integrator document of its API.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from positron_tui.domain.calls import NO_INTERFACE, read_call
from positron_tui.domain.canonical import canonical
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.devices import Line
from positron_tui.domain.errors import CommandRejected, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.model_objects import Refusal, Unit, require_found
from positron_tui.domain.ports import PortKind, PortMode, canonical_port_name, port_name
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.vlans import UNPROVISIONED_VLAN, parse_vlan_list

_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_SYNTAX = "Invalid word detected at '^' marker."
_BAD_CALL = "Invalid params"
_OBJECTS = ("port", "bw-profile", "endpoint", "subscriber")
_BY_NAME, _BY_ID = "ghnAgent.config.userByName.", "ghnAgent.config.user."


class _Quoted(str):
    """A word that stood in double quotes."""

    __slots__ = ()


def apply_step(
    config: RunningConfig, step: ChangeStep, *, line: Line | None = None
) -> RunningConfig:
    """Return the (canonical) configuration behind a step.

    Raises CommandRejected, with the unit's sentence, where a unit refuses it. With `line` it is
    also checked how many endpoints fit on a port.
    """
    return apply_texts(config, step.transport, (step.command,), line=line)


def apply_steps(
    config: RunningConfig, steps: Iterable[ChangeStep], *, line: Line | None = None
) -> RunningConfig:
    """Return the configuration behind all of the steps."""
    unit = Unit.of(canonical(config), line)
    for step in steps:
        _run(unit, step.transport, step.command)
    return _result(config, unit)


def apply_inverse(
    config: RunningConfig, step: ChangeStep, *, line: Line | None = None
) -> RunningConfig:
    """Return the configuration after a step was taken back."""
    return apply_texts(config, step.transport, step.inverse, line=line)


def apply_texts(
    config: RunningConfig, transport: str, texts: Iterable[str], *, line: Line | None = None
) -> RunningConfig:
    """Return the configuration behind command lines (`cli`) or calls (`jsonrpc`)."""
    unit = Unit.of(canonical(config), line)
    for text in texts:
        _run(unit, transport, text)
    return _result(config, unit)


def _result(config: RunningConfig, unit: Unit) -> RunningConfig:
    return canonical(
        replace(
            config,
            ports=tuple(unit.ports.values()),
            endpoints=tuple(unit.endpoints.values()),
            profiles=tuple(unit.profiles.values()),
            subscribers=tuple(unit.subscribers.values()),
        )
    )


def _run(unit: Unit, transport: str, text: str) -> None:
    try:
        if transport == "jsonrpc":
            _call(unit, text)
        else:
            _command(unit, text)
    except Refusal as refusal:
        mark = "" if transport == "jsonrpc" else "% "
        raise CommandRejected(text, f"{mark}{refusal}") from refusal
    except (ValueError, TypeError, IndexError, StopIteration, UsageError) as error:
        reply = _BAD_CALL if transport == "jsonrpc" else f"% {_SYNTAX}"
        raise CommandRejected(text, reply) from error


def _command(unit: Unit, text: str) -> None:
    if text.count('"') % 2 or "?" in text or not text.isascii():
        raise ValueError(text)
    words = [
        _Quoted(match[1]) if match[1] is not None else match[2] for match in _WORD.finditer(text)
    ]
    negated = words[0] == "no"
    ghn, kind, number, *rest = words[1:] if negated else words
    if ghn != "ghn" or kind not in _OBJECTS:
        raise ValueError(text)
    (_NEGATIONS if negated else _SETTERS)[kind](unit, int(number), rest)


def _port(unit: Unit, number: int, rest: list[str]) -> None:
    port = unit.ports.get(number, PortConfig(number))
    words = iter(rest)
    for word in words:
        if word == "name":
            port = replace(port, name=next(words, "") or None)
        elif word == "mode":
            port = replace(port, mode=PortMode(next(words, "")))
        elif word == "shutdown":
            port = replace(port, shutdown=True)
        else:
            raise ValueError(word)
    unit.put_port(port)


def _no_port(unit: Unit, number: int, rest: list[str]) -> None:
    if rest == ["shutdown"]:
        port = unit.ports.get(number, PortConfig(number))
        unit.put_port(replace(port, shutdown=False))
    elif rest:
        raise ValueError(rest[0])
    else:
        unit.put_port(PortConfig(number))


def _profile(unit: Unit, number: int, rest: list[str]) -> None:
    profile = unit.profiles.get(number, Profile(number, ""))
    words = iter(rest)
    for word in words:
        value = next(words)
        if word == "name":
            profile = replace(profile, name=value)
        elif word == "description":
            profile = replace(profile, description=value or None)
        elif word == "rate-downstream":
            profile = replace(profile, down_mbps=int(value))
        elif word == "rate-upstream":
            profile = replace(profile, up_mbps=int(value))
        else:
            raise ValueError(word)
    unit.put_profile(profile)


def _no_profile(unit: Unit, number: int, rest: list[str]) -> None:
    if rest:
        raise ValueError(rest[0])
    unit.drop_profile(number)


def _endpoint(unit: Unit, number: int, rest: list[str]) -> None:
    values: dict[str, Any] = {}
    unknown: list[str] = []
    words = iter(rest)
    for word in words:
        if word in ("name", "description"):
            values[word] = next(words) or None
        elif word == "mac-address":
            values["mac"] = parse_mac(next(words))
        elif word == "port":
            values |= _place(next(words))
        elif word == "allow-management-access":
            values["allow_management"] = True
        else:
            unknown.append(f'"{word}"' if isinstance(word, _Quoted) else word)
    held = unit.endpoints.get(number)
    endpoint = replace(held or EndpointConfig(number), **values)
    if held is None and endpoint.name is None and endpoint.mac:
        # The name that a unit gives by itself, as seen on a real one.
        endpoint = replace(endpoint, name="Positron_" + endpoint.mac.replace(":", "").upper()[-6:])
    if unknown:
        endpoint = replace(endpoint, unknown_words=(*endpoint.unknown_words, *unknown))
    unit.put_endpoint(endpoint)


def _place(value: str) -> dict[str, Any]:
    if value in ("auto", "unassigned"):
        return {"port": None, "auto_port": value == "auto"}
    return {"port": port_name(PortKind.GHN, int(value)), "auto_port": False}


def _no_endpoint(unit: Unit, number: int, rest: list[str]) -> None:
    if not rest:
        unit.drop_endpoint(number)
        return
    require_found(number in unit.endpoints, "Non-existing G.hn endpoint")
    held = unit.endpoints[number]
    if rest == ["port"]:
        unit.put_endpoint(replace(held, port=None, auto_port=False))
    elif rest == ["allow-management-access"]:
        unit.put_endpoint(replace(held, allow_management=False))
    else:
        raise ValueError(rest[0])


def _subscriber(unit: Unit, number: int, rest: list[str]) -> None:
    values: dict[str, Any] = {}
    unknown: list[str] = []
    words = iter(rest)
    for word in words:
        if word in ("tagged", "untagged"):
            values["tagged"] = word == "tagged"
        elif word in _SUBSCRIBER_WORDS:
            values |= _subscriber_value(word, next(words))
        else:
            unknown.append(f'"{word}"' if isinstance(word, _Quoted) else word)
    held = unit.subscribers.get(number, Subscriber(number, "", vlan=UNPROVISIONED_VLAN))
    if unknown:
        values["unknown_words"] = (*held.unknown_words, *unknown)
    unit.put_subscriber(replace(held, **values))


_SUBSCRIBER_WORDS = {
    "name": "name",
    "description": "description",
    "endpoint": "endpoint_id",
    "vid": "vlan",
    "remapped-vid": "remapped_vlan",
    "bw-profile": "profile_id",
    "allowed-vlan": "allowed_vlans",
    "port2-vid": "port2_vlan",
    "poe": "poe",
}


def _subscriber_value(word: str, value: str) -> dict[str, Any]:
    field = _SUBSCRIBER_WORDS[word]
    if word in ("name", "description"):
        return {field: value or None if word == "description" else value}
    if word == "poe":
        return {field: Poe(value)}
    if word == "allowed-vlan":
        return {field: parse_vlan_list(value)}
    if word == "bw-profile":
        return {field: 0 if value == "unthrottled" else int(value)}
    if word in ("remapped-vid", "port2-vid") and value == "none":
        return {field: None}
    return {field: int(value)}


def _no_subscriber(unit: Unit, number: int, rest: list[str]) -> None:
    if not rest:
        unit.drop_subscriber(number)
        return
    if rest != ["endpoint"]:
        raise ValueError(rest[0])
    require_found(number in unit.subscribers, "Non-existing G.hn subscriber")
    unit.put_subscriber(replace(unit.subscribers[number], endpoint_id=None))


_SETTERS = {
    "port": _port,
    "bw-profile": _profile,
    "endpoint": _endpoint,
    "subscriber": _subscriber,
}
_NEGATIONS = {
    "port": _no_port,
    "bw-profile": _no_profile,
    "endpoint": _no_endpoint,
    "subscriber": _no_subscriber,
}


def _call(unit: Unit, text: str) -> None:
    """Do a call on the user table, keyed by name or by id."""
    method, params = read_call(text)
    by_name = method.startswith(_BY_NAME)
    if not by_name and not method.startswith(_BY_ID):
        raise ValueError(method)
    held = [
        one
        for one in unit.subscribers.values()
        if (one.name if by_name else one.subscriber_id) == params[0]
    ]
    require_found(bool(held), "Non-existing G.hn subscriber")
    action = method.rpartition(".")[2]
    if action == "del":
        unit.drop_subscriber(held[0].subscriber_id)
    elif action == "set":
        unit.put_subscriber(_with_members(held[0], params[1]))
    else:
        raise ValueError(method)


def _with_members(subscriber: Subscriber, struct: dict[str, Any]) -> Subscriber:
    for member, value in struct.items():
        if member in ("TrunkMode", "DoubleTags"):
            if not isinstance(value, bool):
                raise ValueError(member)
            changes: dict[str, Any] = {"trunk" if member == "TrunkMode" else "double_tag": value}
        elif member == "OuterTagVlanId":
            changes = {"outer_vlan": int(value) or None}
        elif member in ("PortIfIndex", "NNIIfIndex"):
            if not isinstance(value, str):
                raise ValueError(member)
            place = None if value == NO_INTERFACE else canonical_port_name(value)
            changes = {"port" if member == "PortIfIndex" else "uplink": place}
        else:
            raise ValueError(member)
        subscriber = replace(subscriber, **changes)
    return subscriber
