"""The changes whose end nobody knows, as every top line shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.tui.render.journal import open_spans
from positron_tui.tui.render.lines import Span

if TYPE_CHECKING:
    from positron_tui.services.changes import Changes

_LOOK_AT = 100


class OpenChanges:
    """Read from the journal when it has news, never on a clock."""

    def __init__(self) -> None:
        self.spans: tuple[Span, ...] = ()

    async def read(self, changes: Changes) -> bool:
        """Look at the newest changes again; return whether the top lines say something else now."""
        spans = open_spans(await changes.list(limit=_LOOK_AT))
        changed = spans != self.spans
        self.spans = spans
        return changed
