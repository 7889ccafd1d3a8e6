"""How the billing systems stand: what waits for a person, what is late, when all is read next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from positron_tui.config import BillingSettings
from positron_tui.domain.clock import Clock
from positron_tui.domain.sync_runs import BillingSystem, Hook, HookState, RunState, SyncRun
from positron_tui.services.billing import is_confirmed
from positron_tui.store import Store

# A hook is handled within seconds; one that waits longer is late.
LATE_AFTER = timedelta(minutes=1)
_MOST_LATE = 1000


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """One billing system; `next_full_at` None = everything is due to be read now.

    `confirmed` = a person said yes to a whole sync with this mapping, so that runs may act by
    themselves. `untold` counts what billing was not told yet; `newest` is the newest run.
    """

    system: BillingSystem
    confirmed: bool = True
    next_full_at: datetime | None = None
    waiting_runs: int = 0
    conflicts: int = 0
    late_hooks: int = 0
    untold: int = 0
    newest: SyncRun | None = None


class SyncStatus:
    """Reads the store alone; nothing is asked of a billing system."""

    def __init__(self, *, store: Store, clock: Clock, settings: BillingSettings) -> None:
        self._store = store
        self._clock = clock
        self._full_every = timedelta(seconds=settings.full_interval_s)

    async def read(self) -> tuple[SystemStatus, ...]:
        """Return all systems by name."""
        systems = await self._store.billing.list()
        if not systems:
            return ()
        waiting = Counter(
            one.system
            for one in await self._store.sync.open_runs()
            if one.state is RunState.WAITING
        )
        conflicts = Counter(one.system for one in await self._store.sync.conflicts())
        before = self._clock.now() - LATE_AFTER
        late = Counter(one.system for one in await self._store.hooks.late(before, _MOST_LATE))
        found = []
        for system in systems:
            newest = await self._store.sync.runs(1, system.name)
            found.append(
                SystemStatus(
                    system=system,
                    confirmed=is_confirmed(system),
                    next_full_at=system.read_at + self._full_every if system.read_at else None,
                    waiting_runs=waiting[system.name],
                    conflicts=conflicts[system.name],
                    late_hooks=late[system.name],
                    untold=len(await self._store.sync.open_writes(system.name)),
                    newest=newest[0] if newest else None,
                )
            )
        return tuple(found)


def is_late(hook: Hook, now: datetime) -> bool:
    """Return whether a hook waits longer than handling one takes."""
    return hook.state is HookState.RECEIVED and now - hook.received_at > LATE_AFTER
