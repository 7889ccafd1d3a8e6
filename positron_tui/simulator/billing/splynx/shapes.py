"""What the API shows of the book: customers, services, tariffs, notes and changes as it has them.

Some answers hold secrets, as Splynx's do: whoever reads them has to drop those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from positron_tui.simulator.billing.book import (
    Book,
    BookAccount,
    BookEvent,
    BookNote,
    BookPlan,
    BookService,
    Standing,
    What,
)

_WORD_OF = {
    Standing.NEW: "new",
    Standing.ACTIVE: "active",
    Standing.SUSPENDED: "blocked",
    Standing.CANCELLED: "disabled",
}
_STANDING_OF = {word: standing.value for standing, word in _WORD_OF.items()}
# The custom field that holds a secret; its type in OPTIONS says so.
SECRET_FIELD = "wifi_access"


def status_word(status: str) -> str:
    """Return Splynx's word for the status of an account; one that nobody knows stays as it is."""
    return _WORD_OF.get(status, status)  # type: ignore[call-overload, no-any-return]


def standing_of(word: str) -> str:
    """Return the book's status for Splynx's word."""
    return _STANDING_OF.get(word, word)


def planted_secret(kind: str, number: int) -> str:
    """Return the made-up password that the answers show for a customer or service."""
    return "Pw" + hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:14]


def server_time(moment: datetime) -> str:
    """Return a moment as Splynx writes it: local time without a zone (here: UTC)."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def customer(account: BookAccount) -> dict[str, Any]:
    number = account.account_id
    return {
        "id": number,
        "login": f"user-{number}",
        "status": status_word(account.status),
        "partner_id": 1,
        "location_id": 1,
        "parent_id": 0,
        "name": account.name,
        "email": f"user-{number}@example.net",
        "billing_email": "",
        "phone": "",
        "category": "person",
        "street_1": account.street,
        "zip_code": "",
        "city": account.city,
        "subdivision_id": 0,
        "gps": "",
        "date_add": account.created_at.strftime("%Y-%m-%d"),
        "last_online": "0000-00-00 00:00:00",
        "last_update": server_time(account.updated_at),
        "mrr_total": "0.0000",
        "billing_type": "recurring",
        "password": planted_secret("customer", number),
        "conversion_date": "0000-00-00",
        "customer_labels": [{"id": 3, "label": "Fibre", "color": "#357bf2"}]
        if number % 9 == 0
        else [],
        "additional_attributes": dict(account.custom),
    }


def service(sold: BookService, book: Book) -> dict[str, Any]:
    number = sold.service_id
    plan = book.plans.get(sold.plan_id)
    custom = dict(sold.custom)
    if number % 3 == 0:
        custom[SECRET_FIELD] = planted_secret("wifi", number)
    return {
        "id": number,
        "type": "internet",
        "customer_id": sold.account_id,
        "parent_id": 0,
        "bundle_service_id": 0,
        "tariff_id": sold.plan_id,
        "status": sold.status,
        "status_new": "",
        "description": sold.description,
        "quantity": 1,
        "unit": "",
        "unit_price": (plan.price_cents if plan else 0) / 100,
        "start_date": sold.created_at.strftime("%Y-%m-%d"),
        "end_date": "0000-00-00",
        "router_id": 4,
        "sector_id": 0,
        "login": f"user-{sold.account_id}-{number}",
        "password": planted_secret("service", number),
        "taking_ipv4": 0,
        "ipv4": "",
        "mac": sold.mac,
        "port_id": 0,
        "access_device": 0,
        "geo": {"address": "", "marker": ""},
        "additional_attributes": custom,
    }


def tariff(plan: BookPlan, services: int) -> dict[str, Any]:
    return {
        "id": plan.plan_id,
        "title": plan.name,
        "service_name": plan.name,
        "price": plan.price_cents / 100,
        "speed_download": plan.down_kbps,
        "speed_upload": plan.up_kbps,
        "speed_limit_type": "none",
        "burst_type": "none",
        "aggregation": 1,
        "priority": "normal",
        "partners_ids": [1],
        "billing_types": ["recurring"],
        "available_for_services": True,
        "services": services,
        "customer_labels": [],
        "additional_attributes": {},
    }


def note(one: BookNote) -> dict[str, Any]:
    return {
        "id": one.note_id,
        "customer_id": one.account_id,
        "datetime": server_time(one.at),
        "type": "service",
        "class": "info",
        "title": one.title,
        "comment": one.text,
        "administrator_id": 1,
    }


def change_row(event: BookEvent) -> dict[str, Any] | None:
    """Return the row in the log of changes, which has statuses and plans only."""
    if event.what not in (What.ACCOUNT, What.SERVICE):
        return None
    told = {**event.before, **event.after}
    if "status" not in told and "plan_id" not in told:
        return None
    translate = status_word if event.what is What.ACCOUNT else str
    return {
        "id": event.number,
        "customer_id": event.account_id,
        "service_id": event.service_id or 0,
        "old_status": translate(str(event.before.get("status", ""))),
        "new_status": translate(str(event.after.get("status", ""))),
        "date": event.at.strftime("%Y-%m-%d"),
        "time": event.at.strftime("%H:%M:%S"),
        "tariff_type": "internet" if "plan_id" in told else "",
        "old_tariff": event.before.get("plan_id", 0),
        "new_tariff": event.after.get("plan_id", 0),
        "administrator_id": 1 if event.by == "admin" else 0,
    }


def as_php(row: Mapping[str, Any], *, numbers_as_text: bool) -> dict[str, Any]:
    """Return a row as it goes out: an empty object is a list, and numbers may be texts."""
    shown = {
        name: [] if value == {} and name == "additional_attributes" else value
        for name, value in row.items()
    }
    if not numbers_as_text:
        return shown
    return {name: _as_text(value) for name, value in shown.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value) if isinstance(value, int) else value
