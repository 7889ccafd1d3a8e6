"""Which devices, ports and endpoints of the tree a filter means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from positron_tui.domain.endpoints import Endpoint
from positron_tui.services.filter_rows import (
    DEVICE_FIELDS,
    ENDPOINT_FIELDS,
    PORT_FIELDS,
    device_row,
    endpoint_row,
    port_row,
)
from positron_tui.services.filtering import Filter, Row, Term, parse_filter
from positron_tui.services.views import DeviceView
from positron_tui.tui.render.per_device import PerDevice

TREE_FIELDS = tuple(dict.fromkeys((*DEVICE_FIELDS, *PORT_FIELDS, *ENDPOINT_FIELDS)))
# What a thing has from the things that it hangs under.
_INHERITED = frozenset({"device", "site", "port"})


@dataclass(frozen=True, slots=True)
class _Found:
    """What a filter sees of one thing: all of it, and what is its own."""

    whole: Row
    own: Row


@dataclass(slots=True)
class _DeviceRows:
    device: _Found
    ports: dict[str, _Found]
    endpoints: dict[str, _Found]


class Finder:
    """Answers for one filter; the texts of a device are made once for each reading."""

    def __init__(self) -> None:
        self._rows = PerDevice[_DeviceRows]()
        self.text = ""
        self._filter = Filter()

    def look_for(self, text: str) -> None:
        """Take a filter as it is typed."""
        self.text = text.strip()
        self._filter = parse_filter(self.text, TREE_FIELDS)

    @property
    def active(self) -> bool:
        return bool(self._filter.terms)

    def device(self, view: DeviceView) -> bool:
        return self._means(DEVICE_FIELDS, self._of(view).device)

    def port(self, view: DeviceView, name: str) -> bool:
        return self._means(PORT_FIELDS, self._of(view).ports[name])

    def endpoint(self, view: DeviceView, endpoint: Endpoint) -> bool:
        return self._means(ENDPOINT_FIELDS, self._of(view).endpoints[endpoint.mac])

    def _means(self, fields: Collection[str], found: _Found) -> bool:
        """All terms hold, and one of them speaks of the thing itself.

        Without the second rule the name of a device would list everything below it, and a term
        that is turned around would hold for things that have no such field.
        """
        terms = self._filter.terms
        if not terms:
            return True
        if any(term.field is not None and term.field not in fields for term in terms):
            return False
        if not self._filter.matches(found.whole):
            return False
        positive = [term for term in terms if not term.inverted]
        return not positive or any(_holds(term, found.own) for term in positive)

    def _of(self, view: DeviceView) -> _DeviceRows:
        return self._rows.get(view, None, lambda: _rows_of(view))


def _holds(term: Term, row: Row) -> bool:
    return Filter((term,)).matches(row)


def _rows_of(view: DeviceView) -> _DeviceRows:
    whole = device_row(view)
    return _DeviceRows(
        _Found(whole, whole),
        {port.name: _found(port_row(view, port)) for port in view.snapshot.ports},
        {one.mac: _found(endpoint_row(view, one)) for one in view.snapshot.endpoints},
    )


def _found(whole: Row) -> _Found:
    own = {name: text for name, text in whole.fields.items() if name not in _INHERITED}
    return _Found(whole, Row(own, "\n".join(own.values())))
