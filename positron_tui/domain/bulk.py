"""A bulk run and its rows, as they are kept and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BulkState(StrEnum):
    """running; finished (all items were tried); stopped (one failed); cancelled (by a person).

    One that reads `running` and is not run by any console was left by a crash.
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

    @property
    def ended(self) -> bool:
        return self not in (ItemState.PENDING, ItemState.RUNNING)


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One row of a bulk run; `position` counts from 0, `change_id` is its journal entry.

    `answer` is what the device said, or what became of it, without names: equal ones are grouped.
    `recipe` is what the action can be made of again.
    """

    position: int
    device: str
    kind: str
    subject: str
    recipe: Mapping[str, object] = field(default_factory=dict)
    state: ItemState = ItemState.PENDING
    change_id: int | None = None
    answer: str | None = None
    sentence: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkRun:
    """A bulk run without its rows; `canary` and `batch` are numbers of items.

    `holder` is the console that runs it or ran it last (host:pid:actor).
    """

    id: int
    title: str
    actor: str
    holder: str
    canary: int
    batch: int
    started_at: datetime
    state: BulkState = BulkState.RUNNING
    finished_at: datetime | None = None
    sentence: str | None = None
