"""The log: what the console does on the devices, with the exact commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.services.activity import Entry
from positron_tui.services.filtering import parse_filter
from positron_tui.tui import actions
from positron_tui.tui.export import write_file
from positron_tui.tui.live import Changes
from positron_tui.tui.render import activity
from positron_tui.tui.render.lines import Span, clean
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.details import DetailsScreen
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable

# Polling fills the log; what people look for is what was done to devices and what failed.
QUIET = "routine:no"


class LogScreen(TableScreen):
    """The newest entry is the lowest, and the cursor follows it until it is moved up."""

    name_in_registry = actions.LOG
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.LOG)]
    AUTO_FOCUS = "LiveTable"
    columns = activity.COLUMNS
    empty = "The console has done nothing yet."
    of_devices = False

    def body(self) -> Sequence[Widget]:
        return [self.make_table()]

    def heading(self) -> str:
        return "Log"

    def counts(self) -> Sequence[Span]:
        total = len(self.services.activity.entries())
        return ((f"{len(self.table.rows)} of {total}", ""),)

    def concerns(self, changes: Changes) -> bool:
        return changes.log

    def show(self) -> None:
        table = self.table
        follows = table.cursor >= len(table.rows) - 1
        table.set_rows(activity.rows(self._shown(), self.glyphs, self.now()))
        if follows and table.sorting is None:
            table.action_to_end()

    def here(self) -> Here | None:
        entry = self._entry()
        if entry is None or entry.device is None or entry.device not in self.fleet:
            return None
        return Here(entry.device)

    def copy_text(self) -> str | None:
        entry = self._entry()
        return entry.text if entry else None

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        entry = self._entry(event.key)
        if entry is not None:
            self.app.push_screen(DetailsScreen("Log entry", activity.details(entry)))

    def action_export_log(self) -> None:
        content = activity.as_text(entry for _, entry in self._shown())
        kept = "\n".join(clean(line) for line in content.split("\n"))
        try:
            path = write_file(self.console_app.export_folder, "log", "txt", self.now(), kept)
        except OSError as error:
            self.console_app.complain(f"The file cannot be written: {error.strerror or error}.")
            return
        self.console_app.say(f"The log is in {path}.")

    def action_show_all(self) -> None:
        """Show the good readings too, or leave them out again."""
        terms = self.filter_text.split()
        kept = [one for one in terms if one != QUIET]
        self.set_filter(" ".join(kept if QUIET in terms else [*kept, QUIET]))
        self.refresh_show()

    def action_log(self) -> None:
        """The log is here already."""

    def _shown(self) -> list[tuple[str, Entry]]:
        wanted = parse_filter(self.filter_text, activity.FIELDS)
        return [
            (str(id(entry)), entry)
            for entry in self.services.activity.entries()
            if not wanted.terms or wanted.matches(activity.filter_row(entry))
        ]

    def _entry(self, key: str | None = None) -> Entry | None:
        wanted = key or self.query_one(LiveTable).cursor_key
        return next((entry for one, entry in self._shown() if one == wanted), None)
