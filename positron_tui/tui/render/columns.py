"""Which columns of a table fit, and how wide each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SortKey = tuple[int, float, str]
NO_VALUE: SortKey = (1, 0.0, "")
GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the lowest `priority` stays longest when the screen is narrow."""

    key: str
    title: str
    priority: int = 5
    min_width: int = 4
    max_width: int = 30
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: its text, the name of its style, and what it sorts by (default: its text)."""

    text: str
    style: str = ""
    sort: SortKey | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `key` stays the same for the same thing."""

    key: str
    cells: tuple[Cell, ...]


def number_key(value: float | None) -> SortKey:
    """Sort by number; what is unknown comes last."""
    return NO_VALUE if value is None else (0, float(value), "")


def text_key(text: str) -> SortKey:
    """Sort by text as people do: capitals do not matter, numbers inside count as numbers."""
    if not text:
        return NO_VALUE
    parts: list[str] = []
    digits = ""
    for char in f"{text.casefold()}\0":
        if char.isascii() and char.isdigit():
            digits += char
            continue
        if digits:
            parts.append(digits.rjust(12, "0"))
            digits = ""
        parts.append(char)
    return (0, 0.0, "".join(parts))


def sort_key(cell: Cell) -> SortKey:
    """Return what a cell sorts by."""
    return cell.sort if cell.sort is not None else text_key(cell.text)


def fit_columns(
    columns: Sequence[Column], wanted: Sequence[int], width: int
) -> tuple[tuple[int, int], ...]:
    """Return (index, width) of the columns that fit in `width` cells, in their order.

    `wanted` is the width of each column's widest content. Columns of low priority go first, those
    of priority 1 are never cut for the sake of others; the room that is left is given to the
    columns that want more, the important ones first.
    """
    kept = sorted(range(len(columns)), key=lambda index: (columns[index].priority, index))
    wish = [
        max(min(wanted[index], column.max_width), column.min_width)
        for index, column in enumerate(columns)
    ]
    base = [
        wish[index] if column.priority == 1 else min(wish[index], column.min_width)
        for index, column in enumerate(columns)
    ]
    while len(kept) > 1 and _total(kept, base) > width:
        kept.pop()
    base[kept[0]] = min(base[kept[0]], max(1, width))
    widths = {index: base[index] for index in kept}
    left = width - _total(kept, base)
    for index in kept:
        more = max(0, min(wish[index] - widths[index], left))
        widths[index] += more
        left -= more
    return tuple((index, widths[index]) for index in sorted(kept))


def _total(kept: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[index] for index in kept) + GAP * (len(kept) - 1)
