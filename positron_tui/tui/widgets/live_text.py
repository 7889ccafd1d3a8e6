"""Lines of text that change in place: facts, sentences, the top line and the key line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size

from positron_tui.tui.render.lines import Line
from positron_tui.tui.widgets.live_lines import LiveLines

Lines = Sequence[Line]


class LiveText(LiveLines):
    """A block of lines without a cursor; as high as its lines unless its style says otherwise."""

    DEFAULT_CSS = """
    LiveText { height: auto; }
    """

    def __init__(self, lines: Lines = (), **arguments: Any) -> None:
        super().__init__(**arguments)
        self._lines = tuple(lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def set_lines(self, lines: Lines) -> None:
        """Show `lines`; the layout is only touched when their number changed."""
        new = tuple(lines)
        if new == self._lines:
            return
        resized = len(new) != len(self._lines)
        self._lines = new
        if resized and self.styles.is_auto_height:
            self.refresh(layout=True)
        self.repaint_changes()

    def line_at(self, y: int) -> Line:
        return self._lines[y] if y < len(self._lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines))


class FlowText(LiveText, can_focus=True):
    """Lines that are made for the width at hand, and that scroll when they are too many."""

    DEFAULT_CSS = """
    FlowText { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_lines(-1)", "up", show=False),
        Binding("down,j", "scroll_lines(1)", "down", show=False),
        Binding("pageup", "scroll_page(-1)", "page up", show=False),
        Binding("pagedown,space", "scroll_page(1)", "page down", show=False),
        Binding("home", "scroll_start", "top", show=False),
        Binding("end", "scroll_finish", "end", show=False),
    ]

    def __init__(self, flow: Callable[[int], Lines] | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._flow = flow
        self._first = 0

    def set_flow(self, flow: Callable[[int], Lines]) -> None:
        """Show what `flow` makes of the width."""
        self._flow = flow
        self._reflow()

    def line_at(self, y: int) -> Line:
        return super().line_at(y + self._first)

    def on_resize(self) -> None:
        self._reflow()

    def action_scroll_lines(self, by: int) -> None:
        last = max(0, len(self._lines) - self.size.height)
        self._first = max(0, min(self._first + by, last))
        self.repaint_changes()

    def action_scroll_page(self, by: int) -> None:
        self.action_scroll_lines(by * max(1, self.size.height - 1))

    def action_scroll_start(self) -> None:
        self.action_scroll_lines(-len(self._lines))

    def action_scroll_finish(self) -> None:
        self.action_scroll_lines(len(self._lines))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_lines(-3)

    def _reflow(self) -> None:
        if self._flow is None or not self.size.width:
            return
        self.set_lines(self._flow(self.size.width))
        self.action_scroll_lines(0)


class Bar(LiveLines):
    """One line that is made anew for the width at hand."""

    DEFAULT_CSS = """
    Bar { height: 1; }
    """

    def __init__(self, make: Callable[[int], Line], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._make = make

    def line_at(self, y: int) -> Line:
        return self._make(self.size.width) if y == 0 else ()
