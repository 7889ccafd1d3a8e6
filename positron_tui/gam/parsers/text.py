"""Small readers that the parsers share: labels, numbers, versions, time spans, words of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from positron_tui.domain.errors import UnexpectedReply

_LABEL = re.compile(r"\s*([^:]*?)\s*:(?:\s+(.*?)\s*|\s*)\Z")
_VERSION = re.compile(r"v(\d+(?:\.\d+)+)|(?<![\d.])(\d+(?:\.\d+)+)", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,12}", re.ASCII)
_CLOCK = re.compile(r"(?<!\d)(\d{1,4}):(\d{2}):(\d{2})(?!\d)", re.ASCII)
_SPANS = (
    (86_400, re.compile(r"(\d{1,6})\s*d(?:ays?)?\b", re.ASCII)),
    (3_600, re.compile(r"(\d{1,6})\s*h(?:ours?)?\b", re.ASCII)),
    (60, re.compile(r"(\d{1,6})\s*m(?:in(?:utes?)?)?\b", re.ASCII)),
    (1, re.compile(r"(\d{1,6})\s*s(?:ec(?:onds?)?)?\b", re.ASCII)),
)
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_FIRST_SET_YEAR = 2000
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command line; `quoted` ones may hold blanks or nothing."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        return f'"{self.text}"' if self.quoted else self.text


def split_words(line: str) -> tuple[Word, ...]:
    """Split a line at blanks and quotes; raise ValueError when a quote has no partner."""
    if line.count('"') % 2:
        raise ValueError(line)
    return tuple(
        Word(match[1], True) if match[1] is not None else Word(match[2])
        for match in _WORD.finditer(line)
    )


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield `label : value` lines; labels in lower case with single blanks."""
    for line in text.splitlines():
        match = _LABEL.match(line)
        if match and match[1]:
            yield " ".join(match[1].lower().split()), match[2] or ""


def first_number(text: str) -> int | None:
    """Return the first whole number in a text."""
    match = _NUMBER.search(text)
    return int(match[0]) if match else None


def plain_version(text: str) -> str | None:
    """Return `1.5.4` of `GAM-4/8-C_v1.5.4` and the like."""
    match = _VERSION.search(text)
    return (match[1] or match[2]) if match else None


def seconds(text: str) -> int | None:
    """Return the length of `18d 06:33:06` or `12 days, 2h 18m 33s`; None when it is neither."""
    total, found = 0, False
    clock = _CLOCK.search(text)
    if clock:
        hours, minutes, rest = (int(part) for part in clock.groups())
        total, found = hours * 3_600 + minutes * 60 + rest, True
    for length, pattern in _SPANS:
        match = pattern.search(text)
        if match:
            total, found = total + int(match[1]) * length, True
    return total if found else None


def moment(text: str) -> datetime | None:
    """Return a time stamp in UTC, None when the device's clock was not set (before 2000)."""
    try:
        when = datetime.fromisoformat(text)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return when if when.year >= _FIRST_SET_YEAR else None


def not_understood(what: str, text: str) -> UnexpectedReply:
    """Return the error for a reply without anything in it that was looked for."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    shown = line.removeprefix("%").strip()
    shown = "".join(char if char.isprintable() else "?" for char in shown)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    said = f"the device answered: {shown}" if shown else "the device answered nothing"
    return UnexpectedReply(f"The reply to '{what}' could not be understood; {said}", line)
