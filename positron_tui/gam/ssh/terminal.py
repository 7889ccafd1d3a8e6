"""What a terminal would show of the raw bytes: pager, eraser, backspaces and redraws resolved."""

from __future__ import annotations

import re

PAGER = "-- more --, next page: Space, continue: g, quit: ^C"

# Builds of the family erase the pager by CR, blanks and CR, by blanks alone (then the next row
# stands far to the right), or by backspaces; up to two rounds of it were seen in one place.
_PAGER_AND_ERASER = re.compile(
    r"-- ?more ?--(?:, next page: Space, continue: g, quit: \^C)?g?"
    r"(?:\r[ ]{20,}\r?|\r[ ]*\r|[\x08]+[ ]*[\x08]*)*\r?",
    re.IGNORECASE,
)
_PAGER_TAIL = re.compile(r"-- ?more ?--(?:, next page: Space, continue: g, quit: \^C)?\s*\Z", re.I)
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[0-9=>@-Z\\-_])")
_INVISIBLE = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1f\x7f]")


def pager_at_end(text: str) -> int | None:
    """Return where the pager's text (long or short) begins if it is the last thing shown."""
    cut = max(0, len(text) - 200)
    match = _PAGER_TAIL.search(text, cut)
    return match.start() if match else None


def full_pager_at_end(text: str) -> bool:
    """Tell whether the pager's whole text is the last thing shown."""
    return text[-200:].rstrip().endswith(PAGER)


def without_pager(text: str) -> str:
    """Return raw text without pager lines and what erased them."""
    return _PAGER_AND_ERASER.sub("", text)


def line_shown(raw: str) -> str:
    """Return one raw line as it is shown, with its trailing blanks."""
    return _overwritten(_visible(raw))


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", _ESCAPE.sub("", without_pager(text)))


def displayed(text: str) -> str:
    """Return raw text as lines that end in LF, the way a very wide screen would show them."""
    text = _visible(text)
    return "\n".join(_overwritten(line).rstrip() for line in text.split("\n"))


def _overwritten(line: str) -> str:
    """Return one line after its carriage returns and backspaces moved the cursor."""
    line = line.rstrip("\r")
    if "\r" not in line and "\x08" not in line:
        return line
    cells: list[str] = []
    column = 0
    for char in line:
        if char == "\r":
            column = 0
        elif char == "\x08":
            column = max(0, column - 1)
        else:
            cells[column : column + 1] = [char]
            column += 1
    return "".join(cells)
