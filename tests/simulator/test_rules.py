"""Every refusal of the G.hn module has its trigger, and a refused change changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from positron_tui.simulator.config import (
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.device import GhnError, SimDevice
from positron_tui.simulator.messages import MESSAGES, message
from tests.simulator.units import mac, make_unit

Change = Callable[[SimDevice], object]


def _endpoint(**values: object) -> Change:
    new = SimEndpointConfig(3, "Apt 3", mac(3), port=3)
    return lambda device: device.add_endpoint(replace(new, **values))  # type: ignore[arg-type]


def _profile(**values: object) -> Change:
    new = SimProfile(3, "50M", 54, 54)
    return lambda device: device.add_profile(replace(new, **values))  # type: ignore[arg-type]


def _subscriber(**values: object) -> Change:
    new = SimSubscriber(2, "Apt 2", endpoint_id=2, vlan=102)
    return lambda device: device.add_subscriber(replace(new, **values))  # type: ignore[arg-type]


REFUSALS: list[tuple[int, Change]] = [
    (-5, _endpoint(port=5)),
    (-5, lambda device: device.set_port(SimPortConfig(9, "coax"))),
    (-6, _subscriber(endpoint_id=0, port=2)),
    (-6, _subscriber(poe="always")),
    (-7, lambda device: device.delete_subscriber(9)),
    (-7, lambda device: device.set_subscriber(SimSubscriber(9, "x", vlan=9))),
    (-8, _endpoint(endpoint_id=385)),
    (-8, _endpoint(description='a "quote"')),
    (-9, lambda device: device.delete_endpoint(9)),
    (-9, _subscriber(endpoint_id=7)),
    (-13, _subscriber(endpoint_id=1)),
    (-15, _subscriber(name="")),
    (-15, _subscriber(name="x" * 32)),
    (-16, _subscriber(name="Apt 1")),
    (-17, _endpoint(name="Apt 1")),
    (-18, _profile(name="100M")),
    (-20, _profile(profile_id=16)),
    (-20, lambda device: device.delete_profile(1)),
    (-20, lambda device: device.delete_profile(2)),
    (-21, lambda device: device.delete_profile(9)),
    (-21, _subscriber(profile_id=9)),
    (-22, _profile(name=" 50M")),
    (-23, _profile(down_mbps=801)),
    (-23, _profile(down_mbps=9)),
    (-24, _profile(up_mbps=801)),
    (-25, _subscriber(vlan=2)),
    (-25, _subscriber(vlan=3841)),
    (-25, _subscriber(allowed_vlans=[3840])),
    (-26, _subscriber(remapped_vlan=4094)),
    (-27, _subscriber(port2_vlan=2)),
    (-28, _subscriber(port2_vlan=102)),
    (-29, _subscriber(allowed_vlans=list(range(200, 215)))),
    (-30, _endpoint(name="what?")),
    (-31, _endpoint(mac="00:0e:d8")),
    (-31, _endpoint(mac="01:00:5e:00:00:01")),
    (-32, _endpoint(mac=mac(1))),
    (-37, lambda device: device.set_port(SimPortConfig(1, "mimo"))),
    (-41, _subscriber(uplink=2)),
    (-42, _subscriber(double_tag=True)),
    (-42, _subscriber(outer_vlan=4095)),
    (-45, _endpoint(endpoint_id=1)),
    (-46, _profile(profile_id=2)),
    (-47, _subscriber(subscriber_id=1)),
    (-49, lambda device: device.set_notch(SimNotch(11, 5, 6, 20))),
    (-49, lambda device: device.delete_notch(1)),
    (-50, lambda device: device.set_notch(SimNotch(1, 6, 5, 20))),
    (-50, lambda device: device.set_notch(SimNotch(1, 5, 6, 0.7))),
    (-52, lambda device: device.reboot_endpoint(mac(9))),
    (-57, lambda device: device.set_subscriber_model("portAware")),
    (-57, lambda device: device.set_subscriber_model("else")),
]


@pytest.mark.parametrize(("code", "change"), REFUSALS)
def test_a_broken_rule_is_refused_with_its_code(code: int, change: Change) -> None:
    device = make_unit()
    before = device.running_text()
    with pytest.raises(GhnError) as refusal:
        change(device)
    assert refusal.value.code == code
    assert device.running_text() == before


@pytest.mark.parametrize(
    "change",
    [_endpoint(), _endpoint(endpoint_id=0), _profile(), _profile(down_mbps=0), _subscriber()],
)
def test_what_keeps_the_rules_is_taken(change: Change) -> None:
    device = make_unit()
    before = device.running_text()
    change(device)
    assert device.running_text() != before


def test_a_port_name_is_unique() -> None:
    device = make_unit()
    device.set_port(SimPortConfig(1, "coax", name="riser"))
    with pytest.raises(GhnError) as refusal:
        device.set_port(SimPortConfig(2, "coax", name="riser"))
    assert refusal.value.code == -19


def test_a_coax_port_takes_sixteen_endpoints_and_a_copper_port_one() -> None:
    coax = make_unit("GAM-4-CX")
    for number in range(3, 18):
        coax.add_endpoint(
            SimEndpointConfig(0, f"n{number}", f"00:0e:d8:00:00:{number:02x}", port=1)
        )
    with pytest.raises(GhnError) as full:
        coax.add_endpoint(SimEndpointConfig(0, "one more", "00:0e:d8:00:00:ff", port=1))
    assert full.value.code == -36
    copper = make_unit("GAM-4-MX")
    with pytest.raises(GhnError) as taken:
        copper.add_endpoint(SimEndpointConfig(0, "second", mac(3), port=1))
    assert taken.value.code == -36


def test_the_tables_have_an_end() -> None:
    device = make_unit()
    for number in range(3, 385):
        octets = f"{number >> 8:02x}:{number & 255:02x}"
        device.add_endpoint(SimEndpointConfig(number, f"e{number}", f"00:0e:d8:01:{octets}"))
        device.add_subscriber(SimSubscriber(0, f"s{number}", vlan=5))
    device.add_subscriber(SimSubscriber(0, "s last", vlan=5))
    for number in range(3, 16):
        device.add_profile(SimProfile(0, f"p{number}", 10, 10))
    codes = []
    for change in (_endpoint(endpoint_id=0), _profile(profile_id=0), _subscriber(subscriber_id=0)):
        with pytest.raises(GhnError) as full:
            change(device)
        codes.append(full.value.code)
    assert codes == [-33, -34, -35]


def test_port_aware_subscribers_share_no_port() -> None:
    device = make_unit("GAM-4-MX")
    device.set_subscriber_model("portAware")
    assert device.running.subscribers[1].port == 1
    with pytest.raises(GhnError) as taken:
        device.add_subscriber(SimSubscriber(0, "other", vlan=7, port=1))
    assert taken.value.code == -14


def test_a_box_that_restarts_is_busy() -> None:
    device = make_unit()
    device.reboot_endpoint(mac(1))
    with pytest.raises(GhnError) as busy:
        device.reboot_endpoint(mac(1))
    assert busy.value.code == -53


def test_there_are_57_messages() -> None:
    assert len(set(MESSAGES)) == 57
    assert message(-1) == "G.hn generic error"
    assert message(-57) == "Invalid G.hn subscriber model"
