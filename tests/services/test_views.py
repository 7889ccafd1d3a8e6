"""How a view connects endpoints, services, plans and ports."""

from __future__ import annotations

from datetime import timedelta

from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.services.editor import editor_choices
from positron_tui.services.views import DeviceView, blocked_sentence
from tests.services.readings import MAC, NOON, OTHER_MAC, device, ghn_port, seen, snapshot


def test_a_service_is_found_by_mac_id_name_or_port() -> None:
    by_mac = Subscriber(1, "by-mac", endpoint_mac=MAC)
    by_id = Subscriber(2, "by-id", endpoint_id=7)
    by_name = Subscriber(3, "by-name")
    by_port = Subscriber(4, "by-port", port="G.hn 1/4")
    view = DeviceView(device(), snapshot(subscribers=(by_mac, by_id, by_name, by_port)))
    assert view.subscriber_of(Endpoint(MAC)) is by_mac
    assert view.subscriber_of(Endpoint(OTHER_MAC, endpoint_id=7)) is by_id
    assert view.subscriber_of(Endpoint(OTHER_MAC, subscriber="by-name")) is by_name
    assert view.subscriber_of(Endpoint(OTHER_MAC, detected_port="G.hn 1/4")) is by_port
    assert view.subscriber_of(Endpoint(OTHER_MAC, endpoint_id=9)) is None


def test_the_endpoint_of_a_service() -> None:
    endpoint = seen(endpoint_id=7)
    view = DeviceView(device(), snapshot(endpoints=(endpoint,)))
    assert view.endpoint_of(Subscriber(1, "a", endpoint_mac=MAC)) is endpoint
    assert view.endpoint_of(Subscriber(1, "a", endpoint_id=7)) is endpoint
    assert view.endpoint_of(Subscriber(1, "a", port="G.hn 1/2")) is endpoint
    assert view.endpoint_of(Subscriber(1, "a")) is None


def test_plan_labels() -> None:
    view = DeviceView(device(), snapshot(profiles=(Profile(2, "100 M", 106, 106),)))
    labels = [view.plan_label(Subscriber(1, "a", profile_id=one)) for one in (2, 3, 0, None)]
    assert labels == ["100 M", "profile 3", "unthrottled", None]


def test_the_age_of_a_section() -> None:
    view = DeviceView(device(), snapshot(0))
    assert view.section_age_s(Section.PORTS, NOON + timedelta(seconds=90)) == 90
    assert view.section_age_s(Section.PORTS, NOON - timedelta(seconds=90)) == 0
    assert DeviceView(device()).section_age_s(Section.PORTS, NOON) is None


def test_a_blocked_device_names_both_keys() -> None:
    blocked = device(host_key_fingerprint="SHA256:old", offered_key_fingerprint="SHA256:new")
    sentence = blocked_sentence(blocked) or ""
    assert "SHA256:old" in sentence
    assert "SHA256:new" in sentence
    assert blocked_sentence(device()) is None


def test_the_editor_offers_free_endpoints_plugged_in_ones_first() -> None:
    here = seen(OTHER_MAC, "G.hn 1/2")
    gone = Endpoint(MAC, endpoint_id=3, configured_port="G.hn 1/1")
    taken = seen("00:0e:d8:1c:95:10", endpoint_id=5)
    view = DeviceView(
        device(),
        snapshot(
            ports=(ghn_port(1), ghn_port(2)),
            endpoints=(gone, taken, here),
            subscribers=(Subscriber(1, "smith", endpoint_id=5, vlan=100),),
        ),
    )
    choices = editor_choices(view, console_read_only=False)
    assert choices.free_endpoints == (here, gone)
    assert choices.next_free_vlan == 101
    assert len(choices.ports) == 2
    assert choices.hints == ()


def test_the_editor_says_what_stands_in_the_way() -> None:
    choices = editor_choices(DeviceView(device(read_only=True)), console_read_only=False)
    assert choices.read_only
    assert choices.next_free_vlan is None
    assert len(choices.hints) == 2
