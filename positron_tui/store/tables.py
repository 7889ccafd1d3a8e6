"""The tables, built from the codecs of the entities that they hold.

No column holds a secret. Times are UTC text; the rows of a reading keep the device's own order by
`position`. A change here needs a migration (a test compares the two).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

from positron_tui.store.billing_tables import define
from positron_tui.store.bulk_rows import BULK_ITEMS, BULK_RUNS
from positron_tui.store.codec import RowCodec, columns_of
from positron_tui.store.rows import (
    ALARMS,
    CHANGES,
    DEVICES,
    ENDPOINTS,
    EVENTS,
    PLANS,
    POLLS,
    PORTS,
    PROFILES,
    STEPS,
    SUBSCRIBERS,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _device_id(*, primary_key: bool = True) -> Column[Any]:
    # A primary key that is also a reference must not be drawn from a sequence.
    return Column(
        "device_id",
        Integer,
        ForeignKey("devices.id", ondelete="CASCADE"),
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
    )


def _reading(name: str, codec: RowCodec[Any]) -> Table:
    return Table(
        name,
        metadata,
        _device_id(),
        Column("position", Integer, primary_key=True, autoincrement=False, nullable=False),
        *columns_of(codec),
        sqlite_with_rowid=False,
    )


devices = Table(
    "devices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    *columns_of(DEVICES, "name"),
)

ports = _reading("ports", PORTS)
endpoints = _reading("endpoints", ENDPOINTS)
profiles = _reading("profiles", PROFILES)
subscribers = _reading("subscribers", SUBSCRIBERS)
alarms = _reading("alarms", ALARMS)

# What a device is and how it feels: one document each, NULL until it was read.
device_readings = Table(
    "device_readings",
    metadata,
    _device_id(),
    Column("identity", Text, nullable=True),
    Column("health", Text, nullable=True),
    Column("management_vlans", Text, nullable=True),
    sqlite_with_rowid=False,
)

provenance = Table(
    "provenance",
    metadata,
    _device_id(),
    Column("section", Text, primary_key=True, nullable=False),
    Column("source", Text, nullable=False),
    Column("read_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

polls = Table("polls", metadata, _device_id(), *columns_of(POLLS), sqlite_with_rowid=False)

plans = Table(
    "plans",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    *columns_of(PLANS, "name"),
    sqlite_with_rowid=False,
)

# The journal outlives the devices: `device` keeps the name that a removed one had.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True, nullable=False),
    Column("device_id", Integer, ForeignKey("devices.id", ondelete="SET NULL"), nullable=True),
    *columns_of(CHANGES, "id", "inverse_of"),
    Column("inverse_of", Integer, ForeignKey("changes.id"), nullable=True),
    # The touched objects as they were and as they shall be: what settles and undoes a change.
    Column("basis", Text, nullable=True),
    Column("wanted", Text, nullable=True),
    Index("ix_changes_device_id", "device_id"),
    Index("ix_changes_state", "state"),
)

change_steps = Table(
    "change_steps",
    metadata,
    Column("change_id", Integer, ForeignKey("changes.id"), primary_key=True, nullable=False),
    Column("position", Integer, primary_key=True, autoincrement=False, nullable=False),
    *columns_of(STEPS, "position"),
    sqlite_with_rowid=False,
)

change_events = Table(
    "change_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True, nullable=False),
    Column("change_id", Integer, ForeignKey("changes.id"), nullable=False),
    *columns_of(EVENTS, "change_id"),
    Index("ix_change_events_change_id", "change_id"),
)

leases = Table(
    "leases",
    metadata,
    _device_id(),
    Column("holder", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What is intended: one document for each object, by its number in the intended configuration. A
# suspended subscriber keeps its data in `document`; `held` is what runs in its place meanwhile.
intended = Table(
    "intended",
    metadata,
    _device_id(),
    Column("kind", Text, primary_key=True, nullable=False),
    Column("number", Integer, primary_key=True, autoincrement=False, nullable=False),
    Column("document", Text, nullable=False),
    Column("intended_at", Text, nullable=False),
    Column("suspended_at", Text, nullable=True),
    Column("held", Text, nullable=True),
    sqlite_with_rowid=False,
)

# When a device was taken over whole.
adoptions = Table(
    "adoptions",
    metadata,
    _device_id(),
    Column("adopted_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The configurations that were read last, running and startup.
config_copies = Table(
    "config_copies",
    metadata,
    _device_id(),
    Column("truth", Text, primary_key=True, nullable=False),
    Column("read_at", Text, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Since when an endpoint waits for a service.
sightings = Table(
    "sightings",
    metadata,
    _device_id(),
    Column("mac", Text, primary_key=True, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    sqlite_with_rowid=False,
)

bulk_runs = Table(
    "bulk_runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True, nullable=False),
    *columns_of(BULK_RUNS, "id"),
)

# Like the journal, the rows of a bulk run keep the names of devices that are gone.
bulk_items = Table(
    "bulk_items",
    metadata,
    Column("run_id", Integer, ForeignKey("bulk_runs.id"), primary_key=True, nullable=False),
    Column("position", Integer, primary_key=True, autoincrement=False, nullable=False),
    *columns_of(BULK_ITEMS, "position"),
    sqlite_with_rowid=False,
)

ui_state = Table(
    "ui_state",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

billing = define(metadata)
