"""One action on many rows: a canary, then batches, devices side by side, stopped when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.services.actions import ActionEdit


class BulkState(StrEnum):
    """running; finished (all items were tried); stopped (one failed); cancelled (by a person).

    One that reads `running` and is not run by this console was left by a crash.
    """

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """pending; running; done (verified); refused (nothing was sent); failed (the device did)."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One row of a bulk run; `position` counts from 0, `change_id` is its journal entry."""

    position: int
    device: str
    kind: str
    subject: str
    state: ItemState = ItemState.PENDING
    change_id: int | None = None
    answer: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a run is; `eta_s` is None before the first item ended. `devices`: done, total."""

    bulk_id: int
    done: int
    total: int
    failed: int
    refused: int
    eta_s: float | None
    devices: Mapping[str, tuple[int, int]]
    latest: BulkItem | None = None


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The items that ended in the same way with the same answer of their devices."""

    state: ItemState
    answer: str
    items: tuple[BulkItem, ...]


@dataclass(frozen=True, slots=True)
class BulkReport:
    """A bulk run as it is now or as it ended, with a sentence on it."""

    id: int
    title: str
    state: BulkState
    actor: str
    started_at: datetime
    finished_at: datetime | None
    items: tuple[BulkItem, ...]
    sentence: str

    @property
    def groups(self) -> tuple[AnswerGroup, ...]:
        """Return the ended items by what the devices answered, failures first."""
        raise NotImplementedError


OnBulkProgress = Callable[[BulkProgress], None]


class Bulk:
    """Bulk runs, kept in the store so that they can be resumed."""

    async def run(
        self,
        items: Sequence[ActionEdit],
        *,
        title: str = "",
        canary: int | None = None,
        batch: int | None = None,
        on_progress: OnBulkProgress = lambda progress: None,
    ) -> BulkReport:
        """Run all items; canary and batch are numbers of items (None = the settings').

        Raises nothing for what becomes of items. A cancellation of the caller lets running items
        end and leaves a run that can be resumed.
        """
        raise NotImplementedError

    async def resume(
        self, bulk_id: int, *, on_progress: OnBulkProgress = lambda progress: None
    ) -> BulkReport:
        """Go on with a run that was stopped, cancelled or left by a crash; verified items stay.

        Refused while the outcome of one of its changes is not known.
        """
        raise NotImplementedError

    def cancel(self, bulk_id: int) -> None:
        """Start no more items of a run of this console; running ones are brought to an end."""
        raise NotImplementedError

    async def get(self, bulk_id: int) -> BulkReport:
        """Return a run with its items."""
        raise NotImplementedError

    async def list(self, limit: int = 50) -> tuple[BulkReport, ...]:
        """Return the newest runs."""
        raise NotImplementedError
