"""Help: the keys of the screen it was called from, the signs, the words, the filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render.facts import flow
from positron_tui.tui.render.help import help_items
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.widgets.live_text import FlowText


class HelpScreen(ConsoleScreen):
    """Generated from the registry of actions, so that it cannot be wrong about a key."""

    name_in_registry = actions.HELP
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.HELP)]
    AUTO_FOCUS = "FlowText"

    def __init__(self, about: Screen[object] | None = None) -> None:
        super().__init__()
        self._about = about.name_in_registry if isinstance(about, ConsoleScreen) else actions.FLEET

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def heading(self) -> str:
        return "Help"

    def concerns(self, changes: Changes) -> bool:
        return False

    def action_help(self) -> None:
        self.action_back()

    def show(self) -> None:
        items = help_items(self._about, self.glyphs)
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))
