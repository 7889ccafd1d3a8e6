"""The rules of one service: name, binding, VLANs, tags, plan, hardware (vendor's guides).

Each broken rule is a Finding: the field, and a sentence that says what to do. The checks are
shared by everything that puts a service on a device or changes one.
"""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import Finding, UsageError
from positron_tui.domain.models import ENDPOINT_MODELS_BY_NAME, EndpointModel
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.plans import HIGHEST_RATE_MBPS, LOWEST_RATE_MBPS
from positron_tui.domain.ports import PortKind, parse_port_name
from positron_tui.domain.provisioning import (
    ENDPOINTS_PER_PORT,
    ServiceView,
    SubscriberRequest,
    free_id,
)
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Poe, Profile
from positron_tui.domain.vlans import MAX_ALLOWED_VLANS, vlan_problem


def check_service(
    request: SubscriberRequest, view: ServiceView, endpoint: Endpoint | None
) -> Iterator[Finding]:
    """Yield what is wrong with the service itself, wherever it is bound."""
    yield from check_vlans(request, view)
    yield from check_tags(request, view)
    yield from check_plan(request, view)
    if endpoint:
        yield from check_hardware(request, endpoint)


def findings_of_request(request: SubscriberRequest) -> tuple[Finding, ...]:
    """Return what is wrong whatever device it is for, so that it is said before one is asked."""
    nowhere = ServiceView(line=None, running=RunningConfig(), endpoints=())
    return (*check_name(request, nowhere), *check_vlans(request, nowhere))


def endpoint_model(endpoint: Endpoint) -> EndpointModel | None:
    """Return what is known of the endpoint's product, None when it is unknown."""
    return ENDPOINT_MODELS_BY_NAME.get(endpoint.model or "")


def check_name(
    request: SubscriberRequest, view: ServiceView, own_id: int | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with name and description; `own_id` is the subscriber itself."""
    problem = name_problem(request.name)
    holder = view.running.subscriber_by_name(request.name)
    if problem:
        yield Finding("name", problem)
    elif holder is not None and holder.subscriber_id != own_id:
        yield Finding(
            "name",
            f"{request.device} already has a subscriber named {request.name}; choose another name.",
        )
    text = description_problem(request.description or "")
    if text:
        yield Finding("description", text)


def check_binding(
    request: SubscriberRequest,
    view: ServiceView,
    endpoint: Endpoint | None,
    own_id: int | None = None,
) -> Iterator[Finding]:
    """Yield why a service cannot be bound as asked: to an endpoint, or to a port (port-aware)."""
    if view.subscriber_model is SubscriberModel.PORT_AWARE:
        yield from _check_own_port(request, view, own_id)
    elif bool(request.endpoint_mac) == bool(request.port):
        yield Finding("endpoint", "Give either an endpoint or a port.")
    elif endpoint is None:
        yield _no_endpoint(request, view)
    else:
        yield from _check_endpoint(request, view, endpoint)


def _check_own_port(
    request: SubscriberRequest, view: ServiceView, own_id: int | None
) -> Iterator[Finding]:
    if request.endpoint_mac or not request.port:
        yield Finding(
            "port",
            f"{request.device} binds subscribers to ports (port-aware); give a port and no "
            "endpoint.",
        )
        return
    yield from check_port(request.port, view.ghn_ports)
    holder = next(
        (
            one
            for one in view.running.subscribers
            if one.port == request.port and one.subscriber_id != own_id
        ),
        None,
    )
    if holder is not None:
        yield Finding(
            "port",
            f"{request.port} already carries the subscriber {holder.name}; choose another port or "
            "remove that subscriber first.",
        )


def check_port(port: str, ghn_ports: int | None) -> Iterator[Finding]:
    """Yield why a port is none for endpoints and subscribers; `ghn_ports` None = unknown."""
    try:
        kind, number = parse_port_name(port)
    except UsageError as error:
        yield Finding("port", str(error))
        return
    if kind is not PortKind.GHN:
        yield Finding("port", f"{port} is not a G.hn port; choose one of those.")
    elif number < 1 or (ghn_ports is not None and number > ghn_ports):
        most = f"; the unit has {ghn_ports}" if ghn_ports else ""
        yield Finding("port", f"There is no G.hn port {number}{most}.")


def _no_endpoint(request: SubscriberRequest, view: ServiceView) -> Finding:
    if request.endpoint_mac:
        return Finding(
            "endpoint",
            f"The endpoint {request.endpoint_mac} is neither seen nor configured on "
            f"{request.device}; check the MAC address or plug it in first.",
        )
    free = view.without_service(request.port or "")
    if not free:
        return Finding(
            "port",
            f"No endpoint without a subscriber is seen on {request.port}; plug one in or choose "
            "another port.",
        )
    macs = ", ".join(one.mac for one in free)
    return Finding(
        "port", f"{request.port} has {len(free)} endpoints without a subscriber ({macs}); name one."
    )


def _check_endpoint(
    request: SubscriberRequest, view: ServiceView, endpoint: Endpoint
) -> Iterator[Finding]:
    config = view.running.endpoint_by_mac(endpoint.mac)
    if config is None:
        yield from _check_seen(view, endpoint)
        return
    holder = view.subscriber_on(config.endpoint_id)
    if holder is not None:
        yield Finding(
            "endpoint",
            f"The endpoint {endpoint.mac} already carries the subscriber {holder.name}; choose "
            "another endpoint or remove that subscriber first.",
        )
    if endpoint.state is EndpointState.QUARANTINED_WRONG_PORT and config.port is not None:
        yield Finding(
            "endpoint",
            f"The endpoint {endpoint.mac} is configured for {config.port} but plugged in on "
            f"{endpoint.detected_port}; move the cable back or change its port first.",
        )
    elif config.port is None and not config.auto_port and endpoint.detected_port:
        yield from check_port_room(view, endpoint.detected_port)


def _check_seen(view: ServiceView, endpoint: Endpoint) -> Iterator[Finding]:
    if endpoint.detected_port is None:
        yield Finding(
            "endpoint",
            f"The endpoint {endpoint.mac} is not seen on any port, so it cannot be configured; "
            "plug it in first.",
        )
    else:
        yield from check_port_room(view, endpoint.detected_port)


def check_port_room(
    view: ServiceView, port: str, own_id: int | None = None, field: str = "endpoint"
) -> Iterator[Finding]:
    """Yield a finding when no more endpoints fit on a port; `own_id` is the endpoint itself."""
    most = ENDPOINTS_PER_PORT.get(view.line) if view.line else None
    there = [
        one for one in view.running.endpoints if one.port == port and one.endpoint_id != own_id
    ]
    if most is not None and len(there) >= most:
        limit = "one endpoint" if most == 1 else f"{most} endpoints"
        yield Finding(
            field,
            f"{port} already has {limit} configured, the most for a {view.line} port; remove one "
            "first.",
        )


def check_vlans(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    """Yield what is wrong with the VLANs: reserved, used to manage, not on the uplink, too many."""
    management = view.running.management_vlans
    for field, vlan in (("vlan", request.vlan), *_optional_vlans(request)):
        problem = vlan_problem(vlan, management)
        if problem:
            yield Finding(field, f"{problem}; choose another.")
        elif _leaves_the_unit(field, request) and not _on_uplink(vlan, request, view):
            yield Finding(
                field,
                f"VLAN {vlan} is not allowed on the uplink of {request.device} "
                f"({_uplink_text(view)}); allow it there first or choose another.",
            )
    if request.port2_vlan and request.port2_vlan == request.vlan:
        yield Finding("port2_vlan", "The second port needs another VLAN than the first.")
    if len(set(request.allowed_vlans)) > MAX_ALLOWED_VLANS:
        yield Finding(
            "allowed_vlans",
            f"{len(set(request.allowed_vlans))} allowed VLANs are too many; {MAX_ALLOWED_VLANS} "
            "is the most.",
        )


def check_tags(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    """Yield what is wrong with trunk mode, double tags, outer VLAN and uplink."""
    if request.trunk and request.allowed_vlans:
        yield Finding(
            "allowed_vlans", "Trunk mode carries every VLAN; leave the list of allowed ones empty."
        )
    if request.double_tag and not request.outer_vlan:
        yield Finding("outer_vlan", "Double tags need an outer VLAN; give one.")
    if request.outer_vlan and not request.double_tag:
        yield Finding(
            "outer_vlan", "An outer VLAN needs double tags; switch them on or leave it empty."
        )
    known = view.running.uplink_vlans
    if request.uplink and known and request.uplink not in known:
        yield Finding(
            "uplink",
            f"{request.device} has no uplink {request.uplink}; it has: {', '.join(known)}.",
        )


def _leaves_the_unit(field: str, request: SubscriberRequest) -> bool:
    """Return whether a VLAN is seen on the uplink: not a remapped one, nor one inside another."""
    return field != "remapped_vlan" and not (field == "vlan" and request.double_tag)


def _optional_vlans(request: SubscriberRequest) -> Iterator[tuple[str, int]]:
    if request.remapped_vlan:
        yield "remapped_vlan", request.remapped_vlan
    if request.port2_vlan:
        yield "port2_vlan", request.port2_vlan
    if request.outer_vlan:
        yield "outer_vlan", request.outer_vlan
    for vlan in request.allowed_vlans[: MAX_ALLOWED_VLANS + 1]:
        yield "allowed_vlans", vlan


def _on_uplink(vlan: int, request: SubscriberRequest, view: ServiceView) -> bool:
    uplinks = view.running.uplink_vlans
    if not uplinks:
        return True
    own = uplinks.get(request.uplink) if request.uplink else None
    chosen = uplinks.values() if own is None else (own,)
    return any(low <= vlan <= high for ranges in chosen for low, high in ranges)


def _uplink_text(view: ServiceView) -> str:
    return "; ".join(
        f"{name}: " + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)
        for name, ranges in view.running.uplink_vlans.items()
    )


def check_plan(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    """Yield why the plan cannot be used: the device has none of that name, or its rates."""
    if request.plan is None:
        return
    profile = view.running.profile_by_name(request.plan)
    if profile is None:
        names = ", ".join(one.name for one in view.running.profiles) or "none"
        yield Finding(
            "plan", f"{request.device} has no plan named {request.plan}; it has: {names}."
        )
        return
    yield from check_rates(profile, view.line)


def check_rates(profile: Profile, line: Line | None) -> Iterator[Finding]:
    """Yield why a line cannot be limited to a profile's rates; 0 is no limit."""
    most = HIGHEST_RATE_MBPS.get(line) if line else None
    rates = [rate for rate in (profile.down_mbps, profile.up_mbps) if rate]
    if most is not None and any(rate > most for rate in rates):
        yield Finding(
            "plan",
            f"The plan {profile.name} ({profile.down_mbps}/{profile.up_mbps} Mbit/s) is above the "
            f"{most} Mbit/s that a {line} line can be limited to; choose a lower one or "
            "unthrottled.",
        )
    elif any(rate < LOWEST_RATE_MBPS for rate in rates):
        yield Finding(
            "plan",
            f"The plan {profile.name} is below {LOWEST_RATE_MBPS} Mbit/s, the least that the unit "
            "can limit to; choose a higher one.",
        )


def check_hardware(request: SubscriberRequest, endpoint: Endpoint) -> Iterator[Finding]:
    """Yield what the endpoint's product does not have; an unknown product may have anything."""
    model = endpoint_model(endpoint)
    if model is None:
        return
    if request.port2_vlan and model.ethernet_ports == 1:
        yield Finding("port2_vlan", f"A {model.name} has one Ethernet port; leave this empty.")
    if request.poe in (Poe.ENABLE, Poe.FORCE) and not model.poe:
        yield Finding("poe", f"A {model.name} cannot feed power over Ethernet; leave it off.")


def check_room(view: ServiceView, endpoint: Endpoint | None) -> Iterator[Finding]:
    """Yield findings when the unit has no number left for a new subscriber or its endpoint."""
    if free_id({one.subscriber_id for one in view.running.subscribers}) is None:
        yield Finding("name", "The unit has all of its 384 subscribers; remove one first.")
    if endpoint is None or view.running.endpoint_by_mac(endpoint.mac) is not None:
        return
    if free_id({one.endpoint_id for one in view.running.endpoints}) is None:
        yield Finding("endpoint", "The unit has all of its 384 endpoints; remove one first.")
