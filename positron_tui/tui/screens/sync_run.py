"""One sync run: what it found, item by item, and what is done about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.sync_runs import ItemKind, RunState, SyncItem
from positron_tui.services.filtering import parse_filter
from positron_tui.services.sync_types import OnSyncProgress, SyncReport
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import sync, sync_items
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.ask import AskScreen
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.details import DetailsScreen
from positron_tui.tui.screens.sync_commands import show_commands
from positron_tui.tui.screens.sync_start import ask_and_compare, ask_to_discard
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.syncing import SyncJob
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText

# A first sync links thousands; what people look for is the rest.
QUIET = "!kind:link"


class SyncRunScreen(TableScreen):
    """Above how the run stands, then one row an item; below, why it is there and how it ended."""

    name_in_registry = actions.SYNC_RUN
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.SYNC_RUN)]
    AUTO_FOCUS = "LiveTable"
    of_devices = False
    columns = sync_items.COLUMNS
    empty = "This run has no items: nothing differs."

    def __init__(
        self, run_id: int | None, filter_text: str | None = None, job: SyncJob | None = None
    ) -> None:
        super().__init__(QUIET if filter_text is None else filter_text)
        self._run_id = run_id
        self._job = job
        self._report: SyncReport | None = None
        self._items: dict[str, SyncItem] = {}
        self._kept = Rereading(self._read_report, "read a sync run")

    @classmethod
    def of(cls, job: SyncJob) -> SyncRunScreen:
        """Return the screen of a comparison that was just begun."""
        return cls(None, job=job)

    def body(self) -> Sequence[Widget]:
        return [LiveText(id="head"), self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        if self._run_id is None:
            return "Sync run"
        system = f" {self._report.run.system}" if self._report else ""
        return f"Sync run {self._run_id}{system}"

    def counts(self) -> Sequence[Span]:
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {len(self._items)}", ""))

    def empty_words(self) -> str:
        if self._items and self.filter_text == QUIET:
            return "Services were linked and nothing else; a shows them."
        return super().empty_words() if self._items else self.empty

    def concerns(self, changes: Changes) -> bool:
        return changes.sync or changes.progress or changes.journal

    def take_changes(self, changes: Changes) -> None:
        if changes.sync:
            self._read()
        elif changes.progress:
            self._follow()

    def on_screen_resume(self) -> None:
        self._read()

    def on_resize(self) -> None:
        self.refresh_show()

    def hidden_keys(self) -> Sequence[str]:
        if self._job is not None:
            return ("run_sync", "say_no", "retry", "retry_all", "start_sync")
        hidden = ["stop_sync"] if not self._under_way_elsewhere else []
        if self._report is None or self._report.run.state is not RunState.WAITING:
            hidden += ["run_sync", "say_no"]
        else:
            hidden.append("start_sync")
        if self._report is None or not self._report.failed:
            hidden += ["retry", "retry_all"]
        return hidden

    def show(self) -> None:
        head = self._head()
        self.query_one("#head", LiveText).set_lines(flow(head, self.size.width)[:_MOST_HEAD])
        wanted = parse_filter(self.filter_text, sync_items.FIELDS)
        shown = [
            one
            for one in sync_items.in_order(self._items.values())
            if not wanted.terms or wanted.matches(sync_items.filter_row(one, self.glyphs))
        ]
        self.table.set_rows(sync_items.rows(shown, self.glyphs))
        self._show_words()

    def here(self) -> Here | None:
        key = self.table.cursor_key
        return self.subject_of(key) if key is not None else None

    def subject_of(self, key: str) -> Here | None:
        item = self._items.get(key)
        if item is None or item.device is None or item.device not in self.fleet:
            return None
        return Here(item.device, subscriber=item.subject)

    def copy_text(self) -> str | None:
        item = self._item()
        return f"{item.account_id} {item.account_name}" if item else None

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        """Open the change in the journal, the conflict, or all that is known of the item."""
        item = self._items.get(event.key)
        if item is None:
            return
        if item.change_id is not None:
            self.console_app.places.change(item.change_id)
        elif item.kind is ItemKind.CONFLICT:
            self.console_app.places.conflicts(f"account:{item.account_id}")
        else:
            writes = self._report.writes if self._report else ()
            facts = sync_items.detail(item, writes, self.glyphs, self.now())
            self.app.push_screen(DetailsScreen(f"Item of run {self._run_id}", facts))

    # What is done about it.

    def action_run_sync(self) -> None:
        """Carry the run out; past the limits the person types how many are cut off."""
        report = self._report
        if self._job is not None:
            self.console_app.say("It is under way; z stops it.")
        elif report is None or report.run.state is not RunState.WAITING:
            self.console_app.say("Only a run that waits can be carried out; n compares anew.")
        elif report.guard is None:
            self._execute(None)
        else:
            self._ask_number(report)

    def action_say_no(self) -> None:
        if self._report is not None and self._report.run.state is RunState.WAITING:
            ask_to_discard(self.console_app, self._report.run.id, self._read)
        else:
            self.console_app.say("It does not wait, so there is nothing to say no to.")

    def action_start_sync(self) -> None:
        ask_and_compare(self.console_app, system=self._report.run.system if self._report else None)

    def action_stop_sync(self) -> None:
        if self._job is not None:
            self.console_app.syncing.stop_job(self._job)
            self.refresh_show()
        elif self._run_id is not None:
            self.console_app.syncing.stop(self._run_id)

    def action_retry(self) -> None:
        """Compare the accounts of the marked items, or of the one under the cursor, again."""
        keys = self.table.marked or {self.table.cursor_key or ""}
        positions = sorted(self._items[key].position for key in keys if key in self._items)
        if positions:
            self.table.clear_marks()
            self._retry(positions)
        else:
            self.console_app.say("Put the cursor on an item first.")

    def action_retry_all(self) -> None:
        self._retry(())

    def action_commands(self) -> None:
        item = self._item()
        if item is None or not item.kind.changes_device:
            self.console_app.say("Nothing is sent to a device for this item.")
        else:
            show_commands(self.console_app, item)

    def action_show_links(self) -> None:
        terms = self.filter_text.split()
        kept = [one for one in terms if one != QUIET]
        self.set_filter(" ".join(kept if QUIET in terms else [*kept, QUIET]))
        self.refresh_show()

    def action_why(self) -> None:
        item = self._item()
        if item is None or item.device is None or item.subject is None:
            self.console_app.say("No subscriber belongs to this item yet.")
        else:
            self.console_app.places.why(item.device, subscriber=item.subject)

    def _ask_number(self, report: SyncReport) -> None:
        cuts = report.cuts
        text = (
            f"{report.guard} If that is right, write how many services are to be suspended or "
            f"removed: {cuts}."
        )

        def answered(typed: str | None) -> None:
            if typed is None:
                return
            if typed == str(cuts):
                self._execute(cuts)
            else:
                self.console_app.complain(f"That was not {cuts}; nothing was sent.")

        self.app.push_screen(
            AskScreen(
                f"Cut off {cuts} services?",
                [Sentence(text, "bad")],
                placeholder="how many",
                enter="run it",
            ),
            answered,
        )

    def _execute(self, allow_cuts: int | None) -> None:
        run_id = self._run_id
        if run_id is None:
            return

        async def make(on_progress: OnSyncProgress) -> SyncReport:
            return await self.services.sync.execute(
                run_id, allow_cuts=allow_cuts, on_progress=on_progress
            )

        self._job = self.console_app.syncing.execute("Carrying it out", run_id, make)
        self.refresh_show()

    def _retry(self, positions: Collection[int]) -> None:
        run_id = self._run_id
        if run_id is None or self._job is not None:
            self.console_app.say("It is under way; try again when it has ended.")
            return

        async def make(on_progress: OnSyncProgress) -> SyncReport:
            return await self.services.sync_log.retry(
                run_id, tuple(positions), on_progress=on_progress
            )

        app = self.console_app
        app.places.sync_job(app.syncing.compare("Reading those accounts again", make))

    # What is known.

    @property
    def _under_way_elsewhere(self) -> bool:
        return self._report is not None and self._report.run.state is RunState.RUNNING

    def _item(self) -> SyncItem | None:
        key = self.table.cursor_key
        return self._items.get(key) if key is not None else None

    def _head(self) -> list[Item]:
        job = self._job
        if job is not None:
            return sync.progress_items(job.progress, job.title, stopping=job.stopping)
        if self._report is None:
            return [Sentence("Reading the sync log ...", "dim")]
        return sync_items.head(self._report, self.glyphs)

    def _show_words(self) -> None:
        item = self._item()
        lines = flow(sync_items.words(item), self.size.width) if item else ()
        self.query_one("#reason", LiveText).set_lines(lines[:_MOST_REASON])

    def _read(self) -> None:
        if self.console_app.ready:
            self._follow()
            if self._run_id is not None:
                self._kept.ask(self.console_app.work)

    def _follow(self) -> None:
        """Take over how far the job is, and its end."""
        job = self._job
        if job is None and self._run_id is not None:
            job = self._job = self.console_app.syncing.of(self._run_id)
        if job is None:
            return
        self._run_id = job.run_id
        for position, item in job.items.items():
            self._items[str(position)] = item
        if job.ended:
            self._job = None
            if job.failure is not None:
                self.console_app.complain(job.failure)
            if job.report is not None:
                self._take(job.report)
            elif self._run_id is not None:
                self._kept.ask(self.console_app.work)
        self.refresh_show()

    async def _read_report(self) -> None:
        if self._run_id is not None:
            self._take(await self.services.sync_log.show(self._run_id))
            self.refresh_show()

    def _take(self, report: SyncReport) -> None:
        self._report = report
        self._items = {str(one.position): one for one in report.items}


_MOST_HEAD = 6
_MOST_REASON = 4
