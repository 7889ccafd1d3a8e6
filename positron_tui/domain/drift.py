"""Where the truths about a device differ, field by field: intended, running, startup, billing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from positron_tui.domain.natural import (
    FIELDS,
    PORT,
    SUBSCRIBER,
    FieldValue,
    Missing,
    Natural,
    align,
    default_port,
    naturals,
)
from positron_tui.domain.ports import parse_port_name
from positron_tui.domain.running_config import RunningConfig

PRESENT = "present"
Billing = Mapping[str, Mapping[str, FieldValue]]


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One field on which two truths differ; `subject` is the natural key (name, MAC, port).

    The field `present` (True or False) tells that an object is not everywhere. A truth that was
    not read, or that does not know the field, has UNKNOWN; one without the object has ABSENT.
    """

    kind: str  # subscriber | endpoint | profile | port
    subject: str
    field: str
    intended: FieldValue
    running: FieldValue
    startup: FieldValue = Missing.UNKNOWN
    billing: FieldValue = Missing.UNKNOWN


def drift(
    intended: RunningConfig,
    running: RunningConfig,
    startup: RunningConfig | None = None,
    billing: Billing | None = None,
) -> tuple[DriftLine, ...]:
    """Return each field on which two of the truths differ; nothing = they mean the same.

    Numbers on the device are no drift: objects are matched by their natural keys. `startup` None
    was not read. `billing` maps a subscriber's name to the fields that billing knows (`present`
    False = not sold); None = billing says nothing.
    """
    sides = [naturals(intended), naturals(running)]
    if startup is not None:
        sides.append(naturals(startup))
    lines: list[DriftLine] = []
    for kind in FIELDS:
        for row in align([side[kind] for side in sides]):
            sold = _sold(kind, row, billing)
            lines.extend(_row_lines(kind, _with_defaults(kind, row), sold))
    lines.extend(_only_sold(sides, billing or {}))
    return tuple(lines)


def _with_defaults(kind: str, row: list[Natural | None]) -> list[Natural | None]:
    """A port that a configuration does not mention is there, with nothing set."""
    if kind != PORT:
        return row
    key = _first(row).key
    number = parse_port_name(key)[1]
    return [one or default_port(key, number) for one in row]


def _row_lines(
    kind: str, row: list[Natural | None], sold: Mapping[str, FieldValue]
) -> Iterator[DriftLine]:
    first = _first(row)
    if not sold and all(one is not None and one.values == first.values for one in row):
        return
    subject = first.key
    there: list[FieldValue] = [one is not None for one in row]
    if _differ([*there, sold.get(PRESENT, Missing.UNKNOWN)]):
        yield _line(kind, subject, PRESENT, there, sold)
    for place, field in enumerate(FIELDS[kind]):
        values = [Missing.ABSENT if one is None else one.values[place] for one in row]
        if not sold and values.count(values[0]) == len(values):
            continue
        if _differ([*values, sold.get(field, Missing.UNKNOWN)]):
            yield _line(kind, subject, field, values, sold)


def _line(
    kind: str,
    subject: str,
    field: str,
    values: list[FieldValue],
    sold: Mapping[str, FieldValue],
) -> DriftLine:
    startup = values[2] if len(values) > 2 else Missing.UNKNOWN
    billing = sold.get(field, Missing.UNKNOWN)
    return DriftLine(kind, subject, field, values[0], values[1], startup, billing)


def _differ(values: list[FieldValue]) -> bool:
    known = [value for value in values if not isinstance(value, Missing)]
    return any(value != known[0] for value in known[1:])


def _sold(
    kind: str, row: list[Natural | None], billing: Billing | None
) -> Mapping[str, FieldValue]:
    if kind != SUBSCRIBER or not billing:
        return {}
    return next((billing[one.key] for one in row if one and one.key in billing), {})


def _only_sold(sides: list[dict[str, list[Natural]]], billing: Billing) -> Iterator[DriftLine]:
    known = {one.key for side in sides for one in side[SUBSCRIBER]}
    for name, fields in billing.items():
        if name not in known and fields.get(PRESENT, True):
            startup = False if len(sides) > 2 else Missing.UNKNOWN
            yield DriftLine(SUBSCRIBER, name, PRESENT, False, False, startup, True)


def _first(row: list[Natural | None]) -> Natural:
    return next(one for one in row if one is not None)
