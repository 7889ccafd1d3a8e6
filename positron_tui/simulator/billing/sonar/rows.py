"""What Sonar's tables would hold of an account: rows as dicts, made from the book.

Keys that begin with an underscore lead to other rows and are no columns. Ids are numbers here and
become strings on the wire. A service that is not active is none of the account's in Sonar, which
has no status of a service; custom fields of a book's service stand at the account.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import (
    DEVICE,
    PORT,
    STATE,
    VLAN,
    BookAccount,
    BookService,
    Standing,
)

Row = dict[str, Any]

STATUS_NAMES = {
    Standing.ACTIVE: "Active",
    Standing.SUSPENDED: "Suspended",
    Standing.CANCELLED: "Disconnected",
    Standing.NEW: "Pending Install",
}
CUSTOM_FIELDS = ("building", DEVICE, PORT, VLAN, STATE)
MODEL, ODD_MODEL = 3, 4
# id, model, name, type, primary; the last of the first model are none of anybody's business.
MODEL_FIELDS = (
    (12, MODEL, "MAC Address", "MAC_ADDRESS", True),
    (13, MODEL, "Serial", "TEXT", False),
    (14, MODEL, "Auth Key", "LTEAUTHKEY", False),
    (15, MODEL, "Admin Password", "TEXT", False),
    (16, MODEL, "WLAN MAC", "MAC_ADDRESS", False),
    (21, ODD_MODEL, "Device mac", "TEXT", False),
)
FIELD_IDS = {name: number for number, _, name, _, _ in MODEL_FIELDS}
# Values of the secret fields of every piece of equipment; no client has a reason to read them.
SECRET_VALUES = {"Auth Key": "sim-lte-auth-key", "Admin Password": "sim-admin-password"}
_SPLIT = re.compile(r"[,;]\s*|\s+")


@dataclass(slots=True)
class ExtraItem:
    """Equipment that the book does not have: values by the name of the model's field."""

    item_id: int
    values: dict[str, str]
    status: str = "FUNCTIONAL"
    account_service_id: int | None = None
    model_id: int = MODEL


@dataclass(slots=True)
class Extras:
    """What an account has in Sonar beside its book: equipment, MACs, services without data."""

    items: list[ExtraItem] = field(default_factory=list)
    macs: dict[int, str] = field(default_factory=dict)
    recurring: dict[int, Row] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)


class Ids:
    """Numbers that stay with what they were given to."""

    def __init__(self, first: int) -> None:
        self._numbers = itertools.count(first)
        self._known: dict[Any, int] = {}

    def of(self, key: Any) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = next(self._numbers)
        return number

    def new(self) -> int:
        return next(self._numbers)


@dataclass(slots=True)
class AllIds:
    """Each kind of row counts from a number of its own, so that mixed up ids are noticed."""

    addresses: Ids = field(default_factory=lambda: Ids(200_001))
    items: Ids = field(default_factory=lambda: Ids(400_001))
    field_data: Ids = field(default_factory=lambda: Ids(600_001))
    macs: Ids = field(default_factory=lambda: Ids(900_001))
    custom_data: Ids = field(default_factory=lambda: Ids(1_200_001))
    services: Ids = field(default_factory=lambda: Ids(500_000_001))


def stamps(created: datetime, updated: datetime) -> Row:
    """Return the times of a row."""
    return {"created_at": created, "updated_at": updated}


def typed_macs(text: str) -> list[str]:
    """Return the addresses of a field as they were typed; a text without one is one entry."""
    if not text.strip():
        return []
    parts = [part for part in _SPLIT.split(text.strip()) if part]
    if all(is_mac(part) for part in parts):
        return parts
    return [text.strip()]


def is_mac(text: str) -> bool:
    try:
        parse_mac(text)
    except UsageError:
        return False
    return True


def account_row(account: BookAccount, status: Row, archived_at: datetime | None) -> Row:
    return {
        "id": account.account_id,
        **stamps(account.created_at, account.updated_at),
        "name": account.name,
        "account_status_id": status["id"],
        "account_type_id": 1,
        "company_id": 1,
        "parent_account_id": None,
        "activation_date": account.created_at.date().isoformat(),
        "archived_at": archived_at,
        "is_delinquent": account.status == Standing.SUSPENDED,
        "account_status": status,
        "account_type": {"id": 1, "name": "Residential"},
        "_account_services": [],
        "_addresses": [],
        "_uninventoried_mac_addresses": [],
        "_custom_field_data": [],
    }


def service_row(service: BookService, number: int, plan: Row) -> Row:
    differs = service.description != plan["name"]
    return {
        "id": number,
        **stamps(service.created_at, service.updated_at),
        "account_id": service.account_id,
        "service_id": plan["id"],
        "package_id": None,
        "quantity": 1,
        "price_override": None,
        "name_override": service.description if differs else None,
        "next_bill_date": None,
        "service": plan,
    }


def address_row(account: BookAccount, number: int) -> Row:
    # A system that tells coordinates now as texts, now as numbers.
    place = 39.0 + number % 1000 / 1000, -104.0 - number % 1000 / 1000
    latitude, longitude = (str(place[0]), str(place[1])) if number % 2 else place
    return {
        "id": number,
        **stamps(account.created_at, account.created_at),
        "type": "PHYSICAL",
        "serviceable": True,
        "addressable_type": "Account",
        "addressable_id": account.account_id,
        "line1": account.street or None,
        "line2": None,
        "city": account.city or None,
        "subdivision": "US_CO",
        "zip": "80202",
        "country": "US",
        "latitude": latitude,
        "longitude": longitude,
        "_inventory_items": [],
    }


def item_row(
    number: int, address_id: int, times: tuple[datetime, datetime], model: Row, **columns: Any
) -> Row:
    return {
        "id": number,
        **stamps(*times),
        "inventory_model_id": model["id"],
        "inventoryitemable_type": "Address",
        "inventoryitemable_id": address_id,
        "account_service_id": None,
        "status": "FUNCTIONAL",
        "overall_status": "GOOD",
        **columns,
        "inventory_model": model,
        "_inventory_model_field_data": [],
    }


def field_rows(
    item: Row, values: Mapping[str, str], model_fields: Mapping[int, Row], ids: Ids
) -> list[Row]:
    """Return the field data of an item, by the names of its model's fields."""
    rows = []
    for name, value in values.items():
        model_field = model_fields[FIELD_IDS[name]]
        rows.append(
            {
                "id": ids.of((item["id"], model_field["id"])),
                **stamps(item["created_at"], item["updated_at"]),
                "inventory_item_id": item["id"],
                "inventory_model_field_id": model_field["id"],
                "value": value,
                "inventory_model_field": model_field,
                "inventory_item": item,
            }
        )
    return rows


def custom_values(account: BookAccount, services: Iterable[BookService]) -> dict[str, str]:
    """Return the account's custom fields: its own, then those of its first service with one."""
    values = dict(account.custom)
    for service in services:
        for name, value in service.custom.items():
            values.setdefault(name, value)
    return {name: value for name, value in values.items() if value != ""}
