"""What services tell the faces: frozen events on a synchronous bus of one event loop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from positron_tui.domain.devices import Section
from positron_tui.services.activity import Entry

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceUpdated:
    """The fleet has a newer view of a device; `sections` are those that were read again."""

    name: str
    sections: frozenset[Section]


@dataclass(frozen=True, slots=True)
class PollFinished:
    """A poll ended, well or not; the view's `poll` says which."""

    name: str


@dataclass(frozen=True, slots=True)
class DeviceAdded:
    """A device was onboarded."""

    name: str


@dataclass(frozen=True, slots=True)
class DeviceRemoved:
    """A device left the fleet."""

    name: str


@dataclass(frozen=True, slots=True)
class DeviceRenamed:
    """A device has another name from now on."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ActivityAdded:
    """The console did something; the activity log has it too."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class ChangeUpdated:
    """A change of the journal moved to another state."""

    change_id: int


@dataclass(frozen=True, slots=True)
class HooksReceived:
    """A billing system delivered hooks that ask for a look; they are in the store."""

    system: str


@dataclass(frozen=True, slots=True)
class SyncUpdated:
    """A sync run moved to another state."""

    run_id: int


Event = (
    DeviceUpdated
    | PollFinished
    | DeviceAdded
    | DeviceRemoved
    | DeviceRenamed
    | ActivityAdded
    | ChangeUpdated
    | HooksReceived
    | SyncUpdated
)
Callback = Callable[[Event], None]


class EventBus:
    """Calls every subscriber in turn, in the publisher's task; a failing one harms no other."""

    def __init__(self) -> None:
        self._subscribers: dict[int, Callback] = {}
        self._next = 0

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with every event from now on; the returned function ends that."""
        key = self._next
        self._next += 1
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Hand `event` to every subscriber; their failures go to the log file."""
        for callback in list(self._subscribers.values()):
            try:
                callback(event)
            except Exception:
                _log.exception("a subscriber failed on %s", type(event).__name__)
