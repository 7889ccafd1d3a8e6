"""Accounts whose items did not come to a good end, and when they are compared again. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

# The longest wait is that many times the shortest one.
_MOST_DOUBLINGS = 6


@dataclass(slots=True)
class Unfinished:
    """Each failure doubles the wait, which begins at `first_wait_s` seconds."""

    first_wait_s: float
    _due: dict[str, tuple[int, float]] = field(default_factory=dict)

    def ended(self, accounts: Collection[str], bad: Collection[str], now: float) -> None:
        """Note a run over accounts (none = all of them) and whose items ended badly."""
        for account in tuple(self._due):
            if account not in bad and (not accounts or account in accounts):
                del self._due[account]
        for account in bad:
            failures = self._due.get(account, (0, 0.0))[0] + 1
            wait_s = self.first_wait_s * 2 ** min(failures - 1, _MOST_DOUBLINGS)
            self._due[account] = failures, now + wait_s

    def due(self, now: float) -> set[str]:
        """Return the accounts that are to be compared again now."""
        return {account for account, (_, at) in self._due.items() if at <= now}
