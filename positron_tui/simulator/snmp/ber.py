"""A compact BER codec for SNMP, and the PDUs made of it.

It is our own because a measured agent on pysnmp costs ten times the CPU that a simulated fleet of
50 units may cost. Values are encoded to whole TLVs (bytes), so that a MIB cell is ready to be sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
SET: Final = 0xA3
GET_BULK: Final = 0xA5
REPORT: Final = 0xA8

REQUESTS: Final = frozenset((GET, GET_NEXT, SET, GET_BULK))
EXCEPTIONS: Final = frozenset((NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW))
_UNSIGNED: Final = frozenset((COUNTER32, GAUGE32, TIME_TICKS, COUNTER64))
_BYTES: Final = frozenset((OCTETS, IP_ADDRESS, OPAQUE))

MAX_SUBID: Final = 0xFFFFFFFF
MAX_OID_LENGTH: Final = 128

Oid = tuple[int, ...]
Value = int | bytes | Oid | None


class BerError(Exception):
    """The octets are no well-formed SNMP message, or a value cannot be encoded."""


@dataclass(frozen=True, slots=True)
class VarBind:
    """One name and value; `value` is int, bytes, an OID or None, as `tag` says."""

    oid: Oid
    tag: int = NULL
    value: Value = None


@dataclass(frozen=True, slots=True)
class Pdu:
    """A request or response; for GETBULK `status` and `index` are non-repeaters, repetitions."""

    kind: int
    request_id: int
    status: int
    index: int
    varbinds: tuple[VarBind, ...]


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


_LENGTHS: Final = tuple(_length(size) for size in range(4096))


def tlv(tag: int, body: bytes) -> bytes:
    """Return `body` with its tag and definite length in front."""
    size = len(body)
    return bytes((tag,)) + (_LENGTHS[size] if size < 4096 else _length(size)) + body


def _signed(number: int) -> bytes:
    bits = (number if number >= 0 else ~number).bit_length()
    return number.to_bytes(bits // 8 + 1, "big", signed=True)


@lru_cache(maxsize=16384)
def encode_integer(number: int, tag: int = INTEGER) -> bytes:
    """Return a number as TLV; unsigned types are encoded with a leading zero where needed."""
    if tag in _UNSIGNED and number < 0:
        raise BerError(f"{number} cannot be an unsigned SNMP value")
    return tlv(tag, _signed(number))


def encode_counter64(number: int) -> bytes:
    """Return a Counter64 as TLV; counters change, so nothing is cached here."""
    body = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes((COUNTER64, len(body))) + body


def encode_octets(octets: bytes, tag: int = OCTETS) -> bytes:
    """Return an octet string as TLV."""
    return tlv(tag, octets)


def _subid(number: int, limit: int = MAX_SUBID) -> bytes:
    if not 0 <= number <= limit:
        raise BerError(f"{number} cannot be part of an OID")
    octets = bytearray((number & 0x7F,))
    number >>= 7
    while number:
        octets.append(0x80 | (number & 0x7F))
        number >>= 7
    octets.reverse()
    return bytes(octets)


@lru_cache(maxsize=16384)
def encode_suffix(oid: Oid) -> bytes:
    """Return the sub-identifiers of an OID's tail without any header."""
    return b"".join(map(_subid, oid))


@lru_cache(maxsize=16384)
def encode_oid_body(oid: Oid) -> bytes:
    """Return a whole OID's content octets, the first two numbers folded into one."""
    if not 2 <= len(oid) <= MAX_OID_LENGTH or not 0 <= oid[0] <= 2 or (oid[0] < 2 and oid[1] > 39):
        raise BerError(f"{'.'.join(map(str, oid))} is not an OID")
    return _subid(oid[0] * 40 + oid[1], MAX_SUBID + 80) + encode_suffix(oid[2:])


def encode_oid(oid: Oid) -> bytes:
    """Return an OID as TLV."""
    return tlv(OID, encode_oid_body(oid))


def encode_value(tag: int, value: Value) -> bytes:
    """Return any value of SNMP as TLV; raise BerError when tag and value do not fit."""
    if tag == NULL or tag in EXCEPTIONS:
        return bytes((tag, 0))
    if isinstance(value, bytes) and tag in _BYTES:
        return tlv(tag, value)
    if isinstance(value, int) and (tag == INTEGER or tag in _UNSIGNED):
        return encode_integer(value, tag)
    if isinstance(value, tuple) and tag == OID:
        return encode_oid(value)
    raise BerError(f"a value of type 0x{tag:02x} cannot be encoded from {type(value).__name__}")


def encode_varbind(oid: Oid, value: bytes) -> bytes:
    """Return a varbind from its name and a value that is encoded already."""
    return tlv(SEQUENCE, encode_oid(oid) + value)


def encode_pdu(
    kind: int, request_id: int, status: int, index: int, varbinds: Iterable[bytes]
) -> bytes:
    """Return a PDU from varbinds that are encoded already."""
    return tlv(
        kind,
        encode_integer(request_id)
        + encode_integer(status)
        + encode_integer(index)
        + tlv(SEQUENCE, b"".join(varbinds)),
    )


def read_tlv(data: bytes, position: int, end: int) -> tuple[int, int, int]:
    """Return (tag, start, stop) of the value at `position`; raise BerError beyond `end`."""
    if position + 2 > end:
        raise BerError("the message ends in the middle of a header")
    tag = data[position]
    size = data[position + 1]
    start = position + 2
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 4 or start + octets > end:
            raise BerError("a length is not a definite one of at most four octets")
        size = int.from_bytes(data[start : start + octets], "big")
        start += octets
    if start + size > end:
        raise BerError("a value is longer than the message")
    return tag, start, start + size


def expect(data: bytes, position: int, end: int, wanted: int) -> tuple[int, int]:
    """Return (start, stop) of the value at `position`, which must have the tag `wanted`."""
    tag, start, stop = read_tlv(data, position, end)
    if tag != wanted:
        raise BerError(f"type 0x{tag:02x} where 0x{wanted:02x} belongs")
    return start, stop


def decode_number(data: bytes, start: int, stop: int) -> int:
    """Return the two's complement number in data[start:stop], of 1 to 9 octets."""
    if not 1 <= stop - start <= 9:
        raise BerError("a number has no octets or too many")
    return int.from_bytes(data[start:stop], "big", signed=True)


def read_integer(data: bytes, position: int, end: int) -> tuple[int, int]:
    """Return (number, next position) of the INTEGER at `position`."""
    start, stop = expect(data, position, end, INTEGER)
    return decode_number(data, start, stop), stop


def read_octets(data: bytes, position: int, end: int) -> tuple[bytes, int]:
    """Return (octets, next position) of the OCTET STRING at `position`."""
    start, stop = expect(data, position, end, OCTETS)
    return data[start:stop], stop


@lru_cache(maxsize=16384)
def decode_oid_body(body: bytes) -> Oid:
    """Return the OID with these content octets."""
    numbers: list[int] = []
    number = 0
    for octet in body:
        number = (number << 7) | (octet & 0x7F)
        if number > MAX_SUBID + 80 or (numbers and number > MAX_SUBID):
            raise BerError("a sub-identifier exceeds 32 bits")
        if octet & 0x80:
            continue
        numbers.append(number)
        number = 0
    if not numbers or body[-1] & 0x80 or len(numbers) >= MAX_OID_LENGTH:
        raise BerError("an OID is empty, cut off or too long")
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def decode_value(data: bytes, position: int, end: int) -> tuple[int, Value, int]:
    """Return (tag, value, next position) of the value at `position`."""
    tag, start, stop = read_tlv(data, position, end)
    if tag == NULL or tag in EXCEPTIONS:
        if start != stop:
            raise BerError("a null has contents")
        return tag, None, stop
    if tag == INTEGER:
        return tag, decode_number(data, start, stop), stop
    if tag in _BYTES:
        return tag, data[start:stop], stop
    if tag == OID:
        return tag, decode_oid_body(data[start:stop]), stop
    if tag in _UNSIGNED:
        return tag, _decode_unsigned(tag, data, start, stop), stop
    raise BerError(f"type 0x{tag:02x} is not one of SNMP")


def _decode_unsigned(tag: int, data: bytes, start: int, stop: int) -> int:
    """Read leniently: old managers send 32-bit values without the leading zero."""
    number = decode_number(data, start, stop)
    bits = 64 if tag == COUNTER64 else 32
    if number < 0:
        number += 1 << (8 * (stop - start))
    if number >= 1 << bits:
        raise BerError("an unsigned value has too many bits")
    return number


def decode_pdu(data: bytes, position: int, end: int) -> Pdu:
    """Return the PDU at `position`; raise BerError unless it fills the space up to `end`."""
    kind, position, stop = read_tlv(data, position, end)
    if stop != end:
        raise BerError("octets behind the PDU")
    request_id, position = read_integer(data, position, stop)
    status, position = read_integer(data, position, stop)
    index, position = read_integer(data, position, stop)
    position, list_end = expect(data, position, stop, SEQUENCE)
    if list_end != stop:
        raise BerError("octets behind the varbinds")
    varbinds = []
    while position < list_end:
        start, position = expect(data, position, list_end, SEQUENCE)
        name_start, name_stop = expect(data, start, position, OID)
        oid = decode_oid_body(data[name_start:name_stop])
        tag, value, value_stop = decode_value(data, name_stop, position)
        if value_stop != position:
            raise BerError("octets behind a value")
        varbinds.append(VarBind(oid, tag, value))
    return Pdu(kind, request_id, status, index, tuple(varbinds))


@dataclass(frozen=True, slots=True)
class CommunityMessage:
    """An SNMPv1 (`version` 0) or v2c (1) message."""

    version: int
    community: bytes
    pdu: Pdu


def message_version(data: bytes) -> int:
    """Return the version number of a message, whatever it is."""
    start, stop = expect(data, 0, len(data), SEQUENCE)
    return read_integer(data, start, stop)[0]


def decode_community_message(data: bytes) -> CommunityMessage:
    """Return the v1 or v2c message in `data`; raise BerError when it is none."""
    position, end = expect(data, 0, len(data), SEQUENCE)
    if end != len(data):
        raise BerError("octets behind the message")
    version, position = read_integer(data, position, end)
    if version not in (0, 1):
        raise BerError(f"version {version} has no community")
    community, position = read_octets(data, position, end)
    return CommunityMessage(version, community, decode_pdu(data, position, end))


def encode_community_message(version: int, community: bytes, pdu: bytes) -> bytes:
    """Return a v1 or v2c message around an encoded PDU."""
    return tlv(SEQUENCE, encode_integer(version) + encode_octets(community) + pdu)
