"""The query language: PHP's nested parameters, conditions, order and page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from positron_tui.simulator.billing.splynx.answers import Refusal

T = TypeVar("T")
_PART = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; `custom` for an additional attribute. `values` are as they were written."""

    attribute: str
    operator: str
    values: tuple[str, ...]
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a list was asked for."""

    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    plain: dict[str, str] = field(default_factory=dict)

    @property
    def is_search(self) -> bool:
        return bool(self.conditions)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return parameters as PHP sees them: `a[b][]=1` is {"a": {"b": {"0": "1"}}}."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        parts = [head, *_PART.findall(f"[{rest}")] if rest else [head]
        place = found
        for part in parts[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[parts[-1] or str(len(place))] = value
    return found


def parse(raw: str) -> Query:
    """Read a query string; Refusal for an operator that does not exist."""
    params = nested(parse_qsl(raw, keep_blank_values=True))
    conditions = [
        _condition(name, spec, custom=custom)
        for group, custom in (("main_attributes", False), ("additional_attributes", True))
        for name, spec in _mapping(params.get(group)).items()
    ]
    order = tuple(
        (name, str(way).upper() == "DESC") for name, way in _mapping(params.get("order")).items()
    )
    plain = {name: value for name, value in params.items() if isinstance(value, str)}
    limit = plain.get("limit", "")
    offset = plain.get("offset", "")
    return Query(
        tuple(conditions),
        order,
        int(limit) if limit.isdigit() else None,
        int(offset) if offset.isdigit() else 0,
        plain,
    )


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _condition(name: str, spec: object, *, custom: bool) -> Condition:
    if isinstance(spec, str):
        return Condition(name, "=", (spec,), custom)
    parts = list(_mapping(spec).values())
    operator, values = str(parts[0]).upper(), parts[1:]
    if len(values) == 1 and isinstance(values[0], dict):
        values = list(values[0].values())
    if operator not in _TESTS or (operator == "BETWEEN" and len(values) != 2):
        raise Refusal(400, "BAD_REQUEST", f"Wrong condition for attribute {name}.")
    return Condition(name, operator, tuple(str(value) for value in values), custom)


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[str, Sequence[str]], bool]:
    """Return a test that compares as numbers where both are some, else as texts."""

    def test(value: str, wanted: Sequence[str]) -> bool:
        left, right = _number(value), _number(wanted[0])
        if left is None or right is None:
            return compare(value, wanted[0])
        return compare(left, right)

    return test


def _like(value: str, wanted: Sequence[str]) -> bool:
    return wanted[0].strip("%").lower() in value.lower()


_at_least = _ordered(lambda a, b: a >= b)
_at_most = _ordered(lambda a, b: a <= b)
_equal = _ordered(lambda a, b: a == b)
_TESTS: dict[str, Callable[[str, Sequence[str]], bool]] = {
    "=": _equal,
    "IS": _equal,
    "!=": _ordered(lambda a, b: a != b),
    "<>": _ordered(lambda a, b: a != b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _at_least,
    "<": _ordered(lambda a, b: a < b),
    "<=": _at_most,
    "LIKE": _like,
    "REGEXP": lambda value, wanted: re.search(wanted[0], value) is not None,
    "BETWEEN": lambda value, wanted: _at_least(value, wanted[:1]) and _at_most(value, wanted[1:]),
    "IN": lambda value, wanted: any(_equal(value, [one]) for one in wanted),
    "FIND_IN_SET": lambda value, wanted: wanted[0] in value.split(","),
}


def matching(query: Query, things: Iterable[T], value: Callable[[T, Condition], object]) -> list[T]:
    """Return what meets all conditions, in its order but not cut; ids rise in `things`."""
    found = [
        thing
        for thing in things
        if all(_TESTS[one.operator](str(value(thing, one)), one.values) for one in query.conditions)
    ]
    for name, descending in reversed(query.order):
        if name == "id" and not descending:
            continue
        found.sort(key=_by(Condition(name, "=", ()), value), reverse=descending)
    return found


def page(query: Query, things: list[T], cap: int | None) -> list[T]:
    """Return the page that was asked for; without a limit that is everything."""
    limits = [one for one in (query.limit, cap) if one is not None]
    end = query.offset + min(limits) if limits else None
    return things[query.offset : end]


def _by(
    one: Condition, value: Callable[[T, Condition], object]
) -> Callable[[T], tuple[int, float, str]]:
    return lambda thing: _sort_key(value(thing, one))


def _sort_key(value: object) -> tuple[int, float, str]:
    number = _number(value)
    return (0, number, "") if number is not None else (1, 0.0, str(value))
