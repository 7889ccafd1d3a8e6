"""The codec: round trips, and garbage that ends in one typed error."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from positron_tui.simulator.snmp import ber
from positron_tui.simulator.snmp.ber import BerError, Oid, Value, VarBind

SUBID = st.integers(0, ber.MAX_SUBID)


def _oid(head: tuple[int, int], tail: list[int]) -> Oid:
    return (*head, *tail)


OIDS = st.builds(
    _oid,
    st.tuples(st.integers(0, 1), st.integers(0, 39)) | st.tuples(st.just(2), SUBID),
    st.lists(SUBID, max_size=30),
)
VALUES: st.SearchStrategy[tuple[int, Value]] = st.one_of(
    st.tuples(st.just(ber.INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.sampled_from([ber.OCTETS, ber.OPAQUE]), st.binary(max_size=300)),
    st.tuples(st.just(ber.IP_ADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(
        st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS]), st.integers(0, 2**32 - 1)
    ),
    st.tuples(st.just(ber.COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(ber.OID), OIDS),
    st.tuples(st.sampled_from([ber.NULL, *ber.EXCEPTIONS]), st.none()),
)


@given(VALUES)
@example((ber.INTEGER, -128))
@example((ber.COUNTER64, 2**63))
def test_values_come_back(pair: tuple[int, Value]) -> None:
    tag, value = pair
    encoded = ber.encode_value(tag, value)
    assert ber.decode_value(encoded, 0, len(encoded)) == (tag, value, len(encoded))


@given(
    st.sampled_from([0, 1]),
    st.binary(max_size=40),
    st.integers(-(2**31), 2**31 - 1),
    st.lists(st.tuples(OIDS, VALUES), max_size=8),
)
def test_messages_come_back(
    version: int, community: bytes, request_id: int, pairs: list[tuple[Oid, tuple[int, Value]]]
) -> None:
    varbinds = tuple(VarBind(oid, tag, value) for oid, (tag, value) in pairs)
    encoded = [ber.encode_varbind(v.oid, ber.encode_value(v.tag, v.value)) for v in varbinds]
    pdu = ber.encode_pdu(ber.GET, request_id, 0, 0, encoded)
    message = ber.decode_community_message(ber.encode_community_message(version, community, pdu))
    assert (message.version, message.community) == (version, community)
    assert message.pdu == ber.Pdu(ber.GET, request_id, 0, 0, varbinds)


@given(st.binary(max_size=200))
def test_garbage_is_one_typed_error(data: bytes) -> None:
    with pytest.raises(BerError):
        ber.decode_community_message(data)


@given(st.data())
def test_a_damaged_message_is_decoded_or_refused(data: st.DataObject) -> None:
    pdu = ber.encode_pdu(
        ber.GET_BULK, 7, 0, 25, [ber.encode_varbind((1, 3, 6, 1, 2, 1, 1, 1, 0), b"\x05\x00")]
    )
    whole = bytearray(ber.encode_community_message(1, b"public", pdu))
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] = data.draw(st.integers(0, 255))
    try:
        message = ber.decode_community_message(bytes(whole))
    except BerError:
        return
    assert isinstance(message.pdu, ber.Pdu)


def test_known_octets() -> None:
    assert ber.encode_oid((1, 3, 6, 1, 4, 1, 20095)) == bytes.fromhex("06082b06010401819c7f")
    assert ber.encode_integer(256) == bytes.fromhex("02020100")
    assert ber.encode_integer(2**32 - 1, ber.GAUGE32) == bytes.fromhex("420500ffffffff")
    assert ber.encode_counter64(0) == bytes.fromhex("460100")
    assert ber.tlv(ber.OCTETS, bytes(200))[:3] == bytes.fromhex("0481c8")


def test_unsigned_values_without_a_leading_zero_are_read() -> None:
    assert ber.decode_value(bytes.fromhex("4204ffffffff"), 0, 6)[1] == 2**32 - 1


@pytest.mark.parametrize(
    "octets",
    ["3080", "30840000000000", "0685ffffffffff7f", "0600", "060181", "42050fffffffff", "050100"],
    ids=["indefinite", "cut", "subid", "empty oid", "cut oid", "wide gauge", "full null"],
)
def test_malformed_values(octets: str) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(BerError):
        ber.decode_value(data, 0, len(data))


def test_what_cannot_be_encoded() -> None:
    for oid in [(1,), (3, 1), (1, 40), (1, 3, 2**32), (1, 3, -1), tuple([1] * 129)]:
        with pytest.raises(BerError):
            ber.encode_oid(oid)
    with pytest.raises(BerError):
        ber.encode_integer(-1, ber.GAUGE32)
    with pytest.raises(BerError):
        ber.encode_value(ber.OCTETS, 3)
