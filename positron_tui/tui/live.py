"""Collects what the services announce and hands it to the screens at most once a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from positron_tui.services.events import (
    ActivityAdded,
    ChangeUpdated,
    DeviceAdded,
    DeviceRemoved,
    DeviceRenamed,
    DeviceUpdated,
    Event,
    EventBus,
    HooksReceived,
    PollFinished,
    SyncUpdated,
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since the last time: devices, their list, the log, the journal, the sync log.

    `progress` = a sync run that this console watches came further.
    """

    devices: frozenset[str] = frozenset()
    fleet: bool = False
    log: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    journal: bool = False
    sync: bool = False
    progress: bool = False


class Scheduler(Protocol):
    """Calls back once, after a number of seconds."""

    def __call__(self, delay: float, callback: Callable[[], None], /) -> object: ...


@dataclass(slots=True)
class _Pending:
    devices: set[str] = field(default_factory=set)
    fleet: bool = False
    log: bool = False
    journal: bool = False
    sync: bool = False
    renamed: list[tuple[str, str]] = field(default_factory=list)


class LiveFeed:
    """Gathers events; without events nothing is scheduled, so a screen at rest stays still."""

    def __init__(
        self,
        flush: Callable[[Changes], None],
        schedule: Scheduler,
        monotonic: Callable[[], float],
        refresh_hz: float,
    ) -> None:
        self._flush = flush
        self._schedule = schedule
        self._monotonic = monotonic
        self._interval_s = 1 / refresh_hz
        self._pending = _Pending()
        self._scheduled = False
        self._last = float("-inf")
        self._unsubscribe: Callable[[], None] = lambda: None

    def attach(self, events: EventBus) -> None:
        self._unsubscribe = events.subscribe(self.take)

    def detach(self) -> None:
        self._unsubscribe()

    def take(self, event: Event) -> None:
        """Note one event for the next flush."""
        pending = self._pending
        match event:
            case DeviceUpdated(name=name) | PollFinished(name=name):
                pending.devices.add(name)
            case DeviceAdded() | DeviceRemoved():
                pending.fleet = True
            case DeviceRenamed(old=old, new=new):
                pending.fleet = True
                pending.renamed.append((old, new))
            case ActivityAdded():
                pending.log = True
            case ChangeUpdated():
                pending.journal = True
            case SyncUpdated() | HooksReceived():
                pending.sync = True
        if not self._scheduled:
            self._scheduled = True
            wait = self._last + self._interval_s - self._monotonic()
            self._schedule(min(max(0.0, wait), self._interval_s), self.flush)

    def flush(self) -> None:
        """Hand over what was gathered."""
        pending, self._pending = self._pending, _Pending()
        self._scheduled = False
        self._last = self._monotonic()
        changes = Changes(
            frozenset(pending.devices),
            pending.fleet,
            pending.log,
            tuple(pending.renamed),
            pending.journal,
            pending.sync,
        )
        self._flush(changes)
