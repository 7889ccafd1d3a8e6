"""`show alarm active`: a table whose last column may wrap."""

from __future__ import annotations

import re
from dataclasses import replace

from positron_tui.domain.devices import Alarm
from positron_tui.gam.parsers.text import moment, not_understood

COMMAND = "show alarm active"
_ROW = re.compile(
    r"\s*(?P<severity>CR|MJ|MN|NA|NR)\s+(?P<affecting>YES|NO)\s+(?P<entity>\S.*?)\s+"
    r"(?P<condition>[A-Za-z]\S*)\s+(?P<when>\d{4}-\d\d-\d\dT\S+)(?:\s+(?P<text>.*?))?\s*\Z"
)
_HEADER = re.compile(r"\s*Sev\s+SvAff\b", re.IGNORECASE)
_RULER = re.compile(r"[\s\-]*\Z")
_LOG_LINE = re.compile(r"\s*(?:\d+\s+\w+\s+)?\d{4}-\d\d-\d\dT\d\d:")
_NONE = re.compile(r"\bno\b.{0,40}\balarms?\b", re.IGNORECASE)
_SCREEN_WIDTH = 80

# The table shortens a word that the MIB spells out.
_CONDITIONS = {"hwmismat": "hwmismatch"}


def parse_alarms(text: str) -> tuple[Alarm, ...]:
    """Read the active alarms in the device's order; a table without rows is no alarms.

    Conditions are in the MIB's lower-case words, severities in lower case. Raises UnexpectedReply
    when there is text, but neither header nor row.
    """
    alarms: list[Alarm] = []
    known = not text.strip()
    cut = False
    for line in text.splitlines():
        match = _ROW.match(line)
        if match:
            alarms.append(_alarm(match))
        elif _HEADER.match(line) or _NONE.search(line):
            known = True
        elif alarms and not _RULER.match(line) and not _LOG_LINE.match(line):
            alarms[-1] = _continued(alarms[-1], line, cut)
        cut = len(line) == _SCREEN_WIDTH
    if not alarms and not known:
        raise not_understood(COMMAND, text)
    return tuple(alarms)


def _alarm(match: re.Match[str]) -> Alarm:
    word = match["condition"].lower()
    return Alarm(
        entity=match["entity"],
        condition=_CONDITIONS.get(word, word),
        severity=match["severity"].lower(),
        service_affecting=match["affecting"] == "YES",
        occurred_at=moment(match["when"]),
        description=match["text"] or None,
    )


def _continued(alarm: Alarm, line: str, cut: bool) -> Alarm:
    """Add a wrapped line; one that filled the screen may have been cut inside a word."""
    before = alarm.description or ""
    inside_word = cut and not line.startswith(" ")
    joint = "" if inside_word or not before else " "
    return replace(alarm, description=before + joint + line.strip())
