"""Restarting an endpoint: one command, recorded like a change, that nothing can undo."""

from __future__ import annotations

from collections.abc import Callable

from positron_tui.domain.changes import Change
from positron_tui.services.prepared import PreparedChange


class Reboots:
    """Restarts endpoints; the journal's kind is `endpoint.reboot`."""

    async def prepare(self, device: str, mac: str) -> PreparedChange:
        """Return the command to be confirmed; NotFound when the device does not know the MAC."""
        raise NotImplementedError

    async def execute(
        self, prepared: PreparedChange, on_progress: Callable[[Change], None] = lambda change: None
    ) -> Change:
        """Send it, and read until the endpoint was seen to restart; like `Changes.execute`."""
        raise NotImplementedError
