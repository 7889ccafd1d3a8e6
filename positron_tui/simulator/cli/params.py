"""Parameter types of the command grammar."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.configtext.words import parse_vlans

_PORTS = re.compile(r"1/[\d,\-]+\Z")
_LINES = re.compile(r"\d{1,2}(-\d{1,2})?\Z")
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}\Z")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: `label` is shown in help; `read` gives the value, or None if it is none."""

    label: str
    read: Callable[[str], Any]
    rest_of_line: bool = False


def _number(low: int, high: int) -> Param:
    def read(text: str) -> int | None:
        ok = text.isascii() and text.isdigit() and low <= int(text) <= high
        return int(text) if ok else None

    return Param(f"<{low}-{high}>", read)


def _text(longest: int) -> Param:
    def read(text: str) -> str | None:
        return text if len(text) <= longest else None

    return Param(f"<word{longest}>", read)


def _mac(text: str) -> str | None:
    try:
        return parse_mac(text)
    except UsageError:
        return None


def _vlans(text: str) -> list[int] | None:
    try:
        return parse_vlans(text)
    except ValueError:
        return None


def _ports(text: str) -> list[int] | None:
    """Read `1/1-4,6`; `*` stands for all and is an empty list."""
    if text == "*":
        return []
    if not _PORTS.match(text):
        return None
    return _vlans(text[2:])


def _decimal(text: str) -> float | None:
    try:
        return float(text) if text[:1].isdigit() else None
    except ValueError:
        return None


_PLAIN = {
    "mac": Param("<mac>", _mac),
    "vlans": Param("<vlan_list>", _vlans),
    "ports": Param("<port_list>", _ports),
    "decimal": Param("<number>", _decimal),
    "ip": Param("<ipv4_addr>", lambda text: text if _IP.match(text) else None),
    "lines": Param("<0~15>", lambda text: text if _LINES.match(text) else None),
    "word": Param("<word>", lambda text: text or None),
    "line": Param("<line>", lambda text: text or None, rest_of_line=True),
}


@cache
def param(kind: str) -> Param:
    """Return the type of `1-384` (a number), `text31` (up to 31 characters), `mac`, `line`, ..."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind.startswith("text"):
        return _text(int(kind[4:]))
    low, _, high = kind.partition("-")
    return _number(int(low), int(high))
