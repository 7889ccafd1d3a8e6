"""One port: its facts, and the endpoints on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import NotFound
from positron_tui.domain.ports import PortKind
from positron_tui.services.filter_rows import ENDPOINT_FIELDS, endpoint_row
from positron_tui.services.filtering import parse_filter
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import endpoints, ports
from positron_tui.tui.render.facts import Sentence, flow, in_columns
from positron_tui.tui.render.lines import Line
from positron_tui.tui.render.values import plural
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


class PortScreen(TableScreen):
    """Facts on top, endpoints below, and the reason when the one under the cursor is kept out."""

    name_in_registry = actions.PORT
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.PORT)]
    AUTO_FOCUS = "LiveTable"
    columns = endpoints.PORT_COLUMNS
    empty = "No endpoint is seen on this port or bound to it."

    def __init__(self, device: str, port: str) -> None:
        super().__init__()
        self.device = device
        self.port = port

    def body(self) -> Sequence[Widget]:
        return [LiveText(id="port-facts"), self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return f"{self.device}  {self.port}"

    def concerns(self, changes: Changes) -> bool:
        return changes.fleet or self.device in changes.devices

    def view(self) -> DeviceView | None:
        try:
            return self.fleet.get(self.device)
        except NotFound:
            return None

    def show(self) -> None:
        view = self.view()
        port = view.port_by_name(self.port) if view else None
        facts = self.query_one("#port-facts", LiveText)
        if view is None or port is None:
            facts.set_lines(((("This port is not there any more.", "warn"),),))
            self.table.set_rows(())
            return
        width = self.size.width
        columns = 3 if width >= 120 else 2 if width >= 76 else 1
        items = ports.facts(view, port, self.glyphs, self.now())
        kept = items if columns > 1 else items[:7]
        carries_endpoints = port.kind is PortKind.GHN
        title = (self._endpoints_title(view),) if carries_endpoints else ()
        self.table.display = carries_endpoints
        facts.set_lines((*in_columns(kept, width, columns=columns), *title))
        wanted = parse_filter(self.filter_text, ENDPOINT_FIELDS)
        inside = [
            one for one in view.endpoints_on(self.port) if wanted.matches(endpoint_row(view, one))
        ]
        self.table.set_rows(endpoints.port_rows(view, inside, self.glyphs))
        self._show_reason()

    def on_resize(self) -> None:
        self.refresh_show()

    def hidden_keys(self) -> Sequence[str]:
        if not self.is_mounted or self.table.display:
            return ()
        return ("open_cursor", "add_subscriber", "add_endpoint", "reboot", "edit_filter", "sort")

    def here(self) -> Here | None:
        mac = self.query_one(LiveTable).cursor_key
        return Here(self.device, mac, None if mac else self.port)

    def port_here(self) -> tuple[str, str] | None:
        return self.device, self.port

    def on_live_table_moved(self) -> None:
        self._show_reason()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.endpoint(self.device, event.key)

    def _endpoints_title(self, view: DeviceView) -> Line:
        count = len(view.endpoints_on(self.port))
        return ((plural(count, "endpoint") if count else "No endpoints", "title"),)

    def _show_reason(self) -> None:
        view, mac = self.view(), self.table.cursor_key
        endpoint = view.endpoint_by_mac(mac) if view and mac else None
        reason = endpoints.advice(view, endpoint) if view and endpoint else None
        lines = flow([Sentence(reason, "warn")], self.size.width) if reason else ()
        self.query_one("#reason", LiveText).set_lines(lines)
