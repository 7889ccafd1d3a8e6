"""The rest of an account's nested lists, where they have more rows than fit into one answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from positron_tui.billing.sonar import texts, values
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.lists import whole
from positron_tui.domain.errors import BillingAnswer

Row = Mapping[str, Any]


async def completed(graphql: GraphQL, row: Row, search: list[Row]) -> Row:
    """Return an account's row with whole nested lists; BillingAnswer when one cannot be had."""
    number = values.ident(row, "id")
    whole_row = dict(row)
    for name, most, text, variables in (
        ("account_services", texts.SERVICES, texts.MORE_SERVICES, {}),
        ("addresses", texts.ADDRESSES, texts.MORE_ADDRESSES, {"fields": search}),
        ("uninventoried_mac_addresses", texts.MACS, texts.MORE_MACS, {}),
    ):
        if _is_cut(row, name, most):
            what = f"reading all {name} of account {number}"
            rows = await whole(graphql, text, name, {"id": number, **variables}, what=what)
            whole_row[name] = {"entities": rows}
    if _is_cut(row, "custom_field_data", texts.CUSTOM):
        raise _too_many(graphql, f"account {number} has more custom fields")
    addresses = [
        await _with_items(graphql, address, search)
        for address in values.entities(whole_row, "addresses")
    ]
    whole_row["addresses"] = {"entities": addresses}
    return whole_row


async def _with_items(graphql: GraphQL, address: Row, search: list[Row]) -> Row:
    found = address
    number = values.ident(address, "id")
    if _is_cut(address, "inventory_items", texts.ITEMS):
        what = f"reading all equipment at address {number}"
        variables = {"id": number, "fields": search}
        rows = await whole(graphql, texts.MORE_ITEMS, "inventory_items", variables, what=what)
        found = {**address, "inventory_items": {"entities": rows}}
    for item in values.entities(found, "inventory_items"):
        if _is_cut(item, "inventory_model_field_data", texts.VALUES):
            raise _too_many(graphql, f"equipment {values.ident(item, 'id')} has more fields")
    return found


def _is_cut(row: Row, name: str, most: int) -> bool:
    """Return whether a nested list has rows that were not given, as far as the answer tells."""
    rows = len(values.entities(row, name))
    total = values.count(values.child(row, name))
    return rows < total if total is not None else rows >= most


def _too_many(graphql: GraphQL, what: str) -> BillingAnswer:
    return BillingAnswer(
        f"In billing system {graphql.name} {what} than can be read; nothing of it is used."
    )
