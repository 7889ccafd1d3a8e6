"""The tables of billing: systems, what they told, links, sync runs, hooks, write-backs.

Systems are named by their number, so that a run of one that is gone keeps its name.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

from positron_tui.store.billing_rows import (
    CONFLICTS,
    HOOKS,
    SYNC_ITEMS,
    SYNC_RUNS,
    SYSTEMS,
    WRITES,
)
from positron_tui.store.codec import columns_of


def _id() -> Column[Any]:
    return Column("id", Integer, primary_key=True, autoincrement=True, nullable=False)


def _system_id() -> Column[Any]:
    return Column(
        "system_id",
        Integer,
        ForeignKey("billing_systems.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        nullable=False,
    )


def _key(name: str) -> Column[Any]:
    return Column(name, Text, primary_key=True, nullable=False)


def define(metadata: MetaData) -> dict[str, Table]:
    """Add the tables to a schema and return them by name."""
    tables = (
        Table(
            "billing_systems",
            metadata,
            _id(),
            *columns_of(SYSTEMS),
            # The highest nonce that was given out, and who syncs this system until when.
            Column("nonce", Text),
            Column("lease_holder", Text),
            Column("lease_expires_at", Text),
            UniqueConstraint("name"),
        ),
        Table(
            "billing_services",
            metadata,
            _system_id(),
            _key("service_id"),
            Column("account_id", Text, nullable=False),
            Column("document", Text, nullable=False),
            Column("read_at", Text, nullable=False),
            Column("changed_at", Text, nullable=False),
            sqlite_with_rowid=False,
        ),
        Table(
            "billing_links",
            metadata,
            _system_id(),
            _key("service_id"),
            Column("account_id", Text, nullable=False),
            Column("device_id", Integer, ForeignKey("devices.id", ondelete="CASCADE")),
            Column("subject", Text, nullable=False),
            Column("base", Text, nullable=False),
            Column("linked_at", Text, nullable=False),
            Index("ix_billing_links_device_id", "device_id"),
            sqlite_with_rowid=False,
        ),
        Table("sync_runs", metadata, _id(), *columns_of(SYNC_RUNS, "id")),
        Table(
            "sync_items",
            metadata,
            Column("run_id", Integer, ForeignKey("sync_runs.id"), primary_key=True, nullable=False),
            Column("position", Integer, primary_key=True, autoincrement=False, nullable=False),
            *columns_of(SYNC_ITEMS, "position"),
            Index("ix_sync_items_service_id", "service_id"),
            sqlite_with_rowid=False,
        ),
        Table("sync_conflicts", metadata, _id(), *columns_of(CONFLICTS, "id")),
        Table(
            "billing_hooks",
            metadata,
            _id(),
            *columns_of(HOOKS, "id"),
            Index("ix_billing_hooks_state", "state"),
            Index("ix_billing_hooks_digest", "digest"),
        ),
        Table(
            "billing_writes",
            metadata,
            _id(),
            *columns_of(WRITES, "id"),
            Index("ix_billing_writes_state", "state"),
            UniqueConstraint("key"),
        ),
    )
    return {table.name: table for table in tables}
