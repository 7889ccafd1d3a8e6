"""Edits of endpoints, ports and profiles, edits in a row, transfers, and the rates of plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.devices import Line
from positron_tui.domain.edits import Edit, EditContext, Outcome, apply_edits
from positron_tui.domain.edits_endpoints import (
    AddEndpoint,
    EditEndpoint,
    MoveEndpoint,
    RemoveEndpoint,
    SwapEndpoint,
)
from positron_tui.domain.edits_plant import (
    PutProfile,
    RemoveProfile,
    SetPort,
    unused_profiles,
)
from positron_tui.domain.edits_subscribers import (
    AddSubscriber,
    EditSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_transfer import transfer
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.planner import plan
from positron_tui.domain.plans import Plan, plan_rate, plan_rates
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile
from tests.domain.edit_cases import (
    CONFIG,
    CONTEXT,
    FREE,
    JONESES,
    SEEN,
    SMITHS,
    UNKNOWN,
    commands,
    done,
    refused,
    request,
)


def test_endpoints_are_added_where_they_are_seen_or_asked_for() -> None:
    assert commands(AddEndpoint(SEEN, "new")) == [
        f'ghn endpoint 3 name "new" mac-address {SEEN} port 4'
    ]
    assert commands(AddEndpoint(UNKNOWN, "new", auto_port=True)) == [
        f'ghn endpoint 3 name "new" mac-address {UNKNOWN} port auto'
    ]
    assert refused(AddEndpoint(FREE, "Smith", port="10G 1/1")) == {
        "endpoint": f"The endpoint {FREE} is already configured on gam-01 as spare; edit that one.",
        "name": "gam-01 already has an endpoint named Smith; choose another name.",
        "port": "10G 1/1 is not a G.hn port; choose one of those.",
    }


def test_a_17th_endpoint_on_coax_and_a_second_on_copper_arerefused() -> None:
    many = tuple(
        EndpointConfig(number, f"e{number}", f"00:0e:d8:01:00:{number:02x}", port="G.hn 1/4")
        for number in range(10, 26)
    )
    full = replace(CONFIG, endpoints=(*CONFIG.endpoints, *many))
    assert "16 endpoints" in refused(AddEndpoint(UNKNOWN, "new", port="G.hn 1/4"), full)["port"]
    copper = replace(CONTEXT, line=Line.COPPER)
    assert (
        "one endpoint"
        in (refused(AddEndpoint(UNKNOWN, "new", port="G.hn 1/1"), CONFIG, copper)["port"])
    )
    assert "one endpoint" in refused(MoveEndpoint(FREE, "G.hn 1/1"), CONFIG, copper)["port"]


def test_endpoints_are_edited_moved_and_freed() -> None:
    assert commands(EditEndpoint(FREE, name="Apt 9", allow_management=True)) == [
        'ghn endpoint 4 name "Apt 9" allow-management-access'
    ]
    assert commands(MoveEndpoint(FREE, "G.hn 1/1")) == ["ghn endpoint 4 port 1"]
    assert commands(MoveEndpoint(FREE, auto=True)) == ["ghn endpoint 4 port auto"]
    outcome = MoveEndpoint(SMITHS).outcome(CONFIG, CONTEXT)
    assert "Smith gets no service" in outcome.warnings[0]
    assert "name" in refused(EditEndpoint(FREE, name="Smith"))
    assert "endpoint" in refused(EditEndpoint(UNKNOWN, name="x"))


def test_an_endpoint_in_use_goes_with_its_subscriber_only() -> None:
    assert "carries the subscriber Smith" in refused(RemoveEndpoint(SMITHS))["endpoint"]
    assert commands(RemoveEndpoint(SMITHS, with_subscriber=True)) == [
        "no ghn subscriber 1",
        "no ghn endpoint 1",
    ]
    assert commands(RemoveEndpoint(FREE)) == ["no ghn endpoint 4"]


def test_a_swap_keeps_service_and_name_and_releases_the_old_box() -> None:
    assert commands(SwapEndpoint("Smith", SEEN)) == [f"ghn endpoint 1 mac-address {SEEN} port 4"]
    assert commands(SwapEndpoint("Smith", FREE)) == [
        "no ghn endpoint 4",
        f"ghn endpoint 1 mac-address {FREE} port 3",
    ]
    assert done(SwapEndpoint("Smith", SMITHS)) == CONFIG
    assert "Jones" in refused(SwapEndpoint("Smith", JONESES))["endpoint"]
    assert "neither seen nor configured" in refused(SwapEndpoint("Smith", UNKNOWN))["endpoint"]
    assert "port2_vlan" in refused(SwapEndpoint("Jones", FREE))


def test_ports_are_named_switched_off_and_set_to_a_mode() -> None:
    assert commands(SetPort("G.hn 1/2", enabled=False, name="riser B")) == [
        'ghn port 2 name "riser B" shutdown'
    ]
    outcome = SetPort("G.hn 1/1", enabled=False).outcome(CONFIG, CONTEXT)
    assert "G.hn 1/1 carries Smith" in outcome.warnings[0]
    assert commands(SetPort("G.hn 1/1", name=None)) == ['ghn port 1 name ""']
    assert "riser A" in refused(SetPort("G.hn 1/2", name="riser A"))["name"]
    assert "port" in refused(SetPort("10G 1/1", enabled=False))
    assert "mode" in refused(SetPort("G.hn 1/1", mode=PortMode.SISO))
    copper = replace(CONTEXT, line=Line.COPPER)
    assert "Smith" in SetPort("G.hn 1/1", mode=PortMode.SISO).outcome(CONFIG, copper).warnings[0]
    assert "mode" in refused(SetPort("G.hn 1/1", mode=PortMode.COAX), CONFIG, copper)


def test_profiles_are_created_changed_and_renamed() -> None:
    assert commands(PutProfile("300M", 318, 106)) == [
        'ghn bw-profile 4 name "300M" rate-downstream 318 rate-upstream 106'
    ]
    outcome = PutProfile("100M", 110, 106, new_name="100M+").outcome(CONFIG, CONTEXT)
    assert outcome.findings[0].field == "name"
    changed = PutProfile("100M", 110, 106, new_name="100M plus").outcome(CONFIG, CONTEXT)
    assert "Jones, Smith" in changed.warnings[0]
    assert changed.config.profile_by_name("100M plus") == Profile(2, "100M plus", 110, 106)


def test_limits_of_profiles() -> None:
    full = replace(
        CONFIG, profiles=tuple(Profile(number, f"p{number}", 10, 10) for number in range(1, 16))
    )
    assert "all of its 15 profiles" in refused(PutProfile("one more", 20, 20), full)["plan"]
    copper = replace(CONTEXT, line=Line.COPPER)
    assert "1000 Mbit/s" in refused(PutProfile("1G", 1060, 1060), CONFIG, copper)["plan"]
    assert "800 Mbit/s" in refused(PutProfile("900M", 900, 100))["plan"]
    assert "below 10" in refused(PutProfile("slow", 5, 5))["plan"]
    assert "below zero" in refused(PutProfile("none", -1, 5))["plan"]


def test_a_profile_in_use_or_built_in_is_not_removed() -> None:
    assert "used by Jones, Smith" in refused(RemoveProfile("100M"))["plan"]
    assert "built into the unit" in refused(RemoveProfile("Default BW Profile"))["plan"]
    assert "no plan named 1G" in refused(RemoveProfile("1G"))["plan"]
    assert commands(RemoveProfile("garden")) == ["no ghn bw-profile 3"]
    assert [one.name for one in unused_profiles(CONFIG)] == ["garden"]


def test_edits_follow_one_another_and_the_first_bad_one_stops_them() -> None:
    edits: list[Edit] = [
        PutProfile("300M", 318, 318),
        AddSubscriber(request(plan="300M")),
        EditSubscriber("Doe", vlan=103),
    ]
    wanted = apply_edits(CONFIG, edits, CONTEXT).config
    assert [step.command for step in plan(CONFIG, wanted, jsonrpc=False)] == [
        'ghn bw-profile 4 name "300M" rate-downstream 318 rate-upstream 318',
        'ghn subscriber 2 name "Doe" endpoint 4 vid 103 untagged bw-profile 4',
    ]
    with pytest.raises(ValidationFailed, match="no subscriber named Nobody"):
        apply_edits(CONFIG, [*edits, RemoveSubscriber("Nobody")], CONTEXT)


def test_a_transfer_adds_there_with_its_plan_and_removes_here() -> None:
    target = RunningConfig(uplink_vlans={"10G 1/1": ((3, 4094),)})
    there = EditContext(
        "gam-02", Line.COAX, endpoints=(Endpoint(SMITHS, detected_port="G.hn 1/2"),)
    )
    move = transfer("Smith", CONFIG, CONTEXT, target, there, endpoint_mac=SMITHS)
    wanted: Outcome = apply_edits(target, move.on_target, there)
    assert [step.command for step in plan(target, wanted.config, jsonrpc=False)] == [
        'ghn bw-profile 2 name "100M" rate-downstream 106 rate-upstream 106',
        f'ghn endpoint 1 name "Smith" mac-address {SMITHS} port 2',
        'ghn subscriber 1 name "Smith" endpoint 1 vid 100 untagged bw-profile 2',
    ]
    left = apply_edits(CONFIG, move.on_source, CONTEXT).config
    assert left.subscriber_by_name("Smith") is None
    with pytest.raises(ValidationFailed):
        transfer("Nobody", CONFIG, CONTEXT, target, there, endpoint_mac=SMITHS)


@pytest.mark.parametrize(
    ("sold", "line", "rate"),
    [
        (100, Line.COAX, 106),
        (300, Line.COAX, 318),
        (25, Line.COAX, 27),
        (754, Line.COAX, 800),
        (755, Line.COAX, None),
        (943, Line.COPPER, 1000),
        (944, Line.COPPER, None),
        (1000, Line.COPPER, None),
        (900, None, 954),
        (0, Line.COAX, None),
    ],
)
def test_the_rate_of_a_plan(sold: int, line: Line | None, rate: int | None) -> None:
    assert plan_rate(sold, line=line) == rate


def test_the_rates_of_a_plan_in_both_directions() -> None:
    assert plan_rates(Plan("1G/100", 1000, 100), line=Line.COAX) == (0, 106)
    assert plan_rates(Plan("1G", 1000, 1000), line=Line.COAX) is None
    assert plan_rates(Plan("100", 100, 100), 8, Line.COAX) == (108, 108)
    assert plan_rate(100, 6.5) == 107
