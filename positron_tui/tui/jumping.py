"""The `:` line: where a typed word leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from positron_tui.domain.errors import NotFound, PositronError, UsageError
from positron_tui.domain.ports import canonical_port_name

if TYPE_CHECKING:
    from positron_tui.services.fleet import Fleet

HELP = (
    *(":gam NAME", ":port NAME/7", ":ep MAC", ":sub NAME", ":log", ":endpoints", ":subscribers"),
    *(":changes", ":change 12", ":drift", ":drift NAME", ":plans", ":waiting"),
    *(":sync", ":sync 12", ":conflicts", ":hooks", ":why NAME"),
)


class Place(StrEnum):
    DEVICE = "device"
    PORT = "port"
    ENDPOINT = "endpoint"
    SUBSCRIBER = "subscriber"
    LOG = "log"
    ENDPOINTS = "endpoints"
    SUBSCRIBERS = "subscribers"
    CHANGES = "changes"
    CHANGE = "change"
    DRIFT = "drift"
    PLANS = "plans"
    UNPROVISIONED = "unprovisioned"
    SYNC = "sync"
    SYNC_RUN = "sync run"
    CONFLICTS = "conflicts"
    HOOKS = "hooks"
    WHY = "why"
    HELP = "help"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Target:
    """A place, with the device and the thing on it (port name, MAC, subscriber name, number)."""

    place: Place
    device: str = ""
    thing: str = ""


_WORDS = {
    "gam": Place.DEVICE,
    "device": Place.DEVICE,
    "port": Place.PORT,
    "ep": Place.ENDPOINT,
    "endpoint": Place.ENDPOINT,
    "mac": Place.ENDPOINT,
    "sub": Place.SUBSCRIBER,
    "subscriber": Place.SUBSCRIBER,
    "log": Place.LOG,
    "endpoints": Place.ENDPOINTS,
    "subscribers": Place.SUBSCRIBERS,
    "changes": Place.CHANGES,
    "change": Place.CHANGE,
    "drift": Place.DRIFT,
    "plans": Place.PLANS,
    "waiting": Place.UNPROVISIONED,
    "new": Place.UNPROVISIONED,
    "sync": Place.SYNC,
    "conflicts": Place.CONFLICTS,
    "hooks": Place.HOOKS,
    "why": Place.WHY,
    "help": Place.HELP,
    "q": Place.QUIT,
    "quit": Place.QUIT,
}


def find_target(text: str, fleet: Fleet) -> Target:
    """Read `gam 12`, `port gam-01/7`, `ep MAC`, `sub smith`; NotFound, UsageError say what not."""
    word, _, rest = text.strip().lstrip(":").partition(" ")
    rest = rest.strip()
    place = _WORDS.get(word.casefold())
    if place is None:
        return _anything(text.strip().lstrip(":"), fleet)
    if place is Place.DEVICE:
        return Target(place, _device(rest, fleet))
    if place is Place.PORT:
        return _port(rest, fleet)
    if place is Place.ENDPOINT:
        return _endpoint(rest, fleet)
    if place is Place.SUBSCRIBER:
        return _subscriber(rest, fleet)
    if place is Place.WHY:
        return replace(_subscriber(rest, fleet), place=Place.WHY)
    if place is Place.CHANGE:
        return Target(place, thing=_number(rest, "a change, as in :change 12"))
    if place is Place.SYNC and rest:
        return Target(Place.SYNC_RUN, thing=_number(rest, "a sync run, as in :sync 12"))
    if place is Place.DRIFT and rest:
        return Target(place, _device(rest, fleet))
    return Target(place)


def _number(text: str, of_what: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f"Write the number of {of_what}.")
    return text


def _anything(text: str, fleet: Fleet) -> Target:
    """A bare name: the first thing of that name, devices before subscribers."""
    for find in (_named_device, _endpoint, _subscriber):
        try:
            return find(text, fleet)
        except PositronError:
            continue
    raise UsageError(f"'{text}' leads nowhere; write {', '.join(HELP[:4])}.")


def _named_device(text: str, fleet: Fleet) -> Target:
    return Target(Place.DEVICE, _device(text, fleet))


def _device(text: str, fleet: Fleet) -> str:
    names = fleet.names()
    folded = text.casefold()
    exact = [name for name in names if name.casefold() == folded]
    near = [name for name in names if folded and folded in name.casefold()]
    if len(exact) == 1 or (not exact and len(near) == 1):
        return (exact or near)[0]
    if len(near) > 1 and not exact:
        raise NotFound(f"'{text}' fits several devices: {', '.join(near[:5])}; write more of it.")
    return fleet.get(text).name


def _port(text: str, fleet: Fleet) -> Target:
    device, slash, port = text.partition("/")
    if not slash:
        raise UsageError("Write a port as NAME/7 or NAME/10G 1/1.")
    view = fleet.get(_device(device.strip(), fleet))
    name = canonical_port_name(port)
    if view.port_by_name(name) is None:
        raise NotFound(f"{view.name} has no port {name}.")
    return Target(Place.PORT, view.name, name)


def _endpoint(text: str, fleet: Fleet) -> Target:
    found = fleet.find_endpoint(text)
    if not found:
        raise NotFound(f"No device has an endpoint {text}.")
    view, endpoint = found[0]
    return Target(Place.ENDPOINT, view.name, endpoint.mac)


def _subscriber(text: str, fleet: Fleet) -> Target:
    wanted = text.casefold()
    near: list[Target] = []
    for view in fleet.devices():
        for one in view.snapshot.subscribers:
            name = one.name.casefold()
            if name == wanted:
                return Target(Place.SUBSCRIBER, view.name, one.name)
            if wanted and wanted in name:
                near.append(Target(Place.SUBSCRIBER, view.name, one.name))
    if len(near) == 1:
        return near[0]
    if near:
        names = ", ".join(target.thing for target in near[:5])
        raise NotFound(f"'{text}' fits several subscribers: {names}; write more of it.")
    raise NotFound(f"No device has a subscriber '{text}'.")
