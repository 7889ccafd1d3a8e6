"""Values of the API: what devices send in any form, and that nothing they send is an accident."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.calls import call_text
from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import UnexpectedReply, UsageError
from positron_tui.domain.mac import format_mac
from positron_tui.domain.ports import PortKind, PortMode, port_name
from positron_tui.domain.running_config import EndpointConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.gam.jsonrpc import codec, structs
from positron_tui.gam.jsonrpc.codec import Row
from positron_tui.gam.jsonrpc.structs import Names

_ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["NONE", "G.hn 1/4", "10G 1/1", "Gi 1/1", "0", "ok", "portAware", "00:0E:D8:1D:7B:2A"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_MEMBERS = st.sampled_from(
    [
        *("Id", "Name", "Description", "EndpointId", "EndpointName", "EndpointMacAddress"),
        *("BwProfileId", "BwProfileName", "VlanId", "VlanIsTagged", "RemappedVlanId"),
        *("Port2VlanId", "AllowedTaggedVlans", "TrunkMode", "PortIfIndex", "DoubleTags"),
        *("NNIIfIndex", "OuterTagVlanId", "PoeModeCtrl", "Port2VlanIsTagged", "MacAddress"),
        *("AutoPort", "AllowMgmtVlan", "DsBw", "UsBw", "PortMode", "IfIndex", "State"),
        *("DetectedPortIfIndex", "ModelType", "ModelString", "FwMismatch", "Alive", "Uptime"),
        *("RxPhyRate", "WireLengthMeters", "Mode"),
    ]
)
_STRUCTS = st.dictionaries(_MEMBERS, _ANY_JSON, max_size=12)
_ROWS = st.builds(lambda key, values: Row((key,), values), _ANY_JSON, _STRUCTS)
_NAMES = Names({4: "Apt 4", 5: "Apt 5"}, {1: "Default BW Profile", 2: "100M"})
_DECODERS = (
    codec.decode_text,
    codec.decode_number,
    codec.decode_positive,
    codec.decode_bool,
    codec.decode_mac,
    codec.decode_ghn_port,
    codec.decode_uplink,
    codec.decode_vlans,
    codec.decode_poe,
    codec.decode_port_mode,
    codec.decode_subscriber_model,
    codec.decode_state,
    codec.brief,
)


@pytest.mark.parametrize("decode", _DECODERS)
@given(value=_ANY_JSON)
def test_no_value_is_an_accident(decode: Any, value: object) -> None:
    found = decode(value)

    assert found is None or isinstance(found, str | int | tuple)


@pytest.mark.parametrize("decode", _DECODERS)
@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), 1e300, "9" * 5000, "1-" + "9" * 5000, "1-²"],
    ids=["huge", "low", "float", "digits", "range", "superscript"],
)
def test_monstrous_numbers_are_unknown(decode: Any, value: object) -> None:
    found = decode(value)

    assert found is None or isinstance(found, str)


@given(row=_ROWS)
def test_no_row_is_an_accident(row: Row) -> None:
    subscriber = structs.subscriber_of(row, _NAMES)
    structs.profile_of(row)
    structs.endpoint_config_of(row)
    structs.port_config_of(row, shutdown=False)
    structs.port2_tagged_of(row)
    endpoint = structs.endpoint_of(row.values, row.values)

    assert subscriber is None or (subscriber.subscriber_id > 0 and subscriber.name)
    assert endpoint is None or len(endpoint.mac) == 17
    json.dumps([str(subscriber), str(endpoint)]).encode()


@given(reply=_ANY_JSON)
def test_a_reply_is_a_table_or_a_typed_error(reply: object) -> None:
    for decode in (codec.decode_rows, codec.decode_struct):
        with contextlib.suppress(UnexpectedReply):
            assert decode(reply, "some.method.get") is not None


@given(text=st.text() | _ANY_JSON.map(lambda value: json.dumps(value, default=str)))
def test_a_step_is_a_call_or_a_typed_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        method, params = codec.decode_step(text)
        assert method
        assert isinstance(params, tuple)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"method": "x"}', '{"method": "", "params": []}', "[" * 100_000),
        *('{"method": "x", "params": {}}', '{"method": "x", "params": [], "id": "1"}'),
    ],
)
def test_steps_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="no JSON-RPC call"):
        codec.decode_step(text)


@pytest.mark.parametrize("reply", [None, {}, "x", 5, True])
def test_what_is_no_table_is_named(reply: object) -> None:
    with pytest.raises(UnexpectedReply, match=r"some\.method\.get"):
        codec.decode_rows(reply, "some.method.get")


@pytest.mark.parametrize("reply", [None, [], "x", 5, True])
def test_what_is_no_struct_is_named(reply: object) -> None:
    with pytest.raises(UnexpectedReply, match=r"some\.method\.get"):
        codec.decode_struct(reply, "some.method.get")


@given(
    method=st.text(min_size=1, max_size=20),
    params=st.lists(st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.text())),
)
def test_a_step_is_read_as_it_was_written(method: str, params: list[object]) -> None:
    text = call_text(method, *params)

    assert text.isascii()
    assert codec.decode_step(text) == (method, tuple(params))


@given(st.integers(1, 24))
def test_ports_there_and_back(number: int) -> None:
    ghn, uplink = port_name(PortKind.GHN, number), port_name(PortKind.UPLINK, 1 + number % 2)

    assert codec.decode_ghn_port(codec.encode_port(ghn)) == ghn
    assert codec.decode_ghn_port(1_000_000 + number) == ghn
    assert codec.decode_ghn_port(str(1_000_000 + number)) == ghn
    assert codec.decode_uplink(codec.encode_port(uplink)) == uplink
    assert codec.decode_uplink(ghn) is None
    assert codec.decode_ghn_port(uplink) is None


@given(st.binary(min_size=6, max_size=6).filter(any))
def test_macs_there_and_back(octets: bytes) -> None:
    mac = format_mac(octets)

    assert codec.encode_mac(mac) == mac.upper()
    assert codec.decode_mac(codec.encode_mac(mac)) == mac


@pytest.mark.parametrize("value", ["NONE", "0", 0, "", None, "VLAN 100", "LLAG 1", "G.hn 1/0", 7])
def test_no_port(value: object) -> None:
    assert codec.decode_ghn_port(value) is None
    assert codec.decode_uplink(value) is None


def test_none_is_written_as_a_word() -> None:
    assert codec.encode_port(None) == "NONE"
    with pytest.raises(UsageError, match="is not a port"):
        codec.encode_port("somewhere")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12),
        ("12", 12),
        (" 12 ", 12),
        (12.0, 12),
        (0, 0),
        (-1, None),
        (True, None),
        (1.5, None),
        (float("nan"), None),
        (float("inf"), None),
        ("twelve", None),
        ("٤", None),
        (None, None),
        ([], None),
    ],
)
def test_numbers(value: object, expected: int | None) -> None:
    assert codec.decode_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("False", False),
        (1, True),
        (0, False),
        (2, None),
        ("yes", None),
        (None, None),
        (1.0, None),
    ],
)
def test_truth(value: object, expected: bool | None) -> None:
    assert codec.decode_bool(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], ()),
        ([310, 302, 302], (302, 310)),
        (["302", 310], (302, 310)),
        ("10,20-22", (10, 20, 21, 22)),
        ("none", ()),
        ([1, "x"], None),
        ([5000], None),
        ("x", None),
        (None, None),
        ({}, None),
    ],
)
def test_vlans(value: object, expected: tuple[int, ...] | None) -> None:
    assert codec.decode_vlans(value) == expected


def test_words_of_enums_and_their_numbers() -> None:
    assert codec.decode_state("quarantinedUnknownMAC") is EndpointState.QUARANTINED_UNKNOWN_MAC
    assert codec.decode_state(2) is EndpointState.QUARANTINED_WRONG_PORT
    assert codec.decode_state("9") is None
    assert codec.decode_port_mode("MIMO") is PortMode.MIMO
    assert codec.decode_port_mode(255) is None
    assert codec.decode_subscriber_model("portAware") is SubscriberModel.PORT_AWARE
    assert codec.decode_subscriber_model("somethingNew") is None
    assert codec.decode_poe("force") is Poe.FORCE
    assert codec.decode_poe(0) is Poe.DISABLE
    assert codec.decode_poe("") is None


def test_texts_are_kept_but_for_padding() -> None:
    assert codec.decode_text("Apt 4 \x00\x00") == "Apt 4 "
    assert codec.decode_text("") is None
    assert codec.decode_text(4) is None
    assert codec.decode_text("a\ud800b") == "a?b"


def test_keys_of_a_table_are_one_or_an_array() -> None:
    reply = [
        {"key": "Apt 1", "val": {"Id": 1}},
        {"key": [4, 1], "val": {}},
        {"key": 3},
        "nonsense",
    ]
    rows = codec.decode_rows(reply, "x.get")

    assert [row.keys for row in rows.rows] == [("Apt 1",), (4, 1)]
    assert rows.unreadable == ('x.get: {"key": 3}', 'x.get: "nonsense"')


def test_an_empty_table_is_a_table() -> None:
    assert codec.decode_rows([], "x.get").rows == ()


_vlans = st.none() | st.integers(3, 4092)
_subscribers = st.builds(
    Subscriber,
    subscriber_id=st.integers(1, 384),
    name=st.just("Apt 7"),
    description=st.none() | st.text("abc 123", min_size=1, max_size=20),
    endpoint_id=st.sampled_from([None, 4, 5]),
    port=st.sampled_from([None, "G.hn 1/3"]),
    vlan=st.integers(3, 4092),
    tagged=st.booleans(),
    remapped_vlan=_vlans,
    port2_vlan=_vlans,
    allowed_vlans=st.lists(st.integers(3, 4092), max_size=4).map(
        lambda found: tuple(sorted(set(found)))
    ),
    trunk=st.booleans(),
    double_tag=st.booleans(),
    outer_vlan=_vlans,
    uplink=st.sampled_from([None, "10G 1/1", "10G 1/2"]),
    profile_id=st.sampled_from([0, 1, 2]),
    poe=st.sampled_from([None, *Poe]),
)


@given(wanted=_subscribers)
def test_a_subscriber_by_id_there_and_back(wanted: Subscriber) -> None:
    struct = structs.subscriber_struct(wanted, _NAMES, by_name=False)
    found = structs.subscriber_of(Row((wanted.subscriber_id,), struct), _NAMES)

    assert found is not None
    assert {**_fields(found), "source": None} == _fields(wanted)


@given(wanted=_subscribers)
def test_a_subscriber_by_name_there_and_back(wanted: Subscriber) -> None:
    struct = structs.subscriber_struct(wanted, _NAMES, by_name=True)
    shown = {**struct, "Id": wanted.subscriber_id}
    found = structs.subscriber_of(Row((wanted.name,), shown), _NAMES)

    assert not struct.keys() & {"Id", "Name", "EndpointId", "BwProfileId"}
    assert found is not None
    assert {**_fields(found), "source": None} == _fields(wanted)


@given(before=_subscribers, after=_subscribers)
def test_only_what_differs_is_sent_and_it_is_enough(before: Subscriber, after: Subscriber) -> None:
    old = structs.subscriber_struct(before, _NAMES, by_name=False)
    new = structs.subscriber_struct(after, _NAMES, by_name=False)
    changes = structs.changed(old, new)

    assert all(old.get(member) != value for member, value in changes.items())
    assert {**old, **changes}.items() >= new.items()


def test_an_add_says_the_profile_and_leaves_out_what_is_off() -> None:
    plain = Subscriber(1, "Apt 7", endpoint_id=4, vlan=301, tagged=False, profile_id=0)
    struct = structs.without_defaults(structs.subscriber_struct(plain, _NAMES, by_name=True))

    assert struct == {
        "EndpointName": "Apt 4",
        "BwProfileName": "",
        "VlanId": 301,
        "VlanIsTagged": False,
    }


def _fields(subscriber: Subscriber) -> dict[str, object]:
    return {name: getattr(subscriber, name) for name in Subscriber.__slots__}


def test_a_firmware_that_gives_names_only() -> None:
    row = Row(("Apt 4",), {"Id": 9, "EndpointName": "Apt 4", "BwProfileName": "100M"})
    found = structs.subscriber_of(row, _NAMES)

    assert found is not None
    assert (found.endpoint_id, found.profile_id, found.name) == (4, 2, "Apt 4")
    assert found.vlan is None
    assert found.trunk is None


def test_rows_without_an_id_are_nothing() -> None:
    row = Row(("Apt 4",), {"Name": "Apt 4"})

    assert structs.subscriber_of(row, _NAMES) is None
    assert structs.profile_of(row) is None
    assert structs.endpoint_config_of(row) is None


def test_profiles_and_endpoints_there_and_back() -> None:
    profile = Profile(3, "300M", 318, 0, "sold")
    endpoint = EndpointConfig(7, "Apt 7", "00:0e:d8:1d:7b:2a", "hall", "G.hn 1/3", False, True)

    profile_row = Row(("300M",), {"Id": 3, **structs.profile_struct(profile)})
    endpoint_row = Row(("Apt 7",), {"Id": 7, **structs.endpoint_struct(endpoint)})

    assert structs.profile_of(profile_row) == profile
    assert structs.endpoint_config_of(endpoint_row) == endpoint


def test_what_is_said_of_a_dead_endpoint_is_old() -> None:
    brief = {"MacAddress": "00:0E:D8:1D:7B:2A", "State": "notDetected"}
    detailed = {"Alive": False, "RxPhyRate": 900, "SerialNumber": "x"}
    found = structs.endpoint_of(brief, detailed)

    assert found is not None
    assert (found.down_phy_mbps, found.serial) == (None, None)


def test_a_rate_of_zero_counts_on_a_live_link_only() -> None:
    brief = {"MacAddress": "00:0E:D8:1D:7B:2A"}
    live = structs.endpoint_of(brief, {"Alive": True, "RxPhyRate": 0, "TxPhyRate": "900"})
    silent = structs.endpoint_of(brief, {"RxPhyRate": 0, "TxPhyRate": 900})

    assert live is not None
    assert silent is not None
    assert (live.down_phy_mbps, live.up_phy_mbps) == (0, 900)
    assert (silent.down_phy_mbps, silent.up_phy_mbps) == (None, 900)


@pytest.mark.parametrize(
    ("members", "length"),
    [
        ({"Mode": "coax", "WireLengthMeters": 0}, None),
        ({"Mode": "mimo", "WireLengthMeters": 0}, 0),
        ({"WireLengthMeters": 0}, None),
        ({"WireLengthMeters": 120}, 120),
    ],
)
def test_wire_lengths(members: dict[str, object], length: int | None) -> None:
    found = structs.endpoint_of({"MacAddress": "00:0E:D8:1D:7B:2A"}, {"Alive": True, **members})

    assert found is not None
    assert found.wire_length_m == length
