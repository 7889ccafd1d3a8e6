"""Plain aligned tables and field lists that fit a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from positron_tui.cli.text import cells, pad, safe_line, shorten

UNKNOWN = "-"
GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `priority` 0 is kept longest; `least` is how narrow (cells) it may become.

    A column on the right holds numbers, which are never cut: it stays whole or goes.
    """

    title: str
    priority: int = 0
    right: bool = False
    least: int = 6


def render_table(
    columns: Sequence[Column], rows: Sequence[Sequence[object]], width: int
) -> list[str]:
    """Return the lines of a table of at most `width` cells; None is shown as a dash.

    Columns of the lowest priority become narrow first; when that is not enough they go.
    """
    body = [[shown(value) for value in row] for row in rows]
    natural = [
        max([cells(column.title), *(cells(row[index]) for row in body)])
        for index, column in enumerate(columns)
    ]
    widths = _fit(columns, natural, width)
    lines = [_line(columns, [column.title for column in columns], widths)]
    lines += [_line(columns, row, widths) for row in body]
    return lines


def shown(value: object) -> str:
    """Return a value as a cell: None is a dash, booleans are words, text is made safe."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return safe_line(str(value))


def render_fields(fields: Sequence[tuple[str, object]]) -> list[str]:
    """Return `label  value` lines with the values aligned; None is shown as a dash."""
    label_width = max((len(label) for label, _ in fields), default=0)
    return [f"{pad(label, label_width)}{GAP}{shown(value)}" for label, value in fields]


def _fit(columns: Sequence[Column], natural: Sequence[int], width: int) -> dict[int, int]:
    """Return the width of each column that stays, by its index."""
    widths = dict(enumerate(natural))
    by_priority = sorted(widths, key=lambda index: (-columns[index].priority, -index))
    for index in by_priority:
        excess = _total(widths) - width
        if excess <= 0:
            return widths
        if not columns[index].right:
            least = min(widths[index], columns[index].least)
            widths[index] = max(least, widths[index] - excess)
    for index in by_priority[:-1]:
        if _total(widths) <= width:
            return widths
        del widths[index]
        _grow(widths, natural, width)
    return widths


def _grow(widths: dict[int, int], natural: Sequence[int], width: int) -> None:
    """Give the room that a dropped column left back to the columns that were narrowed."""
    for index in widths:
        free = width - _total(widths)
        if free <= 0:
            return
        widths[index] = min(natural[index], widths[index] + free)


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + len(GAP) * max(0, len(widths) - 1)


def _line(columns: Sequence[Column], texts: Sequence[str], widths: dict[int, int]) -> str:
    parts = [
        pad(shorten(texts[index], width), width, right=columns[index].right)
        for index, width in widths.items()
    ]
    return GAP.join(parts).rstrip()
