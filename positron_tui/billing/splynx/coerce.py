"""Values as Splynx sends them, made the same for all its versions. Pure.

Numbers come as numbers or texts, booleans in three ways, an empty object as an empty list, and
an empty date as zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo

_EMPTY_DATES = frozenset({"0000-00-00", "0000-00-00 00:00:00"})
_MANY_DIGITS = 18
_TITLES = ("label", "title", "name", "id")


def as_int(value: object) -> int | None:
    """Return a whole number however it was written, None for what is none."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    whole, dot, rest = value.strip().partition(".")
    digits = whole.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MANY_DIGITS):
        return None
    return None if dot and rest.strip("0") else int(whole)


def as_text(value: object) -> str:
    """Return a value as the text of a field: what is empty is "", a list is joined by commas."""
    if value is None or (isinstance(value, str) and value in _EMPTY_DATES):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(text for one in value if (text := as_text(_title(one))))
    return str(value)


def as_object(value: object) -> Mapping[str, object]:
    """Return an object; PHP's empty list stands for an empty one, and so does anything else."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): inner for name, inner in value.items()}


def as_moment(value: object, zone: tzinfo) -> datetime | None:
    """Return a local time of the server in UTC, None for an empty or a strange one."""
    try:
        local = datetime.strptime(as_text(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def flat(row: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an object by dotted names; objects in it are gone into."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from flat(as_object(value), f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", as_text(value)


def _title(value: object) -> object:
    """Return what a member of a list is called."""
    if not isinstance(value, Mapping):
        return value
    return next((value[name] for name in _TITLES if name in value), None)
