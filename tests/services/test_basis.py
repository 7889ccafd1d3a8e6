"""Whether a plan still fits, and what a journalled change left behind."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.devices import Line
from positron_tui.domain.provisioning import (
    PlannedService,
    ServiceView,
    SubscriberRequest,
    plan_subscriber,
)
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.domain.verification import differences
from positron_tui.services.basis import basis_differences
from positron_tui.services.settling import ADD_SUBSCRIBER, judge, nothing_was_sent, planned_of
from tests.services.readings import MAC, NOON, OTHER_MAC, running, seen

REQUEST = SubscriberRequest(
    "Smith", "gam-1", 100, endpoint_mac=MAC, plan="100 M", allowed_vlans=(20, 21)
)


def plan(basis: RunningConfig) -> PlannedService:
    return plan_subscriber(REQUEST, ServiceView(Line.COAX, basis, (seen(),)))


def change_of(planned: PlannedService) -> Change:
    return Change(
        "gam-1",
        ADD_SUBSCRIBER,
        "Smith",
        planned.steps,
        planned.before,
        planned.after,
        "anna",
        NOON,
        id=1,
    )


def carried_out(planned: PlannedService, basis: RunningConfig) -> RunningConfig:
    return replace(
        basis,
        endpoints=(*basis.endpoints, planned.endpoint),
        subscribers=(*basis.subscribers, planned.subscriber),
    )


def test_an_unchanged_device_has_no_differences() -> None:
    assert basis_differences(plan(running()), running(), running()) == ()


def test_what_others_do_elsewhere_does_not_matter() -> None:
    now = running(
        endpoints=(EndpointConfig(9, "elsewhere", OTHER_MAC),),
        subscribers=(Subscriber(8, "Jones", endpoint_id=9, vlan=300),),
    )
    assert basis_differences(plan(running()), running(), now) == ()


def test_a_taken_id_is_a_difference() -> None:
    now = running(endpoints=(EndpointConfig(1, "mine", OTHER_MAC, port="G.hn 1/3"),))
    found = basis_differences(plan(running()), running(), now)
    assert found == (
        "The endpoint with the id 1 was not there and is now 'mine' (id 1) on G.hn 1/3.",
    )


def test_a_profile_with_other_rates_is_a_difference() -> None:
    now = running(profiles=(Profile(2, "100 M", 10, 10),))
    found = basis_differences(plan(running()), running(), now)
    assert "106 down" in found[0]
    assert "10 down" in found[0]


def test_a_plan_survives_the_journal() -> None:
    planned = plan(running())
    rebuilt = planned_of(change_of(planned), running())
    assert rebuilt is not None
    assert differences(rebuilt, carried_out(planned, running())) == ()
    assert rebuilt.subscriber == planned.subscriber


def test_a_change_of_another_kind_is_not_judged() -> None:
    other = replace(change_of(plan(running())), kind="endpoint.swap")
    assert planned_of(other, running()) is None
    assert judge(other, running(), None)[0] is ChangeState.INDETERMINATE


def test_judging_by_what_is_there() -> None:
    planned = plan(running())
    change, done = change_of(planned), carried_out(planned, running())
    assert nothing_was_sent(change)
    assert judge(change, done, done)[0] is ChangeState.VERIFIED_SAVED
    assert judge(change, done, running())[::2] == (ChangeState.VERIFIED_UNSAVED, False)
    assert judge(change, done, None)[::2] == (ChangeState.VERIFIED_UNSAVED, None)
    assert judge(change, running(), running())[0] is ChangeState.REVERTED
    half = replace(running(), endpoints=(planned.endpoint,))
    state, text, _ = judge(change, half, running())
    assert state is ChangeState.FAILED
    assert "The subscriber Smith is not there." in text
