"""Edits of endpoints: add, edit, move, remove, and swap for another box."""

from __future__ import annotations

from collections.abc import Iterator
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
    no_endpoint,
    no_subscriber,
    with_endpoint,
    without_endpoint,
    without_subscriber,
)
from positron_tui.domain.edits_subscribers import moved_endpoint, request_of
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import Finding
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.provisioning import ServiceView
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.service_rules import check_hardware, check_port, check_port_room
from positron_tui.domain.subscribers import Subscriber


@dataclass(frozen=True, slots=True)
class AddEndpoint:
    """Configure an endpoint, also one that is not plugged in yet.

    Without a port it is bound to where it is seen; `auto_port` binds it to the first port where
    the unit sees it. Where services are bound to ports, endpoints have none.
    """

    mac: str
    name: str
    port: str | None = None
    auto_port: bool = False
    description: str | None = None
    allow_management: bool = False
    kind = "endpoint.add"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        number = next_endpoint_id(config)
        if number is None:
            text = "The unit has all of its 384 endpoints; remove one first."
            return Outcome(config, (Finding("endpoint", text),))
        view = context.view(config)
        floating = view.subscriber_model is SubscriberModel.PORT_AWARE
        seen = _seen(context, self.mac)
        port = self.port or (seen.detected_port if seen and not self.auto_port else None)
        wanted = EndpointConfig(
            endpoint_id=number,
            name=self.name,
            mac=self.mac,
            description=self.description or None,
            port=None if floating else port,
            auto_port=self.auto_port and not floating,
            allow_management=self.allow_management,
        )
        findings = (*self._findings(view, context), *_check_texts(wanted, config, context))
        if wanted.port:
            findings += (
                *check_port(wanted.port, context.ghn_ports),
                *check_port_room(view, wanted.port, field="port"),
            )
        return Outcome(config, findings) if findings else Outcome(with_endpoint(config, wanted))

    def _findings(self, view: ServiceView, context: EditContext) -> Iterator[Finding]:
        held = view.running.endpoint_by_mac(self.mac)
        if held is not None:
            yield Finding(
                "endpoint",
                f"The endpoint {self.mac} is already configured on {context.device} as "
                f"{held.name or held.endpoint_id}; edit that one.",
            )
        if self.port and self.auto_port:
            yield Finding("port", "Give a port or automatic binding, not both.")
        if self.port and view.subscriber_model is SubscriberModel.PORT_AWARE:
            yield Finding(
                "port",
                f"{context.device} binds services to ports (port-aware), its endpoints belong to "
                "none; leave the port empty.",
            )


@dataclass(frozen=True, slots=True)
class EditEndpoint:
    """Change name, description or management access of an endpoint; KEEP leaves a field."""

    mac: str
    name: str | Keep = KEEP
    description: str | Keep | None = KEEP
    allow_management: bool | Keep = KEEP
    kind = "endpoint.edit"

    @property
    def subject(self) -> str:
        return self.mac

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.endpoint_by_mac(self.mac)
        if held is None:
            return no_endpoint(self.mac, config, context)
        wanted = replace(
            held,
            name=chosen(self.name, held.name),
            description=chosen(self.description, held.description) or None,
            allow_management=chosen(self.allow_management, held.allow_management),
        )
        known = tuple(_check_texts(held, config, context))
        findings = tuple(one for one in _check_texts(wanted, config, context) if one not in known)
        return Outcome(config, findings) if findings else Outcome(with_endpoint(config, wanted))


@dataclass(frozen=True, slots=True)
class MoveEndpoint:
    """Bind an endpoint to another port (canonical), to any port (`auto`), or to none."""

    mac: str
    port: str | None = None
    auto: bool = False
    kind = "endpoint.move"

    @property
    def subject(self) -> str:
        return self.mac

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.endpoint_by_mac(self.mac)
        if held is None:
            return no_endpoint(self.mac, config, context)
        if context.view(config).subscriber_model is SubscriberModel.PORT_AWARE:
            text = (
                f"{context.device} binds services to ports (port-aware), its endpoints belong to "
                "none; move the subscriber instead."
            )
            return Outcome(config, (Finding("port", text),))
        if self.port and self.auto:
            text = "Give a port or automatic binding, not both."
            return Outcome(config, (Finding("port", text),))
        if self.port:
            return moved_endpoint(config, context, held, self.port)
        user = _user(config, held)
        warnings = (
            (f"{user.name} gets no service while its endpoint belongs to no port.",)
            if user and not self.auto
            else ()
        )
        freed = replace(held, port=None, auto_port=self.auto)
        return Outcome(with_endpoint(config, freed), warnings=warnings)


@dataclass(frozen=True, slots=True)
class RemoveEndpoint:
    """Take an endpoint out of the configuration, with its service only when told so."""

    mac: str
    with_subscriber: bool = False
    kind = "endpoint.remove"

    @property
    def subject(self) -> str:
        return self.mac

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.endpoint_by_mac(self.mac)
        if held is None:
            return no_endpoint(self.mac, config, context)
        user = _user(config, held)
        if user is None:
            return Outcome(without_endpoint(config, held.endpoint_id))
        if not self.with_subscriber:
            text = (
                f"The endpoint {self.mac} carries the subscriber {user.name}; remove both, or move "
                "the subscriber first."
            )
            return Outcome(config, (Finding("endpoint", text),))
        wanted = without_subscriber(config, user.subscriber_id)
        return Outcome(without_endpoint(wanted, held.endpoint_id))


@dataclass(frozen=True, slots=True)
class SwapEndpoint:
    """Put another box in the place of a subscriber's endpoint: same service, name and entry.

    The old MAC is released. The new box may be configured (its entry goes), or only seen; it is
    bound to the port where it is seen.
    """

    subscriber: str
    new_mac: str
    kind = "endpoint.swap"

    @property
    def subject(self) -> str:
        return self.subscriber

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        user = config.subscriber_by_name(self.subscriber)
        if user is None:
            return no_subscriber(self.subscriber, config, context)
        view = context.view(config)
        old, new = endpoint_by_id(config, user.endpoint_id), view.endpoint(self.new_mac)
        if old is None:
            text = f"{user.name} has no endpoint that could be swapped; move it to one instead."
            return Outcome(config, (Finding("endpoint", text),))
        if old.mac == self.new_mac:
            return Outcome(config)
        if new is None:
            text = (
                f"The endpoint {self.new_mac} is neither seen nor configured on {context.device}; "
                "check the MAC address or plug it in first."
            )
            return Outcome(config, (Finding("endpoint", text),))
        return _swapped(config, context, user, old, new)


def _swapped(
    config: RunningConfig,
    context: EditContext,
    user: Subscriber,
    old: EndpointConfig,
    new: Endpoint,
) -> Outcome:
    entry = config.endpoint_by_mac(new.mac)
    rest = without_endpoint(config, entry.endpoint_id) if entry else config
    holder = _user(config, entry) if entry else None
    if holder is not None:
        text = (
            f"The endpoint {new.mac} already carries the subscriber {holder.name}; choose another "
            "one or remove that subscriber first."
        )
        return Outcome(config, (Finding("endpoint", text),))
    floating = old.auto_port or context.view(config).subscriber_model is SubscriberModel.PORT_AWARE
    port = old.port if floating else new.detected_port or old.port
    request = request_of(user, config, context)
    before = context.view(config).endpoint(old.mac or "")
    known = tuple(check_hardware(request, before)) if before else ()
    findings = [one for one in check_hardware(request, new) if one not in known]
    if port and port != old.port:
        findings += check_port_room(context.view(rest), port, old.endpoint_id)
    if findings:
        return Outcome(config, tuple(findings))
    return Outcome(
        with_endpoint(rest, replace(old, mac=new.mac, port=port)),
        warnings=_swap_warnings(old, new, port),
    )


def _swap_warnings(old: EndpointConfig, new: Endpoint, port: str | None) -> tuple[str, ...]:
    if new.detected_port is None:
        return (
            f"The endpoint {new.mac} is not seen right now: the configuration can be verified, "
            "the link cannot.",
        )
    if port and old.port and port != old.port:
        return (f"The new endpoint is on {port}, the old one was on {old.port}.",)
    return ()


def _check_texts(
    wanted: EndpointConfig, config: RunningConfig, context: EditContext
) -> Iterator[Finding]:
    problem = name_problem(wanted.name or "")
    if problem:
        yield Finding("name", problem)
    elif any(
        one.name == wanted.name and one.endpoint_id != wanted.endpoint_id
        for one in config.endpoints
    ):
        yield Finding(
            "name",
            f"{context.device} already has an endpoint named {wanted.name}; choose another name.",
        )
    text = description_problem(wanted.description or "")
    if text:
        yield Finding("description", text)


def _user(config: RunningConfig, endpoint: EndpointConfig) -> Subscriber | None:
    number = endpoint.endpoint_id
    return next((one for one in config.subscribers if one.endpoint_id == number), None)


def _seen(context: EditContext, mac: str) -> Endpoint | None:
    return next((one for one in context.endpoints if one.mac == mac), None)
