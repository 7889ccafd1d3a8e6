"""What the actions on subscribers and endpoints ask back. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import PortKind
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.services.bulk import BulkReport
from positron_tui.services.views import DeviceView
from positron_tui.tui.render.values import clock_time
from positron_tui.tui.screens.editor_options import port_words, state_words
from positron_tui.tui.screens.pick import Option

SERVICE_ONLY = "service"
WITH_ENDPOINT = "with endpoint"
ENDPOINT_ONLY = "endpoint"
WITH_SUBSCRIBER = "with subscriber"
REMOVE_SUBSCRIBER = (
    Option(SERVICE_ONLY, "the service", "its endpoint stays configured"),
    Option(WITH_ENDPOINT, "the service and its endpoint", "nothing of it stays"),
)
_SEPARATOR = "\0"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a service is to go: an endpoint or a port of a device."""

    device: str
    mac: str | None = None
    port: str | None = None


def boxes(view: DeviceView, subscriber: Subscriber) -> list[Option]:
    """Endpoints that are seen without a service; those on the subscriber's own port first."""
    own = view.endpoint_of(subscriber)
    place = (own.port if own else None) or subscriber.port
    free = [one for one in _free(view) if one.detected_port is not None]
    free.sort(key=lambda one: (one.detected_port != place, _port_number(view, one), one.mac))
    return [
        Option(one.mac, one.mac, f"on {one.port}, {state_words(one)}", one.model or "")
        for one in free
    ]


def destinations(
    views: Iterable[DeviceView], home: DeviceView, subscriber: Subscriber
) -> list[Option]:
    """Endpoints without a service and ports, of the service's own device and then of others."""
    own = home.endpoint_of(subscriber)
    place = (own.port if own else None) or subscriber.port
    others = [view for view in views if view.name != home.name]
    options: list[Option] = []
    for view in (home, *others):
        at_home = view is home
        options += _endpoints(view)
        options += _ports(view, None if not at_home else place)
    return options


def destination(key: str) -> Destination:
    """Read the key of an option of `destinations`."""
    device, kind, thing = key.split(_SEPARATOR)
    return Destination(device, thing, None) if kind == "mac" else Destination(device, None, thing)


def remove_endpoint(served: Sequence[Subscriber | None]) -> list[Option]:
    """What to do about the services of endpoints that are to be removed."""
    names = ", ".join(one.name for one in served[:3] if one) + (" ..." if served[3:] else "")
    return [
        Option(ENDPOINT_ONLY, "the endpoint alone", f"refused while it carries {names}"),
        Option(WITH_SUBSCRIBER, "the endpoint and its service", names),
    ]


def shared_profiles(views: Iterable[DeviceView]) -> tuple[Profile, ...]:
    """Return the profiles that all these devices have by name, as the first one has them."""
    first, *others = views
    names = [{one.name for one in view.snapshot.profiles} for view in others]
    return tuple(
        one for one in first.snapshot.profiles if all(one.name in known for known in names)
    )


def name_of(mac: str) -> str:
    """Return a name for an endpoint that nobody named: the end of its MAC."""
    return f"ep-{mac.replace(':', '')[-6:]}"


def runs(reports: Iterable[BulkReport], now: datetime) -> list[Option]:
    """The runs on many rows, as they come."""
    return [
        Option(
            str(one.id),
            one.title or f"run {one.id}",
            one.sentence or one.state.value,
            clock_time(one.started_at, now),
        )
        for one in reports
    ]


def _endpoints(view: DeviceView) -> list[Option]:
    if view.snapshot.identity.subscriber_model is SubscriberModel.PORT_AWARE:
        return []
    return [
        Option(
            _SEPARATOR.join((view.name, "mac", one.mac)),
            one.mac,
            f"{view.name}, on {one.port or 'no port'}, {state_words(one)}",
            one.model or "",
        )
        for one in sorted(_free(view), key=lambda one: (_port_number(view, one), one.mac))
    ]


def _ports(view: DeviceView, own: str | None) -> list[Option]:
    by_port = view.snapshot.identity.subscriber_model is SubscriberModel.PORT_AWARE
    seen = Counter(one.detected_port for one in _free(view))
    return [
        Option(
            _SEPARATOR.join((view.name, "port", port.name)),
            port.name,
            f"{view.name}, {'the port itself' if by_port else port_words(seen[port.name])}",
            port.label or "",
        )
        for port in view.snapshot.ports
        if port.kind is PortKind.GHN and port.name != own
    ]


def _free(view: DeviceView) -> list[Endpoint]:
    return [one for one in view.snapshot.endpoints if view.subscriber_of(one) is None]


def _port_number(view: DeviceView, endpoint: Endpoint) -> int:
    port = view.port_by_name(endpoint.port) if endpoint.port else None
    return port.number if port else 0
