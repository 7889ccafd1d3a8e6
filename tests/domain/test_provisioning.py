"""What a new subscriber is checked against, what is planned for it, and what proves it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.config_model import apply_steps
from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.edits import EditContext, Outcome
from positron_tui.domain.edits_subscribers import AddSubscriber
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import Finding
from positron_tui.domain.planner import plan
from positron_tui.domain.provisioning import ServiceView, SubscriberRequest, next_free_vlan
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.service_rules import findings_of_request
from positron_tui.domain.subscribers import Poe, Profile, Subscriber

FREE = "00:0e:d8:00:00:01"
SERVED = "00:0e:d8:00:00:02"
UNKNOWN = "00:0e:d8:00:00:03"
MISPLACED = "00:0e:d8:00:00:04"
FLOATING = "00:0e:d8:00:00:05"


def _view(line: Line = Line.COAX) -> ServiceView:
    running = RunningConfig(
        endpoints=(
            EndpointConfig(1, "Apt 1", FREE, port="G.hn 1/1"),
            EndpointConfig(2, "Apt 2", SERVED, port="G.hn 1/2"),
            EndpointConfig(3, "Apt 4", MISPLACED, port="G.hn 1/4"),
            EndpointConfig(4, "Apt 5", FLOATING),
        ),
        profiles=(
            Profile(1, "Default BW Profile", 10, 10),
            Profile(2, "100M", 118, 118),
            Profile(3, "1G", 1060, 1060),
            Profile(4, "tiny", 5, 5),
        ),
        subscribers=(Subscriber(7, "Smith", endpoint_id=2, vlan=100, profile_id=2),),
        management_vlans=frozenset({4093}),
        uplink_vlans={"10G 1/1": ((3, 4094),)},
    )
    endpoints = (
        Endpoint(FREE, 1, detected_port="G.hn 1/1", state=EndpointState.OK, model="G1001-C"),
        Endpoint(SERVED, 2, detected_port="G.hn 1/2", state=EndpointState.OK, model="G1000-C"),
        Endpoint(
            UNKNOWN,
            detected_port="G.hn 1/3",
            state=EndpointState.QUARANTINED_UNKNOWN_MAC,
            model="G1002-C+",
        ),
        Endpoint(
            MISPLACED,
            3,
            configured_port="G.hn 1/4",
            detected_port="G.hn 1/5",
            state=EndpointState.QUARANTINED_WRONG_PORT,
        ),
        Endpoint(FLOATING, 4, detected_port="G.hn 1/6", state=EndpointState.QUARANTINED_WRONG_PORT),
    )
    return ServiceView(line, running, endpoints, SubscriberModel.ENDPOINT_AWARE)


def _request(**fields: object) -> SubscriberRequest:
    base = SubscriberRequest(name="Jones", device="gam-01", vlan=101, endpoint_mac=FREE)
    return dataclasses.replace(base, **fields)  # type: ignore[arg-type]


def _outcome(request: SubscriberRequest, view: ServiceView) -> Outcome:
    context = EditContext(request.device, view.line, view.subscriber_model, view.endpoints)
    return AddSubscriber(request).outcome(view.running, context)


def _findings(request: SubscriberRequest, view: ServiceView) -> tuple[Finding, ...]:
    return _outcome(request, view).findings


def _texts(request: SubscriberRequest, view: ServiceView | None = None) -> str:
    return " ".join(finding.text for finding in _findings(request, view or _view()))


def _steps(request: SubscriberRequest, view: ServiceView) -> tuple[ChangeStep, ...]:
    outcome = _outcome(request, view)
    assert outcome.findings == ()
    return plan(view.running, outcome.config, jsonrpc=False)


def test_a_service_on_a_configured_endpoint_is_one_command() -> None:
    view = _view()
    request = _request(plan="100M")
    steps = _steps(request, view)
    assert [step.command for step in steps] == [
        'ghn subscriber 1 name "Jones" endpoint 1 vid 101 untagged bw-profile 2'
    ]
    assert steps[0].inverse == ("no ghn subscriber 1",)


def test_an_unknown_endpoint_is_configured_on_the_port_where_it_is_seen() -> None:
    steps = _steps(_request(endpoint_mac=UNKNOWN), _view())
    assert [step.command for step in steps] == [
        f'ghn endpoint 5 name "Jones" mac-address {UNKNOWN} port 3',
        'ghn subscriber 1 name "Jones" endpoint 5 vid 101 untagged bw-profile unthrottled',
    ]
    assert steps[0].inverse == ("no ghn endpoint 5",)


def test_a_floating_endpoint_is_bound_first_and_unbound_by_the_inverse() -> None:
    steps = _steps(_request(endpoint_mac=FLOATING), _view())
    assert steps[0].command == "ghn endpoint 4 port 6"
    assert steps[0].inverse == ("no ghn endpoint 4 port",)


def test_every_option_of_the_grammar_is_sent() -> None:
    request = _request(
        endpoint_mac=UNKNOWN,
        tagged=True,
        remapped_vlan=201,
        port2_vlan=301,
        allowed_vlans=(22, 20, 21, 10),
        poe=Poe.ENABLE,
        description="riser B",
    )
    assert _steps(request, _view())[1].command == (
        'ghn subscriber 1 name "Jones" endpoint 5 vid 101 tagged bw-profile unthrottled '
        'description "riser B" remapped-vid 201 port2-vid 301 allowed-vlan 10,20-22 poe enable'
    )


def test_the_only_free_endpoint_of_a_port_is_meant_by_the_port() -> None:
    request = _request(endpoint_mac=None, port="G.hn 1/3")
    assert f"mac-address {UNKNOWN}" in _steps(request, _view())[0].command


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Smith"}, "already has a subscriber named Smith"),
        ({"name": "a?b"}, "the character ?"),
        ({"vlan": 2}, "management of the endpoints"),
        ({"vlan": 3841}, "reserved inside the unit"),
        ({"vlan": 4093}, "used to manage the unit"),
        ({"vlan": 5000}, "outside 3-4092"),
        ({"endpoint_mac": SERVED}, "already carries the subscriber Smith"),
        ({"endpoint_mac": MISPLACED}, "configured for G.hn 1/4 but plugged in on G.hn 1/5"),
        ({"endpoint_mac": "00:0e:d8:ff:ff:ff"}, "neither seen nor configured"),
        ({"endpoint_mac": None, "port": "G.hn 1/9"}, "No endpoint without a subscriber"),
        ({"endpoint_mac": None}, "either an endpoint or a port"),
        ({"plan": "10G"}, "no plan named 10G; it has: Default BW Profile"),
        ({"plan": "1G"}, "above the 800 Mbit/s"),
        ({"plan": "tiny"}, "below 10 Mbit/s"),
        ({"port2_vlan": 102}, "A G1001-C has one Ethernet port"),
        ({"port2_vlan": 101}, "another VLAN than the first"),
        ({"poe": Poe.FORCE}, "cannot feed power"),
        ({"allowed_vlans": tuple(range(200, 213))}, "12 is the most"),
        ({"allowed_vlans": (4094,)}, "endpoints that have no service"),
        ({"description": "x" * 64}, "63 is the most"),
    ],
)
def test_what_is_refused_is_refused_with_a_sentence(fields: dict[str, object], words: str) -> None:
    assert words in _texts(_request(**fields))


def test_a_vlan_that_the_uplink_does_not_carry_is_refused() -> None:
    view = _view()
    narrow = dataclasses.replace(view.running, uplink_vlans={"10G 1/1": ((3, 50), (60, 60))})
    assert "not allowed on the uplink of gam-01 (10G 1/1: 3-50,60)" in _texts(
        _request(), dataclasses.replace(view, running=narrow)
    )


def test_copper_takes_one_endpoint_a_port_and_coax_sixteen() -> None:
    view = _view(Line.COPPER)
    taken = EndpointConfig(20, "old box", "00:0e:d8:00:00:20", port="G.hn 1/3")
    running = dataclasses.replace(view.running, endpoints=(*view.running.endpoints, taken))
    full = dataclasses.replace(view, running=running)
    assert "already has one endpoint configured" in _texts(_request(endpoint_mac=UNKNOWN), full)
    coax = dataclasses.replace(full, line=Line.COAX)
    assert _findings(_request(endpoint_mac=UNKNOWN), coax) == ()
    many = tuple(
        EndpointConfig(30 + n, f"e{n}", f"00:0e:d8:00:01:{n:02x}", port="G.hn 1/3")
        for n in range(16)
    )
    crowded = dataclasses.replace(coax, running=dataclasses.replace(running, endpoints=many))
    assert "already has 16 endpoints" in _texts(_request(endpoint_mac=UNKNOWN), crowded)


def test_a_full_unit_is_refused() -> None:
    view = _view()
    everyone = tuple(Subscriber(n, f"s{n}", endpoint_id=0) for n in range(1, 385))
    full = dataclasses.replace(
        view, running=dataclasses.replace(view.running, subscribers=everyone)
    )
    assert "all of its 384 subscribers" in _texts(_request(), full)


def test_an_endpoint_name_that_is_taken_gets_the_mac_behind_it() -> None:
    steps = _steps(_request(name="Apt 1", endpoint_mac=UNKNOWN), _view())
    assert 'name "Apt 1 000003"' in steps[0].command


def test_warnings_tell_of_a_shared_vlan() -> None:
    warnings = _outcome(_request(vlan=100), _view()).warnings
    assert any("already used on this unit by Smith" in text for text in warnings)


@given(
    vlan=st.integers(-1, 4097),
    remapped=st.none() | st.integers(0, 4096),
    allowed=st.lists(st.integers(0, 4096), max_size=14),
    sold=st.sampled_from([None, "100M", "1G", "tiny", "none such"]),
    mac=st.sampled_from([FREE, SERVED, UNKNOWN, MISPLACED, FLOATING, None]),
    name=st.text(max_size=34),
)
def test_a_request_is_refused_or_its_plan_verifies_and_repeats_to_a_refusal(
    vlan: int,
    remapped: int | None,
    allowed: list[int],
    sold: str | None,
    mac: str | None,
    name: str,
) -> None:
    view = _view()
    request = SubscriberRequest(
        name=name,
        device="gam-01",
        vlan=vlan,
        endpoint_mac=mac,
        plan=sold,
        remapped_vlan=remapped,
        allowed_vlans=tuple(allowed),
    )
    outcome = _outcome(request, view)
    if outcome.findings:
        return
    assert findings_of_request(request) == ()
    after = apply_steps(canonical(view.running), _steps(request, view))
    assert canonical(after) == canonical(outcome.config)
    assert _findings(request, dataclasses.replace(view, running=after))


def test_what_is_wrong_anywhere_is_known_before_a_device_is_asked() -> None:
    request = _request(name="a?b", vlan=5000, description="x" * 64, port2_vlan=2)
    fields = [finding.field for finding in findings_of_request(request)]
    assert fields == ["name", "description", "vlan", "port2_vlan"]
    assert findings_of_request(_request()) == ()


def test_the_next_free_vlan_skips_what_is_used() -> None:
    running = RunningConfig(
        subscribers=(Subscriber(1, "a", vlan=100), Subscriber(2, "b", vlan=101)),
        management_vlans=frozenset({102}),
    )
    assert next_free_vlan(running) == 103
