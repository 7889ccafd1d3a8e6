"""Hooks of the stand-in: what a change of the book is on the wire, and its signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from positron_tui.simulator.billing.book import Book, BookEvent, What
from positron_tui.simulator.billing.splynx import shapes

SIGNATURE = "X-Splynx-Signature"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_MODEL = {
    What.ACCOUNT: "models\\common\\customers\\Customers",
    What.SERVICE: "models\\common\\customers\\ServicesInternet",
    What.PLAN: "models\\common\\tariffs\\Internet",
    What.NOTE: "models\\common\\customers\\CustomersNotes",
}
_READ_MODEL = {
    "customers": _MODEL[What.ACCOUNT],
    "services": _MODEL[What.SERVICE],
    "tariffs": _MODEL[What.PLAN],
    "notes": _MODEL[What.NOTE],
    "logs": "models\\admin\\logs\\Changes",
}


def event_message(event: BookEvent, book: Book) -> dict[str, Any]:
    """Return the message of a change."""
    attributes = _attributes(event, book)
    custom = attributes.pop("additional_attributes", {})
    return _message(
        _MODEL[event.what],
        event.action.value,
        f"{shapes.server_time(event.at)}",
        customer_id=event.account_id,
        attributes={name: _text(value) for name, value in attributes.items()},
        custom=custom,
        by="1" if event.by == "admin" else "0",
    )


def read_message(module: str, at: str) -> dict[str, Any]:
    """Return the message that a read list makes."""
    return _message(_READ_MODEL[module], "get_list", at, None, {"id": None}, {}, "0")


def ping_message() -> dict[str, Any]:
    """Return what the Test button sends."""
    return {"type": "ping", "call": "", "data": {}}


def encode(message: Mapping[str, Any], secret: str, *, form: bool) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a message, signed over the body."""
    body = urlencode(list(_pairs(message, ""))) if form else json.dumps(message, ensure_ascii=False)
    raw = body.encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha1).hexdigest()
    kind = FORM if form else f"{JSON}; charset=utf-8"
    return {"Content-Type": kind, SIGNATURE: signature}, raw


def _message(
    model: str,
    action: str,
    at: str,
    customer_id: int | None,
    attributes: Mapping[str, Any],
    custom: Mapping[str, Any],
    by: str,
) -> dict[str, Any]:
    day, _, time = at.partition(" ")
    return {
        "type": "event",
        "call": "",
        "data": {
            "source": "admin",
            "model": model,
            "action": action,
            "date": day,
            "time": time,
            "administrator_id": by,
            "customer_id": None if customer_id is None else str(customer_id),
            "result": "success",
            "attributes": dict(attributes),
            "attributes_additional": dict(custom) or [],
            "changed_attributes": None,
            "extra": None,
            "errors": None,
            "ip": "198.51.100.7",
        },
    }


def _attributes(event: BookEvent, book: Book) -> dict[str, Any]:
    """Return the object as it is now; of one that is gone, its number."""
    row: dict[str, Any] = {}
    if event.what is What.ACCOUNT and event.account_id in book.accounts:
        row = shapes.customer(book.accounts[event.account_id])
    elif event.what is What.SERVICE and event.service_id in book.services:
        row = shapes.service(book.services[event.service_id], book)
    elif event.what is What.SERVICE:
        row = {"id": event.service_id, "customer_id": event.account_id}
    elif event.what is What.ACCOUNT:
        row = {"id": event.account_id}
    else:
        number = {**event.before, **event.after}.get(f"{event.what.value}_id")
        row = {"id": number, "customer_id": event.account_id}
    return row


def _text(value: Any) -> Any:
    """PHP tells numbers as texts here."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _pairs(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield nested parameters as PHP builds them: what is null or empty is left out."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    elif value is not None:
        yield name, "1" if value is True else "0" if value is False else str(value)
    for key, inner in items:
        yield from _pairs(inner, f"{name}[{key}]" if name else str(key))
