"""Configurations: real lines, any order of keywords, and whatever may stand in one."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain import commands
from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.gam.parsers import parse_running_config
from positron_tui.gam.parsers.running_config import DEFAULT_PROFILE
from positron_tui.simulator.fleet import build_fleet
from tests.clocks import FrozenClock

CONFIG = """\
Building configuration...
hostname riser-4
!
username admin privilege 15 password none
!
vlan 100
!
interface vlan 100
 ip address 192.0.2.11 255.255.255.0
!
ip route 0.0.0.0 0.0.0.0 192.0.2.1
ghn port 3 mode siso name "left riser" shutdown
ghn bw-profile 2 name "300M" rate-downstream 318 rate-upstream 0 description "sold as 300"
ghn endpoint 1 name "Positron_1C9508" mac-address 00:0e:d8:1c:95:08 port 4
ghn endpoint 2 mac-address 00:0E:D8:1C:95:09 port unassigned name Apt-2 allow-management-access
ghn endpoint 3 name "" mac-address 00:0e:d8:1c:95:0a port auto future-word 7 "two words"
ghn subscriber 1 name "test" vid 100 endpoint 1 bw-profile unthrottled poe disable
ghn subscriber 2 endpoint 2 name "Apt 2" tagged remapped-vid 201 bw-profile 2 allowed-vlan 15-17,99
ghn subscriber 3 name p vid 301 port 3 double-tag outer-vid 28 nni 10GigabitEthernet 1/2 trunk-mode
ghn subscriber 4 name u vid 400 endpoint 3 nni 2 port2-vid none magic "a b" poe turbo
ghn notch 1 startfreq 3.5 stopfreq 4 depth 10
ghn teleport 1 now
ghn endpoint 9 mac-address nonsense
!
interface 10GigabitEthernet 1/1
 switchport trunk native vlan 100
 switchport trunk allowed vlan 3-20,4000-4094
 switchport mode trunk
!
interface GigabitEthernet 1/1
!
end
"""


def test_a_whole_configuration() -> None:
    config = parse_running_config(CONFIG)
    assert config.hostname == "riser-4"
    assert config.management_vlans == {100}
    assert config.uplink_vlans == {"10G 1/1": ((3, 20), (4000, 4094))}
    assert config.ports == (PortConfig(3, "left riser", PortMode.SISO, True),)
    assert config.profiles == (DEFAULT_PROFILE, Profile(2, "300M", 318, 0, "sold as 300"))
    assert config.endpoints == (
        EndpointConfig(1, "Positron_1C9508", "00:0e:d8:1c:95:08", None, "G.hn 1/4"),
        EndpointConfig(2, "Apt-2", "00:0e:d8:1c:95:09", allow_management=True),
        EndpointConfig(
            3,
            None,
            "00:0e:d8:1c:95:0a",
            auto_port=True,
            unknown_words=("future-word", "7", '"two words"'),
        ),
    )


def test_subscribers() -> None:
    first, second, third = parse_running_config(CONFIG).subscribers
    assert (first.name, first.vlan, first.tagged, first.profile_id) == ("test", 100, False, 0)
    assert (first.endpoint_id, first.endpoint_mac) == (1, "00:0e:d8:1c:95:08")
    assert first.poe is Poe.DISABLE
    assert (first.trunk, first.double_tag, first.allowed_vlans) == (False, False, ())
    assert (second.vlan, second.tagged, second.remapped_vlan) == (4094, True, 201)
    assert second.allowed_vlans == (15, 16, 17, 99)
    assert (third.port, third.endpoint_id) == ("G.hn 1/3", None)
    assert (third.double_tag, third.outer_vlan, third.uplink) == (True, 28, "10G 1/2")
    assert third.trunk is True


def test_unreadable_ghn_lines_are_kept() -> None:
    assert parse_running_config(CONFIG).unreadable_lines == (
        'ghn subscriber 4 name u vid 400 endpoint 3 nni 2 port2-vid none magic "a b" poe turbo',
        "ghn teleport 1 now",
        "ghn endpoint 9 mac-address nonsense",
    )


def test_words_that_are_not_known_make_silent_options_unknown() -> None:
    line = 'ghn subscriber 4 name u vid 400 endpoint 3 magic "a b" nni 2'
    (subscriber,) = parse_running_config(f"Building configuration\n{line}\nend\n").subscribers
    assert subscriber.unknown_words == ("magic", '"a b"')
    assert subscriber.uplink == "10G 1/2"
    assert subscriber.double_tag is None
    assert subscriber.trunk is None


def test_one_object_on_several_lines_adds_up() -> None:
    config = parse_running_config(
        "ghn subscriber 1 name a endpoint 1\nghn subscriber 1 vid 30 odd\nghn subscriber 1 new\n"
    )
    (subscriber,) = config.subscribers
    assert (subscriber.name, subscriber.endpoint_id, subscriber.vlan) == ("a", 1, 30)
    assert subscriber.unknown_words == ("odd", "new")


def test_built_in_profile_is_shown_until_it_is_changed() -> None:
    assert parse_running_config("end").profiles == (DEFAULT_PROFILE,)
    changed = parse_running_config("ghn bw-profile 1 rate-downstream 20")
    assert changed.profiles == (Profile(1, "Default BW Profile", 20, 10),)


@pytest.mark.parametrize(
    ("lines", "ranges"),
    [
        (" switchport trunk allowed vlan all", ((1, 4095),)),
        (" switchport trunk allowed vlan none", ()),
        (
            " switchport trunk allowed vlan 5\n switchport trunk allowed vlan add 7",
            ((5, 5), (7, 7)),
        ),
    ],
)
def test_trunk_forms(lines: str, ranges: tuple[tuple[int, int], ...]) -> None:
    config = parse_running_config(f"interface 10GigabitEthernet 1/1-2\n{lines}\n!\nend")
    assert config.uplink_vlans == {"10G 1/1": ranges, "10G 1/2": ranges}


def test_indentation_does_not_matter() -> None:
    """The pager of some builds shifts the row behind it far to the right."""
    shifted = CONFIG.replace(" ip address", " " * 55 + "ip address").replace(
        "ghn bw-profile", " " * 54 + "ghn bw-profile"
    )
    assert parse_running_config(shifted) == parse_running_config(CONFIG)


@pytest.mark.parametrize("text", ["", "% No such thing", "Port  MACAddress"])
def test_what_is_no_configuration(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        parse_running_config(text)


@pytest.mark.parametrize("personality", ["current", "gam12c-1.5.4", "gam4cx-1.5.4", "old-1.2.0"])
def test_virtual_units_are_read_back_whole(personality: str) -> None:
    device = build_fleet(1, personality=personality, seed=11, clock=FrozenClock())[0]
    config = parse_running_config(device.running_text())
    running = device.running
    assert config.unreadable_lines == ()
    assert {e.endpoint_id: (e.mac, e.name) for e in config.endpoints} == {
        e.endpoint_id: (e.mac, e.name) for e in running.endpoints.values()
    }
    assert {s.subscriber_id: (s.name, s.vlan, s.profile_id) for s in config.subscribers} == {
        s.subscriber_id: (s.name, s.vlan, s.profile_id) for s in running.subscribers.values()
    }
    assert {p.profile_id: p.down_mbps for p in config.profiles} == {
        p.profile_id: p.down_mbps for p in running.profiles.values()
    }
    assert config.management_vlans == {running.management_vlan}
    assert not any(endpoint.unknown_words for endpoint in config.endpoints)
    assert not any(subscriber.unknown_words for subscriber in config.subscribers)


NAMES = st.text(st.sampled_from("ABCxyz 019_.-/#()"), min_size=1, max_size=31).map(str.strip)
VLANS = st.integers(3, 4092)
SUBSCRIBERS = st.builds(
    Subscriber,
    subscriber_id=st.integers(1, 384),
    name=NAMES.filter(bool),
    description=st.none() | NAMES.filter(bool),
    endpoint_id=st.integers(1, 384),
    vlan=VLANS,
    tagged=st.booleans(),
    remapped_vlan=st.none() | VLANS,
    port2_vlan=st.none() | VLANS,
    allowed_vlans=st.lists(VLANS, max_size=12).map(lambda ids: tuple(sorted(set(ids)))),
    profile_id=st.integers(0, 15),
    poe=st.none() | st.sampled_from(Poe),
)


@given(SUBSCRIBERS)
def test_what_we_write_is_what_we_read(subscriber: Subscriber) -> None:
    (read,) = parse_running_config(commands.add_subscriber(subscriber)).subscribers
    assert read.unknown_words == ()
    for name in (
        "subscriber_id",
        "name",
        "description",
        "endpoint_id",
        "vlan",
        "tagged",
        "remapped_vlan",
        "port2_vlan",
        "allowed_vlans",
        "profile_id",
        "poe",
    ):
        assert getattr(read, name) == getattr(subscriber, name), name


@given(st.randoms(use_true_random=False))
def test_keywords_are_read_in_any_order(order: random.Random) -> None:
    groups = [
        'name "Apt 12"',
        "vid 100",
        "endpoint 1",
        "bw-profile 2",
        "tagged",
        'description "x y"',
    ]
    expected = parse_running_config("ghn subscriber 1 " + " ".join(groups))
    order.shuffle(groups)
    assert parse_running_config("ghn subscriber 1 " + " ".join(groups)) == expected


KEYWORDS = """
ghn port endpoint subscriber bw-profile name vid 4 0 99999999999999 "a b" " tagged nni 1/1 10G
none auto poe force mode siso allowed-vlan 3-9 9-3 ٣ no shutdown description
"""
WORDS = st.sampled_from(KEYWORDS.split())


@given(st.lists(WORDS, max_size=12).map(" ".join), st.text())
@settings(max_examples=300)
def test_any_line_is_read_or_kept(words: str, text: str) -> None:
    config = parse_running_config(f"Building configuration...\nghn {words}\n{text}\nend")
    assert all(line.startswith(("ghn ", "no ghn ")) for line in config.unreadable_lines)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnexpectedReply):
        parse_running_config(text)
