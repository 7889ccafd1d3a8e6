"""The log of what the console does: a ring for the screens and a file for afterwards."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.clock import Clock

RING_SIZE = 2_000
_log = logging.getLogger("positron_tui.activity")


class Outcome(StrEnum):
    """How one exchange, or one piece of work, ended."""

    OK = "ok"
    FAILED = "failed"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log.

    `transport` is snmp, cli, jsonrpc or console (the console's own doings); `kind` is what was
    done (read, command, login, poll, change, task ...). `text` is the exact command or sentence
    and `reply` a summary of the answer; both are redacted. `duration_s` is None when not measured.
    """

    at: datetime
    device: str | None
    transport: str
    kind: str
    text: str
    outcome: Outcome = Outcome.OK
    reply: str | None = None
    duration_s: float | None = None


class ActivityLog:
    """A ring of the last 2,000 entries; `on_added` hears of every new one."""

    def __init__(self, clock: Clock, size: int = RING_SIZE) -> None:
        self._clock = clock
        self._ring: deque[Entry] = deque(maxlen=size)
        self._secrets: dict[str, int] = {}
        self.on_added: Callable[[Entry], None] | None = None

    def entries(self, device: str | None = None) -> tuple[Entry, ...]:
        """Return the entries, oldest first; of one device when it is named."""
        if device is None:
            return tuple(self._ring)
        return tuple(entry for entry in self._ring if entry.device == device)
