"""Counts of a device and of the fleet, in the words of the top line and the tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.ports import PortKind
from positron_tui.domain.status import DeviceStatus, PortStatus
from positron_tui.services.views import DeviceView
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.words import is_fresh


@dataclass(frozen=True, slots=True)
class Counts:
    """How many ports and endpoints are in which state; of a device that answers now."""

    ports_up: int = 0
    ports_lost: int = 0
    ok: int = 0
    quarantined: int = 0
    missing: int = 0
    unknown: int = 0

    def plus(self, other: Counts) -> Counts:
        return Counts(
            self.ports_up + other.ports_up,
            self.ports_lost + other.ports_lost,
            self.ok + other.ok,
            self.quarantined + other.quarantined,
            self.missing + other.missing,
            self.unknown + other.unknown,
        )

    @property
    def endpoints(self) -> int:
        return self.ok + self.quarantined + self.missing + self.unknown


_SERVICE_LOST = (PortStatus.SERVICE_LOST, PortStatus.DOWN_SERVICE_AFFECTING)


def count_device(view: DeviceView, endpoints: Sequence[Endpoint] | None = None) -> Counts:
    """Count one device, or these endpoints of it; while it is silent, they are all unknown."""
    if endpoints is None:
        endpoints = view.snapshot.endpoints
    if not is_fresh(view):
        return Counts(unknown=len(endpoints))
    states = [one.state for one in endpoints]
    quarantined = sum(1 for one in states if one is not None and one.quarantined)
    ports = [view.port_status(one) for one in view.snapshot.ports if one.kind is PortKind.GHN]
    ok, missing = states.count(EndpointState.OK), states.count(EndpointState.NOT_DETECTED)
    return Counts(
        ports_up=ports.count(PortStatus.UP) + ports.count(PortStatus.SERVICE_LOST),
        ports_lost=sum(1 for one in ports if one in _SERVICE_LOST),
        ok=ok,
        quarantined=quarantined,
        missing=missing,
        unknown=len(states) - ok - missing - quarantined,
    )


def endpoint_spans(counts: Counts) -> tuple[Span, ...]:
    """`48 ok  1 quarantined  2 missing`, only what there is."""
    parts = (
        (counts.ok, "ok", "ok"),
        (counts.quarantined, "quarantined", "bad"),
        (counts.missing, "missing", "warn"),
        (counts.unknown, "unknown", "dim"),
    )
    spans: list[Span] = []
    for count, word, style in parts:
        if count:
            spans.append((f"{'  ' if spans else ''}{count} {word}", style))
    return tuple(spans) or (("no endpoints", "dim"),)


def fleet_spans(views: Iterable[DeviceView], counts: Counts) -> tuple[Span, ...]:
    """The counts of the whole fleet for the top line."""
    states = [view.status for view in views]
    if not states:
        return (("no devices yet", "dim"),)
    up = sum(1 for one in states if one in (DeviceStatus.UP, DeviceStatus.DEGRADED))
    spans: list[Span] = [(f"GAMs {up} up", "ok" if up == len(states) else "")]
    for status, word, style in (
        (DeviceStatus.UNKNOWN, "unknown", "warn"),
        (DeviceStatus.BLOCKED, "blocked", "bad"),
        (DeviceStatus.NEVER_POLLED, "not read yet", "dim"),
    ):
        if count := states.count(status):
            spans.append((f" {count} {word}", style))
    return (*spans, ("   endpoints ", ""), *endpoint_spans(counts))
