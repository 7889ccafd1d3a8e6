"""Finding the one device, port, endpoint or subscriber that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import NotFound, UsageError
from positron_tui.domain.ports import Port
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.fleet import Fleet, near_matches
from positron_tui.services.views import DeviceView

if TYPE_CHECKING:
    from positron_tui.services.app import Services


def views_of(fleet: Fleet, device: str | None) -> tuple[DeviceView, ...]:
    """Return the named device's view, or those of all when none is named."""
    return fleet.devices() if device is None else (fleet.get(device),)


def nothing_found(fleet: Fleet, expression: str | None, what: str) -> str:
    """Return why a list is empty, and what to do about it."""
    if not fleet.devices():
        return "No device is known yet; 'device add HOST' takes one into the fleet."
    if expression:
        return f"The filter '{expression}' keeps none of the {what}."
    return f"The last readings have no {what}."


def find_port(view: DeviceView, name: str) -> Port:
    """Return a port by its canonical name."""
    port = view.port_by_name(name)
    if port is not None:
        return port
    ports = [one.name for one in view.snapshot.ports]
    if not ports:
        raise NotFound(
            f"The ports of {view.name} are not known yet; run 'device poll {view.name}' first."
        )
    raise NotFound(f"{view.name} has no port {name}{near_matches(name, ports, 'port')}")


def find_endpoint(fleet: Fleet, mac: str, device: str | None) -> tuple[DeviceView, Endpoint]:
    """Return an endpoint by its MAC; the device where it is seen wins over one that expects it."""
    found = [
        (view, endpoint)
        for view in views_of(fleet, device)
        if (endpoint := view.endpoint_by_mac(mac)) is not None
    ]
    if not found:
        where = f"{device} has" if device else "No device has"
        raise NotFound(f"{where} {'no' if device else 'an'} endpoint {mac} in its last reading.")
    if len(found) > 1:
        seen = [one for one in found if one[1].detected_port is not None]
        if len(seen) != 1:
            raise _several(f"The endpoint {mac}", [view.name for view, _ in found])
        found = seen
    return found[0]


def find_subscriber(fleet: Fleet, name: str, device: str | None) -> tuple[DeviceView, Subscriber]:
    """Return a subscriber by its name."""
    views = views_of(fleet, device)
    found = [
        (view, subscriber)
        for view in views
        if (subscriber := view.subscriber_by_name(name)) is not None
    ]
    if not found:
        names = [one.name for view in views for one in view.snapshot.subscribers]
        end = near_matches(name, names, "subscriber")
        where = f" on {device}" if device else ""
        raise NotFound(f"There is no subscriber '{name}'{where}{end}")
    if len(found) > 1:
        raise _several(f"The subscriber '{name}'", [view.name for view, _ in found])
    return found[0]


async def find_service(services: Services, name: str, device: str | None) -> tuple[str, str]:
    """Return device and name of a subscriber that is intended or runs."""
    intended = await services.intent.services(device)
    devices = {one.device for one in intended if one.subscriber.name == name}
    devices |= {
        view.name
        for view in views_of(services.fleet, device)
        if view.subscriber_by_name(name) is not None
    }
    if not devices:
        find_subscriber(services.fleet, name, device)  # says what there is
    if len(devices) > 1:
        raise _several(f"The subscriber '{name}'", sorted(devices))
    return devices.pop(), name


def _several(what: str, devices: list[str]) -> UsageError:
    return UsageError(f"{what} is known on {', '.join(devices)}; say which with --device.")
