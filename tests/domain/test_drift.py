"""Drift is empty just when two configurations mean the same, and taking its lines ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.devices import Line
from positron_tui.domain.drift import DriftLine, drift
from positron_tui.domain.edits import EditContext
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.natural import Missing
from positron_tui.domain.planner import plan
from positron_tui.domain.reconcile import TakeIntended, adopt, take
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from tests.domain.configs import configs, pairs

PROPERTY = settings(max_examples=100, deadline=None, derandomize=True)
Pair = tuple[Line, RunningConfig, RunningConfig]
UNKNOWN, ABSENT = Missing.UNKNOWN, Missing.ABSENT


def _nameless(config: RunningConfig) -> object:
    """What a configuration means without any number on the device, told in another way."""
    whole = canonical(config)
    macs = {one.endpoint_id: one.mac for one in whole.endpoints}
    plans = {one.profile_id: one.name for one in whole.profiles}
    return (
        whole.ports,
        sorted((replace(one, profile_id=0) for one in whole.profiles), key=str),
        sorted((replace(one, endpoint_id=0) for one in whole.endpoints), key=str),
        sorted(
            (
                (
                    replace(one, subscriber_id=0, endpoint_id=None, profile_id=None),
                    macs.get(one.endpoint_id or 0),
                    plans.get(one.profile_id or 0),
                )
                for one in whole.subscribers
            ),
            key=str,
        ),
    )


@PROPERTY
@given(pairs())
def test_drift_is_empty_just_when_both_mean_the_same(pair: Pair) -> None:
    _, one, other = pair
    assert (drift(one, other) == ()) == (_nameless(one) == _nameless(other))


@PROPERTY
@given(configs(), st.integers(1, 100))
def test_other_numbers_are_no_drift(config: RunningConfig, shift: int) -> None:
    moved = replace(
        config,
        endpoints=tuple(
            replace(one, endpoint_id=one.endpoint_id + shift) for one in config.endpoints
        ),
        subscribers=tuple(
            replace(
                one,
                subscriber_id=one.subscriber_id + shift,
                endpoint_id=one.endpoint_id + shift if one.endpoint_id else None,
            )
            for one in config.subscribers
        ),
    )
    assert drift(config, moved, config) == ()


@PROPERTY
@given(pairs())
def test_all_lines_taken_end_the_drift_in_both_directions(pair: Pair) -> None:
    line, intended, running = pair
    lines = drift(intended, running)
    wanted = TakeIntended(lines, intended).outcome(running, EditContext("gam-01", line))
    assert wanted.findings == ()
    assert drift(intended, wanted.config) == ()
    assert drift(adopt(lines, intended, running), running) == ()


@PROPERTY
@given(pairs())
def test_what_is_taken_can_be_planned(pair: Pair) -> None:
    _, intended, running = pair
    wanted = take(drift(intended, running), intended, running)
    assert bool(plan(running, wanted, jsonrpc=True)) == (running != wanted)
    assert take((), intended, running) == running


@PROPERTY
@given(pairs(), st.data())
def test_a_taken_line_is_gone_or_says_what_it_needs(pair: Pair, data: st.DataObject) -> None:
    _, intended, running = pair
    lines = drift(intended, running)
    if not lines:
        return
    line = data.draw(st.sampled_from(lines))
    try:
        wanted = take((line,), intended, running)
    except ValidationFailed:
        return  # the other lines that it needs are taken in the test above
    left = {(one.kind, one.subject, one.field) for one in drift(intended, wanted)}
    assert (line.kind, line.subject, line.field) not in left


INTENDED = RunningConfig(
    ports=(PortConfig(1, "riser A"),),
    endpoints=(EndpointConfig(1, "Apt 1", "00:0e:d8:00:00:01", port="G.hn 1/1"),),
    profiles=(Profile(1, "Default BW Profile", 10, 10), Profile(2, "100M", 106, 106)),
    subscribers=(Subscriber(1, "Smith", endpoint_id=1, vlan=100, profile_id=2),),
)


def test_each_field_that_differs_is_one_line_with_the_values_of_all_truths() -> None:
    (smith,) = INTENDED.subscribers
    running = replace(INTENDED, subscribers=(replace(smith, vlan=101),))
    startup = replace(INTENDED, subscribers=())
    assert drift(INTENDED, running, startup) == (
        DriftLine("subscriber", "Smith", "present", True, True, False),
        DriftLine("subscriber", "Smith", "vlan", 100, 101, ABSENT),
    )


def test_references_are_told_by_name_and_mac() -> None:
    (smith,) = INTENDED.subscribers
    running = replace(INTENDED, subscribers=(replace(smith, endpoint_id=None, profile_id=0),))
    assert drift(INTENDED, running) == (
        DriftLine("subscriber", "Smith", "endpoint", "00:0e:d8:00:00:01", None),
        DriftLine("subscriber", "Smith", "plan", "100M", None),
    )


def test_a_renamed_subscriber_is_found_by_its_endpoint() -> None:
    (smith,) = INTENDED.subscribers
    running = replace(INTENDED, subscribers=(replace(smith, name="Smyth"),))
    lines = drift(INTENDED, running)
    assert lines == (DriftLine("subscriber", "Smith", "name", "Smith", "Smyth"),)
    assert take(lines, INTENDED, running).subscribers[0].name == "Smith"
    assert adopt(lines, INTENDED, running).subscribers[0].name == "Smyth"


def test_ports_and_profiles() -> None:
    running = replace(
        INTENDED,
        ports=(PortConfig(1, "riser A", shutdown=True),),
        profiles=(Profile(1, "Default BW Profile", 10, 10), Profile(3, "100M", 100, 106)),
        subscribers=(replace(INTENDED.subscribers[0], profile_id=3),),
    )
    assert drift(INTENDED, running) == (
        DriftLine("profile", "100M", "down_mbps", 106, 100),
        DriftLine("port", "G.hn 1/1", "enabled", True, False),
    )


def test_billing_counts_for_the_fields_that_it_knows() -> None:
    assert drift(INTENDED, INTENDED, billing={"Smith": {"vlan": 100, "plan": "100M"}}) == ()
    assert drift(INTENDED, INTENDED, billing={"Smith": {"plan": "1G"}, "Jones": {}}) == (
        DriftLine("subscriber", "Smith", "plan", "100M", "100M", UNKNOWN, "1G"),
        DriftLine("subscriber", "Jones", "present", False, False, UNKNOWN, True),
    )
    assert drift(INTENDED, INTENDED, billing={"Smith": {"present": False}}) == (
        DriftLine("subscriber", "Smith", "present", True, True, UNKNOWN, False),
    )


def test_an_option_that_the_device_cannot_tell_is_no_drift() -> None:
    (smith,) = INTENDED.subscribers
    words = ("qos", "3")
    one = replace(INTENDED, subscribers=(replace(smith, unknown_words=words, trunk=True),))
    other = replace(INTENDED, subscribers=(replace(smith, unknown_words=words, trunk=None),))
    assert drift(one, other) == ()


def test_a_subscriber_brings_its_endpoint_and_plan() -> None:
    bare = RunningConfig()
    line = DriftLine("subscriber", "Smith", "present", True, False)
    wanted = take((line,), INTENDED, bare)
    assert drift(INTENDED, wanted) == (DriftLine("port", "G.hn 1/1", "name", "riser A", None),)


def test_what_is_in_use_is_not_taken_away_alone() -> None:
    line = DriftLine("endpoint", "00:0e:d8:00:00:01", "present", False, True)
    with pytest.raises(ValidationFailed, match="while Smith uses it"):
        take((line,), replace(INTENDED, endpoints=(), subscribers=()), INTENDED)
