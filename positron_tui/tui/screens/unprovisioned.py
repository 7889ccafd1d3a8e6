"""Endpoints of the whole fleet that are seen and have no service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.services.filtering import parse_filter
from positron_tui.tui import actions
from positron_tui.tui.render import unprovisioned
from positron_tui.tui.render.endpoints import endpoint_id
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


class UnprovisionedScreen(TableScreen):
    """One row an endpoint, the longest waiting first; below, what is to be done about it."""

    name_in_registry = actions.UNPROVISIONED
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.UNPROVISIONED)]
    AUTO_FOCUS = "LiveTable"
    columns = unprovisioned.COLUMNS
    empty = "No endpoint waits for a service."

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Waiting endpoints"

    def counts(self) -> Sequence[Span]:
        total = len(self.services.unprovisioned.rows())
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {total} wait", ""))

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, unprovisioned.FIELDS)
        shown = [
            one
            for one in self.services.unprovisioned.rows()
            if not wanted.terms or wanted.matches(unprovisioned.filter_row(one))
        ]
        self.table.set_rows(unprovisioned.rows(shown, self.glyphs, self.now()))
        self._show_words()

    def here(self) -> Here | None:
        key = self.table.cursor_key
        return self.subject_of(key) if key is not None else None

    def subject_of(self, key: str) -> Here | None:
        device, _, mac = key.partition("\0")
        return Here(device, mac)

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        device, _, mac = event.key.partition("\0")
        self.console_app.places.endpoint(device, mac)

    def action_unprovisioned(self) -> None:
        """They are here already."""

    def _show_words(self) -> None:
        key = self.table.cursor_key
        rows = self.services.unprovisioned.rows()
        one = next((row for row in rows if endpoint_id(row.device, row.mac) == key), None)
        lines: tuple[Line, ...] = ()
        if one is not None:
            text = f"{one.words} {unprovisioned.what_to_press(one)}"
            known = Sentence(unprovisioned.facts(one, self.now()), "dim")
            lines = flow([known, Sentence(text, "warn")], self.size.width)
        self.query_one("#reason", LiveText).set_lines(lines)
