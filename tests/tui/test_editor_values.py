"""The subscriber editor's form: what is wrong, what is off and why, what it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.edits import KEEP
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.plans import Plan
from positron_tui.domain.subscribers import Poe, Profile
from positron_tui.services.editor import EditorChoices, editor_choices
from positron_tui.services.plans import PlanOnDevice, PlanRow, Presence
from positron_tui.tui.screens import editor_options as options
from positron_tui.tui.screens import editor_values as values
from tests.tui import sample

GOOD = values.Draft("new-one", f"{options.ENDPOINT_PREFIX}{sample.FREE_MAC}", "200", "unthrottled")


def choices(**changes: object) -> EditorChoices:
    base = editor_choices(sample.coax_view(), console_read_only=False)
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "The name is empty"),
        ("name", "new;one", "cannot take"),
        ("name", "smith", "already has a subscriber named smith"),
        ("target", None, "Choose the endpoint or the port"),
        ("vlan", "", "Give a VLAN"),
        ("vlan", "ten", "is not a number"),
        ("vlan", "3841", "reserved inside the unit"),
        ("vlan", "77", "used to manage the unit"),
        ("remapped_vlan", "1", "default management VLAN"),
        ("port2_vlan", "200", "another VLAN than the first"),
        ("allowed_vlans", "20,x", "is not a list"),
        ("allowed_vlans", "20-40", "too many"),
        ("allowed_vlans", "77", "used to manage the unit"),
        ("description", "a?b", "cannot take"),
    ],
)
def test_what_is_wrong_stands_by_its_field(field: str, value: str, said: str) -> None:
    draft = replace(GOOD, **{field: value})  # type: ignore[arg-type]
    found = values.problems(draft, choices(management_vlans=(77,)))
    assert said in found[field]
    assert found[field].endswith(".")
    assert set(found) == {field}


def test_a_good_draft_has_no_problems_and_becomes_the_request() -> None:
    draft = replace(
        GOOD,
        plan="Home 100",
        tagged=True,
        remapped_vlan="30",
        allowed_vlans="20,30-31",
        double_tag=True,
        outer_vlan="500",
        uplink="10G 1/2",
        poe="force",
        description="Flat 9",
    )
    assert values.problems(draft, choices()) == {}
    request = values.to_request(draft, "gam-01")
    assert (request.name, request.vlan, request.endpoint_mac, request.port) == (
        "new-one",
        200,
        sample.FREE_MAC,
        None,
    )
    assert (request.plan, request.tagged, request.remapped_vlan) == ("Home 100", True, 30)
    assert (request.allowed_vlans, request.double_tag) == ((20, 30, 31), True)
    assert (request.outer_vlan, request.uplink, request.poe) == (500, "10G 1/2", Poe.FORCE)


def test_double_tags_need_an_outer_vlan() -> None:
    assert "outer_vlan" in values.problems(replace(GOOD, double_tag=True), choices())


def test_what_a_product_or_another_field_rules_out_is_off() -> None:
    endpoint = replace(sample.coax_endpoints()[4], model="G1001-C")
    off = values.switched_off(GOOD, choices(jsonrpc=True), endpoint)
    assert "one Ethernet port" in off["port2_vlan"]
    assert "cannot feed power" in off["poe"]
    assert off["outer_vlan"] == "Only with double tags."
    assert "trunk" not in off
    trunk = values.switched_off(replace(GOOD, trunk=True), choices(jsonrpc=True), endpoint)
    assert trunk["allowed_vlans"] == "Trunk mode carries every VLAN."


def test_what_the_way_to_the_device_or_its_firmware_lacks_is_off() -> None:
    off = values.switched_off(GOOD, choices(jsonrpc=False, poe=False, uplinks=("10G 1/1",)), None)
    assert {"trunk", "double_tag", "outer_vlan", "uplink", "poe"} <= set(off)
    assert "firmware of gam-01" in off["poe"]
    assert "press H" in (values.jsonrpc_hint(choices(jsonrpc=False)) or "")
    assert values.jsonrpc_hint(choices(jsonrpc=True)) is None
    only = values.switched_off(GOOD, choices(jsonrpc=True, uplinks=("10G 1/1",)), None)
    assert only["uplink"] == "gam-01 has one uplink."


def test_what_stands_in_a_field_that_is_off_is_not_asked_for() -> None:
    draft = replace(GOOD, port2_vlan="300", poe="enable")
    settled = values.settled(draft, {"port2_vlan": "why", "poe": "why", "target": "fixed"})
    assert (settled.port2_vlan, settled.poe, settled.target) == ("", "leave", GOOD.target)


def test_an_edit_asks_for_what_was_changed_and_nothing_else() -> None:
    held = values.draft_of(sample.subscriber(1, "smith"), "Home 100")
    assert values.to_edit(held, held) == EditSubscriber("smith")
    changed = replace(held, name="smythe", vlan="300", plan="unthrottled", description="")
    edit = values.to_edit(changed, held)
    assert (edit.name, edit.new_name, edit.vlan, edit.plan, edit.description) == (
        "smith",
        "smythe",
        300,
        None,
        None,
    )
    assert edit.tagged is KEEP
    assert edit.remapped_vlan is KEEP
    assert edit.poe is KEEP


def test_what_was_wrong_before_and_is_not_touched_is_in_nobodys_way() -> None:
    held = values.draft_of(replace(sample.subscriber(1, "smith"), vlan=1), "Home 100")
    assert values.problems(replace(held, description="Flat 2"), choices(), held) == {}
    assert "vlan" in values.problems(replace(held, vlan="2"), choices(), held)


def test_double_tags_that_are_switched_on_need_an_outer_vlan_in_an_edit_too() -> None:
    held = values.draft_of(sample.subscriber(1, "smith"), "Home 100")
    assert "outer_vlan" in values.problems(replace(held, double_tag=True), choices(), held)


def test_a_vlan_that_others_use_is_named_with_a_free_one() -> None:
    note = values.notes(replace(GOOD, vlan="101"), choices())["vlan"]
    assert "Shared with smith" in note
    assert "100 is free" in note
    assert values.notes(replace(GOOD, vlan="101"), choices(), own="smith") == {}


def plans(presence: Presence) -> PlanRow:
    plan = Plan("Sold 200", 200, 50)
    return PlanRow(plan, {Line.COAX: (212, 53)}, (PlanOnDevice("gam-01", presence),))


def test_plans_begin_with_no_limit_and_end_with_the_built_in_one() -> None:
    profiles = (Profile(1, "Default BW Profile", 10, 10), Profile(2, "Home 100", 100, 20))
    offered = options.plan_options(profiles, (plans(Presence.ABSENT),), "gam-01")
    assert [one.key for one in offered] == [
        "unthrottled",
        "Sold 200",
        "Home 100",
        "Default BW Profile",
    ]
    assert offered[1].extra == "will be put on the unit"
    assert options.first_plan(offered, "") == "unthrottled"
    assert options.first_plan(offered, "Home 100") == "Home 100"
    assert options.first_plan(offered, "gone") == "unthrottled"


def test_the_plan_of_a_service_can_be_kept_whatever_it_is() -> None:
    assert options.plan_options((), held="profile 9")[-1].key == "profile 9"


def test_where_services_are_bound_to_ports_only_free_ports_are_offered() -> None:
    taken = replace(sample.subscriber(1, "smith"), port="G.hn 1/1")
    offered = options.target_options(
        choices(subscriber_model=SubscriberModel.PORT_AWARE, subscribers=(taken,)), None
    )
    assert [one.name for one in offered][:2] == ["G.hn 1/2", "G.hn 1/3"]
    key = options.first_target(
        choices(subscriber_model=SubscriberModel.PORT_AWARE), sample.FREE_MAC, None
    )
    assert key == f"{options.PORT_PREFIX}G.hn 1/2"


def test_the_target_is_what_the_cursor_was_on() -> None:
    assert options.first_target(choices(), sample.FREE_MAC, None) == GOOD.target
    assert options.first_target(choices(), None, "G.hn 1/5") == f"{options.PORT_PREFIX}G.hn 1/5"
    assert options.first_target(choices(), None, None) is None


@pytest.mark.parametrize(
    ("name", "field"), [("endpoint", "target"), ("port", "target"), ("vlan", "vlan")]
)
def test_findings_of_the_rules_find_their_field(name: str, field: str) -> None:
    assert values.field_of(name) == field
