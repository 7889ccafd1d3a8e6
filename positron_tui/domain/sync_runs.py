"""Sync runs, their items, conflicts, received hooks and what is written back. As they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.billing import BillingKind


@dataclass(frozen=True, slots=True)
class BillingSystem:
    """A billing system that was added; `document` has its connection and mapping as JSON.

    `changed_cursor` and `hooks_cursor` say from where changes and stored deliveries are asked.
    """

    name: str
    kind: BillingKind
    url: str
    document: Mapping[str, object] = field(default_factory=dict)
    added_at: datetime | None = None
    changed_cursor: str | None = None
    hooks_cursor: str | None = None
    read_at: datetime | None = None


class RunState(StrEnum):
    """reading; waiting (compared, a person must say yes); running; finished; failed; cancelled.

    interrupted = a console that is gone left it; what it did is in its items.
    """

    READING = "reading"
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        return self not in (RunState.READING, RunState.WAITING, RunState.RUNNING)


class Trigger(StrEnum):
    """What a run was started by."""

    PERSON = "person"
    SCHEDULE = "schedule"
    HOOK = "hook"
    ENDPOINT = "endpoint"
    RETRY = "retry"


class ItemKind(StrEnum):
    """What an item asks for; from `link` on nothing is done to a device."""

    ADD = "add"
    EDIT = "edit"
    SWAP = "swap"
    SUSPEND = "suspend"
    RESUME = "resume"
    REMOVE = "remove"
    RECONCILE = "reconcile"
    LINK = "link"
    WRITE = "write"
    CONFLICT = "conflict"
    EXCEPTION = "exception"
    WAITING = "waiting"

    @property
    def changes_device(self) -> bool:
        return self in _CHANGING

    @property
    def cuts_off(self) -> bool:
        return self in (ItemKind.SUSPEND, ItemKind.REMOVE)


_CHANGING = frozenset(
    (
        ItemKind.ADD,
        ItemKind.EDIT,
        ItemKind.SWAP,
        ItemKind.SUSPEND,
        ItemKind.RESUME,
        ItemKind.REMOVE,
        ItemKind.RECONCILE,
    )
)


class Outcome(StrEnum):
    """pending; running; done; failed (the device or billing); refused (nothing was sent).

    listed = there is nothing to run, a person looks at it; proposed = a person may run it;
    skipped = something before it failed, or the run ended first.
    """

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    LISTED = "listed"
    PROPOSED = "proposed"
    SKIPPED = "skipped"

    @property
    def is_bad(self) -> bool:
        """Return whether somebody should look at it, or try it again."""
        return self in (Outcome.FAILED, Outcome.REFUSED, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class SyncItem:
    """One line of a run; `before` and `after` are values by field.

    `reason` says why it is there, `sentence` what became of it. `change_id` is the journal entry.
    """

    position: int
    kind: ItemKind
    service_id: str
    account_id: str
    account_name: str
    device: str | None = None
    subject: str | None = None
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    outcome: Outcome = Outcome.PENDING
    change_id: int | None = None
    sentence: str | None = None
    started_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return what is the same for the same wish, whichever run computes it."""
        wish = ",".join(f"{name}={value}" for name, value in sorted(self.after.items()))
        return f"{self.kind.value}/{self.service_id}/{self.device}/{self.subject}/{wish}"


@dataclass(frozen=True, slots=True)
class SyncRun:
    """A run without its items; `scope` is empty for all accounts, else the accounts' numbers.

    `read` counts the services that billing told; `counts` the items by kind.
    """

    id: int
    system: str
    trigger: Trigger
    actor: str
    holder: str
    started_at: datetime
    scope: tuple[str, ...] = ()
    dry_run: bool = False
    state: RunState = RunState.READING
    read: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    finished_at: datetime | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that changed on both sides since they last agreed.

    `base_*` are the values of then ("" with none). `device_value` is what runs, None = unknown.
    """

    id: int
    system: str
    service_id: str
    account_id: str
    account_name: str
    device: str
    subject: str
    field: str
    billing_value: str
    console_value: str
    device_value: str | None
    base_billing: str
    base_console: str
    found_at: datetime
    billing_changed_at: datetime | None = None
    console_changed_at: datetime | None = None
    taken: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Which subscriber a service of billing is; `base` has what both sides last agreed on.

    By field: billing's value and the console's, which differ where a person decided so.
    """

    service_id: str
    account_id: str
    device: str
    subject: str
    base: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    linked_at: datetime | None = None


class HookState(StrEnum):
    """received; done (its account was compared); ignored (a ping, a read); failed."""

    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook that was delivered; `digest` is that of its body, which is not kept.

    `account_id` None = the hook does not tell whom it is about. `times` counts equal deliveries.
    """

    id: int
    system: str
    digest: str
    event: str
    received_at: datetime
    account_id: str | None = None
    service_id: str | None = None
    state: HookState = HookState.RECEIVED
    times: int = 1
    tries: int = 0
    run_id: int | None = None
    handled_at: datetime | None = None
    sentence: str | None = None


class WriteState(StrEnum):
    """pending; sent (no answer yet, or none came); done; failed (refused); dropped (outdated)."""

    PENDING = "pending"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class WriteBack:
    """What is to be told to billing: fields by dotted name, or a note. `key` makes it once only."""

    id: int
    system: str
    key: str
    service_id: str
    account_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    state: WriteState = WriteState.PENDING
    tries: int = 0
    created_at: datetime | None = None
    run_id: int | None = None
    change_id: int | None = None
    sentence: str | None = None
