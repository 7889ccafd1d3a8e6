"""One line a number: what, how much, and what the design asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A measured value; `most` is the design's limit in the same unit, None = for information."""

    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def verdict(self) -> str:
        if self.most is None:
            return ""
        return "ok" if self.value <= self.most else "MISSED"


def table(numbers: Iterable[Number]) -> str:
    """Return the numbers as lines that line up."""
    rows = [
        (
            number.what,
            f"{number.value:,.3f}".rstrip("0").rstrip(".") + f" {number.unit}",
            "" if number.most is None else f"<= {number.most:g} {number.unit}",
            number.verdict,
        )
        for number in numbers
    ]
    head = ("what", "measured", "asked for", "")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(4)]
    lines = [
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
