"""Intended state, copies of configurations, sightings of endpoints, bulk runs."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
)

revision = "0003"
down_revision = "0002"

_NEW = ("bulk_items", "bulk_runs", "sightings", "config_copies", "adoptions", "intended")


def upgrade() -> None:
    """Create the tables."""
    _of_device(
        "intended",
        ("kind", "number"),
        _text("kind", "!"),
        Column("number", Integer(), nullable=False),
        *(_text("document", "!"), _text("intended_at", "!")),
        *(_text("suspended_at"), _text("held")),
    )
    _of_device("adoptions", (), _text("adopted_at", "!"))
    _of_device(
        "config_copies",
        ("truth",),
        *(_text("truth", "!"), _text("read_at", "!"), _text("document", "!")),
    )
    _of_device(
        "sightings",
        ("mac",),
        *(_text("mac", "!"), _text("first_seen", "!"), _text("last_seen", "!")),
    )
    op.create_table(
        "bulk_runs",
        Column("id", Integer(), nullable=False),
        *(_text("title", "!"), _text("actor", "!"), _text("holder", "!"), _number("canary", "!")),
        *(_number("batch", "!"), _text("started_at", "!"), _text("state", "!")),
        *(_text("finished_at"), _text("sentence")),
        PrimaryKeyConstraint("id", name="pk_bulk_runs"),
    )
    op.create_table(
        "bulk_items",
        Column("run_id", Integer(), nullable=False),
        Column("position", Integer(), nullable=False),
        *(_text("device", "!"), _text("kind", "!"), _text("subject", "!")),
        *(_text("recipe", "!"), _text("state", "!"), _number("change_id")),
        *(_text("answer"), _text("sentence"), _text("started_at")),
        PrimaryKeyConstraint("run_id", "position", name="pk_bulk_items"),
        ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name="fk_bulk_items_run_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for name in _NEW:
        op.drop_table(name)


def _text(name: str, required: str = "") -> Column[Any]:
    return Column(name, Text(), nullable=not required)


def _number(name: str, required: str = "") -> Column[Any]:
    return Column(name, BigInteger(), nullable=not required)


def _of_device(name: str, more_key: tuple[str, ...], *columns: Column[Any]) -> None:
    op.create_table(
        name,
        Column("device_id", Integer(), nullable=False),
        *columns,
        PrimaryKeyConstraint("device_id", *more_key, name=f"pk_{name}"),
        ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=f"fk_{name}_device_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
