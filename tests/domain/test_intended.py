"""What is intended follows changes, imports and reconciliations, for any configuration."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.drift import drift
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_endpoints import EditEndpoint, SwapEndpoint
from positron_tui.domain.edits_plant import PutProfile
from positron_tui.domain.edits_subscribers import (
    AddSubscriber,
    EditSubscriber,
    MoveSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_suspension import SuspendPolicy, SuspendSubscriber
from positron_tui.domain.intended import (
    RESUME,
    SUSPEND,
    Intended,
    adopted,
    effective,
    followed,
    intended_drift,
    recorded,
)
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.domain.touched import excerpt, relied_on, touched
from tests.domain.configs import configs
from tests.domain.edit_cases import CONFIG, FREE, SEEN, SMITHS, done, request

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
MAC = "00:0e:d8:1c:95:08"


def excerpts(before: RunningConfig, after: RunningConfig) -> tuple[RunningConfig, RunningConfig]:
    """Return what the change engine keeps of a change."""
    keys = touched(before, after)
    kept = {*keys, *relied_on(keys, before, after)}
    return excerpt(canonical(before), kept), excerpt(canonical(after), kept)


def a_config(**fields: object) -> RunningConfig:
    subscriber = Subscriber(
        1, "Smith", endpoint_id=5, vlan=100, allowed_vlans=(20,), profile_id=3, tagged=True
    )
    return canonical(
        RunningConfig(
            endpoints=(EndpointConfig(5, "Box", MAC, port="G.hn 1/1"),),
            profiles=(Profile(3, "Gold", 318, 106),),
            subscribers=(replace(subscriber, **fields),),  # type: ignore[arg-type]
        )
    )


@settings(deadline=None, derandomize=True, max_examples=50)
@given(configs())
def test_adopting_leaves_no_drift_and_a_second_time_nothing(running: RunningConfig) -> None:
    state, refused = adopted(Intended(), running, NOON)
    assert refused == ()
    assert intended_drift(state, running, running) == ()
    assert drift(state.config, running) == ()
    assert adopted(state, running, LATER) == (state, ())


@settings(deadline=None, derandomize=True, max_examples=50)
@given(configs(), configs())
def test_recording_any_change_of_an_adopted_device_leaves_no_drift(
    before: RunningConfig, after: RunningConfig
) -> None:
    state, _ = adopted(Intended(), before, NOON)
    basis, wanted = excerpts(before, after)
    told = recorded(state, "subscriber.edit", basis, wanted, LATER)
    assert [line for line in intended_drift(told, after, after) if line.kind != "port"] == []
    back = recorded(told, "change.undo", wanted, basis, LATER)
    assert [line for line in drift(back.config, before) if line.kind != "port"] == []


@settings(deadline=None, derandomize=True, max_examples=50)
@given(configs(), configs())
def test_taking_all_lines_from_a_device_leaves_no_drift(
    intended: RunningConfig, running: RunningConfig
) -> None:
    state, _ = adopted(Intended(), intended, NOON)
    lines = intended_drift(state, running, None)
    assert drift(followed(state, lines, running, LATER).config, running) == ()


def test_only_what_changes_gets_a_new_time() -> None:
    state, _ = adopted(Intended(), a_config(), NOON)
    basis, wanted = excerpts(a_config(), a_config(vlan=200))
    told = recorded(state, "subscriber.edit", basis, wanted, LATER)
    assert told.times["subscriber", 1] == LATER
    assert told.times["endpoint", 5] == NOON


def test_a_suspension_keeps_the_data_and_ends_when_it_comes_back() -> None:
    service, garden = a_config(), a_config(vlan=999, allowed_vlans=(), profile_id=0)
    state = recorded(Intended(), SUSPEND, *excerpts(service, garden), NOON)
    held = state.config.subscriber_by_name("Smith")
    assert held is not None
    assert (held.vlan, held.allowed_vlans) == (100, (20,))
    assert drift(effective(state), garden) == ()
    assert intended_drift(state, garden, garden) == ()
    for kind in (RESUME, "subscriber.edit"):
        back = recorded(state, kind, *excerpts(garden, service), LATER)
        assert back.suspensions == {}
        assert drift(back.config, service) == ()


def test_a_suspension_that_needed_no_command_is_one_all_the_same() -> None:
    running = a_config()
    garden = a_config(vlan=999, allowed_vlans=(), profile_id=None)
    state, _ = adopted(Intended(), running, NOON)

    # It runs in the garden already: somebody put it there, or a console was killed on the way.
    same = garden, garden
    after = recorded(state, SUSPEND, *same, LATER)

    assert after.config == state.config
    assert after.suspensions[1].at == LATER
    assert effective(after).subscribers[0].vlan == 999
    assert recorded(after, SUSPEND, *same, LATER + timedelta(hours=1)) == after
    back = recorded(after, RESUME, running, running, LATER)
    assert not back.suspensions
    assert not intended_drift(back, running, None)


@pytest.mark.parametrize(
    "edit",
    [
        AddSubscriber(request()),
        EditSubscriber("Smith", new_name="Smythe", vlan=150, plan="garden"),
        SwapEndpoint("Smith", SEEN),
        MoveSubscriber("Smith", FREE, None),
        RemoveSubscriber("Jones", with_endpoint=True),
        EditEndpoint(SMITHS, name="Box of Smith"),
        PutProfile("250M", 265, 265),
        SuspendSubscriber("Smith", SuspendPolicy(999, None)),
    ],
    ids=lambda edit: edit.kind,
)
def test_a_change_that_is_told_twice_is_recorded_once(edit: Edit) -> None:
    """A console may be killed between the record of the intent and the end of the journal."""
    state, _ = adopted(Intended(), canonical(CONFIG), NOON)
    basis, wanted = excerpts(CONFIG, done(edit))

    once = recorded(state, edit.kind, basis, wanted, LATER)

    assert once != state
    assert recorded(once, edit.kind, basis, wanted, LATER) == once


def test_what_is_changed_by_hand_in_the_walled_garden_is_drift() -> None:
    service, garden = a_config(), a_config(vlan=999, allowed_vlans=())
    state = recorded(Intended(), SUSPEND, *excerpts(service, garden), NOON)
    (line,) = intended_drift(state, a_config(vlan=777, allowed_vlans=()), None)
    assert (line.field, line.intended, line.running) == ("vlan", 999, 777)
    (line,) = intended_drift(replace(state, adopted_at=NOON), a_config(vlan=100), None)[:1]
    assert line.running == 100


def test_a_service_that_resumed_with_other_data_is_in_service() -> None:
    service, garden = a_config(), a_config(vlan=999)
    state = recorded(Intended(), SUSPEND, *excerpts(service, garden), NOON)
    back = recorded(state, RESUME, *excerpts(garden, a_config(vlan=150)), LATER)
    held = back.config.subscriber_by_name("Smith")
    assert held is not None
    assert (held.vlan, back.suspensions) == (150, {})


def test_a_port_is_intended_at_its_defaults_once_the_device_is_adopted() -> None:
    state, _ = adopted(Intended(), a_config(), NOON)
    named = replace(a_config(), ports=(PortConfig(4, "by hand"),))
    (line,) = intended_drift(state, named, None)
    assert (line.kind, line.subject, line.intended) == ("port", "G.hn 1/4", None)
    assert adopted(state, named, LATER)[0] == state


def test_what_does_not_fit_is_told_and_the_rest_is_taken() -> None:
    """The intended service still uses an endpoint that a change took off the device."""
    state, _ = adopted(Intended(), a_config(), NOON)
    bare = replace(a_config(), subscribers=())
    basis, wanted = excerpts(bare, replace(bare, endpoints=(), ports=(PortConfig(4, "new"),)))
    told = recorded(state, "endpoint.remove", basis, wanted, LATER)
    assert [one.mac for one in told.config.endpoints] == [MAC]
    assert [one.name for one in told.config.ports] == ["new"]


@settings(deadline=None, derandomize=True, max_examples=30)
@given(configs(), st.integers(0, 3))
def test_names_limit_an_import(running: RunningConfig, count: int) -> None:
    names = [one.name for one in running.subscribers][:count]
    state, _ = adopted(Intended(), running, NOON, names)
    assert [one.name for one in state.config.subscribers] == sorted(
        names,
        key=lambda name: next(
            one.subscriber_id for one in state.config.subscribers if one.name == name
        ),
    )
    assert state.adopted_at is None
    assert intended_drift(state, running, running) == ()
