"""`show ghn discover all`: every endpoint that is configured or seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import PortKind, parse_port_name, port_name
from positron_tui.gam.parsers.text import not_understood

COMMAND = "show ghn discover all"
_MAC = r"[0-9a-fA-F]{2}(?:[:\-][0-9a-fA-F]{2}){5}"
_ROW = re.compile(
    rf"\s*(?P<port>\S.*?)??\s*(?<![:\-\w])(?P<mac>{_MAC})\s+(?P<configured>yes|no)\s+(?P<up>yes|no)\s*\Z",
    re.IGNORECASE,
)
_HEADER = re.compile(r"port\b.*mac.*configured", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DiscoverRow:
    """One endpoint; `port` is canonical ("G.hn 1/4"), None where none is shown."""

    mac: str
    port: str | None
    configured: bool
    is_up: bool


def parse_discover(text: str) -> tuple[DiscoverRow, ...]:
    """Read the table in either layout; lines that are no rows are passed over.

    Raises UnexpectedReply when there is neither a header nor a row.
    """
    rows = []
    header = False
    for line in text.splitlines():
        header = header or _HEADER.search(line) is not None
        match = _ROW.match(line)
        if match:
            rows.append(
                DiscoverRow(
                    mac=parse_mac(match["mac"]),
                    port=ghn_port(match["port"] or ""),
                    configured=match["configured"].lower() == "yes",
                    is_up=match["up"].lower() == "yes",
                )
            )
    if not rows and not header:
        raise not_understood(COMMAND, text)
    return tuple(rows)


def ghn_port(text: str) -> str | None:
    """Return the canonical name of a G.hn port as the device writes it; 0 and blank are none."""
    try:
        kind, number = parse_port_name(text)
    except UsageError:
        return None
    return port_name(kind, number) if kind is PortKind.GHN and number > 0 else None
