"""Opens the adapter of a billing system."""

from __future__ import annotations

from positron_tui.billing import sonar, splynx
from positron_tui.billing.contract import BillingAdapter, BillingSecrets, Connection, NextNonce
from positron_tui.domain.billing import BillingKind


def open_adapter(
    connection: Connection, secrets: BillingSecrets, next_nonce: NextNonce
) -> BillingAdapter:
    """Return the adapter of a connection; nothing is asked yet. Refused, ConfigError."""
    if connection.kind is BillingKind.SPLYNX:
        return splynx.open_adapter(connection, secrets, next_nonce)
    return sonar.open_adapter(connection, secrets, next_nonce)
