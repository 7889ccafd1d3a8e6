"""Opens the adapter of a billing system."""

from __future__ import annotations

from importlib import import_module

from positron_tui.billing.contract import BillingAdapter, BillingSecrets, Connection, NextNonce


def open_adapter(
    connection: Connection, secrets: BillingSecrets, next_nonce: NextNonce
) -> BillingAdapter:
    """Return the adapter of a connection; nothing is asked yet. Refused, ConfigError."""
    module = import_module(f"positron_tui.billing.{connection.kind.value}")
    adapter: BillingAdapter = module.open_adapter(connection, secrets, next_nonce)
    return adapter
