"""The palette: everything that can be done on a screen, to be chosen by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.tui import actions
from positron_tui.tui.screens.pick import Option, PickScreen

if TYPE_CHECKING:
    from positron_tui.tui.screens.base import ConsoleScreen


def open_palette(screen: ConsoleScreen) -> None:
    """Offer every action of a screen, and do the chosen one there."""
    options = [
        Option(action.name, action.short, action.description, action.key_label)
        for action in actions.actions_of(screen.name_in_registry)
        if action.name != "palette"
    ]

    async def do(name: str | None) -> None:
        if name is not None:
            await screen.run_action(name)

    titles = ("Action", "What it does", "Key")
    screen.app.push_screen(PickScreen("All actions here", options, titles=titles), do)
