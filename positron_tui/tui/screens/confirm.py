"""A question that is answered with yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_text import FlowText


class ConfirmScreen(Dialog[bool]):
    """Gives True for `y`, False for everything else that leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape", "answer(False)", "no", show=False),
    ]
    AUTO_FOCUS = "FlowText"

    def __init__(
        self, title: str, text: str | Sequence[Item], *, yes: str = "yes", no: str = "no"
    ) -> None:
        super().__init__(title)
        self._items: Sequence[Item] = [Sentence(text)] if isinstance(text, str) else text
        self.keys = (("y", yes), ("n", no))

    def body(self) -> Sequence[Widget]:
        text = FlowText(lambda width: ((), *flow(self._items, width), ()), id="dialog-text")
        return [text]

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
