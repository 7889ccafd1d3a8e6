"""One action on many rows: planned, confirmed, followed, stopped, gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import PositronError
from positron_tui.services.actions import ActionEdit
from positron_tui.services.bulk import BulkProgress, BulkReport, BulkState
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import bulk as words
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.screens.working import Make
from positron_tui.tui.widgets.live_text import FlowText


class BulkScreen(ConsoleScreen):
    """A run of one action on (device, subject) pairs, or one that was made before (`of`)."""

    name_in_registry = actions.BULK
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.BULK)]
    AUTO_FOCUS = "FlowText"

    def __init__(self, verb: str, named: Sequence[tuple[str, str]], make: Make | None) -> None:
        super().__init__()
        self._verb = verb
        self._named = tuple(named)
        self._make = make
        self._edits: list[ActionEdit] | None = None
        self._plan: words.BulkPlan | None = None
        self._progress: BulkProgress | None = None
        self._under_way = False
        self._stopping = False
        self.report: BulkReport | None = None

    @classmethod
    def of(cls, report: BulkReport) -> BulkScreen:
        """Return the screen of a run that was made before."""
        screen = cls(report.title or f"Run {report.id}", (), None)
        screen.report = report
        return screen

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def on_mount(self) -> None:
        if self._make is not None:
            self.console_app.work(self._gather(self._make), "make edits")

    def heading(self) -> str:
        return f"{self._verb} {len(self._named)}" if self._named else self._verb

    def counts(self) -> Sequence[Span]:
        if self._stopping:
            return (("stopping: those under way are brought to an end", "warn"),)
        return (("running", "warn"),) if self._under_way else ()

    def concerns(self, changes: Changes) -> bool:
        return False

    def hidden_keys(self) -> Sequence[str]:
        hidden = [] if self._under_way else ["stop"]
        if self._under_way or not self._can_run:
            hidden.append("run_all")
        return hidden

    @property
    def _can_run(self) -> bool:
        if self.report is not None:
            return words.resumable(self.report)
        return bool(self._edits)

    def show(self) -> None:
        items = self._items()
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))

    def action_run_all(self) -> None:
        """Run it; or, when it was stopped, go on with it."""
        if self._under_way or not self._can_run:
            return
        self._under_way = True
        self._stopping = False
        self._progress = None
        self.refresh_show()
        self.console_app.work(self._run(), "run on many rows")

    def action_stop(self) -> None:
        if not self._under_way or self._progress is None or self._stopping:
            return
        self._stopping = True
        self.services.bulk.cancel(self._progress.bulk_id)
        self.refresh_show()

    def action_back(self) -> None:
        if self._under_way:
            self.console_app.say("It runs; press c to stop it behind those that are under way.")
            return
        self.app.pop_screen()

    async def _gather(self, make: Make) -> None:
        """Make the edits, note those that cannot be made, and plan the first as an example."""
        edits: list[ActionEdit] = []
        left_out: list[str] = []
        for device, subject in self._named:
            try:
                edits.append(await make(device, subject))
            except PositronError as error:
                left_out.append(str(error))
        settings = self.services.settings.bulk
        self._edits = edits
        self._plan = words.BulkPlan(
            self._verb,
            tuple((one.device, one.subject) for one in edits),
            tuple(dict.fromkeys(left_out)),
            settings.canary,
            settings.batch,
            settings.concurrency,
        )
        self.refresh_show()
        if edits:
            await self._add_example(self._plan, edits[0])

    async def _add_example(self, plan: words.BulkPlan, edit: ActionEdit) -> None:
        try:
            prepared = await self.services.changes.prepare(edit)
        except PositronError as error:
            self._plan = replace(plan, example_note=str(error))
        else:
            self._plan = replace(plan, example=prepared.change)
        self.refresh_show()

    async def _run(self) -> None:
        self.console_app.changes_running += 1
        try:
            if self.report is None:
                title = f"{self._verb} {len(self._edits or ())}"
                self.report = await self.services.bulk.run(
                    self._edits or (), title=title, on_progress=self._follow
                )
            else:
                self.report = await self.services.bulk.resume(
                    self.report.id, on_progress=self._follow
                )
        finally:
            self.console_app.changes_running -= 1
            self._under_way = self._stopping = False
            self.refresh_show()

    def _follow(self, progress: BulkProgress) -> None:
        self._progress = progress
        self.refresh_show()

    def _items(self) -> list[Item]:
        if self._under_way:
            if self._progress is None:
                return [Sentence("Beginning ...", "accent")]
            return words.progress_items(self._progress, self.glyphs)
        if self.report is not None:
            resumable = words.resumable(self.report)
            shown = self.report
            if shown.state is BulkState.RUNNING and not resumable:
                shown = replace(shown, state=BulkState.FINISHED)
            return words.result_items(shown, self.glyphs, resumable=resumable)
        if self._plan is None:
            return [Sentence("Planning ...", "dim")]
        return words.plan_items(self._plan)
