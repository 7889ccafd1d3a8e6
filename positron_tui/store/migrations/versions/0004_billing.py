"""Billing systems, what they told, links, sync runs, conflicts, hooks, write-backs."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0004"
down_revision = "0003"

_NEW = (
    *("billing_writes", "billing_hooks", "sync_conflicts", "sync_items", "sync_runs"),
    *("billing_links", "billing_services", "billing_systems"),
)


def upgrade() -> None:
    """Create the tables."""
    _systems()
    _of_system("billing_services", *_texts("account_id!", "document!", "read_at!", "changed_at!"))
    _of_system(
        "billing_links",
        Column("account_id", Text(), nullable=False),
        Column("device_id", Integer()),
        *_texts("subject!", "base!", "linked_at!"),
        of_device=True,
    )
    op.create_index("ix_billing_links_device_id", "billing_links", ["device_id"])
    _runs()
    _with_id(
        "sync_conflicts",
        *_texts("system!", "service_id!", "account_id!", "account_name!", "device!", "subject!"),
        *_texts("field!", "billing_value!", "console_value!", "device_value"),
        *_texts("base_billing!", "base_console!", "found_at!", "billing_changed_at"),
        *_texts("console_changed_at", "taken", "resolved_at", "resolved_by", "sentence"),
    )
    _with_id(
        "billing_hooks",
        *_texts("system!", "digest!", "event!", "received_at!", "account_id", "service_id"),
        *_texts("state!"),
        *(_number("times", "!"), _number("tries", "!"), _number("run_id")),
        *_texts("handled_at", "sentence"),
    )
    op.create_index("ix_billing_hooks_state", "billing_hooks", ["state"])
    op.create_index("ix_billing_hooks_digest", "billing_hooks", ["digest"])
    _with_id(
        "billing_writes",
        *_texts("system!", "key!", "service_id!", "account_id!", "values!", "note", "state!"),
        _number("tries", "!"),
        *_texts("created_at"),
        *(_number("run_id"), _number("change_id"), *_texts("sentence")),
        UniqueConstraint("key", name="uq_billing_writes_key"),
    )
    op.create_index("ix_billing_writes_state", "billing_writes", ["state"])


def downgrade() -> None:
    """Drop them."""
    for name in _NEW:
        op.drop_table(name)


def _systems() -> None:
    _with_id(
        "billing_systems",
        *_texts("name!", "kind!", "url!", "document!", "added_at", "changed_cursor"),
        *_texts("hooks_cursor", "read_at", "nonce", "lease_holder", "lease_expires_at"),
        UniqueConstraint("name", name="uq_billing_systems_name"),
    )


def _runs() -> None:
    _with_id(
        "sync_runs",
        *_texts("system!", "trigger!", "actor!", "holder!", "started_at!", "scope!"),
        Column("dry_run", Boolean(), nullable=False),
        *_texts("state!"),
        _number("read", "!"),
        *_texts("counts!", "finished_at", "sentence"),
    )
    op.create_table(
        "sync_items",
        Column("run_id", Integer(), nullable=False),
        Column("position", Integer(), nullable=False),
        *_texts("kind!", "service_id!", "account_id!", "account_name!", "device", "subject"),
        *_texts("before!", "after!", "reason!", "outcome!"),
        _number("change_id"),
        *_texts("sentence", "started_at"),
        PrimaryKeyConstraint("run_id", "position", name="pk_sync_items"),
        ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name="fk_sync_items_run_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sync_items_service_id", "sync_items", ["service_id"])


def _texts(*names: str) -> tuple[Column[Any], ...]:
    """Return text columns; those with an exclamation mark must have a value."""
    return tuple(
        Column(name.rstrip("!"), Text(), nullable=not name.endswith("!")) for name in names
    )


def _number(name: str, required: str = "") -> Column[Any]:
    return Column(name, BigInteger(), nullable=not required)


def _with_id(name: str, *columns: Any) -> None:
    op.create_table(
        name,
        Column("id", Integer(), nullable=False),
        *columns,
        PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _of_system(name: str, *columns: Any, of_device: bool = False) -> None:
    references = [("system_id", "billing_systems.id")]
    if of_device:
        references.append(("device_id", "devices.id"))
    op.create_table(
        name,
        Column("system_id", Integer(), nullable=False),
        Column("service_id", Text(), nullable=False),
        *columns,
        PrimaryKeyConstraint("system_id", "service_id", name=f"pk_{name}"),
        *(
            ForeignKeyConstraint([own], [other], name=f"fk_{name}_{own}", ondelete="CASCADE")
            for own, other in references
        ),
        sqlite_with_rowid=False,
    )
