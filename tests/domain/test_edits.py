"""Edits of subscribers: what they give, what they refuse, in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.edits_subscribers import (
    AddSubscriber,
    EditSubscriber,
    MoveSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_suspension import (
    ResumeSubscriber,
    SuspendPolicy,
    SuspendSubscriber,
)
from positron_tui.domain.planner import plan
from positron_tui.domain.subscribers import Poe
from tests.domain.edit_cases import (
    CONFIG,
    CONTEXT,
    FLOATING,
    FREE,
    JONESES,
    PORT_AWARE,
    SEEN,
    SMITHS,
    UNKNOWN,
    commands,
    done,
    refused,
    request,
    sub,
)


def test_a_new_subscriber_gets_the_next_free_ids_and_its_seen_endpoint() -> None:
    edit = AddSubscriber(request(endpoint_mac=SEEN, plan="100M", port2_vlan=202))
    assert commands(edit) == [
        f'ghn endpoint 3 name "Doe" mac-address {SEEN} port 4',
        'ghn subscriber 2 name "Doe" endpoint 3 vid 102 untagged bw-profile 2 port2-vid 202',
    ]


def test_a_new_subscriber_with_every_option_and_what_each_of_them_needs() -> None:
    wanted = request(double_tag=True, outer_vlan=50, uplink="10G 1/2", trunk=True, vlan=4000)
    added = sub(done(AddSubscriber(wanted)), "Doe")
    assert (added.double_tag, added.outer_vlan, added.uplink, added.trunk) == (
        True,
        50,
        "10G 1/2",
        True,
    )
    assert refused(
        AddSubscriber(
            request(outer_vlan=5, uplink="10G 1/3", trunk=True, allowed_vlans=(7,), poe=Poe.FORCE)
        )
    ) == {
        "outer_vlan": "An outer VLAN needs double tags; switch them on or leave it empty.",
        "uplink": "gam-01 has no uplink 10G 1/3; it has: 10G 1/1, 10G 1/2.",
        "allowed_vlans": "Trunk mode carries every VLAN; leave the list of allowed ones empty.",
        "poe": "A G1001-C cannot feed power over Ethernet; leave it off.",
    }
    assert "outer_vlan" in refused(AddSubscriber(request(double_tag=True)))
    # On the chosen uplink, not on just any.
    outer = refused(AddSubscriber(replace(wanted, outer_vlan=100)))["outer_vlan"]
    assert "VLAN 100 is not allowed on the uplink" in outer


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"vlan": 2}, "vlan", "management of the endpoints"),
        ({"vlan": 3841}, "vlan", "reserved inside the unit"),
        ({"vlan": 4093}, "vlan", "used to manage the unit"),
        ({"vlan": 5000}, "vlan", "outside 3-4092"),
        ({"vlan": 150, "uplink": "10G 1/2"}, "vlan", "not allowed on the uplink"),
        ({"name": "Smith"}, "name", "already has a subscriber named Smith"),
        ({"name": "x" * 32}, "name", "32 characters"),
        ({"name": "who?"}, "name", "the character ?"),
        ({"name": 'a"b'}, "name", 'the character "'),
        ({"name": "a\tb"}, "name", "U+0009"),
        ({"name": "Zoë"}, "name", "U+00EB"),
        ({"plan": "1G"}, "plan", "has no plan named 1G"),
        ({"endpoint_mac": SMITHS}, "endpoint", "already carries the subscriber Smith"),
        ({"endpoint_mac": UNKNOWN}, "endpoint", "neither seen nor configured"),
        ({"endpoint_mac": None, "port": "G.hn 1/1"}, "port", "No endpoint without a subscriber"),
        ({"allowed_vlans": tuple(range(10, 23))}, "allowed_vlans", "12 is the most"),
    ],
)
def test_bad_input_for_a_new_subscriber(fields: dict[str, object], field: str, words: str) -> None:
    assert words in refused(AddSubscriber(request(**fields)))[field]


def test_a_port_aware_unit_binds_the_service_to_the_port() -> None:
    wanted = request(endpoint_mac=None, port="G.hn 1/2")
    added = sub(done(AddSubscriber(wanted), FLOATING, PORT_AWARE), "Doe")
    assert (added.port, added.endpoint_id) == ("G.hn 1/2", None)
    taken = replace(wanted, port="G.hn 1/1")
    assert (
        "already carries the subscriber Smith"
        in (refused(AddSubscriber(taken), FLOATING, PORT_AWARE)["port"])
    )
    far = replace(wanted, port="G.hn 1/9")
    assert refused(AddSubscriber(far), FLOATING, PORT_AWARE)["port"] == (
        "There is no G.hn port 9; the unit has 4."
    )
    assert "no endpoint" in refused(AddSubscriber(request()), FLOATING, PORT_AWARE)["port"]
    moved = done(MoveSubscriber("Smith", port="G.hn 1/3"), FLOATING, PORT_AWARE)
    assert sub(moved, "Smith").port == "G.hn 1/3"


def test_an_edit_keeps_the_id_and_what_it_does_not_name() -> None:
    edit = EditSubscriber("Jones", new_name="Jonas", vlan=150, plan=None, port2_vlan=None)
    assert commands(edit) == [
        'ghn subscriber 3 name "Jonas" bw-profile unthrottled vid 150 port2-vid none'
    ]
    assert done(EditSubscriber("Jones")) == CONFIG


def test_an_edit_is_checked_for_what_it_changes_only() -> None:
    odd = replace(sub(CONFIG, "Jones"), vlan=4093)  # someone did that on the unit itself
    config = replace(CONFIG, subscribers=(CONFIG.subscribers[0], odd))
    assert sub(done(EditSubscriber("Jones", poe=None), config), "Jones").vlan == 4093
    assert "vlan" in refused(EditSubscriber("Jones", vlan=4094), config)
    assert "port2_vlan" in refused(EditSubscriber("Jones", vlan=201))
    assert "name" in refused(EditSubscriber("Jones", new_name="Smith"))
    assert refused(EditSubscriber("Nobody", vlan=5))["name"] == (
        "gam-01 has no subscriber named Nobody; it has Jones, Smith."
    )


def test_switching_trunk_on_or_double_tags_off_takes_what_belongs_to_it_along() -> None:
    trunk = sub(done(EditSubscriber("Jones", trunk=True)), "Jones")
    assert (trunk.trunk, trunk.allowed_vlans) == (True, ())
    tagged = done(EditSubscriber("Smith", double_tag=True, outer_vlan=50))
    plain = sub(done(EditSubscriber("Smith", double_tag=False), tagged), "Smith")
    assert (plain.double_tag, plain.outer_vlan) == (False, None)


def test_a_removed_subscriber_leaves_its_endpoint_unless_told() -> None:
    assert commands(RemoveSubscriber("Smith")) == ["no ghn subscriber 1"]
    assert commands(RemoveSubscriber("Smith", with_endpoint=True)) == [
        "no ghn subscriber 1",
        "no ghn endpoint 1",
    ]


def test_suspending_leaves_nothing_beside_the_garden_and_resuming_gives_all_back() -> None:
    policy = SuspendPolicy(vlan=4094, profile="garden")
    suspended = done(SuspendSubscriber("Jones", policy))
    jones = sub(suspended, "Jones")
    assert (jones.vlan, jones.profile_id) == (4094, 3)
    assert (jones.allowed_vlans, jones.port2_vlan, jones.endpoint_id) == ((), None, 2)
    assert done(SuspendSubscriber("Jones", policy), suspended) == suspended
    resumed = done(ResumeSubscriber(sub(CONFIG, "Jones")), suspended)
    assert plan(CONFIG, resumed, jsonrpc=True) == ()
    named = done(ResumeSubscriber(sub(CONFIG, "Jones"), plan=None), suspended)
    assert sub(named, "Jones").profile_id == 0


def test_suspending_may_keep_the_extra_vlans_or_touch_the_plan_only() -> None:
    kept = SuspendPolicy(vlan=666, keep_extra_vlans=True)
    assert sub(done(SuspendSubscriber("Jones", kept)), "Jones").allowed_vlans == (300, 301)
    slowed = sub(done(SuspendSubscriber("Jones", SuspendPolicy(profile="garden"))), "Jones")
    assert (slowed.vlan, slowed.profile_id) == (101, 3)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (SuspendPolicy(), "suspend"),
        (SuspendPolicy(vlan=2), "vlan"),
        (SuspendPolicy(profile="nowhere"), "plan"),
        (SuspendPolicy(vlan=201, keep_extra_vlans=True), "port2_vlan"),
    ],
)
def test_a_policy_that_leads_nowhere_isrefused(policy: SuspendPolicy, field: str) -> None:
    assert field in refused(SuspendSubscriber("Jones", policy))


def test_a_service_is_not_resumed_into_a_profile_that_is_gone() -> None:
    intended = replace(sub(CONFIG, "Jones"), profile_id=9)
    assert "profile 9" in refused(ResumeSubscriber(intended))["plan"]


def test_a_subscriber_moves_to_another_endpoint_with_its_service() -> None:
    assert commands(MoveSubscriber("Smith", endpoint_mac=SEEN)) == [
        f'ghn endpoint 3 name "Smith 000004" mac-address {SEEN} port 4',
        "ghn subscriber 1 endpoint 3",
    ]
    assert commands(MoveSubscriber("Smith", port="G.hn 1/3")) == ["ghn subscriber 1 endpoint 4"]
    assert "Jones" in refused(MoveSubscriber("Smith", endpoint_mac=JONESES))["endpoint"]
    # The new box lacks the second port that the service uses.
    assert "port2_vlan" in refused(MoveSubscriber("Jones", endpoint_mac=FREE))


def test_a_subscriber_moves_to_an_empty_port_with_its_own_endpoint() -> None:
    nothing_there = replace(CONTEXT, endpoints=CONTEXT.endpoints[:3])
    outcome = MoveSubscriber("Smith", port="G.hn 1/4").outcome(CONFIG, nothing_there)
    (step,) = plan(CONFIG, outcome.config, jsonrpc=False)
    assert step.command == "ghn endpoint 1 port 4"
    assert "plugged in there" in outcome.warnings[0]
