"""How bulk runs and their rows stand in columns."""

from __future__ import annotations

from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.store.codec import DOCUMENT, INTEGER, TEXT, TIME, RowCodec, enum_kind

BULK_RUNS = RowCodec(
    BulkRun,
    {
        "id": INTEGER,
        "title": TEXT,
        "actor": TEXT,
        "holder": TEXT,
        "canary": INTEGER,
        "batch": INTEGER,
        "started_at": TIME,
        "state": enum_kind(BulkState),
        "finished_at": TIME,
        "sentence": TEXT,
    },
    required=("id", "title", "actor", "holder", "canary", "batch", "started_at", "state"),
)

BULK_ITEMS = RowCodec(
    BulkItem,
    {
        "position": INTEGER,
        "device": TEXT,
        "kind": TEXT,
        "subject": TEXT,
        "recipe": DOCUMENT,
        "state": enum_kind(ItemState),
        "change_id": INTEGER,
        "answer": TEXT,
        "sentence": TEXT,
        "started_at": TIME,
    },
    required=("position", "device", "kind", "subject", "recipe", "state"),
)
