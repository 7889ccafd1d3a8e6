"""Why a subscriber is as it is: who says what, and since when that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.services.sync_types import Claim, Why
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import why
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.sync_start import compare
from positron_tui.tui.screens.working import WorkingScreen
from positron_tui.tui.widgets.live_text import FlowText


class WhyScreen(WorkingScreen):
    """The story of one subscriber, or of an endpoint that no subscriber uses."""

    name_in_registry = actions.WHY
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.WHY)]
    AUTO_FOCUS = "FlowText"

    def __init__(self, device: str, subscriber: str | None, mac: str | None) -> None:
        super().__init__()
        self._device = device
        self._subscriber = subscriber
        self._mac = mac
        self._stories: tuple[Why, ...] | None = None
        self._claims: tuple[Claim, ...] | None = None
        self._story = Rereading(self._read_story, "read a story")

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def heading(self) -> str:
        return f"Why: {self._device}  {self._subscriber or self._mac}"

    def concerns(self, changes: Changes) -> bool:
        read = changes.fleet or self._device in changes.devices
        return read or changes.sync or changes.journal

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self._read()

    def on_screen_resume(self) -> None:
        self._read()

    def hidden_keys(self) -> Sequence[str]:
        hidden = [] if self._accounts() else ["start_sync"]
        return [*hidden, "add_subscriber"] if self._subscriber is not None else hidden

    def show(self) -> None:
        self.query_one(FlowText).set_flow(lambda width: self._lines(width - 1))

    def here(self) -> Here | None:
        if self._device not in self.fleet:
            return None
        return Here(self._device, mac=self._mac, subscriber=self._subscriber)

    def copy_text(self) -> str | None:
        return self._subscriber or self._mac

    def action_start_sync(self) -> None:
        """Read the account that it belongs to, and compare."""
        accounts = self._accounts()
        if not accounts:
            self.console_app.say("No account of a billing system belongs to it.")
            return
        system = accounts[0][0]
        compare(self.console_app, system, [one for name, one in accounts if name == system])

    def _accounts(self) -> list[tuple[str, str]]:
        """Return (system, account) of what is linked to it, or names its endpoint."""
        linked = [
            (one.system, one.link.account_id)
            for one in self._stories or ()
            if one.system is not None and one.link is not None
        ]
        return linked + [(one.system, one.sold.account_id) for one in self._claims or ()]

    def _lines(self, width: int) -> tuple[Line, ...]:
        if self._stories is not None:
            return why.lines(self._stories, self.glyphs, self.now(), width)
        if self._claims is not None and self._mac is not None:
            return flow(why.claim_items(self._claims, self._mac, self.now()), width)
        return flow([Sentence("Reading ...", "dim")], width)

    def _read(self) -> None:
        if self.console_app.ready:
            self._story.ask(self.console_app.work)

    async def _read_story(self) -> None:
        log = self.services.sync_log
        if self._subscriber is not None:
            self._stories = await log.why(self._device, self._subscriber)
        elif self._mac is not None:
            self._claims = (await log.claims({self._mac})).get(self._mac, ())
        self.refresh_show()
