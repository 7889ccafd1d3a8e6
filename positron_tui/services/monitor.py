"""Polls every device on its own schedule."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.errors import NotFound, StoreError
from positron_tui.services.events import (
    DeviceAdded,
    DeviceRemoved,
    DeviceRenamed,
    Event,
    EventBus,
)
from positron_tui.services.fleet import Fleet
from positron_tui.services.polling import Poller, PollOutcome
from positron_tui.services.schedule import (
    Pace,
    backoff_s,
    missed_slots,
    next_slot,
    start_delay_s,
)
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import Ticker

__all__ = ["Monitor", "PollOutcome"]

FOLLOW_EVERY_S = 30.0
_FOLLOW = "follow the store"
_log = logging.getLogger(__name__)


class Monitor:
    """One task per device while started; `poll` works without it too.

    A slot that passes while the device's poll still runs is counted as an overrun and skipped.
    """

    def __init__(
        self,
        *,
        poller: Poller,
        fleet: Fleet,
        events: EventBus,
        tasks: TaskKeeper,
        ticker: Ticker,
        clock: Clock,
        pace: Pace,
        seed: int | None = None,
    ) -> None:
        self._poller = poller
        self._fleet = fleet
        self._events = events
        self._tasks = tasks
        self._ticker = ticker
        self._clock = clock
        self._pace = pace
        self._random = random.Random(seed)  # noqa: S311 - spreads load, guards nothing
        self._due: dict[str, float] = {}
        self._paused: set[str | None] = set()
        self._resumed = asyncio.Event()
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def started(self) -> bool:
        return self._unsubscribe is not None

    def start(self) -> None:
        """Begin to poll all devices, and those that are added later; twice is once."""
        if self.started:
            return
        self._unsubscribe = self._events.subscribe(self._on_event)
        self._tasks.start(_FOLLOW, self._follow())
        names = self._fleet.names()
        for position, name in enumerate(names):
            self._begin(name, start_delay_s(position, len(names), self._pace.interval_s))

    async def stop(self) -> None:
        """End all polling; returns when no poll runs any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        await self._tasks.cancel(_FOLLOW)
        await asyncio.gather(*(self._tasks.cancel(_task(name)) for name in list(self._due)))
        self._due.clear()

    async def poll(self, name: str, sections: Collection[Section] | None = None) -> PollOutcome:
        """Read a device now (all sections unless told); device failures are in the outcome.

        Raises NotFound.
        """
        return await self._poller.poll(name, sections)

    def pause(self, name: str | None = None) -> None:
        """Hold the schedule of one device, or of all; a running poll ends as usual."""
        self._paused.add(name)

    def resume(self, name: str | None = None) -> None:
        """Go on with the schedule of one device, or of all."""
        self._paused.discard(name)
        self._resumed.set()
        self._resumed = asyncio.Event()

    def next_poll_at(self, name: str) -> datetime | None:
        """Return when the next scheduled poll is due; None when none is scheduled."""
        due = self._due.get(name)
        if due is None or self._held(name):
            return None
        return self._clock.now() + timedelta(seconds=max(due - self._clock.monotonic(), 0.0))

    def _held(self, name: str) -> bool:
        return None in self._paused or name in self._paused

    def _begin(self, name: str, delay_s: float) -> None:
        if self._tasks.running(_task(name)):
            return
        self._due[name] = self._clock.monotonic() + delay_s
        self._tasks.start(_task(name), self._run(name))

    def _end(self, name: str) -> None:
        self._due.pop(name, None)
        self._paused.discard(name)
        self._tasks.drop(_task(name))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DeviceAdded):
            # Whoever adds a device also reads it at once.
            self._begin(event.name, self._pace.interval_s / 2)
        elif isinstance(event, DeviceRemoved):
            self._end(event.name)
        elif isinstance(event, DeviceRenamed):
            self._end(event.old)
            self._begin(event.new, self._pace.interval_s / 2)

    async def _follow(self) -> None:
        """Take in what other consoles add, change and remove."""
        while True:
            await asyncio.sleep(FOLLOW_EVERY_S)
            try:
                await self._fleet.sync()
            except StoreError as error:
                _log.warning("the devices of other consoles could not be read: %s", error)

    async def _run(self, name: str) -> None:
        first = True
        while True:
            await self._ticker.sleep_until(self._due[name])
            while self._held(name):
                await self._resumed.wait()
            # A pause is no overrun: time counts from where the poll could begin.
            due = max(self._due[name], self._clock.monotonic())
            try:
                failures = await self._poll_once(name)
            except NotFound:
                return  # removed while the poll was waiting for its turn
            now = self._clock.monotonic()
            missed = missed_slots(due, now, self._pace.interval_s)
            if missed and not failures:
                self._poller.count_overruns(name, missed)
            self._due[name] = self._next(name, now, failures, first)
            first = False

    async def _poll_once(self, name: str) -> int:
        """Poll, and return how many polls have failed in a row."""
        try:
            await self._poller.poll_due(name)
            return self._fleet.get(name).poll.failures_in_a_row
        except NotFound:
            raise
        except Exception as error:
            # A defect of ours must not end the polling of a device for good.
            _log.exception("the poll of %s failed unexpectedly", name)
            return self._poller.record_defect(name, error)

    def _next(self, name: str, now: float, failures: int, first: bool) -> float:
        if failures:
            delay = backoff_s(self._pace, failures) - self._pace.interval_s
        else:
            # The start burst is dense; the second poll falls into the device's own place.
            delay = self._pace.interval_s / 2 if first else 0.0
        return next_slot(name, self._pace, now, self._random.random(), delay)


def _task(name: str) -> str:
    return f"poll {name}"
