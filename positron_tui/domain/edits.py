"""What an edit is: a pure function from a device's configuration to the one that is wanted.

An edit never sends anything and never fails half: it gives either the wanted configuration or the
findings that stand in the way. `planner.plan` turns the difference into steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal, Protocol, TypeVar

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import Finding, ValidationFailed
from positron_tui.domain.provisioning import ServiceView, free_id
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

_Value = TypeVar("_Value")


class Keep(Enum):
    """The mark of a field that an edit leaves as it is."""

    KEEP = "keep"


KEEP: Final[Literal[Keep.KEEP]] = Keep.KEEP


def chosen(value: _Value | Keep, held: _Value) -> _Value:
    """Return the edit's value, or the one that is there where the edit keeps it."""
    return held if isinstance(value, Keep) else value


@dataclass(frozen=True, slots=True)
class EditContext:
    """What an edit is checked against beside the configuration; None = unknown, not checked.

    `endpoints` are those that the device sees or knows. The VLANs that manage the unit and those
    of its uplinks are in the configuration, as is the subscriber model where this one is None.
    """

    device: str
    line: Line | None = None
    subscriber_model: SubscriberModel | None = None
    endpoints: tuple[Endpoint, ...] = ()
    ghn_ports: int | None = None

    def view(self, config: RunningConfig) -> ServiceView:
        """Return what the rules of a service look at."""
        return ServiceView(
            line=self.line,
            running=config,
            endpoints=self.endpoints,
            subscriber_model=self.subscriber_model or config.subscriber_model,
            ghn_ports=self.ghn_ports,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The wanted configuration, or, with findings, the one that was given, unchanged.

    `warnings` are sentences on what is allowed and worth knowing.
    """

    config: RunningConfig
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()


class Edit(Protocol):
    """One change of a configuration; `kind` is verb-like ("subscriber.add"), `subject` its name."""

    @property
    def kind(self) -> str: ...

    @property
    def subject(self) -> str: ...

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        """Return the wanted configuration or the findings against it; raises nothing."""


def apply_edits(config: RunningConfig, edits: Iterable[Edit], context: EditContext) -> Outcome:
    """Return the configuration behind all edits, one after the other, with all their warnings.

    Raises ValidationFailed with the findings of the first edit that cannot be done.
    """
    warnings: list[str] = []
    for edit in edits:
        outcome = edit.outcome(config, context)
        if outcome.findings:
            raise ValidationFailed(outcome.findings)
        config = outcome.config
        warnings += outcome.warnings
    return Outcome(config, warnings=tuple(dict.fromkeys(warnings)))


def with_subscriber(config: RunningConfig, subscriber: Subscriber) -> RunningConfig:
    """Return the configuration with a subscriber added, or put in the place of its id."""
    number = subscriber.subscriber_id
    others = (one for one in config.subscribers if one.subscriber_id != number)
    return replace(config, subscribers=(*others, subscriber))


def with_endpoint(config: RunningConfig, endpoint: EndpointConfig) -> RunningConfig:
    """Return the configuration with an endpoint added, or put in the place of its id."""
    others = (one for one in config.endpoints if one.endpoint_id != endpoint.endpoint_id)
    return replace(config, endpoints=(*others, endpoint))


def with_profile(config: RunningConfig, profile: Profile) -> RunningConfig:
    """Return the configuration with a profile added, or put in the place of its id."""
    others = (one for one in config.profiles if one.profile_id != profile.profile_id)
    return replace(config, profiles=(*others, profile))


def with_port(config: RunningConfig, port: PortConfig) -> RunningConfig:
    """Return the configuration with the settings of a port."""
    others = (one for one in config.ports if one.number != port.number)
    return replace(config, ports=(*others, port))


def without_subscriber(config: RunningConfig, subscriber_id: int) -> RunningConfig:
    kept = tuple(one for one in config.subscribers if one.subscriber_id != subscriber_id)
    return replace(config, subscribers=kept)


def without_endpoint(config: RunningConfig, endpoint_id: int) -> RunningConfig:
    kept = tuple(one for one in config.endpoints if one.endpoint_id != endpoint_id)
    return replace(config, endpoints=kept)


def next_subscriber_id(config: RunningConfig) -> int | None:
    """Return the lowest free id, None when the unit has all of its subscribers."""
    return free_id({one.subscriber_id for one in config.subscribers})


def next_endpoint_id(config: RunningConfig) -> int | None:
    """Return the lowest free id, None when the unit has all of its endpoints."""
    return free_id({one.endpoint_id for one in config.endpoints})


def endpoint_by_id(config: RunningConfig, endpoint_id: int | None) -> EndpointConfig | None:
    return next((one for one in config.endpoints if one.endpoint_id == endpoint_id), None)


def no_subscriber(name: str, config: RunningConfig, context: EditContext) -> Outcome:
    """Return the outcome for a subscriber that is not there."""
    text = f"{context.device} has no subscriber named {name}; {_known(config)}."
    return Outcome(config, (Finding("name", text),))


def no_endpoint(mac: str, config: RunningConfig, context: EditContext) -> Outcome:
    """Return the outcome for an endpoint that is not configured."""
    text = (
        f"The endpoint {mac} is not configured on {context.device}; check the MAC address or "
        "add it first."
    )
    return Outcome(config, (Finding("endpoint", text),))


def _known(config: RunningConfig) -> str:
    names = sorted(one.name for one in config.subscribers)
    if not names:
        return "it has none"
    return f"it has {', '.join(names[:5])}" + (f" and {len(names) - 5} more" if names[5:] else "")
