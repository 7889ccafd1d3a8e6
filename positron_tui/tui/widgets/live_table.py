"""A table whose values change in place; thousands of rows cost only what is visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.geometry import Size
from textual.message import Message

from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render.columns import (
    GAP,
    Column,
    Row,
    fit_columns,
    sort_key,
)
from positron_tui.tui.render.lines import Line, Span, clean, padded, width_of
from positron_tui.tui.widgets.live_list import LiveList


@dataclass(frozen=True, slots=True)
class Sorting:
    """The column a table is sorted by."""

    column: str
    descending: bool = False


class LiveTable(LiveList):
    """Rows of cells under a line of titles; the cursor stays on its row when rows come and go."""

    HEADER_ROWS = 1

    class Chosen(Message):
        """Enter or a double click on a row."""

        def __init__(self, table: LiveTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, table: LiveTable, key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

    def __init__(
        self, columns: Sequence[Column], *, empty: str = "Nothing here.", **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.columns = tuple(columns)
        self.empty = empty
        self.sorting: Sorting | None = None
        self.marked: set[str] = set()
        self._mark_anchor: str | None = None
        self._rows: list[Row] = []
        self._by_key: dict[str, int] = {}
        self._wanted = [width_of(column.title) for column in self.columns]
        self._layout: tuple[tuple[int, int], ...] = ()
        self._layout_width = -1

    @property
    def item_count(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in the order in which they are shown."""
        return tuple(self._rows)

    @property
    def cursor_key(self) -> str | None:
        return self._rows[self.cursor].key if self._rows else None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; when they are the same things as before, only changed cells are painted.

        The order stays as long as the things stay, so that nothing jumps under the cursor.
        """
        known, by_key = self._rows, self._by_key
        new = [row for row in rows if row.key not in by_key or known[by_key[row.key]] is not row]
        same = len(rows) == len(known) and all(row.key in by_key for row in new)
        if same:
            for row in new:
                known[by_key[row.key]] = row
        else:
            self._replace(list(rows))
        self._measure(new)
        self.repaint_changes()
        if not same:
            self.cursor_moved()

    def sort_by(self, sorting: Sorting | None) -> None:
        """Sort by a column now; the cursor stays on its row."""
        self.sorting = sorting
        self._replace(list(self._rows))
        self.repaint_changes()

    def sort_next(self) -> None:
        """Sort by the next visible column, ascending, then descending, then the one after."""
        visible = [self.columns[index].key for index, _ in self.layout_columns()]
        current = self.sorting
        if current is None or current.column not in visible:
            self.sort_by(Sorting(visible[0]))
        elif not current.descending:
            self.sort_by(Sorting(current.column, descending=True))
        else:
            after = visible[(visible.index(current.column) + 1) % len(visible)]
            self.sort_by(Sorting(after))

    def go_to(self, key: str) -> bool:
        """Put the cursor on the row with `key`; False when there is none."""
        index = self._by_key.get(key)
        if index is None:
            return False
        self.move_to(index)
        return True

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go one down."""
        key = self.cursor_key
        if key is None:
            return
        self._mark_anchor = key
        self._set_marks(self.marked ^ {key})
        self.action_move(1)

    def mark_range(self) -> None:
        """Mark all rows from the one that was marked last to the cursor."""
        key = self.cursor_key
        if key is None:
            return
        anchor = self._by_key.get(self._mark_anchor or key, self.cursor)
        self._mark_anchor = key
        low, high = sorted((anchor, self.cursor))
        self._set_marks(self.marked | {row.key for row in self._rows[low : high + 1]})

    def mark_all(self) -> None:
        """Mark all rows that are shown; when they all are, take their marks away."""
        shown = {row.key for row in self._rows}
        self._set_marks(self.marked - shown if shown <= self.marked else self.marked | shown)

    def clear_marks(self) -> None:
        self._mark_anchor = None
        self._set_marks(set())

    def _set_marks(self, marks: set[str]) -> None:
        self.marked = marks
        self.repaint_changes()
        self.cursor_moved()

    @property
    def _margin(self) -> int:
        """Cells on the left for the marks; none while nothing is marked."""
        return 2 if self.marked else 0

    def layout_columns(self) -> tuple[tuple[int, int], ...]:
        """Return (index, width) of the columns that are shown."""
        width = self.size.width - self._margin
        if width != self._layout_width:
            self._layout = fit_columns(self.columns, self._wanted, width)
            self._layout_width = width
        return self._layout

    def line_at(self, y: int) -> Line:
        if y == 0:
            return self._title_line()
        index = self.top + y - 1
        if index < len(self._rows):
            return self._row_line(self._rows[index])
        if not self._rows and y == 1:
            return ((self.empty, "dim"),)
        return ()

    def action_choose(self) -> None:
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Chosen(self, key))

    def cursor_moved(self) -> None:
        self.post_message(self.Moved(self, self.cursor_key))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(2, len(self._rows) + 1)

    def _replace(self, rows: list[Row]) -> None:
        key = self.cursor_key
        sorting = self.sorting
        if sorting is not None:
            columns = [column.key for column in self.columns]
            if sorting.column in columns:
                at = columns.index(sorting.column)
                rows.sort(key=lambda row: sort_key(row.cells[at]), reverse=sorting.descending)
                if sorting.descending:
                    rows.sort(key=lambda row: sort_key(row.cells[at])[0])
        self._rows = rows
        self._by_key = {row.key: index for index, row in enumerate(rows)}
        index = self._by_key.get(key) if key is not None else None
        self.cursor = index if index is not None else max(0, min(self.cursor, len(rows) - 1))

    def _measure(self, rows: Sequence[Row]) -> None:
        """Let columns grow to the content of new rows; they never shrink under the eye."""
        for index, column in enumerate(self.columns):
            if self._wanted[index] >= column.max_width:
                continue
            widest = max((width_of(row.cells[index].text) for row in rows), default=0)
            if widest > self._wanted[index]:
                self._wanted[index] = widest
                self._layout_width = -1

    def _title_line(self) -> Line:
        glyphs = ASCII if self.ascii_only else UNICODE
        spans: list[Span] = [(" " * self._margin, "")] if self.marked else []
        for index, width in self.layout_columns():
            column = self.columns[index]
            title = column.title
            if self.sorting is not None and self.sorting.column == column.key:
                sign = glyphs.descending if self.sorting.descending else glyphs.ascending
                title = f"{padded(title, width - 1).rstrip()}{sign}"
            spans.append((padded(title, width, right=column.right), "title"))
            spans.append((" " * GAP, ""))
        return tuple(spans)

    def _row_line(self, row: Row) -> Line:
        spans: list[Span] = []
        if self.marked:
            spans.append(("* " if row.key in self.marked else "  ", "accent"))
        for index, width in self.layout_columns():
            cell = row.cells[index]
            text = clean(cell.text, ascii_only=self.ascii_only)
            spans.append((padded(text, width, right=self.columns[index].right), cell.style))
            spans.append((" " * GAP, ""))
        return tuple(spans)
