"""The lines of the fleet's tree: site, device, port, endpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.finder import Finder
from positron_tui.tui.render.lines import Line
from positron_tui.tui.render.per_device import PerDevice
from positron_tui.tui.render.summary import Counts, count_device
from positron_tui.tui.render.tree_spans import TreeSpans


class Kind(StrEnum):
    SITE = "site"
    DEVICE = "device"
    PORT = "port"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line; `key` names the thing, `ancestors` the keys above it, outermost first."""

    key: str
    kind: Kind
    depth: int
    spans: Line
    ancestors: tuple[str, ...] = ()
    expandable: bool = False
    opened: bool = False
    device: str | None = None
    port: str | None = None
    mac: str | None = None


def site_key(site: str) -> str:
    return f"site\0{site}"


def device_key(name: str) -> str:
    return f"device\0{name}"


def port_key(device: str, port: str) -> str:
    return f"port\0{device}\0{port}"


def endpoint_key(device: str, mac: str) -> str:
    return f"endpoint\0{device}\0{mac}"


class FleetTree:
    """Makes the lines of the tree; counts and filter texts are made once for each reading."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._spans = TreeSpans(glyphs)
        self._counted = PerDevice[Counts]()
        self._made = PerDevice[list[TreeLine]]()
        self.finder = Finder()
        self.listed = Counts()
        self.listed_devices = 0

    def counts(self, view: DeviceView) -> Counts:
        """Return the counts of a device, computed once for each reading."""
        return self._counted.get(view, None, lambda: count_device(view))

    def total(self, views: Iterable[DeviceView]) -> Counts:
        """Return the counts of all devices together."""
        total = Counts()
        for view in views:
            total = total.plus(self.counts(view))
        return total

    def lines(
        self, views: Sequence[DeviceView], toggled: Collection[str], now: datetime
    ) -> tuple[TreeLine, ...]:
        """Return all visible lines; with a filter, what it means and what is above that.

        `toggled` are the keys that are not as they are at first: sites closed, the rest open.
        """
        widest = max((len(view.name) for view in views), default=0)
        work = _Work(frozenset(toggled), now, min(24, widest), self.finder.text)
        sites: dict[str, list[DeviceView]] = {}
        for view in views:
            sites.setdefault(view.device.site, []).append(view)
        if not any(sites):
            below = self._devices(views, (), work)
            self.listed, self.listed_devices = self._count_listed(views, below)
            return tuple(below)
        lines: list[TreeLine] = []
        self.listed, self.listed_devices = Counts(), 0
        for site, members in sites.items():
            key = site_key(site)
            is_open = self.finder.active or key not in toggled
            below = self._devices(members, (key,), work) if is_open else []
            if self.finder.active and not below:
                continue
            counts, devices = self._count_listed(members, below)
            self.listed, self.listed_devices = (
                self.listed.plus(counts),
                self.listed_devices + devices,
            )
            spans = self._spans.site(site, devices, counts)
            lines.append(TreeLine(key, Kind.SITE, 0, spans, (), True, is_open))
            lines.extend(below)
        return tuple(lines)

    def _count_listed(
        self, views: Sequence[DeviceView], lines: Sequence[TreeLine]
    ) -> tuple[Counts, int]:
        """Count what a filter leaves of these devices, or all of them when there is none."""
        if not self.finder.active:
            return self.total(views), len(views)
        below: dict[str, list[TreeLine]] = {}
        for line in lines:
            if line.device is not None:
                below.setdefault(line.device, []).append(line)
        total = Counts()
        for view in views:
            if view.name in below:
                total = total.plus(self._left(view, below[view.name][1:]))
        return total, len(below)

    def _left(self, view: DeviceView, below: Sequence[TreeLine]) -> Counts:
        """Count the endpoints that are listed below a device, also those in closed ports."""
        if not self.finder.active or not below:
            return self.counts(view)
        macs = {line.mac for line in below if line.mac}
        ports = {line.port for line in below if line.kind is Kind.PORT and not line.opened}
        endpoints = view.snapshot.endpoints
        return count_device(
            view, [one for one in endpoints if one.mac in macs or one.port in ports]
        )

    def _devices(
        self, views: Sequence[DeviceView], above: tuple[str, ...], work: _Work
    ) -> list[TreeLine]:
        lines: list[TreeLine] = []
        for view in views:
            lines.extend(
                self._made.get(
                    view, (above, work.circumstances), partial(self._device, view, above, work)
                )
            )
        return lines

    def _device(self, view: DeviceView, above: tuple[str, ...], work: _Work) -> list[TreeLine]:
        key = device_key(view.name)
        wanted = self.finder.active
        below = self._ports(view, (*above, key), work) if wanted or key in work.toggled else []
        if wanted and not below and not self.finder.device(view):
            return []
        has_more = bool(view.snapshot.ports or view.snapshot.endpoints)
        spans = self._spans.device(view, self._left(view, below), work.name_width, work.now)
        line = TreeLine(
            key, Kind.DEVICE, len(above), spans, above, has_more, bool(below), view.name
        )
        return [line, *below]

    def _ports(self, view: DeviceView, above: tuple[str, ...], work: _Work) -> list[TreeLine]:
        lines: list[TreeLine] = []
        known = {port.name for port in view.snapshot.ports}
        for port in view.snapshot.ports:
            lines.extend(self._port(view, port, above, work))
        for endpoint in view.snapshot.endpoints:
            if endpoint.port not in known and self.finder.endpoint(view, endpoint):
                lines.append(self._endpoint(view, endpoint, above))
        return lines

    def _port(
        self, view: DeviceView, port: Port, above: tuple[str, ...], work: _Work
    ) -> list[TreeLine]:
        key = port_key(view.name, port.name)
        endpoints = view.endpoints_on(port.name)
        meant = [one for one in endpoints if self.finder.endpoint(view, one)]
        if self.finder.active and not meant and not self.finder.port(view, port.name):
            return []
        is_open = bool(endpoints) and (key in work.toggled or (self.finder.active and bool(meant)))
        spans = self._spans.port(view, port, endpoints)
        line = TreeLine(
            key,
            Kind.PORT,
            len(above),
            spans,
            above,
            bool(endpoints),
            is_open,
            view.name,
            port.name,
        )
        inside = (meant or endpoints) if is_open else ()
        return [line, *(self._endpoint(view, one, (*above, key)) for one in inside)]

    def _endpoint(self, view: DeviceView, endpoint: Endpoint, above: tuple[str, ...]) -> TreeLine:
        return TreeLine(
            endpoint_key(view.name, endpoint.mac),
            Kind.ENDPOINT,
            len(above),
            self._spans.endpoint(view, endpoint),
            above,
            device=view.name,
            port=endpoint.port,
            mac=endpoint.mac,
        )


@dataclass(frozen=True, slots=True)
class _Work:
    """What one making of the lines needs everywhere."""

    toggled: frozenset[str]
    now: datetime
    name_width: int
    filter_text: str

    @property
    def circumstances(self) -> object:
        """What lines depend on beside the view; of the time, only the day is shown."""
        return self.toggled, self.now.astimezone().date(), self.name_width, self.filter_text
