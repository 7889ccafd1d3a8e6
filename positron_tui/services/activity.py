"""The log of what the console does: a ring for the screens and a file for afterwards."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.clock import Clock

RING_SIZE = 2_000
MAX_REPLY = 500
_HIDDEN = "***"
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


class Redactor:
    """Takes the secrets that it was told out of every text."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, *secrets: str | None) -> None:
        """Hide these values from now on; empty ones hide nothing."""
        new = {secret for secret in secrets if secret} - self._secrets
        if new:
            self._secrets |= new
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(_alone(secret) for secret in longest_first))

    def clean(self, text: str) -> str:
        """Return `text` without them."""
        return self._pattern.sub(_HIDDEN, text) if self._pattern else text


def _alone(secret: str) -> str:
    """A short secret is hidden only where it stands alone; else it would blot out half a text."""
    word = re.escape(secret)
    return word if len(secret) > 3 else rf"(?<!\w){word}(?!\w)"


class ActivityLog:
    """A ring of the last 2,000 entries; `on_added` hears of every new one.

    Every entry also goes to the log file, through the logger `positron_tui.activity`.
    """

    def __init__(
        self, clock: Clock, redactor: Redactor | None = None, size: int = RING_SIZE
    ) -> None:
        self._clock = clock
        self._redactor = redactor or Redactor()
        self._ring: deque[Entry] = deque(maxlen=size)
        self.on_added: Callable[[Entry], None] | None = None

    def record(
        self,
        text: str,
        *,
        device: str | None = None,
        transport: str = "console",
        kind: str = "note",
        outcome: Outcome = Outcome.OK,
        reply: str | None = None,
        duration_s: float | None = None,
    ) -> Entry:
        """Add one entry, redacted, and return it."""
        entry = Entry(
            at=self._clock.now(),
            device=device,
            transport=transport,
            kind=kind,
            text=self._redactor.clean(text),
            outcome=outcome,
            reply=None if reply is None else self._redactor.clean(reply[:MAX_REPLY]),
            duration_s=duration_s,
        )
        self._ring.append(entry)
        level = logging.INFO if outcome is Outcome.OK else logging.WARNING
        _log.log(level, "%s", _line(entry))
        if self.on_added is not None:
            self.on_added(entry)
        return entry

    def entries(self, device: str | None = None) -> tuple[Entry, ...]:
        """Return the entries, oldest first; of one device when it is named."""
        if device is None:
            return tuple(self._ring)
        return tuple(entry for entry in self._ring if entry.device == device)


def _line(entry: Entry) -> str:
    where = f"{entry.device or '-'} {entry.transport} {entry.kind} {entry.outcome.value}"
    took = "" if entry.duration_s is None else f" [{entry.duration_s:.3f} s]"
    answer = "" if entry.reply is None else f" -> {entry.reply!r}"
    return f"{where}{took} {entry.text!r}{answer}"
