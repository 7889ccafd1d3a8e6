"""The tree of the fleet: lines with a depth, some of which open and close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render.lines import Line
from positron_tui.tui.render.tree import TreeLine
from positron_tui.tui.widgets.live_list import LiveList


class LiveTree(LiveList):
    """Shows the lines it is given; which of them are open is the owner's to say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "open", "open", show=False),
        Binding("left,h", "close", "close", show=False),
        Binding("space", "open_or_close", "open/close", show=False),
    ]

    class Chosen(Message):
        """Enter or a double click on a line."""

        def __init__(self, line: TreeLine) -> None:
            super().__init__()
            self.line = line

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, line: TreeLine | None) -> None:
            super().__init__()
            self.line = line

    class Toggled(Message):
        """A line is to be opened or closed."""

        def __init__(self, line: TreeLine, opened: bool) -> None:
            super().__init__()
            self.line = line
            self.opened = opened

    def __init__(self, *, empty: Sequence[str] = (), **arguments: Any) -> None:
        super().__init__(**arguments)
        self.empty = tuple(empty)
        self._lines: tuple[TreeLine, ...] = ()

    @property
    def item_count(self) -> int:
        return len(self._lines)

    @property
    def lines(self) -> tuple[TreeLine, ...]:
        return self._lines

    @property
    def cursor_line(self) -> TreeLine | None:
        return self._lines[self.cursor] if self._lines else None

    def set_lines(self, lines: Sequence[TreeLine]) -> None:
        """Show `lines`; the cursor stays on its line, or goes to the nearest one above."""
        before = self.cursor_line
        self._lines = tuple(lines)
        if before is not None:
            self.cursor = self._nearest(before)
        self.cursor = max(0, min(self.cursor, len(self._lines) - 1))
        self.repaint_changes()
        after = self.cursor_line
        if (before and before.key) != (after and after.key):
            self.cursor_moved()

    def go_to(self, key: str) -> bool:
        """Put the cursor on the line with `key`; False when it is not shown."""
        for index, line in enumerate(self._lines):
            if line.key == key:
                self.move_to(index)
                return True
        return False

    def line_at(self, y: int) -> Line:
        if not self._lines:
            return ((self.empty[y], "dim"),) if y < len(self.empty) else ()
        index = self.top + y
        if index >= len(self._lines):
            return ()
        line = self._lines[index]
        glyphs = ASCII if self.ascii_only else UNICODE
        sign = " "
        if line.expandable:
            sign = glyphs.opened if line.opened else glyphs.closed
        return ((f"{'  ' * line.depth}{sign} ", "dim"), *line.spans)

    def action_choose(self) -> None:
        if self.cursor_line is not None:
            self.post_message(self.Chosen(self.cursor_line))

    def action_open(self) -> None:
        line = self.cursor_line
        if line is None or not line.expandable:
            return
        if line.opened:
            self.action_move(1)
        else:
            self.post_message(self.Toggled(line, True))

    def action_close(self) -> None:
        line = self.cursor_line
        if line is None:
            return
        if line.expandable and line.opened:
            self.post_message(self.Toggled(line, False))
            return
        for index in range(self.cursor - 1, -1, -1):
            if self._lines[index].depth < line.depth:
                self.move_to(index)
                return

    def action_open_or_close(self) -> None:
        line = self.cursor_line
        if line is not None and line.expandable:
            self.post_message(self.Toggled(line, not line.opened))

    def cursor_moved(self) -> None:
        self.post_message(self.Moved(self.cursor_line))

    def _nearest(self, before: TreeLine) -> int:
        at = {line.key: index for index, line in enumerate(self._lines)}
        if before.key in at:
            return at[before.key]
        for key in reversed(before.ancestors):
            if key in at:
                return at[key]
        return self.cursor
