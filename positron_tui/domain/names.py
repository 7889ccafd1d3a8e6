"""Names and descriptions that a GAM accepts and that its command line does not eat."""

from __future__ import annotations

import re

MAX_NAME = 31
MAX_DESCRIPTION = 63
_ALLOWED = re.compile(r"[A-Za-z0-9 _.\-/#()]+\Z")


def name_problem(name: str, what: str = "name") -> str | None:
    """Return what is wrong with a port, endpoint, profile or subscriber name, or None."""
    if not name:
        return f"The {what} is empty; give one of 1 to {MAX_NAME} characters."
    if len(name) > MAX_NAME:
        return f"The {what} has {len(name)} characters; {MAX_NAME} is the most."
    return _text_problem(name, what)


def description_problem(text: str) -> str | None:
    """Return what is wrong with a description, or None; empty is fine."""
    if len(text) > MAX_DESCRIPTION:
        return f"The description has {len(text)} characters; {MAX_DESCRIPTION} is the most."
    return _text_problem(text, "description") if text else None


def _text_problem(text: str, what: str) -> str | None:
    if text != text.strip():
        return f"The {what} begins or ends with a blank; remove it."
    if not _ALLOWED.match(text):
        bad = next(char for char in text if not _ALLOWED.match(char))
        return (
            f"The {what} has {_spell(bad)}, which the device's command line cannot take; "
            "use letters, digits, blanks and _ . - / # ( )."
        )
    return None


def _spell(char: str) -> str:
    if char.isprintable() and char.isascii():
        return f"the character {char}"
    return f"the character U+{ord(char):04X}"
