"""The hooks that billing systems sent, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.sync_runs import Hook
from positron_tui.services.filtering import parse_filter
from positron_tui.services.sync_status import is_late
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import hooks
from positron_tui.tui.render.facts import flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText

LIMIT = 500


class HooksScreen(TableScreen):
    """One row a hook, the newest first; Enter opens the run that it caused."""

    name_in_registry = actions.HOOKS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.HOOKS)]
    AUTO_FOCUS = "LiveTable"
    of_devices = False
    columns = hooks.COLUMNS
    empty = "No hook was received yet; [hooks] in the settings says whether the console listens."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._known: tuple[Hook, ...] = ()
        self._kept = Rereading(self._read_hooks, "read the hooks")

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Hooks"

    def counts(self) -> Sequence[Span]:
        late = sum(is_late(one, self.now()) for one in self._known)
        late_span: Sequence[Span] = ((f"   {late} late", "bad"),) if late else ()
        return ((f"{len(self.table.rows)} of {len(self._known)}", ""), *late_span)

    def concerns(self, changes: Changes) -> bool:
        return changes.sync

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, hooks.FIELDS)
        now = self.now()
        shown = [
            one
            for one in self._known
            if not wanted.terms or wanted.matches(hooks.filter_row(one, now, self.glyphs))
        ]
        self.table.set_rows(hooks.rows(shown, now, self.glyphs))
        self._show_words()

    def copy_text(self) -> str | None:
        one = self._hook()
        return f"{one.event} {one.account_id or ''}".strip() if one else None

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        one = self._hook()
        if one is not None and one.run_id is not None:
            self.console_app.places.sync_run(one.run_id)
        else:
            self.console_app.say("No sync run came of this hook.")

    def action_poll(self) -> None:
        """Read the list again."""
        self._read()

    def _hook(self) -> Hook | None:
        key = self.table.cursor_key
        return next((one for one in self._known if str(one.id) == key), None)

    def _show_words(self) -> None:
        one = self._hook()
        lines = flow(hooks.words(one, self.now()), self.size.width) if one else ()
        self.query_one("#reason", LiveText).set_lines(lines[:4])

    def _read(self) -> None:
        if self.console_app.ready:
            self._kept.ask(self.console_app.work)

    async def _read_hooks(self) -> None:
        self._known = await self.services.sync_log.hooks(LIMIT)
        self.refresh_show()
