"""The log of what the console does: a ring for the screens and a file for afterwards."""

from __future__ import annotations

import heapq
import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.clock import Clock

RING_SIZE = 1_500
ROUTINE_SIZE = 500
MAX_REPLY = 500
_HIDDEN = "***"
_SHORT = 3
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
    `routine` are the good readings that fill the log.
    """

    at: datetime
    device: str | None
    transport: str
    kind: str
    text: str
    outcome: Outcome = Outcome.OK
    reply: str | None = None
    duration_s: float | None = None
    routine: bool = False


class Redactor:
    """Takes the secrets that it was told out of every text."""

    def __init__(self) -> None:
        self._long: list[str] = []
        self._short: dict[str, re.Pattern[str]] = {}

    def learn(self, *secrets: str | None) -> None:
        """Hide these values from now on; empty ones hide nothing."""
        for secret in secrets:
            if not secret or secret in self._short or secret in self._long:
                continue
            if len(secret) > _SHORT:
                self._long.append(secret)
            else:
                # It is hidden only where it stands alone; else it would blot out half a text.
                self._short[secret] = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        # A secret that is part of another one must not leave the rest of that behind.
        self._long.sort(key=len, reverse=True)

    def clean(self, text: str) -> str:
        """Return `text` without them."""
        for secret in self._long:  # a search each: far quicker than one pattern of them all
            if secret in text:
                text = text.replace(secret, _HIDDEN)
        for pattern in self._short.values():
            text = pattern.sub(_HIDDEN, text)
        return text


class ActivityLog:
    """The last 2,000 entries; `on_added` hears of every new one.

    Routine (good readings of the monitor) has a ring of its own, so that it does not push out
    what was done to devices and what failed.

    Every entry also goes to the log file, through the logger `positron_tui.activity`.
    """

    def __init__(
        self, clock: Clock, redactor: Redactor | None = None, size: int = RING_SIZE
    ) -> None:
        self._clock = clock
        self._redactor = redactor or Redactor()
        self._ring: deque[tuple[int, Entry]] = deque(maxlen=size)
        self._routine: deque[tuple[int, Entry]] = deque(maxlen=ROUTINE_SIZE)
        self._count = 0
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
        routine: bool = False,
    ) -> Entry:
        """Add one entry, redacted, and return it."""
        entry = Entry(
            at=self._clock.now(),
            device=device,
            transport=transport,
            kind=kind,
            text=self._redactor.clean(text),
            outcome=outcome,
            reply=None if reply is None else self._redactor.clean(reply)[:MAX_REPLY],
            duration_s=duration_s,
            routine=routine,
        )
        self._count += 1
        (self._routine if routine else self._ring).append((self._count, entry))
        level = logging.DEBUG if routine else logging.INFO
        level = level if outcome is Outcome.OK else logging.WARNING
        if _log.isEnabledFor(level):
            _log.log(level, "%s", _line(entry))
        if self.on_added is not None:
            self.on_added(entry)
        return entry

    def entries(self, device: str | None = None) -> tuple[Entry, ...]:
        """Return the entries, oldest first; of one device when it is named."""
        merged = heapq.merge(self._ring, self._routine, key=lambda numbered: numbered[0])
        return tuple(entry for _, entry in merged if device is None or entry.device == device)


def _line(entry: Entry) -> str:
    where = f"{entry.device or '-'} {entry.transport} {entry.kind} {entry.outcome.value}"
    took = "" if entry.duration_s is None else f" [{entry.duration_s:.3f} s]"
    answer = "" if entry.reply is None else f" -> {entry.reply!r}"
    return f"{where}{took} {entry.text!r}{answer}"
