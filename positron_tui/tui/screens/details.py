"""A dialog that shows facts and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_text import FlowText


class DetailsScreen(Dialog[None]):
    """All of one thing."""

    AUTO_FOCUS = "FlowText"
    keys = (("up/down", "scroll"), ("esc", "back"))

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__(title)
        self._items = items

    def body(self) -> Sequence[Widget]:
        return [FlowText(lambda width: ((), *flow(self._items, width), ()), id="dialog-text")]
