"""Encoded values from Python ones, and checks of values that a manager writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from positron_tui.domain.mac import mac_octets
from positron_tui.simulator.snmp import ber
from positron_tui.simulator.snmp.ber import VarBind
from positron_tui.simulator.snmp.mib import (
    INCONSISTENT_VALUE,
    WRONG_LENGTH,
    WRONG_TYPE,
    WRONG_VALUE,
    SetError,
)

R = TypeVar("R")

integer = ber.encode_integer
octets = ber.encode_octets
counter64 = ber.encode_counter64
TRUE = ber.encode_integer(1)
FALSE = ber.encode_integer(2)
_WRAP32 = 1 << 32


def truth(value: bool) -> bytes:
    """TruthValue: 1 true, 2 false."""
    return TRUE if value else FALSE


def gauge(number: int) -> bytes:
    """Unsigned32 or Gauge32, held at its largest value."""
    return ber.encode_integer(min(number, _WRAP32 - 1), ber.GAUGE32)


def counter32(number: int) -> bytes:
    """Counter32, wrapped."""
    return ber.encode_integer(number % _WRAP32, ber.COUNTER32)


def ticks(seconds: float) -> bytes:
    """TimeTicks from seconds, wrapped after 497 days."""
    return ber.tlv(ber.TIME_TICKS, _unsigned(int(seconds * 100) % _WRAP32))


def _unsigned(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


@lru_cache(maxsize=8192)
def text(value: str) -> bytes:
    """A text as octets; what is not ASCII goes out as UTF-8, as real units pass it on."""
    return ber.encode_octets(value.encode("utf-8", "surrogateescape"))


@lru_cache(maxsize=8192)
def mac(value: str) -> bytes:
    """A MAC address as six octets."""
    return ber.encode_octets(mac_octets(value))


def date_and_time(moment: datetime) -> bytes:
    """DateAndTime in its short form of 8 octets, without a zone (seen on a real unit)."""
    return ber.encode_octets(
        moment.year.to_bytes(2, "big")
        + bytes((moment.month, moment.day, moment.hour, moment.minute, moment.second, 0))
    )


def read_number(varbind: VarBind, low: int = 0, high: int = 0xFFFFFFFF) -> int:
    """Return a written number; INTEGER and the unsigned types are taken for each other."""
    if not isinstance(varbind.value, int):
        raise SetError(WRONG_TYPE)
    if not low <= varbind.value <= high:
        raise SetError(WRONG_VALUE)
    return varbind.value


def read_truth(varbind: VarBind) -> bool:
    """Return a written TruthValue."""
    return read_number(varbind, 1, 2) == 1


def read_octets(varbind: VarBind, shortest: int, longest: int) -> bytes:
    """Return a written octet string of an allowed length."""
    if varbind.tag != ber.OCTETS or not isinstance(varbind.value, bytes):
        raise SetError(WRONG_TYPE)
    if not shortest <= len(varbind.value) <= longest:
        raise SetError(WRONG_LENGTH)
    return varbind.value


def read_text(varbind: VarBind, longest: int, shortest: int = 0) -> str:
    """Return a written display string: ASCII 32 to 126 only."""
    raw = read_octets(varbind, shortest, longest)
    if any(not 32 <= octet <= 126 for octet in raw):
        raise SetError(WRONG_VALUE)
    return raw.decode("ascii")


def inconsistent() -> SetError:
    """The value is well formed and does not go with the rest of the configuration."""
    return SetError(INCONSISTENT_VALUE)


def constant(value: bytes) -> Callable[[object], bytes]:
    """Return a reader that gives every row the same encoded value."""
    return lambda row: value


def fixed_text(value: str) -> Callable[[object], bytes]:
    """Return a reader of a constant text."""
    return constant(text(value))


def label(longest: int, shortest: int = 0) -> Callable[[VarBind], str]:
    """Return a parser of a written display string."""
    return lambda varbind: read_text(varbind, longest, shortest)


def number(low: int, high: int) -> Callable[[VarBind], int]:
    """Return a parser of a written number in a range."""
    return lambda varbind: read_number(varbind, low, high)
