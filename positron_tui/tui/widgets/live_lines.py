"""A widget that paints lines of spans and sends only the cells that changed."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import RenderResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from positron_tui.tui.render.lines import Line, changed_runs, fit, joined

STYLES = (
    *("ok", "warn", "bad", "dim", "label", "title", "accent", "cursor", "cursor-idle"),
    *("bar", "bar-title", "bar-key", "bar-warn", "bar-bad"),
)


class LiveLines(Widget):
    """Base of all live widgets: a subclass says what row `y` shows, this paints the difference.

    `repaint_changes` compares what each visible row shows with what was painted there and marks
    only the differing cells, so one changed value costs about a hundred bytes of output.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"live--{name}" for name in STYLES}
    DEFAULT_CSS = """
    LiveLines {
        width: 1fr;
        height: 1fr;
        color: $foreground;
        background: $background;
        & > .live--ok { color: $success; }
        & > .live--warn { color: $warning; }
        & > .live--bad { color: $error; text-style: bold; }
        & > .live--dim { color: $foreground; text-style: dim; }
        & > .live--label { color: $foreground; text-style: dim; }
        & > .live--title { color: $foreground; text-style: bold; }
        & > .live--accent { color: $accent; text-style: bold; }
        & > .live--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
        & > .live--cursor-idle { color: $foreground; text-style: underline; }
        & > .live--bar { color: $foreground; background: $panel; }
        & > .live--bar-title { color: $foreground; background: $panel; text-style: bold; }
        & > .live--bar-key { color: $accent; background: $panel; text-style: bold; }
        & > .live--bar-warn { color: $warning; background: $panel; text-style: bold; }
        & > .live--bar-bad { color: $error; background: $panel; text-style: bold; }
        &:ansi {
            & > .live--bar, & > .live--bar-title, & > .live--bar-key,
            & > .live--bar-warn, & > .live--bar-bad {
                color: ansi_default;
                background: ansi_default;
                text-style: reverse;
            }
            & > .live--bar-title, & > .live--bar-bad { text-style: reverse bold; }
            & > .live--bar-key { text-style: bold; }
            & > .live--cursor {
                color: ansi_default;
                background: ansi_default;
                text-style: reverse;
            }
        }
    }
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._painted: dict[int, Line] = {}
        # Set where the keys go to an input and still move this cursor.
        self.leads_cursor = False

    def line_at(self, y: int) -> Line:
        """Return what row `y` of the widget shows now."""
        raise NotImplementedError

    def cursor_row(self) -> int | None:
        """Return the row of the widget that carries the cursor, or None."""
        return None

    @property
    def ascii_only(self) -> bool:
        return bool(getattr(self.app, "ascii_only", False))

    def fitted(self, y: int) -> Line:
        """Return row `y` in exactly the widget's width, the cursor's style applied."""
        line = fit(self.line_at(y), self.size.width, ascii_only=self.ascii_only)
        if self.cursor_row() != y:
            return line
        style = "cursor" if self.has_focus or self.leads_cursor else "cursor-idle"
        return tuple((text, style) for text, _ in line)

    def render(self) -> RenderResult:
        return ""

    def render_line(self, y: int) -> Strip:
        line = self.fitted(y)
        self._painted[y] = line
        base = self.rich_style
        segments = [Segment(text, base + self._style(name)) for text, name in joined(line)]
        return Strip(segments, self.size.width)

    def repaint_changes(self) -> None:
        """Mark the cells whose content differs from what was painted last."""
        regions: list[Region] = []
        for y in range(self.size.height):
            painted = self._painted.get(y)
            line = self.fitted(y)
            runs = [(0, self.size.width)] if painted is None else changed_runs(painted, line)
            for x, width in runs:
                regions.append(Region(x, y, width, 1))
        if regions:
            self.refresh(*regions)

    def repaint_all(self) -> None:
        """Paint every row again."""
        self._painted.clear()
        self.refresh()

    def on_focus(self) -> None:
        self.repaint_changes()

    def on_blur(self) -> None:
        self.repaint_changes()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def _style(self, name: str) -> Style:
        if not name:
            return Style.null()
        return self.get_component_rich_style(f"live--{name}", partial=True)
