"""Hooks that are not genuine: counted, and told now and then."""

from __future__ import annotations

from positron_tui.domain.clock import Clock
from positron_tui.services.activity import ActivityLog, Outcome

_REPORT_EVERY_S = 60.0


class Refusals:
    """Counts hooks that are not genuine; tells the activity log once a minute at most."""

    def __init__(self, activity: ActivityLog, clock: Clock) -> None:
        self._activity = activity
        self._clock = clock
        self._untold: dict[str, int] = {}
        self._told_at: float | None = None
        self.total = 0

    def count(self, system: str, sentence: str) -> None:
        """Note one refused hook of a known system."""
        self.total += 1
        self._untold[system] = self._untold.get(system, 0) + 1
        now = self._clock.monotonic()
        if self._told_at is not None and now - self._told_at < _REPORT_EVERY_S:
            return
        self._told_at = now
        counts = ", ".join(f"{count} for '{name}'" for name, count in self._untold.items())
        self._untold.clear()
        self._activity.record(
            f"Hooks were refused ({counts}): {sentence}", kind="hook", outcome=Outcome.FAILED
        )
