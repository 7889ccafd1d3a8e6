"""What a line of the tree says about a site, a device, a port and an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port, PortKind
from positron_tui.domain.status import DeviceStatus
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.endpoints import apartment
from positron_tui.tui.render.lines import Line, Span, padded
from positron_tui.tui.render.summary import Counts, endpoint_spans
from positron_tui.tui.render.values import clock_time, number, plural
from positron_tui.tui.render.words import (
    device_word,
    endpoint_word_in,
    is_fresh,
    port_word_in,
)

PORT_WIDTH = 10


class TreeSpans:
    """The spans of tree lines in one set of signs; no value in them ticks by itself."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._glyphs = glyphs

    def site(self, site: str, devices: int, counts: Counts) -> Line:
        return (
            (site or "no site", "title"),
            (f"  {plural(devices, 'device')}  ", "dim"),
            *endpoint_spans(counts),
        )

    def device(self, view: DeviceView, counts: Counts, name_width: int, now: datetime) -> Line:
        word = device_word(view.status, self._glyphs)
        spans: list[Span] = [
            (f"{word.sign} ", word.style),
            (padded(view.name, name_width), ""),
            (f"  {word.word}  ", word.style),
        ]
        if view.status is DeviceStatus.UNKNOWN:
            good = clock_time(view.poll.last_good_at, now)
            spans.append((f"last good {good}  ", "dim"))
        if view.status is DeviceStatus.BLOCKED:
            spans.append(("another SSH host key  ", "bad"))
        if view.snapshot.endpoints:
            spans.extend((*endpoint_spans(counts), ("  ", "")))
        if counts.ports_lost:
            spans.append((f"{plural(counts.ports_lost, 'outage')}  ", "bad"))
        spans.append((view.snapshot.identity.model or "", "dim"))
        return tuple(spans)

    def port(self, view: DeviceView, port: Port, endpoints: Sequence[Endpoint]) -> Line:
        word = port_word_in(view, port.name, self._glyphs)
        spans: list[Span] = [
            (f"{word.sign} ", word.style),
            (padded(port.name, PORT_WIDTH), ""),
            (f"{word.word}  ", word.style),
        ]
        if endpoints:
            spans.append((f"{plural(len(endpoints), 'endpoint')}  ", "dim"))
            kept_out = sum(1 for one in endpoints if one.state and one.state.quarantined)
            if kept_out and is_fresh(view):
                spans.append((f"{kept_out} quarantined  ", "bad"))
        elif port.kind is not PortKind.GHN and port.speed_mbps and is_fresh(view):
            spans.append((f"{number(port.speed_mbps)} Mbit/s  ", "dim"))
        if port.label:
            spans.append((port.label, "dim"))
        return tuple(spans)

    def endpoint(self, view: DeviceView, endpoint: Endpoint) -> Line:
        word = endpoint_word_in(view, endpoint, self._glyphs)
        spans: list[Span] = [
            (f"{word.sign} ", word.style),
            (f"{endpoint.mac}  ", ""),
            (f"{word.brief or word.word}  ", word.style),
        ]
        named = apartment(view, endpoint)
        if named:
            served = view.subscriber_of(endpoint) is not None
            spans.append((f"{named}  ", "accent" if served else "dim"))
        if endpoint.down_phy_mbps is not None and is_fresh(view):
            rates = f"{number(endpoint.down_phy_mbps)}/{number(endpoint.up_phy_mbps)} Mbit/s  "
            spans.append((rates, ""))
        return tuple(spans)
