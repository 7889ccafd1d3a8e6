"""Values of Sonar's answers: ids are strings, moments have an offset, numbers may be texts. Pure.

Every function raises BillingAnswer for what has another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from positron_tui.domain.errors import BillingAnswer

Row = Mapping[str, Any]


def unexpected(what: str) -> BillingAnswer:
    """Return the error for an answer in which `what` is missing or has another form."""
    return BillingAnswer(f"Sonar's answer has no usable {what}; the account was not understood.")


def ident(row: Row, name: str) -> str:
    """Return an id as text; it must be there."""
    found = optional_ident(row, name)
    if found is None:
        raise unexpected(name)
    return found


def optional_ident(row: Row, name: str) -> str | None:
    """Return an id as text, None where it is empty."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
        raise unexpected(name)
    return str(int(value))


def text(row: Row, name: str) -> str:
    """Return a text, "" where it is empty; numbers and truth values become texts."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise unexpected(name)


def truth(row: Row, name: str) -> bool:
    value = row.get(name)
    if not isinstance(value, bool):
        raise unexpected(name)
    return value


def rate(row: Row, name: str) -> int | None:
    """Return a rate in kbit/s, None where there is none."""
    value = row.get(name)
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise unexpected(name) from None


def moment(row: Row, name: str) -> datetime:
    """Return a moment in UTC."""
    value = row.get(name)
    try:
        found = datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise unexpected(name) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def child(row: Row, name: str) -> Row:
    """Return a related row; it must be there."""
    found = row.get(name)
    if not isinstance(found, Mapping):
        raise unexpected(name)
    return found


def optional_child(row: Row, name: str) -> Row:
    """Return a related row, an empty one where there is none."""
    return child(row, name) if row.get(name) is not None else {}


def entities(row: Row, name: str) -> list[Row]:
    """Return the rows of a connection."""
    found = child(row, name).get("entities")
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise unexpected(name)
    return found


def count(connection: Row, name: str = "total_count") -> int | None:
    """Return a number of a connection's page_info, None where it is not told."""
    info = connection.get("page_info")
    value = info.get(name) if isinstance(info, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
