"""What the actions ask back: boxes to swap in, places to move to, plans that all have."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.subscribers import Profile
from positron_tui.tui.screens import working_choices as choices
from tests.tui import sample

HOME = sample.coax_view()
SMITH = HOME.snapshot.subscribers[0]


def test_boxes_are_seen_and_have_no_service() -> None:
    offered = [one.key for one in choices.boxes(HOME, SMITH)]
    assert set(offered) == {sample.UNKNOWN_MAC, sample.FREE_MAC, sample.mac(4), sample.mac(6)}


def test_the_boxes_on_the_own_port_come_first() -> None:
    endpoints = tuple(
        replace(one, detected_port="G.hn 1/1") if one.mac == sample.UNKNOWN_MAC else one
        for one in HOME.snapshot.endpoints
    )
    view = replace(HOME, snapshot=replace(HOME.snapshot, endpoints=endpoints))
    assert choices.boxes(view, SMITH)[0].key == sample.UNKNOWN_MAC


def test_a_service_can_move_to_other_ports_and_devices_but_not_to_its_own() -> None:
    offered = choices.destinations((sample.copper_view(), HOME), HOME, SMITH)
    places = [choices.destination(one.key) for one in offered]
    assert choices.Destination("gam-01", sample.FREE_MAC) in places
    assert choices.Destination("gam-01", port="G.hn 1/2") in places
    assert choices.Destination("gam-01", port="G.hn 1/1") not in places
    assert choices.Destination("gam-02", port="G.hn 1/1") in places
    assert places.index(choices.Destination("gam-02", port="G.hn 1/1")) > places.index(
        choices.Destination("gam-01", port="G.hn 1/12")
    )


def test_only_plans_that_all_devices_have_are_shared() -> None:
    other = sample.copper_view()
    one = Profile(2, "Home 100", 100, 20)
    other = replace(other, snapshot=replace(other.snapshot, profiles=(one,)))
    assert [one.name for one in choices.shared_profiles((HOME, other))] == ["Home 100"]
    assert choices.shared_profiles((HOME,)) == HOME.snapshot.profiles


def test_endpoints_that_nobody_named_are_told_apart() -> None:
    assert choices.name_of(sample.UNKNOWN_MAC) == "ep-220099"


def test_runs_are_shown_with_how_they_ended() -> None:
    (option,) = choices.runs((sample.bulk_report(),), sample.NOW)
    assert (option.key, option.name) == ("3", "Suspend 4")
    assert "Stopped at garcia" in option.detail
