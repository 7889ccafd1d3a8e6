"""A MIB as columns and rows: exact and next look-ups without ever listing every cell.

A scalar is a column with the one row `(0,)`. Values are computed when they are asked for; only
the order of the rows is kept, until the unit's structure changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from positron_tui.simulator.snmp import ber
from positron_tui.simulator.snmp.ber import Oid, VarBind

NO_ERROR = 0
TOO_BIG = 1
NO_SUCH_NAME = 2
BAD_VALUE = 3
READ_ONLY = 4
GEN_ERR = 5
NO_ACCESS = 6
WRONG_TYPE = 7
WRONG_LENGTH = 8
WRONG_VALUE = 10
NO_CREATION = 11
INCONSISTENT_VALUE = 12
NOT_WRITABLE = 17

_NO_SUCH_INSTANCE = bytes((ber.NO_SUCH_INSTANCE, 0))
_END_OF_MIB_VIEW = bytes((ber.END_OF_MIB_VIEW, 0))

R = TypeVar("R")
Version = tuple[int, int]  # of the unit's structure, and the number of the request


class SetError(Exception):
    """A SET is refused with this error status of SNMPv2."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)  # with slots, Python 3.11 cannot make a subscripted generic
class Column(Generic[R]):
    """One column: `read` gives the encoded value of a row, or None where the row lacks it.

    `parse` turns what a manager sent into what `write` applies to a row; both raise SetError, and
    `parse` changes nothing. A column without them is read-only.
    """

    number: int
    read: Callable[[R], bytes | None]
    parse: Callable[[VarBind], Any] | None = None
    write: Callable[[R, Any], None] | None = None


@dataclass(frozen=True)  # with slots, Python 3.11 cannot make a subscripted generic
class Table(Generic[R]):
    """Columns below one entry OID and the rows that they share; rows come in any order.

    `live` rows are read again for every request, the others when the unit's structure changes.
    """

    entry: Oid
    rows: Callable[[], Iterable[tuple[Oid, R]]]
    columns: Sequence[Column[R]]
    live: bool = False


def scalars(group: Oid, row: R, columns: Sequence[Column[R]]) -> Table[R]:
    """Return the scalars of one group as a table of one row."""
    return Table(group, lambda: (((0,), row),), columns)


class _Rows:
    """The sorted rows of one table, read again when the view's version moves on."""

    __slots__ = ("_live", "_source", "_version", "indexes", "rows", "suffixes")

    def __init__(self, table: Table[Any]) -> None:
        self._source = table.rows
        self._live = table.live
        self._version = (-1, -1)
        self.indexes: list[Oid] = []
        self.suffixes: list[bytes] = []
        self.rows: list[Any] = []

    def refresh(self, version: Version) -> None:
        if version == self._version or (not self._live and version[0] == self._version[0]):
            return
        self._version = version
        pairs = sorted(self._source(), key=lambda pair: pair[0])
        self.indexes = [index for index, _ in pairs]
        self.suffixes = [ber.encode_suffix(index) for index in self.indexes]
        self.rows = [row for _, row in pairs]


class _Slot:
    """One column in place: its whole OID, that OID encoded, and its rows."""

    __slots__ = ("column", "head", "prefix", "rows")

    def __init__(self, entry: Oid, column: Column[Any], rows: _Rows) -> None:
        self.prefix: Oid = (*entry, column.number)
        self.head = ber.encode_oid_body(self.prefix)
        self.column = column
        self.rows = rows


class Cell:
    """One existing instance: what SET writes to."""

    __slots__ = ("column", "row")

    def __init__(self, column: Column[Any], row: object) -> None:
        self.column = column
        self.row = row


class MibView:
    """Ordered look-ups over tables; whoever asks sets `version` before each request."""

    def __init__(self, tables: Iterable[Table[Any]]) -> None:
        slots = []
        for table in tables:
            rows = _Rows(table)
            slots += [_Slot(table.entry, column, rows) for column in table.columns]
        self._slots = sorted(slots, key=lambda slot: slot.prefix)
        self._prefixes = [slot.prefix for slot in self._slots]
        self.version: Version = (0, 0)

    def find(self, oid: Oid) -> Cell | int:
        """Return the instance at `oid`, else the tag NO_SUCH_OBJECT or NO_SUCH_INSTANCE."""
        position = bisect_right(self._prefixes, oid) - 1
        if position < 0:
            return ber.NO_SUCH_OBJECT
        slot = self._slots[position]
        depth = len(slot.prefix)
        if oid[:depth] != slot.prefix:
            return ber.NO_SUCH_OBJECT
        slot.rows.refresh(self.version)
        index = oid[depth:]
        row = bisect_left(slot.rows.indexes, index)
        if row == len(slot.rows.indexes) or slot.rows.indexes[row] != index:
            return ber.NO_SUCH_INSTANCE
        return Cell(slot.column, slot.rows.rows[row])

    def get(self, oid: Oid) -> bytes:
        """Return the encoded value at `oid`, or an encoded exception."""
        cell = self.find(oid)
        if isinstance(cell, int):
            return bytes((cell, 0))
        value = cell.column.read(cell.row)
        return _NO_SUCH_INSTANCE if value is None else value

    def cursor(self, oid: Oid) -> Cursor:
        """Return a cursor whose first step gives the first instance behind `oid`."""
        position = bisect_right(self._prefixes, oid) - 1
        row = 0
        if position < 0:
            position = 0
        else:
            slot = self._slots[position]
            depth = len(slot.prefix)
            if oid[:depth] == slot.prefix:
                slot.rows.refresh(self.version)
                row = bisect_right(slot.rows.indexes, oid[depth:])
            else:
                position += 1
        return Cursor(self._slots, position, row, self.version, oid)


class Cursor:
    """Walks a view from one OID on, one encoded varbind a step."""

    __slots__ = ("_name", "_position", "_row", "_slots", "_version", "ended", "skip_tag")

    def __init__(
        self, slots: list[_Slot], position: int, row: int, version: Version, start: Oid
    ) -> None:
        self._slots = slots
        self._position = position
        self._row = row
        self._version = version
        self._name = ber.encode_oid_body(start)
        self.ended = False
        self.skip_tag = -1  # a type that the asking protocol version does not have

    def step(self) -> bytes:
        """Return the next varbind; at the end the last name with endOfMibView, again and again."""
        slots = self._slots
        while self._position < len(slots):
            slot = slots[self._position]
            table = slot.rows
            table.refresh(self._version)
            row = self._row
            if row >= len(table.rows):
                self._position += 1
                self._row = 0
                continue
            self._row = row + 1
            value = slot.column.read(table.rows[row])
            if value is not None and value[0] != self.skip_tag:
                self._name = name = slot.head + table.suffixes[row]
                return _varbind(name, value)
        self.ended = True
        return _varbind(self._name, _END_OF_MIB_VIEW)


def _varbind(name: bytes, value: bytes) -> bytes:
    size = len(name) + len(value) + 2
    if size < 0x80:
        return bytes((ber.SEQUENCE, size, ber.OID, len(name))) + name + value
    return ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, name) + value)
