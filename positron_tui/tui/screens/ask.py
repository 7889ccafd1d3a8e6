"""Asks for one line of text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_text import FlowText
from positron_tui.tui.widgets.prompt import LineInput


class AskScreen(Dialog[str]):
    """Gives what was typed (empty only where that is allowed), or None."""

    AUTO_FOCUS = "LineInput"

    def __init__(
        self,
        title: str,
        text: str | Sequence[Item],
        *,
        text_before: str = "",
        placeholder: str = "",
        enter: str = "take it",
        may_be_empty: bool = False,
    ) -> None:
        super().__init__(title)
        self._items: Sequence[Item] = [Sentence(text)] if isinstance(text, str) else text
        self._before = text_before
        self._placeholder = placeholder
        self._may_be_empty = may_be_empty
        self.keys = (("enter", enter), ("esc", "leave"))

    def body(self) -> Sequence[Widget]:
        return [
            FlowText(lambda width: ((), *flow(self._items, width), ()), id="dialog-text"),
            LineInput(value=self._before, placeholder=self._placeholder),
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text or self._may_be_empty:
            self.dismiss(text)
