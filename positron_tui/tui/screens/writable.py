"""Whether a device may be changed from this console: asked, then kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from positron_tui.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp


def ask_writable(app: ConsoleApp, device: str, on_kept: Callable[[], None] = lambda: None) -> None:
    """Ask whether a read-only device may be changed, or a writable one shall be read-only."""
    read_only = app.services.fleet.get(device).device.read_only
    if read_only:
        question = ConfirmScreen(
            f"Let {device} be changed?",
            "It is read-only: the console plans changes and sends none. From then on they are "
            "sent, each after its preview.",
            yes="writable",
            no="stays read-only",
        )
    else:
        question = ConfirmScreen(
            f"Make {device} read-only?",
            "The console reads it and plans changes, and refuses to send any, also from the "
            "command line.",
            yes="read-only",
            no="stays writable",
        )

    def answered(yes: bool | None) -> None:
        if yes:
            app.work(_keep(app, device, not read_only, on_kept), "keep a device")

    app.push_screen(question, answered)


async def _keep(app: ConsoleApp, device: str, read_only: bool, on_kept: Callable[[], None]) -> None:
    await app.services.inventory.edit(device, read_only=read_only)
    on_kept()
    app.say(f"{device} is read-only now." if read_only else f"{device} can be changed now.")
