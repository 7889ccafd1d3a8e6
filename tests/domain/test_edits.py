"""Edits of a device's configuration: what they give, what they refuse, in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.devices import Line, SubscriberModel
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
    MoveSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_suspension import (
    ResumeSubscriber,
    SuspendPolicy,
    SuspendSubscriber,
)
from positron_tui.domain.edits_transfer import transfer
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.planner import plan
from positron_tui.domain.plans import Plan, plan_rate, plan_rates
from positron_tui.domain.ports import PortMode
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber

SMITHS, JONESES, FREE, SEEN, UNKNOWN = (f"00:0e:d8:00:00:0{number}" for number in range(1, 6))
CONFIG = RunningConfig(
    ports=(PortConfig(1, "riser A"),),
    endpoints=(
        EndpointConfig(1, "Smith", SMITHS, port="G.hn 1/1"),
        EndpointConfig(2, "Jones", JONESES, port="G.hn 1/2"),
        EndpointConfig(4, "spare", FREE, port="G.hn 1/3"),
    ),
    profiles=(
        Profile(1, "Default BW Profile", 10, 10),
        Profile(2, "100M", 106, 106),
        Profile(3, "garden", 10, 10),
    ),
    subscribers=(
        Subscriber(1, "Smith", endpoint_id=1, endpoint_mac=SMITHS, vlan=100, profile_id=2),
        Subscriber(
            3,
            "Jones",
            endpoint_id=2,
            endpoint_mac=JONESES,
            vlan=101,
            tagged=True,
            port2_vlan=201,
            allowed_vlans=(300, 301),
            profile_id=2,
        ),
    ),
    management_vlans=frozenset({4093}),
    uplink_vlans={"10G 1/1": ((3, 4094),), "10G 1/2": ((3, 99),)},
)
CONTEXT = EditContext(
    "gam-01",
    Line.COAX,
    SubscriberModel.ENDPOINT_AWARE,
    (
        Endpoint(SMITHS, 1, detected_port="G.hn 1/1", state=EndpointState.OK, model="G1001-C"),
        Endpoint(JONESES, 2, detected_port="G.hn 1/2", state=EndpointState.OK, model="G1000-C"),
        Endpoint(FREE, 4, detected_port="G.hn 1/3", state=EndpointState.OK, model="G1001-C"),
        Endpoint(
            SEEN,
            detected_port="G.hn 1/4",
            state=EndpointState.QUARANTINED_UNKNOWN_MAC,
            model="G1000-C",
        ),
    ),
    ghn_ports=4,
)
PORT_AWARE = replace(CONTEXT, line=Line.COPPER, subscriber_model=SubscriberModel.PORT_AWARE)
FLOATING = replace(
    CONFIG,
    endpoints=(),
    subscribers=(Subscriber(1, "Smith", port="G.hn 1/1", vlan=100, profile_id=2),),
)


def _done(
    edit: Edit, config: RunningConfig = CONFIG, context: EditContext = CONTEXT
) -> RunningConfig:
    outcome = edit.outcome(config, context)
    assert outcome.findings == ()
    return outcome.config


def _refused(
    edit: Edit, config: RunningConfig = CONFIG, context: EditContext = CONTEXT
) -> dict[str, str]:
    outcome = edit.outcome(config, context)
    assert outcome.config is config
    assert outcome.findings
    return {finding.field: finding.text for finding in outcome.findings}


def _sub(config: RunningConfig, name: str) -> Subscriber:
    found = config.subscriber_by_name(name)
    assert found is not None
    return found


def _commands(edit: Edit) -> list[str]:
    return [step.command for step in plan(CONFIG, _done(edit), jsonrpc=True)]


def _request(**fields: object) -> SubscriberRequest:
    base = SubscriberRequest(name="Doe", device="gam-01", vlan=102, endpoint_mac=FREE)
    return replace(base, **fields)  # type: ignore[arg-type]


def test_a_new_subscriber_gets_the_next_free_ids_and_its_seen_endpoint() -> None:
    edit = AddSubscriber(_request(endpoint_mac=SEEN, plan="100M", port2_vlan=202))
    assert _commands(edit) == [
        f'ghn endpoint 3 name "Doe" mac-address {SEEN} port 4',
        'ghn subscriber 2 name "Doe" endpoint 3 vid 102 untagged bw-profile 2 port2-vid 202',
    ]


def test_a_new_subscriber_with_every_option_and_what_each_of_them_needs() -> None:
    request = _request(double_tag=True, outer_vlan=50, uplink="10G 1/2", trunk=True, vlan=4000)
    added = _sub(_done(AddSubscriber(request)), "Doe")
    assert (added.double_tag, added.outer_vlan, added.uplink, added.trunk) == (
        True,
        50,
        "10G 1/2",
        True,
    )
    assert _refused(
        AddSubscriber(
            _request(outer_vlan=5, uplink="10G 1/3", trunk=True, allowed_vlans=(7,), poe=Poe.FORCE)
        )
    ) == {
        "outer_vlan": "An outer VLAN needs double tags; switch them on or leave it empty.",
        "uplink": "gam-01 has no uplink 10G 1/3; it has: 10G 1/1, 10G 1/2.",
        "allowed_vlans": "Trunk mode carries every VLAN; leave the list of allowed ones empty.",
        "poe": "A G1001-C cannot feed power over Ethernet; leave it off.",
    }
    assert "outer_vlan" in _refused(AddSubscriber(_request(double_tag=True)))
    # On the chosen uplink, not on just any.
    outer = _refused(AddSubscriber(replace(request, outer_vlan=100)))["outer_vlan"]
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
    assert words in _refused(AddSubscriber(_request(**fields)))[field]


def test_a_port_aware_unit_binds_the_service_to_the_port() -> None:
    request = _request(endpoint_mac=None, port="G.hn 1/2")
    added = _sub(_done(AddSubscriber(request), FLOATING, PORT_AWARE), "Doe")
    assert (added.port, added.endpoint_id) == ("G.hn 1/2", None)
    taken = replace(request, port="G.hn 1/1")
    assert (
        "already carries the subscriber Smith"
        in (_refused(AddSubscriber(taken), FLOATING, PORT_AWARE)["port"])
    )
    far = replace(request, port="G.hn 1/9")
    assert _refused(AddSubscriber(far), FLOATING, PORT_AWARE)["port"] == (
        "There is no G.hn port 9; the unit has 4."
    )
    assert "no endpoint" in _refused(AddSubscriber(_request()), FLOATING, PORT_AWARE)["port"]
    moved = _done(MoveSubscriber("Smith", port="G.hn 1/3"), FLOATING, PORT_AWARE)
    assert _sub(moved, "Smith").port == "G.hn 1/3"


def test_an_edit_keeps_the_id_and_what_it_does_not_name() -> None:
    edit = EditSubscriber("Jones", new_name="Jonas", vlan=150, plan=None, port2_vlan=None)
    assert _commands(edit) == [
        'ghn subscriber 3 name "Jonas" bw-profile unthrottled vid 150 port2-vid none'
    ]
    assert _done(EditSubscriber("Jones")) == CONFIG


def test_an_edit_is_checked_for_what_it_changes_only() -> None:
    odd = replace(_sub(CONFIG, "Jones"), vlan=4093)  # someone did that on the unit itself
    config = replace(CONFIG, subscribers=(CONFIG.subscribers[0], odd))
    assert _sub(_done(EditSubscriber("Jones", poe=None), config), "Jones").vlan == 4093
    assert "vlan" in _refused(EditSubscriber("Jones", vlan=4094), config)
    assert "port2_vlan" in _refused(EditSubscriber("Jones", vlan=201))
    assert "name" in _refused(EditSubscriber("Jones", new_name="Smith"))
    assert _refused(EditSubscriber("Nobody", vlan=5))["name"] == (
        "gam-01 has no subscriber named Nobody; it has Jones, Smith."
    )


def test_switching_trunk_on_or_double_tags_off_takes_what_belongs_to_it_along() -> None:
    trunk = _sub(_done(EditSubscriber("Jones", trunk=True)), "Jones")
    assert (trunk.trunk, trunk.allowed_vlans) == (True, ())
    tagged = _done(EditSubscriber("Smith", double_tag=True, outer_vlan=50))
    plain = _sub(_done(EditSubscriber("Smith", double_tag=False), tagged), "Smith")
    assert (plain.double_tag, plain.outer_vlan) == (False, None)


def test_a_removed_subscriber_leaves_its_endpoint_unless_told() -> None:
    assert _commands(RemoveSubscriber("Smith")) == ["no ghn subscriber 1"]
    assert _commands(RemoveSubscriber("Smith", with_endpoint=True)) == [
        "no ghn subscriber 1",
        "no ghn endpoint 1",
    ]


def test_suspending_leaves_nothing_beside_the_garden_and_resuming_gives_all_back() -> None:
    policy = SuspendPolicy(vlan=4094, profile="garden")
    suspended = _done(SuspendSubscriber("Jones", policy))
    jones = _sub(suspended, "Jones")
    assert (jones.vlan, jones.profile_id) == (4094, 3)
    assert (jones.allowed_vlans, jones.port2_vlan, jones.endpoint_id) == ((), None, 2)
    assert _done(SuspendSubscriber("Jones", policy), suspended) == suspended
    resumed = _done(ResumeSubscriber(_sub(CONFIG, "Jones")), suspended)
    assert plan(CONFIG, resumed, jsonrpc=True) == ()
    named = _done(ResumeSubscriber(_sub(CONFIG, "Jones"), plan=None), suspended)
    assert _sub(named, "Jones").profile_id == 0


def test_suspending_may_keep_the_extra_vlans_or_touch_the_plan_only() -> None:
    kept = SuspendPolicy(vlan=666, keep_extra_vlans=True)
    assert _sub(_done(SuspendSubscriber("Jones", kept)), "Jones").allowed_vlans == (300, 301)
    slowed = _sub(_done(SuspendSubscriber("Jones", SuspendPolicy(profile="garden"))), "Jones")
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
def test_a_policy_that_leads_nowhere_is_refused(policy: SuspendPolicy, field: str) -> None:
    assert field in _refused(SuspendSubscriber("Jones", policy))


def test_a_service_is_not_resumed_into_a_profile_that_is_gone() -> None:
    intended = replace(_sub(CONFIG, "Jones"), profile_id=9)
    assert "profile 9" in _refused(ResumeSubscriber(intended))["plan"]


def test_a_subscriber_moves_to_another_endpoint_with_its_service() -> None:
    assert _commands(MoveSubscriber("Smith", endpoint_mac=SEEN)) == [
        f'ghn endpoint 3 name "Smith 000004" mac-address {SEEN} port 4',
        "ghn subscriber 1 endpoint 3",
    ]
    assert _commands(MoveSubscriber("Smith", port="G.hn 1/3")) == ["ghn subscriber 1 endpoint 4"]
    assert "Jones" in _refused(MoveSubscriber("Smith", endpoint_mac=JONESES))["endpoint"]
    # The new box lacks the second port that the service uses.
    assert "port2_vlan" in _refused(MoveSubscriber("Jones", endpoint_mac=FREE))


def test_a_subscriber_moves_to_an_empty_port_with_its_own_endpoint() -> None:
    nothing_there = replace(CONTEXT, endpoints=CONTEXT.endpoints[:3])
    outcome = MoveSubscriber("Smith", port="G.hn 1/4").outcome(CONFIG, nothing_there)
    (step,) = plan(CONFIG, outcome.config, jsonrpc=False)
    assert step.command == "ghn endpoint 1 port 4"
    assert "plugged in there" in outcome.warnings[0]


def test_endpoints_are_added_where_they_are_seen_or_asked_for() -> None:
    assert _commands(AddEndpoint(SEEN, "new")) == [
        f'ghn endpoint 3 name "new" mac-address {SEEN} port 4'
    ]
    assert _commands(AddEndpoint(UNKNOWN, "new", auto_port=True)) == [
        f'ghn endpoint 3 name "new" mac-address {UNKNOWN} port auto'
    ]
    assert _refused(AddEndpoint(FREE, "Smith", port="10G 1/1")) == {
        "endpoint": f"The endpoint {FREE} is already configured on gam-01 as spare; edit that one.",
        "name": "gam-01 already has an endpoint named Smith; choose another name.",
        "port": "10G 1/1 is not a G.hn port; choose one of those.",
    }


def test_a_17th_endpoint_on_coax_and_a_second_on_copper_are_refused() -> None:
    many = tuple(
        EndpointConfig(number, f"e{number}", f"00:0e:d8:01:00:{number:02x}", port="G.hn 1/4")
        for number in range(10, 26)
    )
    full = replace(CONFIG, endpoints=(*CONFIG.endpoints, *many))
    assert "16 endpoints" in _refused(AddEndpoint(UNKNOWN, "new", port="G.hn 1/4"), full)["port"]
    copper = replace(CONTEXT, line=Line.COPPER)
    assert (
        "one endpoint"
        in (_refused(AddEndpoint(UNKNOWN, "new", port="G.hn 1/1"), CONFIG, copper)["port"])
    )
    assert "one endpoint" in _refused(MoveEndpoint(FREE, "G.hn 1/1"), CONFIG, copper)["port"]


def test_endpoints_are_edited_moved_and_freed() -> None:
    assert _commands(EditEndpoint(FREE, name="Apt 9", allow_management=True)) == [
        'ghn endpoint 4 name "Apt 9" allow-management-access'
    ]
    assert _commands(MoveEndpoint(FREE, "G.hn 1/1")) == ["ghn endpoint 4 port 1"]
    assert _commands(MoveEndpoint(FREE, auto=True)) == ["ghn endpoint 4 port auto"]
    outcome = MoveEndpoint(SMITHS).outcome(CONFIG, CONTEXT)
    assert "Smith gets no service" in outcome.warnings[0]
    assert "name" in _refused(EditEndpoint(FREE, name="Smith"))
    assert "endpoint" in _refused(EditEndpoint(UNKNOWN, name="x"))


def test_an_endpoint_in_use_goes_with_its_subscriber_only() -> None:
    assert "carries the subscriber Smith" in _refused(RemoveEndpoint(SMITHS))["endpoint"]
    assert _commands(RemoveEndpoint(SMITHS, with_subscriber=True)) == [
        "no ghn subscriber 1",
        "no ghn endpoint 1",
    ]
    assert _commands(RemoveEndpoint(FREE)) == ["no ghn endpoint 4"]


def test_a_swap_keeps_service_and_name_and_releases_the_old_box() -> None:
    assert _commands(SwapEndpoint("Smith", SEEN)) == [f"ghn endpoint 1 mac-address {SEEN} port 4"]
    assert _commands(SwapEndpoint("Smith", FREE)) == [
        "no ghn endpoint 4",
        f"ghn endpoint 1 mac-address {FREE} port 3",
    ]
    assert _done(SwapEndpoint("Smith", SMITHS)) == CONFIG
    assert "Jones" in _refused(SwapEndpoint("Smith", JONESES))["endpoint"]
    assert "neither seen nor configured" in _refused(SwapEndpoint("Smith", UNKNOWN))["endpoint"]
    assert "port2_vlan" in _refused(SwapEndpoint("Jones", FREE))


def test_ports_are_named_switched_off_and_set_to_a_mode() -> None:
    assert _commands(SetPort("G.hn 1/2", enabled=False, name="riser B")) == [
        'ghn port 2 name "riser B" shutdown'
    ]
    outcome = SetPort("G.hn 1/1", enabled=False).outcome(CONFIG, CONTEXT)
    assert "G.hn 1/1 carries Smith" in outcome.warnings[0]
    assert _commands(SetPort("G.hn 1/1", name=None)) == ['ghn port 1 name ""']
    assert "riser A" in _refused(SetPort("G.hn 1/2", name="riser A"))["name"]
    assert "port" in _refused(SetPort("10G 1/1", enabled=False))
    assert "mode" in _refused(SetPort("G.hn 1/1", mode=PortMode.SISO))
    copper = replace(CONTEXT, line=Line.COPPER)
    assert "Smith" in SetPort("G.hn 1/1", mode=PortMode.SISO).outcome(CONFIG, copper).warnings[0]
    assert "mode" in _refused(SetPort("G.hn 1/1", mode=PortMode.COAX), CONFIG, copper)


def test_profiles_are_created_changed_and_renamed() -> None:
    assert _commands(PutProfile("300M", 318, 106)) == [
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
    assert "all of its 15 profiles" in _refused(PutProfile("one more", 20, 20), full)["plan"]
    copper = replace(CONTEXT, line=Line.COPPER)
    assert "1000 Mbit/s" in _refused(PutProfile("1G", 1060, 1060), CONFIG, copper)["plan"]
    assert "800 Mbit/s" in _refused(PutProfile("900M", 900, 100))["plan"]
    assert "below 10" in _refused(PutProfile("slow", 5, 5))["plan"]
    assert "below zero" in _refused(PutProfile("none", -1, 5))["plan"]


def test_a_profile_in_use_or_built_in_is_not_removed() -> None:
    assert "used by Jones, Smith" in _refused(RemoveProfile("100M"))["plan"]
    assert "built into the unit" in _refused(RemoveProfile("Default BW Profile"))["plan"]
    assert "no plan named 1G" in _refused(RemoveProfile("1G"))["plan"]
    assert _commands(RemoveProfile("garden")) == ["no ghn bw-profile 3"]
    assert [one.name for one in unused_profiles(CONFIG)] == ["garden"]


def test_edits_follow_one_another_and_the_first_bad_one_stops_them() -> None:
    edits: list[Edit] = [
        PutProfile("300M", 318, 318),
        AddSubscriber(_request(plan="300M")),
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
