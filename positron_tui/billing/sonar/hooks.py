"""Sonar's webhooks: without a signature, so they are hints and nothing else.

Their form is known by one example only: an event's name, the object's id, and something about it.
"""

from __future__ import annotations

import json
from typing import Any

from positron_tui.billing.sonar import texts, values
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.lists import PAGE_SIZE
from positron_tui.domain.billing import HookEvent
from positron_tui.domain.errors import BillingAnswer, HookRefused, UsageError

MAX_EVENT = 100
MAX_PAGES = 200
_WHAT = "reading stored webhooks"
# What happens to an account itself; with other words the id may be that of another object.
_ACCOUNT_WORDS = frozenset(
    {
        "status",
        "create",
        "created",
        "edit",
        "update",
        "updated",
        "delete",
        "deleted",
        "archived",
        "unarchived",
        "activated",
    }
)
_NO_NEWS = ("test", "ping", "note")


def parse_hook(body: bytes) -> tuple[HookEvent, ...]:
    """Return what a delivery tells, nothing for an empty one; HookRefused for another form."""
    if not body.strip():
        return ()
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise HookRefused("A webhook for Sonar is no JSON; it is not from Sonar.") from None
    name = told.get("event") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise HookRefused("A webhook for Sonar names no event; it is not from Sonar.")
    event = "".join(one if one.isprintable() else "?" for one in name.strip()[:MAX_EVENT])
    words = event.lower().replace("_", ".").replace(":", ".").split(".")
    relevant = words[0] not in _NO_NEWS and told.get("test") is not True
    return (HookEvent(event, _account_id(words, told), relevant=relevant),)


def _account_id(words: list[str], told: dict[str, Any]) -> str | None:
    """Return the account where the delivery says which one it is."""
    if len(words) == 2 and words[0] == "account" and words[1] in _ACCOUNT_WORDS:
        return _number(told.get("object_id"))
    current = told.get("current")
    return _number(current.get("account_id")) if isinstance(current, dict) else None


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) <= 19 else None


async def missed(graphql: GraphQL, cursor: str | None) -> tuple[tuple[HookEvent, ...], str | None]:
    """Return deliveries since a cursor that were not taken, and the next cursor; None begins now.

    Sonar keeps deliveries for a time that nobody told.
    """
    if cursor is None:
        data = await graphql.read(texts.NEWEST_DELIVERY, what=_WHAT)
        rows = values.entities(data, "webhook_endpoint_event_dispatches")
        return (), values.ident(rows[0], "id") if rows else "0"
    after = _number(cursor)
    if after is None:
        raise UsageError("The place in Sonar's webhooks cannot be read; begin anew.")
    events: list[HookEvent] = []
    for _ in range(MAX_PAGES):
        condition = {"attribute": "id", "search_value": after, "operator": "GT"}
        variables = {"size": PAGE_SIZE, "search": [{"integer_fields": [condition]}]}
        data = await graphql.read(texts.DELIVERIES, variables, what=_WHAT)
        rows = values.entities(data, "webhook_endpoint_event_dispatches")
        for row in rows:
            if row.get("last_status") != "SUCCESS" and row.get("test") is not True:
                events += _stored(values.text(row, "payload"))
        last = values.ident(rows[-1], "id") if rows else after
        if len(rows) < PAGE_SIZE or int(last) <= int(after):
            return tuple(events), last
        after = last
    raise BillingAnswer(
        f"Billing system {graphql.name} has more stored webhooks than can be read; a full run "
        "finds what they tell."
    )


def _stored(payload: str) -> tuple[HookEvent, ...]:
    try:
        return parse_hook(payload.encode())
    except HookRefused:
        return (HookEvent("unknown"),)
