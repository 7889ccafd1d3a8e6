"""All endpoints of the fleet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import NotFound
from positron_tui.services.filter_rows import ENDPOINT_FIELDS, endpoint_row
from positron_tui.services.filtering import parse_filter
from positron_tui.tui import actions
from positron_tui.tui.render import endpoints
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


class EndpointsScreen(TableScreen):
    """One row an endpoint; below, why the one under the cursor does not work."""

    name_in_registry = actions.ENDPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.ENDPOINTS)]
    AUTO_FOCUS = "LiveTable"
    columns = endpoints.COLUMNS
    empty = "No endpoint fits. Esc takes the filter away."

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Endpoints"

    def counts(self) -> Sequence[Span]:
        total = sum(len(view.snapshot.endpoints) for view in self.fleet.devices())
        return ((f"{len(self.table.rows)} of {total}", ""),)

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, ENDPOINT_FIELDS)
        pairs = [
            (view, one)
            for view in self.fleet.devices()
            for one in view.snapshot.endpoints
            if not wanted.terms or wanted.matches(endpoint_row(view, one))
        ]
        self.table.set_rows(endpoints.fleet_rows(pairs, self.glyphs))
        self._show_reason()

    def here(self) -> Here | None:
        key = self.query_one(LiveTable).cursor_key
        if key is None:
            return None
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
