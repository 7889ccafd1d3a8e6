"""What a connection does with rows: equality, search, order and pages."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import GraphQLError

from positron_tui.simulator.billing.sonar.rows import Row

MOST_RECORDS = 1_000
_RANGE: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NEQ": operator.ne,
    "GT": operator.gt,
    "GTE": operator.ge,
    "LT": operator.lt,
    "LTE": operator.le,
}
Test = Callable[[Row], bool]


def connection(rows: Iterable[Row], arguments: dict[str, Any], drift: int = 0) -> Row:
    """Return a connection of the rows that the arguments ask for; `drift` is added to total_pages.

    The arguments are those of the schema; raises GraphQLError for a column that is not there.
    """
    page, size = _paginator(arguments.pop("paginator"))
    sorters = arguments.pop("sorter", None) or [{"attribute": "id", "direction": "ASC"}]
    search = arguments.pop("search", None)
    found = list(rows)
    for name, value in arguments.items():
        if value is not None:
            found = [row for row in found if row[name] == value]
    if search and found:
        test = _search(search, found[0])
        found = [row for row in found if test(row)]
    if len(found) > 1:
        for sorter in reversed(sorters):
            name = _column(found[0], sorter["attribute"])
            found.sort(key=lambda row, name=name: _key(row[name]))  # type: ignore[misc]
            if sorter["direction"] == "DESC":
                found.reverse()
    return {
        "entities": found[(page - 1) * size : page * size],
        "page_info": {
            "page": page,
            "records_per_page": size,
            "total_pages": max(1, -(-len(found) // size) + drift),
            "total_count": len(found),
        },
    }


def _paginator(paginator: Mapping[str, int]) -> tuple[int, int]:
    page, size = paginator["page"], paginator["records_per_page"]
    if page < 1 or not 1 <= size <= MOST_RECORDS:
        raise GraphQLError("The paginator is out of range.")
    return page, size


def _column(row: Row, name: str) -> str:
    if name.startswith("_") or name not in row:
        raise GraphQLError(f"The attribute {name} does not exist.")
    return name


def _key(value: Any) -> tuple[bool, Any]:
    """Sort key that puts null first and leaves the rest in its own order."""
    return (value is not None, value if value is not None else 0)


def _search(searches: Iterable[Mapping[str, Any]], sample: Row) -> Test:
    tests = [_one_search(search, sample) for search in searches]
    return lambda row: any(test(row) for test in tests)


def _one_search(search: Mapping[str, Any], sample: Row) -> Test:
    """Return the test of one Search: members AND, the same attribute again OR."""
    by_attribute: dict[str, list[Test]] = {}
    for member, make in _MEMBERS.items():
        for condition in search.get(member) or ():
            name = condition if isinstance(condition, str) else condition["attribute"]
            by_attribute.setdefault(_column(sample, name), []).append(make(name, condition))
    groups = list(by_attribute.values())
    if all(len(group) == 1 for group in groups):
        singles = [group[0] for group in groups]
        return lambda row: all(test(row) for test in singles)
    return lambda row: all(any(test(row) for test in group) for group in groups)


def _compare(name: str, condition: Mapping[str, Any]) -> Test:
    wanted, compare = condition["search_value"], _RANGE[condition.get("operator") or "EQ"]

    def test(row: Row) -> bool:
        value = row[name]
        return value is not None and compare(value, wanted)

    return test


def _text(name: str, condition: Mapping[str, Any]) -> Test:
    wanted, match = condition["search_value"].casefold(), condition["match"]
    partial = condition.get("partial_matching", True)

    def test(row: Row) -> bool:
        value = str(row[name] or "").casefold()
        return (wanted in value if partial else wanted == value) is match

    return test


_MEMBERS: dict[str, Callable[[str, Any], Test]] = {
    "string_fields": _text,
    "integer_fields": _compare,
    "datetime_fields": _compare,
    "boolean_fields": _compare,
    "unset_fields": lambda name, _: lambda row: row[name] is None,
    "exists": lambda name, _: lambda row: row[name] is not None,
}
