"""Choosing one of many, by arrows or by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from positron_tui.tui.render.columns import Cell, Column, Row
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.prompt import LineInput


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its key, its name, and what else to say of it."""

    key: str
    name: str
    detail: str = ""
    extra: str = ""


class PickScreen(Dialog[str]):
    """Gives the key of the option, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False, priority=True),
        Binding("down", "move(1)", "down", show=False, priority=True),
        Binding("pageup", "page(-1)", "page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "page down", show=False, priority=True),
    ]
    AUTO_FOCUS = "LineInput"
    keys = (("type", "to narrow"), ("up/down", "move"), ("enter", "choose"), ("esc", "leave"))

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        *,
        titles: tuple[str, str, str] = ("", "", ""),
        current: str | None = None,
    ) -> None:
        super().__init__(title)
        self._options = tuple(options)
        self._titles = titles
        self._current = current

    def body(self) -> Sequence[Widget]:
        name, detail, extra = self._titles
        columns = (
            Column("name", name, 1, 10, 34),
            Column("detail", detail, 3, 10, 80),
            Column("extra", extra, 2, 6, 20),
        )
        shown = columns if any(one.extra for one in self._options) else columns[:2]
        table = LiveTable(shown, empty="Nothing fits.")
        table.can_focus = False
        table.leads_cursor = True
        return [LineInput(placeholder="type to narrow"), table]

    def on_mount(self) -> None:
        self._narrow("")
        if self._current is not None:
            self.query_one(LiveTable).go_to(self._current)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(self.query_one(LiveTable).cursor_key)

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.dismiss(event.key)

    def action_move(self, by: int) -> None:
        self.query_one(LiveTable).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(LiveTable).action_page(by)

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        table = self.query_one(LiveTable)
        table.set_rows(
            [
                Row(one.key, (Cell(one.name, "accent"), Cell(one.detail), Cell(one.extra, "dim")))
                for one in self._options
                if all(word in f"{one.name} {one.detail} {one.extra}".casefold() for word in words)
            ]
        )
