"""Splynx over its REST API 2.0."""

from __future__ import annotations

from positron_tui.billing.contract import BillingAdapter, BillingSecrets, Connection, NextNonce


def open_adapter(
    connection: Connection, secrets: BillingSecrets, next_nonce: NextNonce
) -> BillingAdapter:
    """Return the adapter of a connection; nothing is asked yet. ConfigError, CredentialError."""
    from positron_tui.billing.splynx.adapter import SplynxAdapter

    return SplynxAdapter(connection, secrets, next_nonce)
