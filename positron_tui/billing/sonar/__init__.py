"""The adapter for Sonar: GraphQL over the shared HTTP client, and webhooks without a signature."""

from __future__ import annotations

from positron_tui.billing.contract import BillingAdapter, BillingSecrets, Connection, NextNonce


def open_adapter(
    connection: Connection, secrets: BillingSecrets, next_nonce: NextNonce
) -> BillingAdapter:
    """Return the adapter of a connection; Sonar needs no nonces. ConfigError, CredentialError."""
    # Only here, so that a text of this package can be read without the HTTP client.
    from positron_tui.billing.sonar.adapter import SonarAdapter

    return SonarAdapter(connection, secrets)
