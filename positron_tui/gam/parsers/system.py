"""`show system cpu|temperature|fan status`."""

from __future__ import annotations

import re

from positron_tui.domain.devices import Fan, Temperature
from positron_tui.gam.parsers.text import not_understood

CPU_COMMAND = "show system cpu status"
TEMPERATURE_COMMAND = "show system temperature status"
FAN_COMMAND = "show system fan status"
_LOAD = re.compile(r"(\d{1,6})\s*(ms|sec)\s*:?\s*(\d{1,3})\s*%", re.IGNORECASE | re.ASCII)
_CELSIUS = re.compile(r"\s*(\S[^:]*?)\s*:\s*(-?\d{1,4}(?:\.\d{1,3})?)\s*\(?\s*C\b", re.ASCII)
_FAN = re.compile(r"\s*fan\s*#?\s*(\d{1,3})\D*?\s(\d{1,6})\b", re.IGNORECASE | re.ASCII)


def parse_cpu(text: str) -> int:
    """Return the load of the longest span (10 s) in percent; UnexpectedReply without any."""
    loads = [
        (int(match[1]) * (1 if match[2].lower() == "ms" else 1_000), int(match[3]))
        for match in _LOAD.finditer(text)
    ]
    if not loads:
        raise not_understood(CPU_COMMAND, text)
    return max(loads)[1]


def parse_temperatures(text: str) -> tuple[Temperature, ...]:
    """Return the sensors; UnexpectedReply when there is none in a text."""
    found = tuple(
        Temperature(match[1], float(match[2]))
        for line in text.splitlines()
        if (match := _CELSIUS.match(line))
    )
    if not found and text.strip():
        raise not_understood(TEMPERATURE_COMMAND, text)
    return found


def parse_fans(text: str) -> tuple[Fan, ...]:
    """Return the fans; `Fan #1` has index 0, as over SNMP. Outdoor units have none."""
    return tuple(
        Fan(max(0, int(match[1]) - 1), int(match[2]))
        for line in text.splitlines()
        if (match := _FAN.match(line))
    )
