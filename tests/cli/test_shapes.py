"""The JSON on which other programs build: full key sets, and null for what is unknown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from positron_tui.cli.shapes import (
    change_shape,
    check_shape,
    device_shape,
    endpoint_shape,
    found_shape,
    poll_shape,
    port_shape,
    subscriber_shape,
    timestamp,
)
from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from positron_tui.domain.devices import Address, Firmware, Identity, Line, Section
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port, PortKind
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.discovery import Found
from positron_tui.services.doctor import Check
from positron_tui.services.monitor import PollOutcome
from positron_tui.services.views import DeviceView
from tests.cli.samples import (
    ENDPOINT_A,
    ENDPOINT_B,
    GHN_PORT,
    MAC_A,
    MAC_B,
    NOW,
    SUBSCRIBER,
    UPLINK,
    empty_view,
    full_view,
)


def test_device_has_every_field() -> None:
    shape = device_shape(full_view())
    ports = shape.pop("ports")
    assert shape == {
        "name": "gam-1",
        "site": "Birch Court",
        "host": "192.0.2.7",
        "status": "up",
        "read_only": False,
        "json_rpc": "off",
        "model": "GAM-12-C",
        "line": "coax",
        "serial": "01012000",
        "firmware": {"active": "1.8.2", "alternate": "1.7.0"},
        "sys_name": "gam-1",
        "uptime_s": 90_061,
        "cpu_percent": 12,
        "temperatures": [{"name": "board", "celsius": 41.5}],
        "fans": [{"index": 1, "rpm": 5200}],
        "power_supplies": [{"name": "A", "state": "active"}],
        "capabilities": {
            "snmp": True,
            "ghn_snmp": True,
            "ssh": True,
            "ghn_cli": None,
            "jsonrpc": None,
            "poe": None,
            "firmware": "1.8.2",
        },
        "reachable": True,
        "last_poll": "2026-03-02T09:30:00Z",
    }
    assert [port["name"] for port in ports] == ["G.hn 1/4", "10G 1/1"]


def test_device_that_was_never_read_is_null_and_not_zero() -> None:
    shape = device_shape(empty_view())
    assert set(shape) == set(device_shape(full_view()))
    for name in ("model", "line", "serial", "uptime_s", "cpu_percent", "reachable", "last_poll"):
        assert shape[name] is None, name
    assert shape["ports"] == []
    assert shape["firmware"] == {"active": None, "alternate": None}


def test_port_has_every_field_and_keeps_a_real_zero() -> None:
    assert port_shape(GHN_PORT, full_view()) == {
        "name": "G.hn 1/4",
        "if_index": 1_000_004,
        "kind": "ghn",
        "admin": "up",
        "oper": "up",
        "speed_mbps": 1000,
        "mode": "coax",
        "mac": "00:0e:d8:13:00:04",
        "in_octets": 10,
        "out_octets": 0,
        "in_errors": 1,
        "out_errors": 2,
        "endpoints": [MAC_A, MAC_B],
    }


def test_port_of_which_nothing_is_known() -> None:
    shape = port_shape(UPLINK, full_view())
    known = {"name", "if_index", "kind", "endpoints"}
    assert {name for name, value in shape.items() if value is not None} == known
    assert shape["kind"] == "uplink"
    mgmt = Port("Gi 1/1", 1_000_015, PortKind.MGMT, 1)
    assert port_shape(mgmt, full_view())["kind"] == "mgmt"


def test_endpoint_has_every_field() -> None:
    assert endpoint_shape(ENDPOINT_A, full_view()) == {
        "mac": MAC_A,
        "device": "gam-1",
        "name": "Birch 12 apt 1",
        "port": "G.hn 1/4",
        "state": "ok",
        "model": "G1001-C",
        "serial": "0123",
        "firmware": "1.8.2",
        "firmware_mismatch": False,
        "down_phy_mbps": 900,
        "up_phy_mbps": 880,
        "down_max_mbps": 700,
        "up_max_mbps": 690,
        "wire_length_m": None,
        "uptime_s": 3600,
        "subscriber": "smith",
    }


def test_endpoint_states_are_spelled_as_fixed() -> None:
    assert endpoint_shape(ENDPOINT_B, full_view())["state"] == "quarantined_unknown_mac"
    unknown = Endpoint(mac=MAC_B)
    assert endpoint_shape(unknown, full_view())["state"] is None
    assert endpoint_shape(unknown, full_view())["port"] is None


def test_subscriber_has_every_field() -> None:
    assert subscriber_shape(SUBSCRIBER, full_view()) == {
        "name": "smith",
        "device": "gam-1",
        "endpoint_mac": MAC_A,
        "port": "G.hn 1/4",
        "vlan": 101,
        "tagged": False,
        "remapped_vlan": None,
        "port2_vlan": None,
        "allowed_vlans": [301, 302],
        "trunk": None,
        "double_tag": False,
        "outer_vlan": None,
        "uplink": None,
        "description": None,
        "plan": {"name": "100M", "down_mbps": 118, "up_mbps": 118},
        "poe": "disable",
        "source": "cli",
    }


def test_plan_is_null_when_unthrottled_and_nameless_when_its_profile_is_unknown() -> None:
    view = full_view()
    unthrottled = replace(SUBSCRIBER, profile_id=0)
    assert subscriber_shape(unthrottled, view)["plan"] is None
    lost = replace(SUBSCRIBER, profile_id=7)
    assert subscriber_shape(lost, view)["plan"] == {
        "name": None,
        "down_mbps": None,
        "up_mbps": None,
    }


def test_subscriber_of_a_port_has_no_endpoint() -> None:
    view = full_view()
    bound = Subscriber(subscriber_id=9, name="shop", port="G.hn 1/4")
    with_it = replace(view.snapshot, subscribers=(bound,))
    shape = subscriber_shape(bound, DeviceView(view.device, with_it))
    assert shape["endpoint_mac"] is None
    assert shape["port"] == "G.hn 1/4"
    assert shape["allowed_vlans"] is None


def test_subscriber_known_by_endpoint_id_alone_finds_its_mac() -> None:
    by_id = replace(SUBSCRIBER, endpoint_mac=None)
    assert subscriber_shape(by_id, full_view())["endpoint_mac"] == MAC_A


def test_poll_outcome() -> None:
    good = PollOutcome(
        name="gam-1",
        reachable=True,
        sections=frozenset({Section.PORTS, Section.HEALTH}),
        duration_s=0.41234,
    )
    assert poll_shape(good) == {
        "name": "gam-1",
        "reachable": True,
        "duration_s": 0.412,
        "sections": ["health", "ports"],
        "failure": None,
    }
    partial = replace(good, failures={Section.CONFIG: "SSH did not answer."})
    assert poll_shape(partial)["failure"] == "SSH did not answer."


def test_found_and_check() -> None:
    identity = Identity(
        model="GAM-4-CX",
        line=Line.COAX,
        serial="1",
        firmware=Firmware("1.5.4", None),
        sys_name="x",
    )
    found = Found("192.0.2.9", identity, known_as=None, is_gam=True)
    assert found_shape(found) == {
        "host": "192.0.2.9",
        "is_gam": True,
        "model": "GAM-4-CX",
        "line": "coax",
        "serial": "1",
        "firmware": {"active": "1.5.4", "alternate": None},
        "sys_name": "x",
        "known_as": None,
    }
    assert check_shape(Check("store", None, "It is there.")) == {
        "name": "store",
        "ok": None,
        "sentence": "It is there.",
    }


def test_change_has_every_field() -> None:
    step = ChangeStep(0, "cli", "ghn subscriber 1", "create", ("no ghn subscriber 1",))
    change = Change(
        device="gam-1",
        kind="subscriber.add",
        subject="smith",
        steps=(replace(step, state=StepState.ACCEPTED, reply=""),),
        before={"name": None},
        after={"name": "smith", "allowed_vlans": [3]},
        actor="me",
        requested_at=NOW,
        id=12,
        state=ChangeState.VERIFIED_SAVED,
        message="Done.",
        verified_at=NOW,
        saved=True,
    )
    shape = change_shape(change, subscriber={"name": "smith"}, warnings=("careful",))
    assert shape == {
        "id": 12,
        "device": "gam-1",
        "kind": "subscriber.add",
        "subject": "smith",
        "state": "verified_saved",
        "actor": "me",
        "requested_at": "2026-03-02T09:30:00Z",
        "saved": True,
        "verified_at": "2026-03-02T09:30:00Z",
        "steps": [
            {"transport": "cli", "command": "ghn subscriber 1", "reply": "", "state": "accepted"}
        ],
        "before": {"name": None},
        "after": {"name": "smith", "allowed_vlans": [3]},
        "inverse_of": None,
        "message": "Done.",
        "warnings": ["careful"],
        "subscriber": {"name": "smith"},
    }
    assert change_shape(replace(change, id=0))["id"] is None
    assert change_shape(replace(change, inverse_of=7))["inverse_of"] == 7
    assert json.loads(json.dumps(shape)) == shape


def test_the_way_to_the_api_is_one_word() -> None:
    view = full_view()
    for address, word in (
        (Address("h"), "off"),
        (Address("h", http_allowed=True), "http"),
        (Address("h", http_allowed=True, https=True), "https"),
    ):
        marked = DeviceView(replace(view.device, address=address), view.snapshot)
        assert device_shape(marked)["json_rpc"] == word


def test_times_are_utc_to_the_second() -> None:
    local = datetime(2026, 3, 2, 11, 30, 5, 999_999, timezone(timedelta(hours=2)))
    assert timestamp(local) == "2026-03-02T09:30:05Z"
    assert timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
    assert timestamp(None) is None


def test_a_view_without_subscriber_reports_what_the_endpoint_says() -> None:
    view = full_view()
    alone = DeviceView(view.device, replace(view.snapshot, subscribers=()))
    named = replace(ENDPOINT_A, subscriber="jones")
    assert endpoint_shape(named, alone)["subscriber"] == "jones"
    assert endpoint_shape(ENDPOINT_A, alone)["subscriber"] is None
