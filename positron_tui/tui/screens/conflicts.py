"""Fields that billing and the console both changed since they last agreed, to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.sync_runs import Conflict
from positron_tui.services.filtering import parse_filter
from positron_tui.services.sync_types import Take
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import conflicts
from positron_tui.tui.render.facts import flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText

OPEN = "state:open"


class ConflictsScreen(TableScreen):
    """One row a field; below, who has what since when."""

    name_in_registry = actions.CONFLICTS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.CONFLICTS)]
    AUTO_FOCUS = "LiveTable"
    of_devices = False
    columns = conflicts.COLUMNS
    empty = "There was no conflict yet."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(OPEN if filter_text is None else filter_text)
        self._known: tuple[Conflict, ...] = ()
        self._kept = Rereading(self._read_conflicts, "read the conflicts")

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Conflicts"

    def counts(self) -> Sequence[Span]:
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {len(self._known)}", ""))

    def empty_words(self) -> str:
        if self._known and self.filter_text == OPEN:
            return "No conflict waits for you; a shows the settled ones."
        return super().empty_words() if self._known else self.empty

    def concerns(self, changes: Changes) -> bool:
        return changes.sync

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, conflicts.FIELDS)
        shown = [
            one
            for one in self._known
            if not wanted.terms or wanted.matches(conflicts.filter_row(one))
        ]
        self.table.set_rows(conflicts.rows(shown, self.now()))
        self._show_words()

    def here(self) -> Here | None:
        key = self.table.cursor_key
        return self.subject_of(key) if key is not None else None

    def subject_of(self, key: str) -> Here | None:
        one = self._conflict(key)
        if one is None or one.device not in self.fleet:
            return None
        return Here(one.device, subscriber=one.subject)

    def copy_text(self) -> str | None:
        one = self._conflict(self.table.cursor_key)
        return f"{one.account_id} {one.account_name}" if one else None

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.action_why()

    def action_take_billing(self) -> None:
        self._take(Take.BILLING)

    def action_take_console(self) -> None:
        self._take(Take.CONSOLE)

    def action_take_device(self) -> None:
        self._take(Take.DEVICE)

    def action_show_settled(self) -> None:
        terms = self.filter_text.split()
        kept = [one for one in terms if one != OPEN]
        self.set_filter(" ".join(kept if OPEN in terms else [*kept, OPEN]))
        self.refresh_show()

    def action_why(self) -> None:
        one = self._conflict(self.table.cursor_key)
        if one is None:
            self.console_app.say("Put the cursor on a conflict first.")
        else:
            self.console_app.places.why(one.device, subscriber=one.subject)

    def action_poll(self) -> None:
        """Read the list again."""
        self._read()

    def action_conflicts(self) -> None:
        """They are here already."""

    def _take(self, take: Take) -> None:
        """Show what it does for the marked ones, or for the one under the cursor."""
        keys = self.table.marked or {self.table.cursor_key or ""}
        chosen = [one for one in self._known if str(one.id) in keys]
        open_ = [one for one in chosen if one.resolved_at is None]
        if open_:
            self.table.clear_marks()
            self.console_app.places.resolve(open_, take)
        elif chosen:
            self.console_app.say("It was settled already.")
        else:
            self.console_app.say("Put the cursor on a conflict first.")

    def _conflict(self, key: str | None) -> Conflict | None:
        return next((one for one in self._known if str(one.id) == key), None)

    def _show_words(self) -> None:
        one = self._conflict(self.table.cursor_key)
        lines = flow(conflicts.words(one, self.now()), self.size.width) if one else ()
        self.query_one("#reason", LiveText).set_lines(lines[:6])

    def _read(self) -> None:
        if self.console_app.ready:
            self._kept.ask(self.console_app.work)

    async def _read_conflicts(self) -> None:
        waiting = await self.services.conflicts.list()
        settled = await self.services.conflicts.list(resolved=True)
        self._known = (*waiting, *settled)
        self.refresh_show()
