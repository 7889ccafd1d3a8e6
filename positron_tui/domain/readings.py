"""Where a value comes from."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """The transport that a reading came over; screens show it beside the value's age."""

    SNMP = "snmp"
    CLI = "cli"
    JSONRPC = "jsonrpc"
