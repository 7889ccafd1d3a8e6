"""The line at the bottom that takes a filter or a place to go to."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from positron_tui.tui.widgets.live_text import LiveText


class LineInput(Input):
    """An input of one line without a frame whose cursor does not blink."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(compact=True, **arguments)
        self.cursor_blink = False


class Prompt(Horizontal):
    """Hidden until it is asked something; one question at a time."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt LiveText { width: auto; height: 1; }
    Prompt LineInput { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "leave", show=False)]

    class Typed(Message):
        """The text changed."""

        def __init__(self, question: str, text: str) -> None:
            super().__init__()
            self.question = question
            self.text = text

    class Answered(Typed):
        """Enter."""

    class GivenUp(Typed):
        """Escape."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.question = ""

    def compose(self) -> ComposeResult:
        yield LiveText(id="prompt-label")
        yield LineInput(id="prompt-input")

    @property
    def is_open(self) -> bool:
        return self.display

    def ask(self, question: str, text: str = "") -> None:
        """Open with `question` as its label and `text` to be edited."""
        self.question = question
        label = self.query_one(LiveText)
        label.set_lines((((f"{question} ", "accent"),),))
        label.styles.width = len(question) + 1
        entry = self.query_one(LineInput)
        with entry.prevent(Input.Changed):
            entry.value = text
        self.display = True
        # At once, not when the loop comes around to it: the next key is for the input already.
        self.screen.set_focus(entry)
        entry.cursor_position = len(text)

    def close(self) -> None:
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(self.question, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Answered(self.question, event.value))

    def action_give_up(self) -> None:
        self.post_message(self.GivenUp(self.question, self.query_one(LineInput).value))
