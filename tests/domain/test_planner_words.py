"""The exact steps of known plans: what is sent, over what, in which order, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.config_model import apply_inverse, apply_steps
from positron_tui.domain.devices import Line
from positron_tui.domain.errors import CannotPlan, NeedsJsonRpc, Refused
from positron_tui.domain.planner import plan
from positron_tui.domain.planner_moves import order_moves
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber

ONE, TWO, THREE = (f"00:0e:d8:00:00:0{number}" for number in (1, 2, 3))
BASE = canonical(
    RunningConfig(
        endpoints=(
            EndpointConfig(1, "Apt 1", ONE, port="G.hn 1/1"),
            EndpointConfig(2, "Apt 2", TWO, port="G.hn 1/2"),
        ),
        profiles=(Profile(2, "100M", 106, 106), Profile(3, "300M", 318, 318)),
        subscribers=(
            Subscriber(1, "Smith", endpoint_id=1, vlan=100, profile_id=2),
            Subscriber(2, "Jones", endpoint_id=2, vlan=101, profile_id=3),
        ),
    )
)
SMITH, JONES = BASE.subscribers


def _smith(**fields: object) -> RunningConfig:
    changed = replace(SMITH, **fields)  # type: ignore[arg-type]
    return replace(BASE, subscribers=(changed, JONES))


def _commands(wanted: RunningConfig, current: RunningConfig = BASE) -> list[str]:
    """Plan without JSON-RPC, check the plan on the model, and return its commands."""
    steps = plan(current, wanted, jsonrpc=False)
    assert apply_steps(current, steps, line=Line.COPPER) == canonical(wanted)
    return [step.command for step in steps]


def test_only_the_attributes_that_change_are_sent() -> None:
    wanted = _smith(vlan=200, profile_id=0, tagged=True, poe=Poe.ENABLE, description="riser B")
    assert _commands(wanted) == [
        'ghn subscriber 1 bw-profile unthrottled description "riser B" vid 200 tagged poe enable'
    ]
    (step,) = plan(BASE, wanted, jsonrpc=False)
    assert step.inverse == (
        'ghn subscriber 1 bw-profile 2 description "" vid 100 untagged poe disable',
    )
    assert step.purpose == (
        "change the subscriber Smith: VLAN 200, tagged, profile unthrottled, PoE enable, "
        "description riser B"
    )


def test_what_is_unset_has_its_own_words() -> None:
    full = _smith(remapped_vlan=300, port2_vlan=301, allowed_vlans=(5, 6, 7, 20))
    assert _commands(full) == [
        "ghn subscriber 1 remapped-vid 300 port2-vid 301 allowed-vlan 5-7,20"
    ]
    assert _commands(BASE, full) == [
        "ghn subscriber 1 remapped-vid none port2-vid none allowed-vlan none"
    ]


def test_a_new_service_gets_its_profile_and_endpoint_first() -> None:
    wanted = replace(
        BASE,
        profiles=(*BASE.profiles, Profile(4, "1G", 0, 0)),
        endpoints=(*BASE.endpoints, EndpointConfig(3, "Apt 3", THREE, port="G.hn 1/3")),
        subscribers=(
            *BASE.subscribers,
            Subscriber(3, "Doe", endpoint_id=3, vlan=102, profile_id=4),
        ),
    )
    assert _commands(wanted) == [
        'ghn bw-profile 4 name "1G" rate-downstream 0 rate-upstream 0',
        f'ghn endpoint 3 name "Apt 3" mac-address {THREE} port 3',
        'ghn subscriber 3 name "Doe" endpoint 3 vid 102 untagged bw-profile 4',
    ]
    assert _commands(BASE, wanted) == [
        "no ghn subscriber 3",
        "no ghn endpoint 3",
        "no ghn bw-profile 4",
    ]


def test_two_services_that_change_endpoints_leave_theirs_first() -> None:
    wanted = replace(
        BASE, subscribers=(replace(SMITH, endpoint_id=2), replace(JONES, endpoint_id=1))
    )
    assert _commands(wanted) == [
        "no ghn subscriber 1 endpoint",
        "ghn subscriber 2 endpoint 1",
        "ghn subscriber 1 endpoint 2",
    ]


def test_two_names_that_change_places_go_over_a_spare_one() -> None:
    wanted = replace(BASE, subscribers=(replace(SMITH, name="Jones"), replace(JONES, name="Smith")))
    assert _commands(wanted) == [
        'ghn subscriber 1 name "moving-1"',
        'ghn subscriber 2 name "Smith"',
        'ghn subscriber 1 name "Jones"',
    ]


def test_two_endpoints_that_change_ports_on_copper() -> None:
    one, two = BASE.endpoints
    wanted = replace(BASE, endpoints=(replace(one, port="G.hn 1/2"), replace(two, port="G.hn 1/1")))
    assert _commands(wanted) == [
        "no ghn endpoint 1 port",
        "ghn endpoint 2 port 1",
        "ghn endpoint 1 port 2",
    ]


def test_two_boxes_that_change_places_are_configured_anew() -> None:
    one, two = BASE.endpoints
    wanted = replace(BASE, endpoints=(replace(one, mac=TWO), replace(two, mac=ONE)))
    assert _commands(wanted) == [
        "no ghn subscriber 1 endpoint",
        "no ghn endpoint 1",
        f"ghn endpoint 2 mac-address {ONE}",
        f'ghn endpoint 1 name "Apt 1" mac-address {TWO} port 1',
        "ghn subscriber 1 endpoint 1",
    ]


def test_an_endpoint_is_released_before_another_takes_its_address() -> None:
    one, _ = BASE.endpoints
    wanted = replace(BASE, endpoints=(replace(one, mac=TWO),), subscribers=(SMITH,))
    assert _commands(wanted) == [
        "no ghn subscriber 2",
        "no ghn endpoint 2",
        f"ghn endpoint 1 mac-address {TWO}",
    ]


def test_a_service_gets_its_new_endpoint_before_the_old_one_goes() -> None:
    _, two = BASE.endpoints
    new = EndpointConfig(3, "Apt 3", THREE, port="G.hn 1/3")
    wanted = replace(BASE, endpoints=(new, two), subscribers=(replace(SMITH, endpoint_id=3), JONES))
    assert _commands(wanted) == [
        f'ghn endpoint 3 name "Apt 3" mac-address {THREE} port 3',
        "ghn subscriber 1 endpoint 3",
        "no ghn endpoint 1",
    ]


def test_a_profile_that_goes_leaves_its_name_to_another() -> None:
    wanted = replace(
        BASE,
        profiles=(*(one for one in BASE.profiles if one.profile_id != 2), Profile(4, "100M", 0, 0)),
        subscribers=(replace(SMITH, profile_id=4), JONES),
    )
    assert _commands(wanted) == [
        'ghn bw-profile 2 name "moving-1"',
        'ghn bw-profile 4 name "100M" rate-downstream 0 rate-upstream 0',
        "ghn subscriber 1 bw-profile 4",
        "no ghn bw-profile 2",
    ]


def test_ports() -> None:
    ports = (PortConfig(1, "riser A", PortMode.SISO, shutdown=True), PortConfig(2, "riser B"))
    wanted = replace(BASE, ports=ports)
    assert _commands(wanted) == [
        'ghn port 1 mode siso name "riser A" shutdown',
        'ghn port 2 name "riser B"',
    ]
    assert _commands(BASE, wanted) == [
        'ghn port 1 mode mimo name ""',
        "no ghn port 1 shutdown",
        'ghn port 2 name ""',
    ]


def test_an_endpoint_is_bound_automatically_unbound_and_kept_from_management() -> None:
    one, two = BASE.endpoints
    auto = replace(one, port=None, auto_port=True, allow_management=True)
    wanted = replace(BASE, endpoints=(auto, replace(two, port=None)))
    assert _commands(wanted) == [
        "ghn endpoint 1 port auto allow-management-access",
        "no ghn endpoint 2 port",
    ]
    assert _commands(BASE, wanted) == [
        "ghn endpoint 1 port 1",
        "no ghn endpoint 1 allow-management-access",
        "ghn endpoint 2 port 2",
    ]


def test_where_an_automatic_endpoint_was_found_is_nothing_to_send() -> None:
    one, two = BASE.endpoints
    wanted = replace(BASE, endpoints=(replace(one, port=None, auto_port=True), two))
    found = replace(BASE, endpoints=(replace(one, port="G.hn 1/4", auto_port=True), two))
    assert plan(found, wanted, jsonrpc=False) == ()


def test_double_tags_are_set_over_json_before_the_service_has_its_endpoint() -> None:
    current = replace(BASE, subscribers=(JONES,))
    tagged = replace(SMITH, double_tag=True, outer_vlan=2800, uplink="10G 1/2", trunk=True)
    wanted = replace(BASE, subscribers=(tagged, JONES))
    steps = plan(current, wanted, jsonrpc=True)
    assert [step.transport for step in steps] == ["cli", "jsonrpc", "cli"]
    assert steps[0].command == 'ghn subscriber 1 name "Smith" vid 100 untagged bw-profile 2'
    assert json.loads(steps[1].command) == {
        "method": "ghnAgent.config.userByName.set",
        "params": [
            "Smith",
            {
                "DoubleTags": True,
                "NNIIfIndex": "10G 1/2",
                "OuterTagVlanId": 2800,
                "TrunkMode": True,
            },
        ],
    }
    assert json.loads(steps[1].inverse[0])["params"][1] == {
        "DoubleTags": False,
        "NNIIfIndex": "NONE",
        "OuterTagVlanId": 0,
        "TrunkMode": False,
    }
    assert steps[2].command == "ghn subscriber 1 endpoint 1"
    back = plan(wanted, current, jsonrpc=True)
    assert [(one.command, one.inverse) for one in back] == [
        (*step.inverse, (step.command,)) for step in reversed(steps)
    ]


def test_only_the_changed_members_are_called_under_the_name_of_that_moment() -> None:
    current = _smith(double_tag=True, outer_vlan=2800)
    wanted = _smith(double_tag=True, outer_vlan=2801, name="Smythe", vlan=200)
    rename, call = plan(current, wanted, jsonrpc=True)
    assert rename.command == 'ghn subscriber 1 name "Smythe" vid 200'
    assert call.command == (
        '{"method":"ghnAgent.config.userByName.set","params":["Smythe",{"OuterTagVlanId":2801}]}'
    )


def test_without_json_it_is_refused_with_what_to_do() -> None:
    with pytest.raises(NeedsJsonRpc, match=r"Smith.*trunk mode on.*JSON-RPC") as caught:
        plan(BASE, _smith(trunk=True), jsonrpc=False)
    assert isinstance(caught.value, Refused)
    # To remove such a service is refused, too: it could not be put back.
    with pytest.raises(NeedsJsonRpc):
        plan(_smith(trunk=True), replace(BASE, subscribers=(JONES,)), jsonrpc=False)


def test_words_that_are_not_understood_are_kept_and_put_back() -> None:
    words = ("qos", "3")
    current = _smith(unknown_words=words, trunk=None, double_tag=None)
    changed = _smith(unknown_words=words, trunk=None, double_tag=None, vlan=7)
    assert _commands(changed, current) == ["ghn subscriber 1 vid 7"]
    (gone,) = plan(current, replace(BASE, subscribers=(JONES,)), jsonrpc=False)
    assert gone.inverse[0].endswith(" bw-profile 2 qos 3")
    with pytest.raises(CannotPlan, match="does not understand"):
        plan(current, BASE, jsonrpc=True)


def test_a_name_that_the_command_line_would_eat_is_refused() -> None:
    with pytest.raises(CannotPlan, match="cannot take"):
        plan(BASE, _smith(name="who?"), jsonrpc=True)
    with pytest.raises(CannotPlan, match="cannot take"):
        plan(BASE, _smith(description="Müller"), jsonrpc=True)


def test_every_step_can_be_taken_back_alone() -> None:
    one, two = BASE.endpoints
    wanted = replace(
        BASE,
        ports=(PortConfig(1, "x", shutdown=True),),
        endpoints=(replace(one, port=None, name="new", allow_management=True), two),
    )
    for first, second in ((BASE, wanted), (wanted, BASE)):
        steps = plan(first, second, jsonrpc=False)
        for count in range(len(steps) + 1):
            state = apply_steps(first, steps[:count])
            for step in reversed(steps[:count]):
                state = apply_inverse(state, step)
            assert state == canonical(first)


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_moves_never_take_a_key_that_is_held(before: list[int], after: list[int]) -> None:
    moves = {n: (old, new) for n, (old, new) in enumerate(zip(before, after, strict=True))}
    moves = {number: keys for number, keys in moves.items() if keys[0] != keys[1]}
    held: dict[int, object] = {number: keys[0] for number, keys in moves.items()}
    for move in order_moves(moves):
        wanted = None if move.parked else moves[move.number][1]
        assert wanted is None or wanted not in held.values()
        held[move.number] = wanted
    # What is left can be done in any order: every key that is wanted is free.
    left = {number for number in moves if held[number] != moves[number][1]}
    assert not {moves[number][1] for number in left} & set(held.values())


def test_moves_that_nothing_waits_for_are_left_out() -> None:
    assert list(order_moves({1: ("a", "b"), 2: (None, "c"), 3: ("d", None)})) == []


def test_each_way_says_only_what_goes_over_it() -> None:
    wanted = _smith(vlan=200, trunk=True)
    by_command, by_call = plan(BASE, wanted, jsonrpc=True)
    assert by_command.purpose == "change the subscriber Smith: VLAN 200"
    assert by_call.purpose == "change the subscriber Smith: trunk mode on"
