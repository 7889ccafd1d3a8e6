"""Subscribers as CSV: out with all fields, in with every bad line told before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.actions import ActionEdit

COLUMNS = (
    "device",
    "name",
    "endpoint",
    "port",
    "vlan",
    "tagged",
    "remap",
    "port2_vlan",
    "allow",
    "trunk",
    "double_tag",
    "outer_vlan",
    "uplink",
    "plan",
    "poe",
    "description",
)


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line of a file (1 = the header), as a sentence; `field` is a column."""

    line: int
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line that could be read; `given` are the columns that the file has."""

    line: int
    request: SubscriberRequest
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class ParsedImport:
    """A file as it was read: good rows, and every problem in the order of the lines."""

    rows: tuple[ImportRow, ...]
    problems: tuple[LineProblem, ...]


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """What an import would do to the fleet; nothing is to be run while there are problems.

    `items` are for `Bulk.run`; `unchanged` counts rows that are on their devices as they stand.
    """

    items: tuple[ActionEdit, ...]
    adds: int
    edits: int
    unchanged: int
    problems: tuple[LineProblem, ...]
    warnings: tuple[LineProblem, ...] = ()


def parse_import(text: str) -> ParsedImport:
    """Read CSV with a header (columns as in COLUMNS, any order; device, name, vlan are needed)."""
    raise NotImplementedError


class Transfer:
    """Import and export of subscribers."""

    async def export_csv(self, device: str | None = None) -> str:
        """Return the subscribers of one device or of all as CSV, by device and name."""
        raise NotImplementedError

    async def check_import(self, parsed: ParsedImport) -> CheckedImport:
        """Read the devices that the rows name and check each row against what is there then."""
        raise NotImplementedError
