"""What the sync service gives to the faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.billing import BillingService
from positron_tui.domain.mapping import Sold
from positron_tui.domain.sync_runs import (
    Conflict,
    ItemKind,
    Link,
    Outcome,
    SyncItem,
    SyncRun,
    WriteBack,
)
from positron_tui.domain.sync_types import Held


class Take(StrEnum):
    """Whose value a conflict is settled with."""

    BILLING = "billing"
    CONSOLE = "console"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class SyncReport:
    """A run with its items, and why it waits for a person (None = it does not).

    `writes` is what it told billing, or still has to.
    """

    run: SyncRun
    items: tuple[SyncItem, ...] = ()
    guard: str | None = None
    writes: tuple[WriteBack, ...] = ()

    def of(self, *kinds: ItemKind) -> tuple[SyncItem, ...]:
        """Return the items of some kinds."""
        return tuple(one for one in self.items if one.kind in kinds)

    @property
    def cuts(self) -> int:
        """Return how many services would be, or were, suspended or removed."""
        return sum(one.kind.cuts_off for one in self.items)

    @property
    def to_run(self) -> tuple[SyncItem, ...]:
        """Return what is waiting to be carried out."""
        waiting = (Outcome.PENDING, Outcome.PROPOSED)
        return tuple(one for one in self.items if one.outcome in waiting)

    @property
    def failed(self) -> int:
        """Return how many items did not come to a good end."""
        return sum(one.outcome.is_bad for one in self.items)


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a run is: `phase` is reading or running; `eta_s` None = nobody can say yet.

    `total` is None while billing does not tell how many there are.
    """

    run_id: int
    phase: str
    done: int
    total: int | None
    failed: int = 0
    eta_s: float | None = None
    latest: SyncItem | None = None


OnSyncProgress = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A service of billing that names an endpoint, as it was read last."""

    system: str
    sold: Sold
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Why:
    """The whole story of one subscriber or service: who says what, and since when.

    `billing` None = it is not known to billing; `held` None = the console has no such subscriber.
    Times are None where that was never read.
    """

    system: str | None
    billing: BillingService | None = None
    billing_values: Mapping[str, str] = field(default_factory=dict)
    billing_read_at: datetime | None = None
    billing_changed_at: datetime | None = None
    held: Held | None = None
    intended_at: datetime | None = None
    running_read_at: datetime | None = None
    link: Link | None = None
    conflicts: tuple[Conflict, ...] = ()
    items: tuple[tuple[int, SyncItem], ...] = ()
    findings: tuple[str, ...] = ()
