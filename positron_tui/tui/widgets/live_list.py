"""A live widget with a cursor that moves over more lines than fit."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from positron_tui.tui.widgets.live_lines import LiveLines


class LiveList(LiveLines, can_focus=True):
    """Scrolling and the cursor; a subclass knows how many items there are and how they look."""

    HEADER_ROWS = 0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("home", "to_start", "first", show=False),
        Binding("end", "to_end", "last", show=False),
        Binding("enter", "choose", "open", show=False),
    ]

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.cursor = 0
        self._top = 0

    @property
    def item_count(self) -> int:
        raise NotImplementedError

    def action_choose(self) -> None:
        raise NotImplementedError

    def cursor_moved(self) -> None:
        """Tell whoever cares that the cursor is elsewhere now."""

    @property
    def page_rows(self) -> int:
        return max(1, self.size.height - self.HEADER_ROWS)

    @property
    def top(self) -> int:
        """Index of the first item that is shown; the cursor is always in view."""
        last = max(0, self.item_count - self.page_rows)
        self._top = max(0, min(self._top, last))
        if self.cursor < self._top:
            self._top = self.cursor
        elif self.cursor >= self._top + self.page_rows:
            self._top = self.cursor - self.page_rows + 1
        return self._top

    def cursor_row(self) -> int | None:
        if not self.item_count:
            return None
        return self.cursor - self.top + self.HEADER_ROWS

    def move_to(self, index: int) -> None:
        """Put the cursor on item `index`, or on the nearest there is."""
        index = max(0, min(index, self.item_count - 1))
        if index == self.cursor:
            return
        self.cursor = index
        self.repaint_changes()
        self.cursor_moved()

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.move_to(self.cursor + by * self.page_rows)

    def action_to_start(self) -> None:
        self.move_to(0)

    def action_to_end(self) -> None:
        self.move_to(self.item_count - 1)

    def on_click(self, event: events.Click) -> None:
        index = self.top + event.y - self.HEADER_ROWS
        if event.y < self.HEADER_ROWS or index >= self.item_count:
            return
        self.move_to(index)
        if event.chain > 1:
            self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-3)
