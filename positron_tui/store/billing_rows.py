"""How billing systems, links, runs, conflicts, hooks and write-backs stand in columns."""

from __future__ import annotations

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    Hook,
    HookState,
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
    WriteBack,
    WriteState,
)
from positron_tui.store.codec import (
    BOOLEAN,
    DOCUMENT,
    INTEGER,
    TEXT,
    TIME,
    TUPLE,
    RowCodec,
    enum_kind,
)

SYSTEMS = RowCodec(
    BillingSystem,
    {
        "name": TEXT,
        "kind": enum_kind(BillingKind),
        "url": TEXT,
        "document": DOCUMENT,
        "added_at": TIME,
        "changed_cursor": TEXT,
        "hooks_cursor": TEXT,
        "read_at": TIME,
    },
    required=("name", "kind", "url", "document"),
)

SYNC_RUNS = RowCodec(
    SyncRun,
    {
        "id": INTEGER,
        "system": TEXT,
        "trigger": enum_kind(Trigger),
        "actor": TEXT,
        "holder": TEXT,
        "started_at": TIME,
        "scope": TUPLE,
        "dry_run": BOOLEAN,
        "state": enum_kind(RunState),
        "read": INTEGER,
        "counts": DOCUMENT,
        "finished_at": TIME,
        "sentence": TEXT,
    },
    required=(
        *("id", "system", "trigger", "actor", "holder", "started_at", "scope"),
        *("dry_run", "state", "read", "counts"),
    ),
)

SYNC_ITEMS = RowCodec(
    SyncItem,
    {
        "position": INTEGER,
        "kind": enum_kind(ItemKind),
        "service_id": TEXT,
        "account_id": TEXT,
        "account_name": TEXT,
        "device": TEXT,
        "subject": TEXT,
        "before": DOCUMENT,
        "after": DOCUMENT,
        "reason": TEXT,
        "outcome": enum_kind(Outcome),
        "change_id": INTEGER,
        "sentence": TEXT,
        "started_at": TIME,
    },
    required=(
        *("position", "kind", "service_id", "account_id", "account_name"),
        *("before", "after", "reason", "outcome"),
    ),
)

CONFLICTS = RowCodec(
    Conflict,
    {
        "id": INTEGER,
        **dict.fromkeys(
            (
                *("system", "service_id", "account_id", "account_name", "device", "subject"),
                *("field", "billing_value", "console_value", "device_value"),
                *("base_billing", "base_console"),
            ),
            TEXT,
        ),
        "found_at": TIME,
        "billing_changed_at": TIME,
        "console_changed_at": TIME,
        "taken": TEXT,
        "resolved_at": TIME,
        "resolved_by": TEXT,
        "sentence": TEXT,
    },
    required=(
        *("id", "system", "service_id", "account_id", "account_name", "device", "subject"),
        *("field", "billing_value", "console_value", "base_billing", "base_console", "found_at"),
    ),
)

HOOKS = RowCodec(
    Hook,
    {
        "id": INTEGER,
        "system": TEXT,
        "digest": TEXT,
        "event": TEXT,
        "received_at": TIME,
        "account_id": TEXT,
        "service_id": TEXT,
        "state": enum_kind(HookState),
        "times": INTEGER,
        "tries": INTEGER,
        "run_id": INTEGER,
        "handled_at": TIME,
        "sentence": TEXT,
    },
    required=("id", "system", "digest", "event", "received_at", "state", "times", "tries"),
)

WRITES = RowCodec(
    WriteBack,
    {
        "id": INTEGER,
        "system": TEXT,
        "key": TEXT,
        "service_id": TEXT,
        "account_id": TEXT,
        "values": DOCUMENT,
        "note": TEXT,
        "state": enum_kind(WriteState),
        "tries": INTEGER,
        "created_at": TIME,
        "run_id": INTEGER,
        "change_id": INTEGER,
        "sentence": TEXT,
    },
    required=("id", "system", "key", "service_id", "account_id", "values", "state", "tries"),
)
