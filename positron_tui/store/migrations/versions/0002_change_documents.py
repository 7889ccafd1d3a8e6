"""What a change touches, before and after; how a device's JSON-RPC API may be reached."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Text, false, text

revision = "0002"
down_revision = "0001"

_DEVICES = ("http_allowed", "https", "https_port", "certificate")
_CHANGES = ("basis", "wanted")


def upgrade() -> None:
    """Add the columns; older changes have no documents, older devices no JSON-RPC."""
    for name in _CHANGES:
        op.add_column("changes", Column(name, Text(), nullable=True))
    for name in ("http_allowed", "https"):
        op.add_column("devices", Column(name, Boolean(), nullable=False, server_default=false()))
    op.add_column(
        "devices", Column("https_port", BigInteger(), nullable=False, server_default=text("443"))
    )
    op.add_column("devices", Column("certificate", Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for table, names in (("devices", _DEVICES), ("changes", _CHANGES)):
        for name in names:
            op.drop_column(table, name)
