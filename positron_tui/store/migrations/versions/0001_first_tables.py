"""The first tables.

Written out in full rather than built from store/tables.py, which moves on while this must not.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "text": Text,
    "bigint": BigInteger,
    "int": Integer,
    "bool": Boolean,
    "float": Float,
}


def _columns(lines: str) -> list[Column[Any]]:
    """Read one column per line: name, type, and an exclamation mark where NULL is refused."""
    columns = []
    for line in lines.split("\n"):
        if line.strip():
            name, sql_type, *required = line.split()
            columns.append(Column(name, _TYPES[sql_type](), nullable=not required))
    return columns


def _table(
    name: str,
    lines: str,
    *,
    key: tuple[str, ...],
    refers: dict[str, tuple[str, str | None]],
    with_rowid: bool = False,
    unique: str | None = None,
) -> None:
    constraints: list[Any] = [PrimaryKeyConstraint(*key, name=f"pk_{name}")]
    for column, (target, on_delete) in refers.items():
        constraints.append(
            ForeignKeyConstraint([column], [target], name=f"fk_{name}_{column}", ondelete=on_delete)
        )
    if unique:
        constraints.append(UniqueConstraint(unique, name=f"uq_{name}_{unique}"))
    options = {} if with_rowid else {"sqlite_with_rowid": False}
    op.create_table(name, *_columns(lines), *constraints, **options)


def _of_device(name: str, lines: str, *more_key: str) -> None:
    _table(
        name,
        f"device_id int !\n{lines}",
        key=("device_id", *more_key),
        refers={"device_id": ("devices.id", "CASCADE")},
    )


def upgrade() -> None:
    """Create everything."""
    _create_inventory()
    _create_readings()
    _create_polling()
    _create_journal()


def _create_inventory() -> None:
    _table(
        "devices",
        """
        id int !
        name text !
        host text !
        snmp_port bigint !
        snmp_version text !
        snmp_user text
        snmp_auth text !
        snmp_priv text !
        ssh_port bigint
        ssh_user text !
        ssh_legacy bool !
        http_port bigint !
        site text !
        read_only bool !
        capabilities text !
        host_key text
        host_key_fingerprint text
        offered_key_fingerprint text
        added_at text
        """,
        key=("id",),
        refers={},
        with_rowid=True,
        unique="name",
    )
    _table(
        "plans",
        """
        name text !
        down_mbps bigint !
        up_mbps bigint !
        """,
        key=("name",),
        refers={},
    )
    _table(
        "ui_state",
        """
        key text !
        value text !
        """,
        key=("key",),
        refers={},
    )


_READINGS = {
    "ports": """
        name text !
        if_index bigint !
        kind text !
        number bigint !
        admin text
        oper text
        speed_mbps bigint
        mode text
        mac text
        label text
        outage_service_affecting bool
        outage_other bool
        in_octets bigint
        out_octets bigint
        in_errors bigint
        out_errors bigint
        endpoint_macs text !
        """,
    "endpoints": """
        mac text !
        endpoint_id bigint
        name text
        description text
        configured_port text
        detected_port text
        auto_port bool
        state text
        model text
        serial text
        firmware text
        firmware_mismatch bool
        down_phy_mbps bigint
        up_phy_mbps bigint
        down_max_mbps bigint
        up_max_mbps bigint
        wire_length_m bigint
        uptime_s bigint
        ethernet_up bool
        ethernet_mbps bigint
        subscriber text
        source text
        """,
    "profiles": """
        profile_id bigint !
        name text !
        down_mbps bigint
        up_mbps bigint
        description text
        """,
    "subscribers": """
        subscriber_id bigint !
        name text !
        description text
        endpoint_id bigint
        endpoint_mac text
        port text
        vlan bigint
        tagged bool
        remapped_vlan bigint
        port2_vlan bigint
        allowed_vlans text
        trunk bool
        double_tag bool
        outer_vlan bigint
        uplink text
        profile_id bigint
        poe text
        unknown_words text !
        source text
        """,
    "alarms": """
        entity text !
        condition text !
        severity text !
        service_affecting bool
        occurred_at text
        description text
        uuid text
        """,
}


def _create_readings() -> None:
    for name, lines in _READINGS.items():
        _of_device(name, f"position int !\n{lines}", "position")
    _of_device(
        "device_readings",
        """
        identity text
        health text
        management_vlans text
        """,
    )


def _create_polling() -> None:
    _of_device(
        "provenance",
        """
        section text !
        source text !
        read_at text !
        """,
        "section",
    )
    _of_device(
        "polls",
        """
        last_poll_at text
        last_good_at text
        reachable bool
        failure text
        failures_in_a_row bigint !
        overruns bigint !
        duration_s float
        """,
    )
    _of_device(
        "leases",
        """
        holder text !
        expires_at text !
        """,
    )


def _create_journal() -> None:
    _table(
        "changes",
        """
        id int !
        device_id int
        device text !
        kind text !
        subject text !
        before text !
        after text !
        actor text !
        requested_at text !
        state text !
        message text
        verified_at text
        saved bool
        inverse_of int
        """,
        key=("id",),
        refers={"device_id": ("devices.id", "SET NULL"), "inverse_of": ("changes.id", None)},
        with_rowid=True,
    )
    op.create_index("ix_changes_device_id", "changes", ["device_id"])
    op.create_index("ix_changes_state", "changes", ["state"])
    _table(
        "change_steps",
        """
        change_id int !
        position int !
        transport text !
        command text !
        purpose text !
        inverse text !
        state text !
        reply text
        """,
        key=("change_id", "position"),
        refers={"change_id": ("changes.id", None)},
    )
    _table(
        "change_events",
        """
        id int !
        change_id int !
        at text !
        state text !
        text text !
        details text !
        """,
        key=("id",),
        refers={"change_id": ("changes.id", None)},
        with_rowid=True,
    )
    op.create_index("ix_change_events_change_id", "change_events", ["change_id"])


def downgrade() -> None:
    """Drop everything, dependants first."""
    for name in (
        *("change_events", "change_steps", "changes", "leases", "polls", "provenance"),
        *("device_readings", *_READINGS, "ui_state", "plans", "devices"),
    ):
        op.drop_table(name)
