"""Asks for the path of a file."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_text import FlowText
from positron_tui.tui.widgets.prompt import LineInput


class PathScreen(Dialog[str]):
    """Gives what was typed, or None."""

    AUTO_FOCUS = "LineInput"
    keys = (("enter", "read it"), ("esc", "leave"))

    def __init__(self, title: str, sentence: str, path: str = "") -> None:
        super().__init__(title)
        self._sentence = Sentence(sentence)
        self._path = path

    def body(self) -> Sequence[Widget]:
        return [
            FlowText(lambda width: ((), *flow([self._sentence], width), ()), id="dialog-text"),
            LineInput(value=self._path, placeholder="path of the file"),
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
