"""The log of changes: a date as the cursor, and which rows were seen already. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from positron_tui.billing.splynx.client import Row
from positron_tui.billing.splynx.coerce import as_int, as_text

# Rows may come late and clocks differ, so the day before is read again.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChangeCursor:
    """Read from `day` on; `seen` are rows of those days that were told already."""

    day: date
    seen: frozenset[int] = field(default_factory=frozenset)

    @property
    def since(self) -> date:
        return self.day - OVERLAP

    def text(self) -> str:
        return json.dumps({"day": self.day.isoformat(), "seen": list(_ranges(self.seen))})


def read_cursor(text: str) -> ChangeCursor | None:
    """Return a cursor from its text, None for what is none."""
    try:
        content = json.loads(text)
        day = date.fromisoformat(content["day"])
        seen = frozenset(
            number for first, last in content["seen"] for number in range(first, last + 1)
        )
    except (ValueError, KeyError, TypeError):
        return None
    return ChangeCursor(day, seen)


def following(asked: ChangeCursor, today: date, rows: Iterable[Row]) -> ChangeCursor:
    """Return the cursor behind `rows`; what it will not see again is not remembered."""
    day = max(today, asked.day)
    first = (day - OVERLAP).isoformat()
    numbers = (as_int(row.get("id")) for row in rows if as_text(row.get("date")) >= first)
    return ChangeCursor(day, frozenset(number for number in numbers if number is not None))


def _ranges(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of numbers as (first, last): ids are mostly without gaps."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last
