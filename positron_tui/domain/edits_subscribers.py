"""Edits of subscribers: add, edit, move, remove; endpoint-aware and port-aware."""

from __future__ import annotations

from dataclasses import dataclass, replace

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.edits import (
    KEEP,
    EditContext,
    Keep,
    Outcome,
    chosen,
    endpoint_by_id,
    next_endpoint_id,
    next_subscriber_id,
    no_subscriber,
    with_endpoint,
    with_subscriber,
    without_endpoint,
    without_subscriber,
)
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import Finding
from positron_tui.domain.provisioning import (
    ServiceView,
    SubscriberRequest,
    free_endpoint_name,
    service_warnings,
    target_endpoint,
)
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.service_rules import (
    check_binding,
    check_name,
    check_port,
    check_port_room,
    check_room,
    check_service,
)
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Poe, Subscriber
from positron_tui.domain.vlans import UNPROVISIONED_VLAN


@dataclass(frozen=True, slots=True)
class AddSubscriber:
    """Put a new service on a device; its endpoint is configured or bound where that is missing."""

    request: SubscriberRequest
    kind = "subscriber.add"

    @property
    def subject(self) -> str:
        return self.request.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        request, view = self.request, context.view(config)
        by_port = view.subscriber_model is SubscriberModel.PORT_AWARE
        endpoint = None if by_port else target_endpoint(request, view)
        findings = (
            *check_name(request, view),
            *check_binding(request, view, endpoint),
            *check_service(request, view, endpoint),
            *check_room(view, endpoint),
        )
        number = next_subscriber_id(config)
        if findings or number is None:
            return Outcome(config, findings)
        bound = None if endpoint is None else bound_endpoint(config, endpoint, request.name)
        subscriber = replace(
            _service_of(request, config),
            subscriber_id=number,
            endpoint_id=bound.endpoint_id if bound else None,
            endpoint_mac=bound.mac if bound else None,
            port=request.port if by_port else None,
        )
        wanted = with_subscriber(config, subscriber)
        return Outcome(
            with_endpoint(wanted, bound) if bound else wanted,
            warnings=service_warnings(request, endpoint, view),
        )


@dataclass(frozen=True, slots=True)
class EditSubscriber:
    """Change fields of a subscriber; its id and its binding stay. KEEP leaves a field as it is.

    `plan` is a profile's name, None = unthrottled. Switching double tags off also drops the outer
    VLAN, switching trunk mode on the allowed list, unless the edit says otherwise.
    """

    name: str
    new_name: str | Keep = KEEP
    description: str | Keep | None = KEEP
    vlan: int | Keep = KEEP
    tagged: bool | Keep = KEEP
    remapped_vlan: int | Keep | None = KEEP
    port2_vlan: int | Keep | None = KEEP
    allowed_vlans: tuple[int, ...] | Keep = KEEP
    trunk: bool | Keep = KEEP
    double_tag: bool | Keep = KEEP
    outer_vlan: int | Keep | None = KEEP
    uplink: str | Keep | None = KEEP
    plan: str | Keep | None = KEEP
    poe: Poe | Keep | None = KEEP
    kind = "subscriber.edit"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.subscriber_by_name(self.name)
        if held is None:
            return no_subscriber(self.name, config, context)
        wanted = self._changed(held)
        if isinstance(self.plan, Keep):
            return changed_service(config, context, held, wanted)
        return changed_service(config, context, held, wanted, self.plan)

    def _changed(self, held: Subscriber) -> Subscriber:
        trunk, double = chosen(self.trunk, held.trunk), chosen(self.double_tag, held.double_tag)
        outer = None if self.double_tag is False else held.outer_vlan
        allowed = () if self.trunk is True else held.allowed_vlans
        return replace(
            held,
            name=chosen(self.new_name, held.name),
            description=chosen(self.description, held.description) or None,
            vlan=chosen(self.vlan, held.vlan),
            tagged=chosen(self.tagged, held.tagged),
            remapped_vlan=chosen(self.remapped_vlan, held.remapped_vlan) or None,
            port2_vlan=chosen(self.port2_vlan, held.port2_vlan) or None,
            allowed_vlans=chosen(self.allowed_vlans, allowed),
            trunk=trunk,
            double_tag=double,
            outer_vlan=chosen(self.outer_vlan, outer) or None,
            uplink=chosen(self.uplink, held.uplink) or None,
            poe=chosen(self.poe, held.poe),
        )


@dataclass(frozen=True, slots=True)
class RemoveSubscriber:
    """Take a service off a device; its endpoint stays configured unless told otherwise."""

    name: str
    with_endpoint: bool = False
    kind = "subscriber.remove"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.subscriber_by_name(self.name)
        if held is None:
            return no_subscriber(self.name, config, context)
        wanted = without_subscriber(config, held.subscriber_id)
        if self.with_endpoint and held.endpoint_id:
            wanted = without_endpoint(wanted, held.endpoint_id)
        return Outcome(wanted)


@dataclass(frozen=True, slots=True)
class MoveSubscriber:
    """Move a service on its device: to another endpoint, or to another port.

    Exactly one of `endpoint_mac` and `port` (canonical) is given. Where services are bound to
    endpoints, a port means the one endpoint without a service that is seen there, and with none
    there the service's own endpoint, which is then bound to that port.
    """

    name: str
    endpoint_mac: str | None = None
    port: str | None = None
    kind = "subscriber.move"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.subscriber_by_name(self.name)
        if held is None:
            return no_subscriber(self.name, config, context)
        view = context.view(config)
        request = replace(
            request_of(held, config, context), endpoint_mac=self.endpoint_mac, port=self.port
        )
        if view.subscriber_model is SubscriberModel.PORT_AWARE:
            found = tuple(check_binding(request, view, None, held.subscriber_id))
            moved = replace(held, port=self.port)
            return Outcome(config, found) if found else Outcome(with_subscriber(config, moved))
        own = endpoint_by_id(config, held.endpoint_id)
        if own is not None and self.endpoint_mac == own.mac:
            return Outcome(config)
        if self.port and own is not None and _own_goes_there(self.port, own, view):
            return moved_endpoint(config, context, own, self.port)
        return _on_other_endpoint(config, context, held, request)


def _own_goes_there(port: str, own: EndpointConfig, view: ServiceView) -> bool:
    free = view.without_service(port)
    seen = next((one for one in view.endpoints if one.mac == own.mac), None)
    return not free or (seen is not None and seen.detected_port == port)


def _on_other_endpoint(
    config: RunningConfig, context: EditContext, held: Subscriber, request: SubscriberRequest
) -> Outcome:
    view = context.view(config)
    endpoint = target_endpoint(request, view)
    before = _endpoint_of(held, view)
    known = tuple(check_service(request, view, before))
    findings = (
        *check_binding(request, view, endpoint),
        *(one for one in check_service(request, view, endpoint) if one not in known),
        *(one for one in check_room(view, endpoint) if one.field == "endpoint"),
    )
    if findings or endpoint is None:
        return Outcome(config, findings)
    bound = bound_endpoint(config, endpoint, held.name)
    moved = replace(held, endpoint_id=bound.endpoint_id, endpoint_mac=bound.mac)
    return Outcome(
        with_subscriber(with_endpoint(config, bound), moved),
        warnings=service_warnings(request, endpoint, view, held.subscriber_id),
    )


def moved_endpoint(
    config: RunningConfig, context: EditContext, endpoint: EndpointConfig, port: str
) -> Outcome:
    """Return the outcome of binding a configured endpoint to a port."""
    view = context.view(config)
    findings = (
        *check_port(port, context.ghn_ports),
        *check_port_room(view, port, endpoint.endpoint_id, "port"),
    )
    if findings:
        return Outcome(config, findings)
    seen = next((one for one in context.endpoints if one.mac == endpoint.mac), None)
    place = seen.detected_port if seen else None
    warnings = (
        ()
        if place in (None, port)
        else (
            f"The endpoint {endpoint.mac} is seen on {place}: on {port} it gets no service before "
            "it is plugged in there.",
        )
    )
    bound = replace(endpoint, port=port, auto_port=False)
    return Outcome(with_endpoint(config, bound), warnings=warnings)


def changed_service(
    config: RunningConfig,
    context: EditContext,
    held: Subscriber,
    wanted: Subscriber,
    plan: str | Keep | None = KEEP,
) -> Outcome:
    """Return the outcome of changing a subscriber's fields; `plan` names a new profile.

    What was against a rule before and is not touched stands in nobody's way.
    """
    view = context.view(config)
    endpoint = _endpoint_of(held, view)
    request = request_of(wanted, config, context)
    if not isinstance(plan, Keep):
        request = replace(request, plan=plan)
    known = tuple(_all_findings(request_of(held, config, context), view, endpoint, held))
    findings = tuple(
        one for one in _all_findings(request, view, endpoint, held) if one not in known
    )
    if findings:
        return Outcome(config, findings)
    if not isinstance(plan, Keep):
        wanted = replace(wanted, profile_id=_profile_id(plan, config))
    warnings: tuple[str, ...] = ()
    if wanted.vlan != held.vlan:
        warnings = service_warnings(request, endpoint, view, held.subscriber_id)
    return Outcome(with_subscriber(config, wanted), warnings=warnings)


def _all_findings(
    request: SubscriberRequest, view: ServiceView, endpoint: Endpoint | None, own: Subscriber
) -> tuple[Finding, ...]:
    return (
        *check_name(request, view, own.subscriber_id),
        *check_service(request, view, endpoint),
    )


def request_of(
    subscriber: Subscriber, config: RunningConfig, context: EditContext
) -> SubscriberRequest:
    """Return a running service in the form in which it could be asked for."""
    profile = config.profile_by_id(subscriber.profile_id or UNTHROTTLED_PROFILE_ID)
    return SubscriberRequest(
        name=subscriber.name,
        device=context.device,
        vlan=subscriber.vlan or UNPROVISIONED_VLAN,
        endpoint_mac=subscriber.endpoint_mac,
        port=subscriber.port,
        plan=profile.name if profile else None,
        tagged=bool(subscriber.tagged),
        remapped_vlan=subscriber.remapped_vlan,
        port2_vlan=subscriber.port2_vlan,
        allowed_vlans=subscriber.allowed_vlans or (),
        poe=subscriber.poe,
        description=subscriber.description,
        trunk=bool(subscriber.trunk),
        double_tag=bool(subscriber.double_tag),
        outer_vlan=subscriber.outer_vlan,
        uplink=subscriber.uplink,
    )


def bound_endpoint(config: RunningConfig, endpoint: Endpoint, name: str) -> EndpointConfig:
    """Return the endpoint's configuration, made or bound to where it is seen if need be.

    There must be room for it, on the unit and on the port.
    """
    held = config.endpoint_by_mac(endpoint.mac)
    if held is None:
        return EndpointConfig(
            endpoint_id=next_endpoint_id(config) or 0,
            name=free_endpoint_name(name, endpoint.mac, config),
            mac=endpoint.mac,
            port=endpoint.detected_port,
        )
    if held.port is None and not held.auto_port and endpoint.detected_port:
        return replace(held, port=endpoint.detected_port)
    return held


def _service_of(request: SubscriberRequest, config: RunningConfig) -> Subscriber:
    return Subscriber(
        subscriber_id=0,
        name=request.name,
        description=request.description or None,
        vlan=request.vlan,
        tagged=request.tagged,
        remapped_vlan=request.remapped_vlan or None,
        port2_vlan=request.port2_vlan or None,
        allowed_vlans=tuple(sorted(set(request.allowed_vlans))),
        trunk=request.trunk,
        double_tag=request.double_tag,
        outer_vlan=request.outer_vlan or None,
        uplink=request.uplink,
        profile_id=_profile_id(request.plan, config),
        poe=request.poe,
    )


def _profile_id(plan: str | None, config: RunningConfig) -> int:
    profile = config.profile_by_name(plan) if plan else None
    return profile.profile_id if profile else UNTHROTTLED_PROFILE_ID


def _endpoint_of(subscriber: Subscriber, view: ServiceView) -> Endpoint | None:
    held = endpoint_by_id(view.running, subscriber.endpoint_id)
    return view.endpoint(held.mac) if held and held.mac else None
