"""What the screens have that show one thing as a text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from positron_tui.domain.errors import NotFound
from positron_tui.services.views import DeviceView
from positron_tui.tui.live import Changes
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.screens.working import WorkingScreen
from positron_tui.tui.widgets.live_text import FlowText


class FactsScreen(WorkingScreen):
    """A text about one thing of one device."""

    AUTO_FOCUS = "FlowText"

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device

    def items(self, view: DeviceView) -> Sequence[Item]:
        """Return what is to be said."""
        raise NotImplementedError

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def concerns(self, changes: Changes) -> bool:
        return changes.fleet or self.device in changes.devices

    def show(self) -> None:
        try:
            items = self.items(self.fleet.get(self.device))
        except NotFound as error:
            items = [Sentence(str(error), "warn")]
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))
