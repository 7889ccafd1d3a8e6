"""What the screens with one table have: filter, sorting, export, copy."""

from __future__ import annotations

from collections.abc import Sequence

from positron_tui.tui.export import csv_text, write_file
from positron_tui.tui.render.columns import Column
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.working import WorkingScreen
from positron_tui.tui.widgets.live_table import LiveTable, Sorting


class TableScreen(WorkingScreen):
    """A screen around a LiveTable; filter and sorting are remembered under the screen's name."""

    columns: Sequence[Column]
    empty = "Nothing here."
    # Whether the rows come from devices, so that without one there is something else to do first.
    of_devices = True

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__()
        self._filter_text = filter_text
        self._opened_with = filter_text or ""

    @property
    def filter_text(self) -> str:
        return self._filter_text or ""

    def set_filter(self, text: str) -> None:
        self._filter_text = text.strip()
        if self.remembers_filter:
            self.console_app.memory.keep(f"{self.name_in_registry}.filter", self._filter_text)

    def action_back(self) -> None:
        """Marks go first, then a filter that was typed here; the screen's own goes with it."""
        if self.table.marked:
            self.table.clear_marks()
            self.refresh_show()
        elif self.filter_text == self._opened_with:
            self.app.pop_screen()
        else:
            super().action_back()

    def subject_of(self, key: str) -> Here | None:
        """Return what a row is about; None where rows cannot be marked."""
        return None

    def marked(self) -> Sequence[Here]:
        found = (self.subject_of(key) for key in self.marked_keys())
        return [one for one in found if one is not None]

    def marked_keys(self) -> Sequence[str]:
        """Return the keys of the marked rows, in their order on the screen, hidden ones last."""
        shown = [row.key for row in self.table.rows if row.key in self.table.marked]
        return [*shown, *sorted(self.table.marked - set(shown))]

    def mark_spans(self) -> Sequence[Span]:
        """Return how many rows are marked, for the top line; some may be filtered away."""
        marks = self.table.marked
        if not marks:
            return ()
        hidden = len(marks - {row.key for row in self.table.rows})
        more = f" ({hidden} not shown)" if hidden else ""
        return ((f"{len(marks)} marked{more}   ", "warn"),)

    def action_mark(self) -> None:
        self.table.mark()
        self.refresh_show()

    def action_mark_range(self) -> None:
        self.table.mark_range()
        self.refresh_show()

    def action_mark_all(self) -> None:
        self.table.mark_all()
        self.refresh_show()

    @property
    def remembers_filter(self) -> bool:
        return False

    @property
    def table(self) -> LiveTable:
        return self.query_one(LiveTable)

    def refresh_show(self) -> None:
        if self.is_mounted and self.console_app.ready:
            self.table.empty = self.empty_words()
        super().refresh_show()

    def empty_words(self) -> str:
        """Return what stands in the place of rows when there are none: why, and what to do."""
        if self.of_devices and not self.fleet.names():
            return "There is no device yet; go back to the fleet and press n to add one."
        if self.filter_text:
            return "Nothing fits the filter; / changes it."
        return self.empty

    def make_table(self) -> LiveTable:
        """Return the table with the sorting it had last time."""
        table = LiveTable(self.columns, empty=self.empty)
        kept = self.console_app.memory.text(f"{self.name_in_registry}.sort")
        if kept:
            table.sorting = Sorting(kept.lstrip("-"), kept.startswith("-"))
        return table

    def action_sort(self) -> None:
        self.table.sort_next()
        sorting = self.table.sorting
        if sorting is not None:
            sign = "-" if sorting.descending else ""
            self.console_app.memory.keep(f"{self.name_in_registry}.sort", f"{sign}{sorting.column}")

    def action_export(self) -> None:
        titles = [column.title for column in self.columns]
        content = csv_text(titles, ([cell.text for cell in row.cells] for row in self.table.rows))
        try:
            path = write_file(
                self.console_app.export_folder, self.name_in_registry, "csv", self.now(), content
            )
        except OSError as error:
            self.console_app.complain(f"The file cannot be written: {error.strerror or error}.")
            return
        self.console_app.say(f"{len(self.table.rows)} rows are in {path}.")

    def copy_text(self) -> str | None:
        key = self.table.cursor_key
        return key.rpartition("\0")[2] if key else None

    def action_open_cursor(self) -> None:
        self.table.action_choose()
