"""All endpoints of the fleet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import NotFound
from positron_tui.services.filter_rows import ENDPOINT_FIELDS, endpoint_row
from positron_tui.services.filtering import Filter, parse_filter
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.render import endpoints
from positron_tui.tui.render.columns import Row
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.render.per_device import PerDevice
from positron_tui.tui.screens.base import NO_SERVICE, QUARANTINED, Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText

_NONE_OF_THEM = {
    QUARANTINED: "No endpoint is quarantined.",
    NO_SERVICE: "Every endpoint has a service.",
}


class EndpointsScreen(TableScreen):
    """One row an endpoint; below, why the one under the cursor does not work."""

    name_in_registry = actions.ENDPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.ENDPOINTS)]
    AUTO_FOCUS = "LiveTable"
    columns = endpoints.COLUMNS
    empty = "No device has seen an endpoint yet."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._rows_of = PerDevice[list[Row]]()

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Endpoints"

    def counts(self) -> Sequence[Span]:
        total = sum(len(view.snapshot.endpoints) for view in self.fleet.devices())
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {total}", ""))

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, ENDPOINT_FIELDS)
        rows: list[Row] = []
        for view in self.fleet.devices():
            make = partial(self._device_rows, view, wanted)
            rows.extend(self._rows_of.get(view, self.filter_text, make))
        self.table.set_rows(rows)
        self._show_reason()

    def _device_rows(self, view: DeviceView, wanted: Filter) -> list[Row]:
        shown = [
            (view, one)
            for one in view.snapshot.endpoints
            if not wanted.terms or wanted.matches(endpoint_row(view, one))
        ]
        return endpoints.fleet_rows(shown, self.glyphs)

    def empty_words(self) -> str:
        if self.fleet.names() and self.filter_text in _NONE_OF_THEM:
            return _NONE_OF_THEM[self.filter_text]
        return super().empty_words()

    def here(self) -> Here | None:
        key = self.query_one(LiveTable).cursor_key
        return self.subject_of(key) if key is not None else None

    def subject_of(self, key: str) -> Here | None:
        device, _, mac = key.partition("\0")
        return Here(device, mac)

    def on_live_table_moved(self) -> None:
        self._show_reason()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        device, _, mac = event.key.partition("\0")
        self.console_app.places.endpoint(device, mac)

    def _show_reason(self) -> None:
        lines: tuple[Line, ...] = ()
        here = self.here()
        if here is not None and here.mac is not None:
            try:
                view = self.fleet.get(here.device)
            except NotFound:
                return
            endpoint = view.endpoint_by_mac(here.mac)
            reason = endpoints.advice(view, endpoint) if endpoint else None
            if reason:
                lines = flow([Sentence(reason, "warn")], self.size.width)
        self.query_one("#reason", LiveText).set_lines(lines)
