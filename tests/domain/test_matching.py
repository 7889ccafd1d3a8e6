"""What a change touches, and whether it is there, for any two configurations of a unit."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from positron_tui.domain.canonical import canonical
from positron_tui.domain.config_model import apply_steps
from positron_tui.domain.devices import Line
from positron_tui.domain.matching import changed_since, differences, nothing_done, strangers
from positron_tui.domain.planner import plan
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.domain.touched import (
    Key,
    Kind,
    excerpt,
    involved,
    items_of,
    put_back,
    relied_on,
    touched,
    with_members,
)
from tests.domain.configs import pairs

Pair = tuple[Line, RunningConfig, RunningConfig]
MAC = "00:0e:d8:00:00:01"
SMITH = Subscriber(4, "Smith", endpoint_id=3, vlan=100, profile_id=2)
HELD = RunningConfig(
    endpoints=(EndpointConfig(3, "box", MAC, port="G.hn 1/2"),),
    profiles=(Profile(2, "100 M", 106, 53),),
    subscribers=(SMITH,),
)


@given(pairs())
def test_a_plan_carried_out_leaves_no_difference(pair: Pair) -> None:
    line, before, wanted = pair
    done = apply_steps(before, plan(before, wanted, jsonrpc=True), line=line)
    assert differences(before, wanted, done) == ()
    assert changed_since(wanted, before, done) == ()
    assert nothing_done(before, wanted, before)
    assert nothing_done(before, wanted, done) is (touched(before, wanted) == ())


@given(pairs())
def test_the_touched_objects_are_all_that_it_takes(pair: Pair) -> None:
    _, before, wanted = pair
    keys = touched(before, wanted)
    kept = involved(before, wanted)
    basis, goal = excerpt(before, kept), excerpt(wanted, kept)
    assert touched(basis, goal) == keys
    assert items_of(put_back(before, keys, goal)) == items_of(wanted)
    assert items_of(put_back(wanted, keys, basis)) == items_of(before)
    assert differences(basis, goal, wanted) == ()
    assert changed_since(basis, goal, before) == ()
    assert bool(differences(basis, goal, before)) is bool(keys)


@given(pairs())
def test_half_a_change_is_no_stranger(pair: Pair) -> None:
    _, before, wanted = pair
    keys = touched(before, wanted)
    half = put_back(before, keys[: len(keys) // 2], wanted)
    assert strangers(before, wanted, half) == ()
    assert strangers(before, wanted, before) == ()
    assert strangers(before, wanted, wanted) == ()


def test_what_fits_neither_side_is_a_stranger() -> None:
    wanted = replace(HELD, subscribers=(replace(SMITH, vlan=200, tagged=True),))
    half = replace(HELD, subscribers=(replace(SMITH, vlan=200),))
    assert strangers(HELD, wanted, half) == ()
    other = replace(HELD, subscribers=(replace(SMITH, vlan=300),))
    assert strangers(HELD, wanted, other) == (
        "The VLAN of the subscriber Smith is 300 instead of 200.",
    )
    gone = replace(HELD, subscribers=())
    assert strangers(HELD, wanted, gone) == ("The subscriber Smith is now not there.",)
    jones = replace(HELD, subscribers=(replace(SMITH, name="Jones", vlan=7),))
    assert strangers(HELD, gone, jones) == ("The subscriber Smith is now 'Jones' with VLAN 7.",)


def test_a_subscriber_relies_on_its_endpoint_and_profile() -> None:
    keys = (Key(Kind.SUBSCRIBER, 4),)
    assert relied_on(keys, HELD) == {Key(Kind.ENDPOINT, 3), Key(Kind.PROFILE, 2)}
    assert relied_on((Key(Kind.PORT, 4),), HELD) == frozenset()


def test_a_default_profile_that_was_edited_belongs_to_the_unit() -> None:
    slow = replace(HELD, profiles=(Profile(1, "Default BW Profile", 5, 5), *HELD.profiles))
    wanted = replace(slow, subscribers=(replace(SMITH, vlan=200),))
    kept = involved(slow, wanted)
    assert Key(Kind.PROFILE, 1) not in kept
    assert changed_since(excerpt(slow, kept), excerpt(wanted, kept), slow) == ()
    # What others do to it meanwhile is none of this change's business.
    assert changed_since(excerpt(slow, kept), excerpt(wanted, kept), HELD) == ()


def test_a_port_without_a_line_is_at_its_defaults() -> None:
    wanted = replace(HELD, ports=(PortConfig(2, "riser", shutdown=True),))
    assert differences(HELD, wanted, HELD) == (
        "The name of the port 2 is none instead of riser.",
        "The shutdown of the port 2 is off instead of on.",
    )
    assert differences(wanted, HELD, HELD) == ()


def test_what_a_unit_fills_in_by_itself_is_no_difference() -> None:
    wanted = RunningConfig(endpoints=(EndpointConfig(3, None, MAC),))
    named = RunningConfig(endpoints=(EndpointConfig(3, "Positron_000001", MAC),))
    assert differences(RunningConfig(), wanted, named) == ()


def test_only_an_api_reading_tells_members() -> None:
    wanted = replace(HELD, subscribers=(replace(SMITH, double_tag=True, outer_vlan=4),))
    assert differences(HELD, wanted, HELD, members=False) == ()
    assert len(differences(HELD, wanted, HELD)) == 2
    told = replace(wanted, subscribers=(replace(wanted.subscribers[0], trunk=None),))
    assert items_of(with_members(HELD, told)) == items_of(wanted)
    other = replace(told, subscribers=(replace(told.subscribers[0], name="Jones"),))
    assert with_members(HELD, other) == HELD  # another service by now: its members say nothing


def test_words_that_were_not_understood_may_be_the_units_own_for_members() -> None:
    odd = replace(SMITH, unknown_words=("tag-mode", "2"))
    plain, other = canonical(HELD), canonical(replace(HELD, subscribers=(odd,)))
    assert Key(Kind.SUBSCRIBER, 4) not in {
        key
        for key in items_of(plain)
        if replace(items_of(plain)[key]) != _known(items_of(other)[key])
    }
    assert items_of(plain, members=False) != items_of(other, members=False)


def _known(item: object) -> object:
    """Return an item with what is unknown of it taken for off."""
    if isinstance(item, Subscriber):
        return replace(item, trunk=bool(item.trunk), double_tag=bool(item.double_tag))
    return item
