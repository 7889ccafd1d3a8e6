"""News are gathered and handed over at most once a second, and never without a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from positron_tui.domain.devices import Section
from positron_tui.services.activity import Entry
from positron_tui.services.events import (
    ActivityAdded,
    DeviceAdded,
    DeviceRenamed,
    DeviceUpdated,
    EventBus,
    PollFinished,
)
from positron_tui.tui.live import Changes, LiveFeed


class Bench:
    """A feed on a clock that the test moves."""

    def __init__(self, hz: float = 1) -> None:
        self.time = 100.0
        self.flushed: list[Changes] = []
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.bus = EventBus()
        self.feed = LiveFeed(self.flushed.append, self.schedule, lambda: self.time, hz)
        self.feed.attach(self.bus)

    def schedule(self, delay: float, callback: Callable[[], None]) -> None:
        self.waiting.append((delay, callback))

    def run_next(self) -> float:
        delay, callback = self.waiting.pop(0)
        self.time += delay
        callback()
        return delay


def test_the_first_news_come_at_once_and_the_next_a_second_later() -> None:
    bench = Bench()
    bench.bus.publish(DeviceUpdated("a", frozenset({Section.PORTS})))
    bench.bus.publish(PollFinished("b"))
    assert len(bench.waiting) == 1
    assert bench.run_next() == 0
    assert bench.flushed == [Changes(frozenset({"a", "b"}))]
    bench.time += 0.25
    bench.bus.publish(PollFinished("a"))
    assert bench.run_next() == 0.75


def test_without_news_nothing_is_scheduled() -> None:
    bench = Bench()
    bench.bus.publish(PollFinished("a"))
    bench.run_next()
    assert bench.waiting == []


def test_the_kinds_of_news() -> None:
    bench = Bench(hz=2)
    bench.bus.publish(DeviceAdded("new"))
    bench.bus.publish(DeviceRenamed("old", "new"))
    entry = Entry(datetime(2026, 3, 2, tzinfo=UTC), "a", "cli", "command", "show version")
    bench.bus.publish(ActivityAdded(entry))
    bench.run_next()
    assert bench.flushed == [Changes(fleet=True, log=True, renamed=(("old", "new"),))]


def test_a_detached_feed_hears_nothing() -> None:
    bench = Bench()
    bench.feed.detach()
    bench.bus.publish(PollFinished("a"))
    assert bench.waiting == []
