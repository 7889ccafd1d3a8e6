"""How domain values stand in columns: plain text and integers, the same on every database.

Values go past SQLAlchemy's own type processing (rows are written and read as driver tuples, the
fastest way by far), so each kind of column brings its two functions. None stays NULL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Boolean, Column, Float, Text
from sqlalchemy.types import TypeEngine

from positron_tui.domain.errors import StoreError

T = TypeVar("T")
_COUNTER_WRAP = 1 << 64
_EMPTY = "[]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column: its SQL type and, where needed, the ways in and out."""

    sql_type: type[TypeEngine[Any]]
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None


def _clean(text: str) -> str:
    """A device may send bytes that decode to lone surrogates, which no database takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def encode_time(moment: datetime) -> str:
    """Return a moment as UTC text that sorts by time; a naive one is a programming error."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def encode_json(value: object) -> str:
    """Return a JSON document as text, keys sorted."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _encode_tuple(items: tuple[Any, ...]) -> str:
    return encode_json(items) if items else _EMPTY


def _decode_tuple(text: str) -> tuple[Any, ...]:
    return () if text == _EMPTY else tuple(json.loads(text))


def _encode_counter(value: int) -> int:
    """Counter64 is unsigned, SQL's largest integer is signed: the upper half goes below zero."""
    return value if value < _COUNTER_WRAP // 2 else value - _COUNTER_WRAP


def _decode_counter(value: int) -> int:
    return value if value >= 0 else value + _COUNTER_WRAP


TEXT = Kind(Text, _clean)
INTEGER = Kind(BigInteger)
COUNTER = Kind(BigInteger, _encode_counter, _decode_counter)
REAL = Kind(Float)
BOOLEAN = Kind(Boolean, decode=bool)
TIME = Kind(Text, encode_time, datetime.fromisoformat)
TUPLE = Kind(Text, _encode_tuple, _decode_tuple)
DOCUMENT = Kind(Text, encode_json, json.loads)


def enum_kind(enum: type[StrEnum]) -> Kind:
    """Return the kind of column that holds the members of `enum` by value."""
    members: dict[str, StrEnum] = {str(member.value): member for member in enum}

    def decode(text: str) -> StrEnum:
        try:
            return members[text]
        except KeyError:
            raise StoreError(
                f"The database holds the {enum.__name__} '{text}', which this version does not "
                "know; update positron-tui."
            ) from None

    return Kind(Text, str, decode)


class RowCodec(Generic[T]):
    """Turns dataclasses into tuples of driver values and back.

    `columns` maps a column's name to its kind in the order of `build`'s arguments; `paths` names
    the attribute behind a column where it is not the column's own name.
    """

    def __init__(
        self,
        build: Callable[..., T],
        columns: Mapping[str, Kind],
        paths: Mapping[str, str] | None = None,
        required: Sequence[str] = (),
    ) -> None:
        self.columns = dict(columns)
        self.required = frozenset(required)
        self._build = build
        self._values = attrgetter(*((paths or {}).get(name, name) for name in columns))
        kinds = list(columns.values())
        self._encoders = [(i, kind.encode) for i, kind in enumerate(kinds) if kind.encode]
        self._decoders = [(i, kind.decode) for i, kind in enumerate(kinds) if kind.decode]

    def encode(self, entity: T) -> tuple[Any, ...]:
        """Return the entity's values in the order of the columns."""
        values = list(self._values(entity))
        for index, encode in self._encoders:
            if values[index] is not None:
                values[index] = encode(values[index])
        return tuple(values)

    def decode(self, row: Sequence[Any]) -> T:
        """Return the entity behind a row's values, which stand in the order of the columns."""
        values = list(row)
        for index, decode in self._decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        return self._build(*values)


def columns_of(codec: RowCodec[Any], *without: str) -> list[Column[Any]]:
    """Return new columns for what a codec reads and writes."""
    return [
        Column(name, kind.sql_type, nullable=name not in codec.required)
        for name, kind in codec.columns.items()
        if name not in without
    ]
