"""Telling others that a change was read back from its device."""

from __future__ import annotations

import logging

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.prepared import OnVerified

VERIFIED = frozenset({ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED})
_log = logging.getLogger(__name__)


class Verified:
    """Who wants to know of verified changes; they are told one after the other."""

    def __init__(self) -> None:
        self._listeners: list[OnVerified] = []

    def listen(self, listener: OnVerified) -> None:
        """Call `listener` with every verified change and its touched objects before and after."""
        self._listeners.append(listener)

    async def tell(self, change: Change, basis: RunningConfig, wanted: RunningConfig) -> None:
        """Tell everybody; what a listener raises is logged, since the device is changed anyway."""
        for listener in self._listeners:
            try:
                await listener(change, basis, wanted)
            except Exception:
                _log.exception("change %d was verified, but not taken note of", change.id)
