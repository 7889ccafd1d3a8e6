"""When reading over SSH rests: a refused login must not lock the account of a technician out."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import LoginRefused, PositronError


@dataclass(frozen=True, slots=True)
class Hold:
    """No SSH before `until` (monotonic seconds), because of `sentence`."""

    until: float
    sentence: str
    failures: int


class SshHolds:
    """Holds by device: a refused login rests for `refused_s`, other failures ever longer."""

    def __init__(self, clock: Clock, *, refused_s: float, first_s: float, max_s: float) -> None:
        self._clock = clock
        self._refused_s = refused_s
        self._first_s = first_s
        self._max_s = max(max_s, first_s)
        self._holds: dict[str, Hold] = {}

    def active(self, name: str) -> Hold | None:
        """Return the hold of a device while it lasts."""
        hold = self._holds.get(name)
        return hold if hold is not None and self._clock.monotonic() < hold.until else None

    def failed(self, name: str, error: PositronError) -> Hold:
        """Begin the hold that follows a failure, and return it."""
        old = self._holds.get(name)
        failures = old.failures + 1 if old else 1
        rest = self._first_s * 2.0 ** min(failures - 1, 32)
        rest = self._refused_s if isinstance(error, LoginRefused) else min(rest, self._max_s)
        hold = Hold(self._clock.monotonic() + rest, str(error), failures)
        self._holds[name] = hold
        return hold

    def clear(self, name: str) -> None:
        """Forget a device's failures: SSH works, or its credentials or address changed."""
        self._holds.pop(name, None)
