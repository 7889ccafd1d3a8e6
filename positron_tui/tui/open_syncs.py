"""What of the syncs waits for a person or is late, as every top line shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.sync import top_signs

if TYPE_CHECKING:
    from positron_tui.services.sync_status import SyncStatus, SystemStatus


class OpenSyncs:
    """The billing systems as they were read last; `signs` from the longest to the shortest."""

    def __init__(self) -> None:
        self.systems: tuple[SystemStatus, ...] = ()
        self.signs: tuple[tuple[Span, ...], ...] = ()

    async def read(self, status: SyncStatus) -> bool:
        """Look again; return whether anything is different now."""
        systems = await status.read()
        changed = systems != self.systems
        self.systems = systems
        self.signs = top_signs(systems)
        return changed
