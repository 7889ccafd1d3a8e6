"""Accounts that changed since a moment. Sonar has no one list of changes, so each table is asked.

Moments are Sonar's own, so its clock and ours need not agree. They are asked with an overlap, and
rows that were told before are not told again. What was deleted leaves no row: account events tell
of services, the rest is found by a full run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from positron_tui.billing.contract import Changed
from positron_tui.billing.sonar import texts, values
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.lists import PAGE_SIZE, together, whole
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import UsageError

Row = Mapping[str, Any]
OVERLAP = timedelta(minutes=5)
# A cursor remembers at most so many rows; what does not fit is told once more.
MOST_REMEMBERED = 2_000
_WHAT = "looking for changes"
_ADDRESS = "Address"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table: its text and root field, when a row changed, and whose it is.

    `owner` gives the account's id or the address's id of a row; both None = nobody's.
    """

    text: str
    field: str
    owner: Callable[[Row], tuple[str | None, str | None]]
    moment: str = "updated_at"


def _self(row: Row) -> tuple[str | None, str | None]:
    return values.ident(row, "id"), None


def _account(row: Row) -> tuple[str | None, str | None]:
    return values.optional_ident(row, "account_id"), None


def _of_address(row: Row) -> tuple[str | None, str | None]:
    owned = row.get("addressable_type") == "Account"
    return (values.optional_ident(row, "addressable_id") if owned else None), None


def _of_item(row: Row) -> tuple[str | None, str | None]:
    placed = row.get("inventoryitemable_type") == _ADDRESS
    return None, values.optional_ident(row, "inventoryitemable_id") if placed else None


def _of_value(row: Row) -> tuple[str | None, str | None]:
    return _of_item(values.optional_child(row, "inventory_item"))


KINDS = (
    _Kind(texts.CHANGED_ACCOUNTS, "accounts", _self),
    _Kind(texts.ACCOUNT_EVENTS, "account_events", _account, "event_datetime"),
    _Kind(texts.CHANGED_SERVICES, "account_services", _account),
    _Kind(texts.CHANGED_ADDRESSES, "addresses", _of_address),
    _Kind(texts.CHANGED_ITEMS, "inventory_items", _of_item),
    _Kind(texts.CHANGED_VALUES, "inventory_model_field_data", _of_value),
    _Kind(texts.CHANGED_MACS, "uninventoried_mac_addresses", _account),
)


@dataclass(slots=True)
class _Found:
    """What was found: owners that are new, all rows by their marks, and the newest moment."""

    newest: datetime
    accounts: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    marks: dict[str, datetime] = field(default_factory=dict)

    def cursor(self) -> str:
        marks = [mark for mark, at in self.marks.items() if at >= self.newest - OVERLAP]
        document = {"at": self.newest.isoformat(), "seen": sorted(marks)[:MOST_REMEMBERED]}
        return json.dumps(document, separators=(",", ":"))


async def changed(graphql: GraphQL, clock: Clock, cursor: str | None) -> Changed:
    """Return the accounts that changed since a cursor; None begins now."""
    if cursor is None:
        found = await _since(graphql, await _newest(graphql, clock), frozenset())
        return Changed((), found.cursor())
    at, seen = _read(cursor)
    found = await _since(graphql, at, seen)
    found.accounts |= await _owners(graphql, found.addresses)
    return Changed(tuple(sorted(found.accounts, key=int)), found.cursor())


async def _newest(graphql: GraphQL, clock: Clock) -> datetime:
    """Return Sonar's own idea of now, as far as a row tells it."""
    data = await graphql.read(texts.NEWEST_ACCOUNT, what=_WHAT)
    rows = values.entities(data, "accounts")
    return values.moment(rows[0], "updated_at") if rows else clock.now()


async def _since(graphql: GraphQL, at: datetime, seen: frozenset[str]) -> _Found:
    found = _Found(at)
    variables = {"since": (at - OVERLAP).isoformat()}
    rest = {kind.field: kind.text for kind in KINDS}
    rows = await together(graphql, texts.CHANGES, rest, variables, what=_WHAT)
    for kind in KINDS:
        for row in rows[kind.field]:
            _take(found, kind, row, seen)
    return found


def _take(found: _Found, kind: _Kind, row: Row, seen: frozenset[str]) -> None:
    at = values.moment(row, kind.moment)
    mark = _mark(kind.field, values.ident(row, "id"), row.get("_version"), at.isoformat())
    found.newest = max(found.newest, at)
    found.marks[mark] = at
    if mark in seen:
        return
    account_id, address_id = kind.owner(row)
    if account_id is not None:
        found.accounts.add(account_id)
    if address_id is not None:
        found.addresses.add(address_id)


def _mark(*parts: object) -> str:
    """Return what stands for a row as it is now, short since a cursor has many of them."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


async def _owners(graphql: GraphQL, addresses: Iterable[str]) -> set[str]:
    """Return the accounts of addresses."""
    owners: set[str] = set()
    ids = sorted(addresses)
    for start in range(0, len(ids), PAGE_SIZE):
        search = [
            {"integer_fields": [{"attribute": "id", "search_value": one, "operator": "EQ"}]}
            for one in ids[start : start + PAGE_SIZE]
        ]
        rows = await whole(
            graphql, texts.OWNERS_OF_ADDRESSES, "addresses", {"search": search}, what=_WHAT
        )
        owners |= {owner for owner, _ in map(_of_address, rows) if owner is not None}
    return owners


def _read(cursor: str) -> tuple[datetime, frozenset[str]]:
    try:
        document = json.loads(cursor)
        return datetime.fromisoformat(document["at"]), frozenset(document["seen"])
    except (ValueError, KeyError, TypeError):
        raise UsageError("The place in Sonar's changes cannot be read; begin anew.") from None
