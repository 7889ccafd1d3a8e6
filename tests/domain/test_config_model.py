"""What the model of a unit refuses, in the unit's own words, and what it makes of a line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from positron_tui.domain.calls import call_text, read_call
from positron_tui.domain.canonical import canonical, merged_ranges
from positron_tui.domain.config_model import apply_texts
from positron_tui.domain.devices import Line
from positron_tui.domain.errors import CommandRejected, UsageError
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from tests.domain.configs import configs

CONFIG = RunningConfig(
    ports=(PortConfig(1, "riser A"),),
    endpoints=(
        EndpointConfig(1, "Apt 1", "00:0e:d8:00:00:01", port="G.hn 1/1"),
        EndpointConfig(2, "Apt 2", "00:0e:d8:00:00:02"),
    ),
    profiles=(Profile(2, "100M", 106, 106),),
    subscribers=(
        Subscriber(1, "Smith", endpoint_id=1, vlan=100, profile_id=2),
        Subscriber(2, "Jones", port="G.hn 1/2", vlan=101),
    ),
)
SET = "ghnAgent.config.userByName.set"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("show running-config", "Invalid word"),
        ("ghn toaster 1 on", "Invalid word"),
        ("ghn subscriber x vid 5", "Invalid word"),
        ("ghn subscriber 1 vid", "Invalid word"),
        ('ghn subscriber 1 name "a', "Invalid word"),
        ("ghn subscriber 1 name who?", "Invalid word"),
        ("no ghn subscriber 1 name", "Invalid word"),
        ("no ghn port 1 name", "Invalid word"),
        ("ghn port 1 mode fast", "Invalid word"),
        ("ghn subscriber 9", "Invalid G.hn subscriber name"),
        ("ghn subscriber 385 name x", "Invalid G.hn subscriber"),
        ("ghn subscriber 1 name Jones", "Non-unique G.hn subscriber name"),
        ("ghn subscriber 2 endpoint 1", "Invalid G.hn subscriber"),
        ("ghn subscriber 3 name x endpoint 1", "endpoint is already assigned"),
        ("ghn subscriber 1 endpoint 7", "Non-existing G.hn endpoint"),
        ("ghn subscriber 1 bw-profile 7", "Non-existing G.hn bandwidth profile"),
        ("ghn subscriber 1 vid 2", "Invalid G.hn data VLAN id"),
        ("ghn subscriber 1 vid 3841", "Invalid G.hn data VLAN id"),
        ("ghn subscriber 1 remapped-vid 4094", "Invalid G.hn remapped data VLAN id"),
        ("ghn subscriber 1 port2-vid 2", "Invalid G.hn port #2 VLAN id"),
        ("ghn subscriber 1 port2-vid 100", "cannot be the same as port #2"),
        ("ghn subscriber 1 allowed-vlan 10-30", "Too many allowed tagged VLAN"),
        ("ghn subscriber 1 allowed-vlan 2", "Invalid G.hn data VLAN id"),
        ("no ghn subscriber 9", "Non-existing G.hn subscriber"),
        ("ghn endpoint 3 name x", "Invalid G.hn endpoint MAC address"),
        ("ghn endpoint 3 mac-address 00:0e:d8:00:00:01", "Non-unique G.hn endpoint MAC"),
        ('ghn endpoint 2 name "Apt 1"', "Non-unique G.hn endpoint name"),
        ("ghn endpoint 2 port 1", "Maximum number of G.hn endpoint reached for that port"),
        ("no ghn endpoint 1", "Invalid G.hn endpoint"),
        ("no ghn endpoint 9", "Non-existing G.hn endpoint"),
        ("no ghn endpoint 9 port", "Non-existing G.hn endpoint"),
        ("ghn bw-profile 3", "Invalid G.hn bandwidth profile name"),
        ("ghn bw-profile 16 name x", "Invalid G.hn bandwidth profile"),
        ("ghn bw-profile 3 name 100M", "Non-unique G.hn bandwidth profile name"),
        ("ghn bw-profile 2 rate-downstream 5", "downstream bandwidth"),
        ("ghn bw-profile 2 rate-upstream 2000", "upstream bandwidth"),
        ("no ghn bw-profile 1", "Invalid G.hn bandwidth profile"),
        ("no ghn bw-profile 2", "Invalid G.hn bandwidth profile"),
        ("no ghn bw-profile 7", "Non-existing G.hn bandwidth profile"),
        ('ghn port 2 name "riser A"', "Non-unique G.hn port name"),
        ("ghn port 99 shutdown", "Invalid G.hn port"),
    ],
)
def test_what_a_unit_refuses_on_its_command_line(command: str, reply: str) -> None:
    with pytest.raises(CommandRejected) as caught:
        apply_texts(CONFIG, "cli", (command,), line=Line.COPPER)
    assert caught.value.command == command
    assert reply in caught.value.reply
    assert caught.value.reply.startswith("% ")


@pytest.mark.parametrize(
    ("method", "params", "reply"),
    [
        (SET, ["Nobody", {}], "Non-existing G.hn subscriber"),
        (SET, ["Smith", {"DoubleTags": True}], "Invalid outer tag VID"),
        (SET, ["Smith", {"PortIfIndex": "G.hn 1/1"}], "Invalid G.hn subscriber"),
        (SET, ["Smith", {"TrunkMode": 1}], "Invalid params"),
        (SET, ["Smith", {"Colour": "red"}], "Invalid params"),
        (SET, ["Smith", {"NNIIfIndex": 7}], "Invalid params"),
        ("ghnAgent.config.user.copy", [1, {}], "Invalid params"),
        ("icfg.control.copy.set", [{}], "Invalid params"),
    ],
)
def test_what_a_unit_refuses_as_a_call(method: str, params: list[object], reply: str) -> None:
    with pytest.raises(CommandRejected) as caught:
        apply_texts(CONFIG, "jsonrpc", (call_text(method, *params),))
    assert reply in caught.value.reply


def test_lines_and_calls_of_one_service() -> None:
    config = apply_texts(
        CONFIG,
        "cli",
        (
            "ghn endpoint 5 mac-address 00-0E-D8-1C-95-08 port 3 allow-management-access",
            "ghn subscriber 5 name Doe endpoint 5 tagged poe force qos 3",
            "ghn port 3 mode siso shutdown",
            "no ghn port 1",
        ),
    )
    config = apply_texts(
        config,
        "jsonrpc",
        (
            call_text(SET, "Doe", {"TrunkMode": True, "NNIIfIndex": "10G 1/2"}),
            call_text("ghnAgent.config.user.del", 2),
        ),
    )
    assert config.endpoints[2] == EndpointConfig(
        5, "Positron_1C9508", "00:0e:d8:1c:95:08", port="G.hn 1/3", allow_management=True
    )
    doe = config.subscriber_by_name("Doe")
    assert doe is not None
    assert (doe.vlan, doe.tagged, doe.poe, doe.profile_id) == (4094, True, Poe.FORCE, 0)
    assert (doe.trunk, doe.uplink, doe.unknown_words) == (True, "10G 1/2", ("qos", "3"))
    assert config.ports == (PortConfig(3, None, PortMode.SISO, shutdown=True),)
    assert config.subscriber_by_name("Jones") is None


def test_a_call_reads_back_and_anything_else_is_none() -> None:
    text = call_text(SET, "Smith", {"b": 1, "a": [2]})
    assert text == f'{{"method":"{SET}","params":["Smith",{{"a":[2],"b":1}}]}}'
    assert read_call(text) == (SET, ["Smith", {"a": [2], "b": 1}])
    for bad in ("", "[]", "{}", '{"method":1,"params":[]}', '{"method":"x","params":{}}'):
        with pytest.raises(UsageError):
            read_call(bad)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(configs())
def test_the_canonical_form_is_canonical(config: RunningConfig) -> None:
    assert canonical(config) == config


def test_the_canonical_form_of_what_a_device_may_say() -> None:
    said = RunningConfig(
        ports=(PortConfig(2, ""), PortConfig(1, mode=PortMode.MIMO, shutdown=True)),
        endpoints=(EndpointConfig(1, "", "00:0e:d8:00:00:01", "", "G.hn 1/1", auto_port=True),),
        profiles=(Profile(4, "x"),),
        subscribers=(
            Subscriber(2, "b", poe=Poe.DISABLE, allowed_vlans=(9, 5, 9)),
            Subscriber(1, "a", "", endpoint_id=1, remapped_vlan=0, unknown_words=("odd",)),
        ),
        uplink_vlans={"10G 1/1": ((5, 9), (3, 4), (20, 20))},
    )
    found = canonical(said)
    assert found.ports == (PortConfig(1, shutdown=True),)
    assert found.endpoints == (EndpointConfig(1, None, "00:0e:d8:00:00:01", auto_port=True),)
    assert [one.profile_id for one in found.profiles] == [1, 4]
    assert found.profiles[1] == Profile(4, "x", 0, 0)
    first, second = found.subscribers
    assert (first.subscriber_id, first.trunk, first.endpoint_mac) == (1, None, "00:0e:d8:00:00:01")
    assert (second.trunk, second.poe, second.allowed_vlans, second.vlan) == (
        False,
        None,
        (5, 9),
        4094,
    )
    assert found.uplink_vlans == {"10G 1/1": ((3, 9), (20, 20))}
    assert canonical(found) == found
    assert merged_ranges([(8, 9), (1, 20)]) == ((1, 20),)
