"""The journal: every change, the newest first, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.changes import Change
from positron_tui.services.filtering import parse_filter
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import journal
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import ConsoleScreen, Here
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.screens.working import WorkingScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import FlowText, LiveText

LIMIT = 500


class ChangesScreen(TableScreen):
    """One row a change; below, what became of the one under the cursor."""

    name_in_registry = actions.CHANGES
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.CHANGES)]
    AUTO_FOCUS = "LiveTable"
    columns = journal.COLUMNS
    empty = "Nothing was changed yet."
    of_devices = False

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._known: tuple[Change, ...] = ()
        self._journal = Rereading(self._read_journal, "read the journal")

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Changes"

    def counts(self) -> Sequence[Span]:
        return ((f"{len(self.table.rows)} of {len(self._known)}", ""),)

    def concerns(self, changes: Changes) -> bool:
        return changes.journal

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, journal.FIELDS)
        shown = [
            one
            for one in self._known
            if not wanted.terms or wanted.matches(journal.filter_row(one, self.glyphs))
        ]
        self.table.set_rows(journal.rows(shown, self.glyphs, self.now()))
        self._show_message()

    def here(self) -> Here | None:
        change = self._change()
        return Here(change.device) if change and change.device in self.fleet else None

    def copy_text(self) -> str | None:
        change = self._change()
        return "\n".join(step.command for step in change.steps) if change else None

    def on_live_table_moved(self) -> None:
        self._show_message()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.change(int(event.key))

    def action_undo(self) -> None:
        change = self._change()
        if change is not None:
            undo(self, change)

    def action_settle(self) -> None:
        settle(self)

    def action_changes(self) -> None:
        """The journal is here already."""

    def _change(self) -> Change | None:
        key = self.table.cursor_key
        return next((one for one in self._known if str(one.id) == key), None)

    def _show_message(self) -> None:
        change = self._change()
        lines = (
            flow([Sentence(change.message)], self.size.width) if change and change.message else ()
        )
        self.query_one("#reason", LiveText).set_lines(lines[:3])

    def _read(self) -> None:
        if self.console_app.ready:
            self._journal.ask(self.console_app.work)

    async def _read_journal(self) -> None:
        self._known = await self.services.changes.list(limit=LIMIT)
        self.refresh_show()


class ChangeScreen(WorkingScreen):
    """One change with its steps, fields and history."""

    name_in_registry = actions.CHANGE
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.CHANGE)]
    AUTO_FOCUS = "FlowText"

    def __init__(self, change_id: int) -> None:
        super().__init__()
        self._change_id = change_id
        self._change: Change | None = None
        self._items: Sequence[Item] = ()
        self._entry = Rereading(self._read_entry, "read a change")

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def heading(self) -> str:
        return f"Change {self._change_id}"

    def counts(self) -> Sequence[Span]:
        return () if self._change is None else ((f"{self._change.device}", ""),)

    def concerns(self, changes: Changes) -> bool:
        return changes.journal

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def hidden_keys(self) -> Sequence[str]:
        stuck = self._change is None or journal.why_not_undone(self._change) is not None
        return ("undo",) if stuck else ()

    def show(self) -> None:
        items = self._items
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))

    def here(self) -> Here | None:
        change = self._change
        return Here(change.device) if change and change.device in self.fleet else None

    def copy_text(self) -> str | None:
        change = self._change
        return "\n".join(step.command for step in change.steps) if change else None

    def action_undo(self) -> None:
        if self._change is not None:
            undo(self, self._change)

    def action_settle(self) -> None:
        settle(self)

    def _read(self) -> None:
        if self.console_app.ready:
            self._entry.ask(self.console_app.work)

    async def _read_entry(self) -> None:
        self._change = await self.services.changes.get(self._change_id)
        events = await self.services.changes.events(self._change_id)
        self._items = journal.detail(self._change, events, self.glyphs, self.now())
        self.refresh_show()


def undo(screen: ConsoleScreen, change: Change) -> None:
    """Show what takes a change back, or say why nothing does."""
    reason = journal.why_not_undone(change)
    if reason is not None:
        screen.console_app.complain(f"Change {change.id} cannot be undone: {reason}")
        return
    screen.console_app.changing.preview_undo(change.id)


def settle(screen: ConsoleScreen) -> None:
    """Read the devices of all changes whose end nobody knows."""
    screen.console_app.work(_settle(screen), "settle changes", exclusive=True)


async def _settle(screen: ConsoleScreen) -> None:
    app = screen.console_app
    app.say("Reading the devices of changes whose end is not known ...")
    settled = await screen.services.changes.settle()
    app.clear_notifications()
    if not settled:
        app.say("The end of every change is known.")
    for change in settled:
        said = change.message or f"Change {change.id} was left open."
        (app.complain if journal.is_open(change) else app.say)(said)
