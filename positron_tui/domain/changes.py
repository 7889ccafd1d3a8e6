"""A change to a device and the states it goes through; the journal keeps every transition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ChangeState(StrEnum):
    """planned, confirmed, applying, verifying, saving, verified_saved, or one of the other ends.

    Ends: verified_saved; verified_unsaved (runs, lost at a restart); refused (nothing was sent);
    reverted (a step failed and the steps before it were taken back); failed (a step failed and
    something of the change is still there, the message says what); indeterminate (nobody knows).
    """

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    APPLYING = "applying"
    VERIFYING = "verifying"
    SAVING = "saving"
    REVERTING = "reverting"
    VERIFIED_SAVED = "verified_saved"
    VERIFIED_UNSAVED = "verified_unsaved"
    REFUSED = "refused"
    REVERTED = "reverted"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"

    @property
    def finished(self) -> bool:
        return self in _FINISHED


_FINISHED = frozenset(
    {
        ChangeState.VERIFIED_SAVED,
        ChangeState.VERIFIED_UNSAVED,
        ChangeState.REFUSED,
        ChangeState.REVERTED,
        ChangeState.FAILED,
        ChangeState.INDETERMINATE,
    }
)


class StepState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # sent, no understood reply
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """One command; `inverse` are the commands that take it back (empty = nothing to take back)."""

    index: int
    transport: str  # cli | jsonrpc
    command: str
    purpose: str
    inverse: tuple[str, ...] = ()
    state: StepState = StepState.PENDING
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An ordered set of steps on one device, with the fields before and after.

    `kind` is verb-like ("subscriber.add"), `subject` what it is about, `before`/`after` map field
    names to values (JSON types). `id` is 0 until the journal has it.
    """

    device: str
    kind: str
    subject: str
    steps: tuple[ChangeStep, ...]
    before: Mapping[str, object]
    after: Mapping[str, object]
    actor: str
    requested_at: datetime
    id: int = 0
    state: ChangeState = ChangeState.PLANNED
    message: str | None = None
    verified_at: datetime | None = None
    saved: bool | None = None
    inverse_of: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One transition of a change, as the journal recorded it."""

    change_id: int
    at: datetime
    state: ChangeState
    text: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
