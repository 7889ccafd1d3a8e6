"""Configurations survive the journal, whatever is in them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.errors import StoreError
from positron_tui.domain.ports import PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.store.config_documents import decode_config, encode_config

# Devices send what they like, also what is no text at all.
TEXT = st.text(st.characters(categories=("L", "N", "P", "Zs", "Cc", "Cs")), max_size=8)
NAME, WORDS = st.none() | TEXT, st.lists(TEXT, max_size=2).map(tuple)
NUMBER, FLAG = st.integers(0, 4095), st.booleans()
VLAN, MAYBE = st.none() | NUMBER, st.none() | st.booleans()
PORT = st.sampled_from((None, "G.hn 1/1", "10G 1/2"))


def some(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


PORTS = st.builds(PortConfig, NUMBER, NAME, st.none() | st.sampled_from(PortMode), FLAG)
ENDPOINTS = st.builds(EndpointConfig, NUMBER, NAME, NAME, NAME, PORT, FLAG, FLAG, WORDS)
PROFILES = st.builds(Profile, NUMBER, TEXT, VLAN, VLAN, NAME)
SUBSCRIBERS = st.builds(
    Subscriber,
    NUMBER,
    TEXT,
    description=NAME,
    endpoint_id=VLAN,
    endpoint_mac=NAME,
    port=PORT,
    vlan=VLAN,
    tagged=MAYBE,
    remapped_vlan=VLAN,
    port2_vlan=VLAN,
    allowed_vlans=st.none() | st.lists(NUMBER, max_size=3).map(tuple),
    trunk=MAYBE,
    double_tag=MAYBE,
    outer_vlan=VLAN,
    uplink=PORT,
    profile_id=VLAN,
    poe=st.none() | st.sampled_from(Poe),
    unknown_words=WORDS,
    source=st.none() | st.sampled_from(Source),
)
CONFIGS = st.builds(
    RunningConfig,
    hostname=NAME,
    ports=some(PORTS),
    endpoints=some(ENDPOINTS),
    profiles=some(PROFILES),
    subscribers=some(SUBSCRIBERS),
    management_vlans=st.frozensets(NUMBER, max_size=3),
    uplink_vlans=st.dictionaries(
        TEXT, st.lists(st.tuples(NUMBER, NUMBER), max_size=2).map(tuple), max_size=2
    ),
    unreadable_lines=WORDS,
    subscriber_model=st.none() | st.sampled_from(SubscriberModel),
    default_uplink=PORT,
    endpoint_auto_upgrade=MAYBE,
    port2_tagged=st.dictionaries(NUMBER, FLAG, max_size=2),
)


@given(CONFIGS)
def test_a_configuration_is_read_back_as_it_was(config: RunningConfig) -> None:
    text = encode_config(config)
    assert decode_config(text) == config
    assert text.isascii()


def test_only_what_says_something_is_written() -> None:
    config = RunningConfig(subscribers=(Subscriber(4, "Smith", vlan=100, tagged=False),))
    assert json.loads(encode_config(config)) == {
        "subscribers": [{"name": "Smith", "subscriber_id": 4, "tagged": False, "vlan": 100}]
    }


def test_fields_of_a_later_version_are_left_out() -> None:
    text = '{"colour": 1, "endpoints": [{"endpoint_id": 3, "colour": 2}]}'
    assert decode_config(text) == RunningConfig(endpoints=(EndpointConfig(3),))


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"ports": [{}]}', '{"subscribers": [{"subscriber_id": 1}]}']
)
def test_what_is_no_configuration_is_told(text: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode_config(text)
