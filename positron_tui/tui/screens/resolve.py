"""Settling conflicts: what it does is shown, done when that is confirmed, and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import PositronError
from positron_tui.domain.sync_runs import Conflict
from positron_tui.services.sync_types import SyncReport, Take
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import conflicts as words
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.values import plural
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.screens.sync_commands import show_commands
from positron_tui.tui.widgets.live_text import FlowText


class ResolveScreen(ConsoleScreen):
    """One value for each of some conflicts: billing's, the console's or the device's."""

    name_in_registry = actions.RESOLVE
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.RESOLVE)]
    AUTO_FOCUS = "FlowText"

    def __init__(self, conflicts: Sequence[Conflict], take: Take) -> None:
        super().__init__()
        self._conflicts = tuple(conflicts)
        self._take = take
        self._decisions: tuple[words.Decision, ...] = ()
        self._reports: list[SyncReport] = []
        self._failure: str | None = None
        self._under_way = False
        self._ended = False

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def on_mount(self) -> None:
        self.console_app.work(self._plan(), "plan to settle conflicts")

    def heading(self) -> str:
        return f"Take {words.OWNERS[self._take]} {plural(len(self._conflicts), 'value')}"

    def counts(self) -> Sequence[Span]:
        return (("running", "warn"),) if self._under_way else ()

    def concerns(self, changes: Changes) -> bool:
        return False

    def hidden_keys(self) -> Sequence[str]:
        if self._under_way or self._ended or not self._possible:
            return ("resolve", "commands")
        return ()

    def show(self) -> None:
        items = self._items()
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))

    def action_resolve(self) -> None:
        if self._under_way or self._ended or not self._possible:
            return
        self._under_way = True
        self.refresh_show()
        self.console_app.work(self._resolve(), "settle conflicts")

    def action_commands(self) -> None:
        """Show the commands of the first that is sent to a device."""
        items = (one.item for one in self._decisions if one.item is not None)
        item = next((one for one in items if one.kind.changes_device), None)
        if item is None:
            self.console_app.say("Nothing of this is sent to a device.")
        else:
            show_commands(self.console_app, item)

    def action_back(self) -> None:
        if self._under_way:
            self.console_app.say("It runs; it cannot be left half done.")
        else:
            self.app.pop_screen()

    @property
    def _possible(self) -> list[int]:
        return [one.conflict.id for one in self._decisions if one.item is not None]

    async def _plan(self) -> None:
        found = []
        for one in self._conflicts:
            try:
                item = await self.services.conflicts.preview(one.id, self._take)
            except PositronError as error:
                found.append(words.Decision(one, refusal=str(error)))
            else:
                found.append(words.Decision(one, item))
        self._decisions = tuple(found)
        self.refresh_show()

    async def _resolve(self) -> None:
        """Settle one after the other, so that what was done is told even when one fails."""
        self.console_app.changes_running += 1
        try:
            for number in self._possible:
                self._reports += await self.services.conflicts.resolve([number], self._take)
                self.refresh_show()
        except PositronError as error:
            self._failure = str(error)
        finally:
            self.console_app.changes_running -= 1
            self._under_way = False
            self._ended = True
            self.refresh_show()

    def _items(self) -> list[Item]:
        failure: list[Item] = [Sentence(self._failure, "bad"), None] if self._failure else []
        if self._ended:
            return [*failure, *words.result_items(self._reports, self.glyphs)]
        if self._under_way:
            done = f"{len(self._reports)} of {len(self._possible)}"
            return [Sentence(f"Settling: {done} done ...", "accent")]
        if not self._decisions:
            return [Sentence("Planning ...", "dim")]
        return words.decision_items(self._decisions, self._take)
