"""An account of Sonar as it was read, from the rows of an answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from positron_tui.billing.sonar import values
from positron_tui.billing.sonar.catalogue import DATA, plan_of
from positron_tui.domain.billing import BillingPlan

Row = Mapping[str, Any]
FUNCTIONAL = "FUNCTIONAL"


@dataclass(frozen=True, slots=True)
class Sold:
    """An account service; `kind` is Sonar's type of the service (DATA, RECURRING, ...)."""

    service_id: str
    plan: BillingPlan
    kind: str
    quantity: str
    name_override: str
    updated_at: datetime

    @property
    def carries_data(self) -> bool:
        return self.kind == DATA


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of equipment; `values` by the id of the model's field, readable ones only."""

    item_id: str
    service_id: str | None
    status: str
    model_id: str
    model: str
    manufacturer: str
    values: Mapping[str, str]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A serviceable address with its equipment; `parts` by name, as texts."""

    address_id: str
    parts: Mapping[str, str]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class NotedMac:
    """A MAC address outside of the inventory."""

    entry_id: str
    mac: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account with all that hangs on it; `custom` by the id of the custom field."""

    account_id: str
    name: str
    status: str
    activates: bool
    own: Mapping[str, str]
    sold: tuple[Sold, ...]
    addresses: tuple[Address, ...]
    macs: tuple[NotedMac, ...]
    custom: Mapping[str, str]
    updated_at: datetime

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the equipment at all addresses, working equipment before the rest."""
        found = [item for address in self.addresses for item in address.items]
        return tuple(sorted(found, key=lambda item: item.status != FUNCTIONAL))


_OWN = ("is_delinquent", "parent_account_id", "activation_date")
ADDRESS_PARTS = (
    "line1",
    "line2",
    "city",
    "subdivision",
    "zip",
    "country",
    "latitude",
    "longitude",
)


def account_of(row: Row) -> Account:
    """Return an account from its row; raises BillingAnswer for another form."""
    status = values.child(row, "account_status")
    own = {name: values.text(row, name) for name in _OWN}
    own["type"] = values.text(values.optional_child(row, "account_type"), "name")
    addresses = values.entities(row, "addresses")
    return Account(
        values.ident(row, "id"),
        values.text(row, "name"),
        values.text(status, "name"),
        values.truth(status, "activates_account"),
        own,
        tuple(_sold(one) for one in values.entities(row, "account_services")),
        tuple(_address(one) for one in addresses if one.get("type") != "MAILING"),
        tuple(_noted(one) for one in values.entities(row, "uninventoried_mac_addresses")),
        {
            values.ident(one, "custom_field_id"): values.text(one, "value")
            for one in values.entities(row, "custom_field_data")
        },
        values.moment(row, "updated_at"),
    )


def _sold(row: Row) -> Sold:
    service = values.child(row, "service")
    return Sold(
        values.ident(row, "id"),
        plan_of(service),
        values.text(service, "type"),
        values.text(row, "quantity"),
        values.text(row, "name_override"),
        values.moment(row, "updated_at"),
    )


def _address(row: Row) -> Address:
    return Address(
        values.ident(row, "id"),
        {name: values.text(row, name) for name in ADDRESS_PARTS},
        tuple(_item(one) for one in values.entities(row, "inventory_items")),
    )


def _item(row: Row) -> Item:
    model = values.optional_child(row, "inventory_model")
    rows = values.entities(row, "inventory_model_field_data")
    return Item(
        values.ident(row, "id"),
        values.optional_ident(row, "account_service_id"),
        values.text(row, "status"),
        values.optional_ident(model, "id") or "",
        values.text(model, "model_name") or values.text(model, "name"),
        values.text(values.optional_child(model, "manufacturer"), "name"),
        {values.ident(one, "inventory_model_field_id"): values.text(one, "value") for one in rows},
        max([values.moment(one, "updated_at") for one in (row, *rows)]),
    )


def _noted(row: Row) -> NotedMac:
    return NotedMac(
        values.ident(row, "id"),
        values.text(row, "mac_address"),
        values.moment(row, "updated_at"),
    )
