"""Dialogs: a box over the screen that gives a typed answer and knows nothing of who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from positron_tui.tui.render import frame
from positron_tui.tui.render.lines import Line
from positron_tui.tui.widgets.live_text import Bar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A title, a body, and the keys that answer it; Escape answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "leave", show=False)]
    keys: Sequence[tuple[str, str]] = ()

    def __init__(self, title: str, **arguments: Any) -> None:
        super().__init__(classes="dialog", **arguments)
        self._title_text = title

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Bar(self._title_line)
            yield from self.body()
            yield Bar(self._key_line, id="dialog-keys")

    def body(self) -> Sequence[Widget]:
        """Return the widgets between the title and the keys."""
        raise NotImplementedError

    def action_give_up(self) -> None:
        self.dismiss(None)

    def _title_line(self, width: int) -> Line:
        return ((self._title_text, "title"),)

    def _key_line(self, width: int) -> Line:
        return frame.dialog_keys(self.keys)
