"""What an item of a sync would send to its device now: read, planned and shown, not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.sync_runs import SyncItem
from positron_tui.tui.render import change as words
from positron_tui.tui.render.facts import Sentence
from positron_tui.tui.screens.details import DetailsScreen

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

_NOTE = "This is what would be sent now; when it runs, the device is read and planned for again."


def show_commands(app: ConsoleApp, item: SyncItem) -> None:
    """Plan an item in the background and show its commands."""
    app.work(_show(app, item), "plan an item", exclusive=True)


async def _show(app: ConsoleApp, item: SyncItem) -> None:
    app.say(f"Reading {item.device} and planning ...")
    prepared = await app.services.sync.planned(item)
    app.clear_notifications()
    facts = [
        Sentence(_NOTE, "accent"),
        None,
        *words.preview(prepared.change, prepared.warnings),
    ]
    app.push_screen(DetailsScreen(f"{item.device}  {words.title(prepared.change)}", facts))
