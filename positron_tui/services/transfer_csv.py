"""Subscribers as lines of CSV: written with all fields, read with every bad line told. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe
from positron_tui.domain.vlans import format_vlan_list, parse_vlan_list

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
    "suspended",
)
_NEEDED = ("device", "name", "vlan")
_IGNORED = frozenset({"suspended"})  # told by an export; suspending is an action of its own
UNTHROTTLED = "unthrottled"
_FIELDS = {"endpoint": "endpoint_mac", "remap": "remapped_vlan", "allow": "allowed_vlans"}
_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off", ""})
_MAX_CELL = 200


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line of a file (1 = the header), as a sentence; `field` is a column."""

    line: int
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A subscriber to be written; cells of `unknown` columns are left empty."""

    request: SubscriberRequest
    suspended: bool = False
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line that could be read; `given` are the columns that it fills in."""

    line: int
    request: SubscriberRequest
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class ParsedImport:
    """A file as it was read: good rows, and every problem in the order of the lines."""

    rows: tuple[ImportRow, ...]
    problems: tuple[LineProblem, ...]


def write_csv(rows: Iterable[ExportRow]) -> str:
    """Return subscribers as CSV with a header, lines in LF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = (*_values(row.request), row.suspended)
        writer.writerow(
            [
                "" if name in row.unknown else _cell(value)
                for name, value in zip(COLUMNS, values, strict=True)
            ]
        )
    return out.getvalue()


def parse_import(text: str) -> ParsedImport:
    """Read CSV with a header (columns as in COLUMNS, any order; device, name, vlan are needed).

    The separator is a comma or a semicolon. Empty lines are passed over. An empty cell says
    nothing: a new subscriber gets the default, one that exists keeps what it has. `none`, `no` and
    `unthrottled` take a setting away.
    """
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    problems: list[LineProblem] = []
    rows: list[ImportRow] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        problems += _header_problems(header)
        if problems:
            return ParsedImport((), tuple(problems))
        begin = reader.line_num + 1
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                _read_row(line, header, cells, rows, problems)
    except csv.Error as error:
        text = f"Line {reader.line_num} is not CSV ({error}); the lines behind it were not read."
        problems.append(LineProblem(reader.line_num, "", text))
    problems += _twins(rows)
    return ParsedImport(tuple(rows), tuple(sorted(problems, key=lambda one: one.line)))


def _header_problems(header: list[str]) -> list[LineProblem]:
    if not any(header):
        return [LineProblem(1, "", "The file is empty; its first line names the columns.")]
    found = []
    for name in _NEEDED:
        if name not in header:
            text = f"The first line has no column '{name}'; columns are {', '.join(COLUMNS)}."
            found.append(LineProblem(1, name, text))
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            text = f"There is no column '{name[:_MAX_CELL]}'; columns are {', '.join(COLUMNS)}."
            found.append(LineProblem(1, name, text))
        elif header.count(name) > 1:
            found.append(LineProblem(1, name, f"The column '{name}' is there more than once."))
    return found


def _read_row(
    line: int,
    header: list[str],
    cells: list[str],
    rows: list[ImportRow],
    problems: list[LineProblem],
) -> None:
    if len(cells) != len(header):
        text = f"Line {line} has {len(cells)} cells instead of {len(header)}; check its quotes."
        problems.append(LineProblem(line, "", text))
        return
    values: dict[str, Any] = {}
    found: list[LineProblem] = []
    for name, cell in zip(header, cells, strict=True):
        if name in _IGNORED:
            continue
        try:
            values[_FIELDS.get(name, name)] = _READERS.get(name, _text)(cell.strip())
        except PositronError as error:
            found.append(LineProblem(line, name, str(error)))
        else:
            if name in _NEEDED and not cell.strip():
                found.append(LineProblem(line, name, f"The {name} is missing; fill it in."))
    if found:
        problems += found
    else:
        filled = {name for name, cell in zip(header, cells, strict=True) if cell.strip()}
        given = frozenset(filled) - _IGNORED
        rows.append(ImportRow(line, SubscriberRequest(**values), given))


def _twins(rows: Iterable[ImportRow]) -> list[LineProblem]:
    seen: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        key = (row.request.device, row.request.name)
        first = seen.setdefault(key, row.line)
        if first != row.line:
            text = f"{key[1]} on {key[0]} is on line {first} already; keep one of them."
            found.append(LineProblem(row.line, "name", text))
    return found


def _text(cell: str) -> str | None:
    return cell or None


def _plan(cell: str) -> str | None:
    return None if cell.lower() in ("", UNTHROTTLED) else cell


def _mac(cell: str) -> str | None:
    return parse_mac(cell) if cell else None


def _port(cell: str) -> str | None:
    return canonical_port_name(cell) if cell and cell.lower() != "none" else None


def _number(cell: str) -> int | None:
    if not cell or cell.lower() == "none":
        return None
    if not (cell.isascii() and cell.isdigit()) or int(cell[:6]) > 4095:
        raise UsageError(f"'{cell[:_MAX_CELL]}' is no VLAN; write a number from 3 to 4094.")
    return int(cell)


def _flag(cell: str) -> bool:
    word = cell.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise UsageError(f"'{cell[:_MAX_CELL]}' is neither yes nor no.")


def _poe(cell: str) -> Poe | None:
    if not cell:
        return None
    try:
        return Poe(cell.lower())
    except ValueError:
        raise UsageError(
            f"'{cell[:_MAX_CELL]}' is no setting of PoE; write disable, enable or force."
        ) from None


_READERS: Mapping[str, Callable[[str], object]] = {
    "endpoint": _mac,
    "port": _port,
    "vlan": _number,
    "tagged": _flag,
    "remap": _number,
    "port2_vlan": _number,
    "allow": parse_vlan_list,
    "trunk": _flag,
    "double_tag": _flag,
    "outer_vlan": _number,
    "uplink": _port,
    "plan": _plan,
    "poe": _poe,
}


def _values(request: SubscriberRequest) -> tuple[object, ...]:
    return (
        request.device,
        request.name,
        request.endpoint_mac,
        request.port,
        request.vlan,
        request.tagged,
        request.remapped_vlan,
        request.port2_vlan,
        format_vlan_list(request.allowed_vlans) if request.allowed_vlans else None,
        request.trunk,
        request.double_tag,
        request.outer_vlan,
        request.uplink,
        request.plan or UNTHROTTLED,
        request.poe.value if request.poe else None,
        request.description,
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
