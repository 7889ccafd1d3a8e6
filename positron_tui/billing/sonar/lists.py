"""Whole lists from Sonar, whose number of pages may change while they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from positron_tui.billing.sonar import values
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.domain.errors import BillingAnswer

Row = Mapping[str, Any]
# As many rows as public clients ask for; more is not known to be allowed.
PAGE_SIZE = 100
MAX_PAGES = 2_000


async def together(
    graphql: GraphQL,
    text: str,
    rest: Mapping[str, str],
    variables: Row | None = None,
    *,
    what: str,
) -> dict[str, list[Row]]:
    """Return several whole lists by their fields, in one request as far as they are short.

    `text` asks for the first page of each; `rest` has the text of each list by its field.
    Raises BillingAnswer when rows are missing in the end.
    """
    asked = {**(variables or {}), "page": 1, "size": PAGE_SIZE}
    data = await graphql.read(text, asked, what=what)
    found: dict[str, list[Row]] = {}
    for field, text_of_list in rest.items():
        rows = values.entities(data, field)
        total = values.count(values.child(data, field))
        ids = {values.ident(row, "id") for row in rows}
        if total is not None and len(ids) == len(rows) == total:
            found[field] = rows
        else:
            found[field] = await whole(graphql, text_of_list, field, variables, what=what)
    return found


async def whole(
    graphql: GraphQL, text: str, field: str, variables: Row | None = None, *, what: str
) -> list[Row]:
    """Return all rows of a list, each once, in the order of their ids.

    Raises BillingAnswer when rows are missing in the end.
    """
    found: dict[str, Row] = {}
    total: int | None = None
    for page in range(1, MAX_PAGES + 1):
        asked = {**(variables or {}), "page": page, "size": PAGE_SIZE}
        data = await graphql.read(text, asked, what=what)
        rows = values.entities(data, field)
        connection = values.child(data, field)
        total, pages = values.count(connection), values.count(connection, "total_pages")
        new = {values.ident(row, "id"): row for row in rows}
        nothing_new = new.keys() <= found.keys()
        found |= new
        # A last page that vanished is empty, one that slid repeats rows that were there before.
        if nothing_new or _is_last(page, pages, len(rows), len(found), total):
            break
    else:
        raise _not_whole(graphql, what, f"more than {MAX_PAGES} pages")
    if total is not None and len(found) < total:
        raise _not_whole(graphql, what, f"{len(found)} of {total} rows")
    return sorted(found.values(), key=lambda row: int(values.ident(row, "id")))


def _is_last(page: int, pages: int | None, rows: int, found: int, total: int | None) -> bool:
    """Decide by the latest answer; its total counts for more than its number of pages."""
    if total is not None and found < total:
        return False
    if pages is None:
        return rows < PAGE_SIZE
    return page >= pages


def _not_whole(graphql: GraphQL, what: str, how: str) -> BillingAnswer:
    return BillingAnswer(
        f"Billing system {graphql.name} gave {how} while {what}; the list is not whole, so "
        "nothing of it is used."
    )
