"""The sync log: the billing systems and every run, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.sync_runs import RunState, SyncRun
from positron_tui.services.filtering import parse_filter
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import sync
from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.sync_start import ask_and_compare, ask_to_discard
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText

LIMIT = 500
# As many lines for the systems at any height of the terminal.
_LEAST_HEAD = 10


class SyncScreen(TableScreen):
    """Above the systems, then one row a run; below, the run under the cursor in words."""

    name_in_registry = actions.SYNC
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.SYNC)]
    AUTO_FOCUS = "LiveTable"
    of_devices = False
    columns = sync.COLUMNS
    empty = "There was no sync yet. Press n to compare now."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._known: tuple[SyncRun, ...] = ()
        self._bad: Mapping[int, int] = {}
        # Whoever began a run comes back to it, and not to the one that was the newest before.
        self._to_newest = False
        self._log = Rereading(self._read_log, "read the sync log")

    def body(self) -> Sequence[Widget]:
        return [LiveText(id="head"), self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Sync log"

    def counts(self) -> Sequence[Span]:
        return ((f"{len(self.table.rows)} of {len(self._known)} runs", ""),)

    def concerns(self, changes: Changes) -> bool:
        return changes.sync

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def on_resize(self) -> None:
        self.refresh_show()

    def show(self) -> None:
        systems = self.console_app.open_syncs.systems
        items: list[Item] = list(() if systems else sync.HOW_TO_ADD)
        for one in systems:
            items += sync.system_items(one, self.glyphs, self.now())
        head = flow(items, self.size.width)
        self.query_one("#head", LiveText).set_lines(head[: max(_LEAST_HEAD, self.size.height // 3)])
        self.table.display = bool(systems or self._known)
        wanted = parse_filter(self.filter_text, sync.FIELDS)
        shown = [
            one
            for one in self._known
            if not wanted.terms
            or wanted.matches(sync.filter_row(one, self.glyphs, self._bad.get(one.id, 0)))
        ]
        self.table.set_rows(sync.rows(shown, self._bad, self.glyphs, self.now()))
        self._show_words()

    def copy_text(self) -> str | None:
        run = self._run()
        return run.sentence if run else None

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.sync_run(int(event.key))

    def action_start_sync(self) -> None:
        self._to_newest = True
        ask_and_compare(self.console_app)

    def action_dry_run(self) -> None:
        self._to_newest = True
        ask_and_compare(self.console_app, dry_run=True)

    def action_say_no(self) -> None:
        run = self._run()
        if run is None or run.state is not RunState.WAITING:
            self.console_app.say("Put the cursor on a run that waits first.")
        else:
            ask_to_discard(self.console_app, run.id, self._read)

    def action_stop_sync(self) -> None:
        run = self._run()
        if run is not None:
            self.console_app.syncing.stop(run.id)

    def action_hooks(self) -> None:
        self.console_app.places.hooks()

    def action_poll(self) -> None:
        """Read the log again; billing itself is read by a run."""
        self._read()

    def action_sync(self) -> None:
        """The log is here already."""

    def _run(self) -> SyncRun | None:
        key = self.table.cursor_key
        return next((one for one in self._known if str(one.id) == key), None)

    def _show_words(self) -> None:
        run = self._run()
        lines = flow(sync.about_run(run, self.now()), self.size.width) if run else ()
        self.query_one("#reason", LiveText).set_lines(lines[:4])

    def _read(self) -> None:
        if self.console_app.ready:
            self._log.ask(self.console_app.work)

    async def _read_log(self) -> None:
        await self.console_app.open_syncs.read(self.services.sync_status)
        known = await self.services.sync_log.runs(LIMIT)
        self._bad = await self.services.sync_log.left_behind(known)
        newer = bool(known) and known[:1] != self._known[:1]
        self._known = known
        self.refresh_show()
        if self._to_newest and newer:
            self._to_newest = False
            self.table.action_to_start()
