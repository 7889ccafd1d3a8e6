"""Foreign text made safe for a terminal, and its width in cells."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "·"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe(text: str) -> str:
    """Return `text` with every control, format and unassigned character shown as a dot."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(REPLACEMENT if unicodedata.category(one) in _UNSAFE else one for one in text)


def safe_line(text: str) -> str:
    """Return `text` as one safe line: breaks and runs of blanks become single blanks."""
    return safe(" ".join(text.split()))


def cells(text: str) -> int:
    """Return how many terminal cells `text` takes (wide characters 2, combining ones 0)."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def shorten(text: str, width: int) -> str:
    """Return `text` cut to `width` cells, with `~` as the last cell when something is missing."""
    if cells(text) <= width:
        return text
    if width < 1:
        return ""
    kept: list[str] = []
    used = 0
    for char in text:
        used += _cells_of(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "~"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled with blanks to `width` cells, on the left when `right` is set."""
    blanks = " " * max(0, width - cells(text))
    return blanks + text if right else text + blanks
