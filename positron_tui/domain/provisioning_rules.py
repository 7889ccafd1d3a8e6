"""The rules that a subscriber must keep before anything is sent (limits of the vendor's guides).

Each broken rule is a Finding: the field, and a sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import Finding
from positron_tui.domain.models import ENDPOINT_MODELS_BY_NAME, EndpointModel
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.provisioning import (
    ENDPOINTS_PER_PORT,
    ServiceView,
    SubscriberRequest,
    free_id,
    target_endpoint,
)
from positron_tui.domain.subscribers import Poe
from positron_tui.domain.vlans import MAX_ALLOWED_VLANS, vlan_problem

LOWEST_RATE_MBPS = 10
HIGHEST_RATE_MBPS = {Line.COAX: 800, Line.COPPER: 1000}


def validate(request: SubscriberRequest, view: ServiceView) -> tuple[Finding, ...]:
    """Return everything that is wrong with the request; nothing = it can be planned."""
    endpoint = target_endpoint(request, view)
    return (
        *_check_name(request, view),
        *_check_binding(request, view, endpoint),
        *_check_vlans(request, view),
        *_check_plan(request, view),
        *(_check_hardware(request, endpoint) if endpoint else ()),
        *_check_room(view, endpoint),
    )


def endpoint_model(endpoint: Endpoint) -> EndpointModel | None:
    """Return what is known of the endpoint's product, None when it is unknown."""
    return ENDPOINT_MODELS_BY_NAME.get(endpoint.model or "")


def _check_name(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    problem = name_problem(request.name)
    if problem:
        yield Finding("name", problem)
    elif view.running.subscriber_by_name(request.name):
        yield Finding(
            "name",
            f"{request.device} already has a subscriber named {request.name}; choose another name.",
        )
    text = description_problem(request.description or "")
    if text:
        yield Finding("description", text)


def _check_binding(
    request: SubscriberRequest, view: ServiceView, endpoint: Endpoint | None
) -> Iterator[Finding]:
    if view.subscriber_model is SubscriberModel.PORT_AWARE:
        yield Finding(
            "port",
            f"{request.device} binds subscribers to ports (port-aware), which its command line "
            "has no words for; use its web page for this one.",
        )
    elif bool(request.endpoint_mac) == bool(request.port):
        yield Finding("endpoint", "Give either an endpoint or a port.")
    elif endpoint is None:
        yield _no_endpoint(request, view)
    else:
        yield from _check_endpoint(request, view, endpoint)


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
        yield from _check_port_room(view, endpoint)
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


def _check_port_room(view: ServiceView, endpoint: Endpoint) -> Iterator[Finding]:
    port = endpoint.detected_port
    if port is None:
        yield Finding(
            "endpoint",
            f"The endpoint {endpoint.mac} is not seen on any port, so it cannot be configured; "
            "plug it in first.",
        )
        return
    most = ENDPOINTS_PER_PORT.get(view.line) if view.line else None
    there = [one for one in view.running.endpoints if one.port == port]
    if most is not None and len(there) >= most:
        limit = "one endpoint" if most == 1 else f"{most} endpoints"
        yield Finding(
            "endpoint",
            f"{port} already has {limit} configured, the most for a {view.line} port; remove one "
            "first.",
        )


def _check_vlans(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    management = view.running.management_vlans
    wanted = [("vlan", request.vlan), *_optional_vlans(request)]
    for field, vlan in wanted:
        problem = vlan_problem(vlan, management)
        if problem:
            yield Finding(field, f"{problem}; choose another.")
        elif field != "remapped_vlan" and not _on_uplink(vlan, view):
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


def _optional_vlans(request: SubscriberRequest) -> Iterator[tuple[str, int]]:
    if request.remapped_vlan:
        yield "remapped_vlan", request.remapped_vlan
    if request.port2_vlan:
        yield "port2_vlan", request.port2_vlan
    for vlan in request.allowed_vlans[: MAX_ALLOWED_VLANS + 1]:
        yield "allowed_vlans", vlan


def _on_uplink(vlan: int, view: ServiceView) -> bool:
    uplinks = view.running.uplink_vlans
    if not uplinks:
        return True
    return any(low <= vlan <= high for ranges in uplinks.values() for low, high in ranges)


def _uplink_text(view: ServiceView) -> str:
    return "; ".join(
        f"{name}: " + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)
        for name, ranges in view.running.uplink_vlans.items()
    )


def _check_plan(request: SubscriberRequest, view: ServiceView) -> Iterator[Finding]:
    if request.plan is None:
        return
    profile = view.running.profile_by_name(request.plan)
    if profile is None:
        names = ", ".join(one.name for one in view.running.profiles) or "none"
        yield Finding(
            "plan", f"{request.device} has no plan named {request.plan}; it has: {names}."
        )
        return
    most = HIGHEST_RATE_MBPS.get(view.line) if view.line else None
    rates = [rate for rate in (profile.down_mbps, profile.up_mbps) if rate]
    if most is not None and any(rate > most for rate in rates):
        yield Finding(
            "plan",
            f"The plan {profile.name} ({profile.down_mbps}/{profile.up_mbps} Mbit/s) is above the "
            f"{most} Mbit/s that a {view.line} line can be limited to; choose a lower one or "
            "unthrottled.",
        )
    elif any(rate < LOWEST_RATE_MBPS for rate in rates):
        yield Finding(
            "plan",
            f"The plan {profile.name} is below {LOWEST_RATE_MBPS} Mbit/s, the least that the unit "
            "can limit to; choose a higher one.",
        )


def _check_hardware(request: SubscriberRequest, endpoint: Endpoint) -> Iterator[Finding]:
    model = endpoint_model(endpoint)
    if model is None:
        return
    if request.port2_vlan and model.ethernet_ports == 1:
        yield Finding("port2_vlan", f"A {model.name} has one Ethernet port; leave this empty.")
    if request.poe in (Poe.ENABLE, Poe.FORCE) and not model.poe:
        yield Finding("poe", f"A {model.name} cannot feed power over Ethernet; leave it off.")


def _check_room(view: ServiceView, endpoint: Endpoint | None) -> Iterator[Finding]:
    if free_id({one.subscriber_id for one in view.running.subscribers}) is None:
        yield Finding("name", "The unit has all of its 384 subscribers; remove one first.")
    if endpoint is None or view.running.endpoint_by_mac(endpoint.mac) is not None:
        return
    if free_id({one.endpoint_id for one in view.running.endpoints}) is None:
        yield Finding("endpoint", "The unit has all of its 384 endpoints; remove one first.")
