"""MAC addresses, port names, VLAN lists and names in every spelling a person uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import format_mac, mac_octets, parse_mac
from positron_tui.domain.names import MAX_NAME, description_problem, name_problem
from positron_tui.domain.ports import PortKind, canonical_port_name, parse_port_name, port_name
from positron_tui.domain.vlans import format_vlan_list, parse_vlan_list, vlan_problem


@pytest.mark.parametrize(
    "spelling",
    [
        "00:0e:d8:1c:95:08",
        "00-0E-D8-1C-95-08",
        "000e.d81c.9508",
        "000ED81C9508",
        " 00:0e:d8:1C:95:08 ",
    ],
)
def test_a_mac_has_one_spelling_inside(spelling: str) -> None:
    assert parse_mac(spelling) == "00:0e:d8:1c:95:08"


@pytest.mark.parametrize("text", ["", "00:0e:d8", "00:0e:d8:1c:95:0g", "00:0e:d8:1c:95:08:11"])
def test_what_is_no_mac_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="not a MAC address"):
        parse_mac(text)


@given(st.binary(min_size=6, max_size=6))
def test_mac_octets_and_text_are_inverse(octets: bytes) -> None:
    assert mac_octets(format_mac(octets)) == octets
    assert parse_mac(format_mac(octets).upper()) == format_mac(octets)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("4", "G.hn 1/4"),
        ("1/12", "G.hn 1/12"),
        ("G.hn 1/4", "G.hn 1/4"),
        ("g.hn-4", "G.hn 1/4"),
        ("10G 1/1", "10G 1/1"),
        ("10GigabitEthernet 1/2", "10G 1/2"),
        ("mgmt", "Gi 1/1"),
        ("GigabitEthernet 1/1", "Gi 1/1"),
        ("Gi 1/1", "Gi 1/1"),
    ],
)
def test_a_port_has_one_name(text: str, name: str) -> None:
    assert canonical_port_name(text) == name


@pytest.mark.parametrize("text", ["", "x", "2/4", "G.hn", "-1", "1/2/3"])
def test_what_is_no_port_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="not a port"):
        parse_port_name(text)


@given(st.sampled_from([PortKind.GHN, PortKind.UPLINK]), st.integers(1, 9))
def test_port_names_are_read_back(kind: PortKind, number: int) -> None:
    assert parse_port_name(port_name(kind, number)) == (kind, number)


@given(st.sets(st.integers(0, 4095)))
def test_vlan_lists_are_read_back(vlans: set[int]) -> None:
    assert parse_vlan_list(format_vlan_list(vlans)) == tuple(sorted(vlans))


@given(st.text(max_size=20))
def test_any_text_is_a_vlan_list_or_a_usage_error(text: str) -> None:
    try:
        found = parse_vlan_list(text)
    except UsageError:
        return
    assert all(0 <= vlan <= 4095 for vlan in found)


def test_a_vlan_list_is_written_as_the_device_does() -> None:
    assert format_vlan_list([100, 15, 16, 17, 20]) == "15-17,20,100"
    assert format_vlan_list([]) == "none"


@pytest.mark.parametrize("vlan", [0, 1, 2, 3840, 3841, 3842, 4094, 4095, 4096, -1])
def test_reserved_vlans_are_refused_with_a_reason(vlan: int) -> None:
    assert vlan_problem(vlan)


@pytest.mark.parametrize("vlan", [3, 100, 3839, 3843, 4092, 4093])
def test_usable_vlans(vlan: int) -> None:
    assert vlan_problem(vlan) is None
    assert vlan_problem(vlan, management_vlans={vlan}) is not None


@pytest.mark.parametrize("name", ["a", "Apt-12 (riser #2)", "x" * MAX_NAME, "A_b.c/d"])
def test_names_that_a_device_takes(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("x" * 32, "32 characters"),
        (" a", "blank"),
        ("a?", "the character ?"),
        ('a"b', 'the character "'),
        ("a\tb", "U+0009"),
        ("ä", "U+00E4"),
        ("a\x1b[31m", "U+001B"),
    ],
)
def test_names_that_the_command_line_would_eat(name: str, reason: str) -> None:
    problem = name_problem(name)
    assert problem is not None
    assert reason in problem


@given(st.text(max_size=80))
def test_a_good_name_is_safe_to_send(name: str) -> None:
    if name_problem(name) is None:
        assert name.isascii()
        assert name.isprintable()
        assert '"' not in name
        assert "?" not in name


def test_a_description_may_be_empty_but_not_long() -> None:
    assert description_problem("") is None
    assert description_problem("x" * 64) is not None
