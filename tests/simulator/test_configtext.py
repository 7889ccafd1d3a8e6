"""The configuration as text: generator and parser are inverse of each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from positron_tui.domain.errors import UnexpectedReply
from positron_tui.simulator.config import (
    SimConfig,
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.configtext import parse_config, render_config
from positron_tui.simulator.configtext.words import format_vlans, parse_vlans
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from tests.simulator.units import make_unit

_PRINTABLE = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"?']
_NAMES = some.text(_PRINTABLE, min_size=1, max_size=31).map(str.strip).filter(bool)
_TEXTS = some.text([*_PRINTABLE, "?"], max_size=60).map(str.strip)
_VLANS = some.integers(3, 3839)
_MAYBE_VLAN = some.just(0) | _VLANS
_MACS = some.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":"))


def _table(item: Any, **members: Any) -> some.SearchStrategy[dict[int, Any]]:
    """Return tables of 0-4 objects, each with its own number."""
    return some.lists(some.builds(item, some.just(0), **members), max_size=4).map(
        lambda items: dict(enumerate(items, 2))
    )


_CONFIGS = some.builds(
    SimConfig,
    hostname=some.text("abcXYZ019.- ", max_size=20).map(str.strip),
    contact=_TEXTS,
    location=_TEXTS,
    management_vlan=_VLANS,
    management_ip=some.just("10.1.2.3"),
    subscriber_model=some.sampled_from(["endpointAware", "portAware"]),
    endpoint_auto_upgrade=some.booleans(),
    default_uplink=some.sampled_from([1, 2]),
    notches=_table(
        SimNotch,
        start_mhz=some.sampled_from([3.5, 10.0]),
        stop_mhz=some.just(60.25),
        depth_db=some.sampled_from([0.0, 12.5]),
    ),
    vlans=some.sets(_VLANS, max_size=3),
    ports_shut=some.sets(some.sampled_from(["10G 1/1", "10G 1/2", "Gi 1/1"])),
    ports=some.lists(
        some.builds(
            SimPortConfig,
            some.just(0),
            some.sampled_from(["mimo", "siso"]),
            name=some.just("") | _NAMES,
            shutdown=some.booleans(),
        ),
        min_size=24,
        max_size=24,
    ).map(lambda items: dict(enumerate(items, 1))),
    endpoints=_table(
        SimEndpointConfig,
        name=_NAMES,
        mac=_MACS,
        description=_TEXTS,
        port=some.integers(0, 24),
        auto_port=some.booleans(),
        allow_management=some.booleans(),
    ),
    profiles=_table(
        SimProfile,
        name=_NAMES,
        down_mbps=some.integers(0, 1000),
        up_mbps=some.integers(0, 1000),
        description=_TEXTS,
    ),
    subscribers=_table(
        SimSubscriber,
        name=_NAMES,
        description=_TEXTS,
        endpoint_id=some.integers(0, 384),
        port=some.integers(0, 24),
        vlan=_VLANS | some.just(4094),
        tagged=some.booleans(),
        remapped_vlan=_MAYBE_VLAN,
        port2_vlan=_MAYBE_VLAN,
        allowed_vlans=some.sets(_VLANS, max_size=5).map(sorted),
        trunk=some.booleans(),
        double_tag=some.booleans(),
        outer_vlan=_MAYBE_VLAN,
        uplink=some.integers(0, 2),
        profile_id=some.integers(0, 15),
        poe=some.sampled_from(["disable", "enable", "force"]),
    ),
)


def _numbered(config: SimConfig) -> SimConfig:
    """Give every object the number that it has in its table, and the profile that always is."""
    tables = {
        "ports": "number",
        "endpoints": "endpoint_id",
        "profiles": "profile_id",
        "subscribers": "subscriber_id",
        "notches": "notch_id",
    }
    for table, key in tables.items():
        for number, item in getattr(config, table).items():
            setattr(item, key, number)
    config.profiles[1] = SimProfile(1, "Default BW Profile", 10, 10)
    return config


@settings(max_examples=60, deadline=None)
@given(_CONFIGS.map(_numbered))
def test_what_is_written_is_read_back(config: SimConfig) -> None:
    device = make_unit("GAM-24-M")
    text = render_config(device, config)
    assert parse_config(text, 24, "mimo") == config
    assert render_config(device, parse_config(text, 24, "mimo")) == text


def _without_uids(config: SimConfig) -> SimConfig:
    bare = config.copy()
    for profile in bare.profiles.values():
        profile.uid = 0
    for subscriber in bare.subscribers.values():
        subscriber.uid = 0
    return bare


def test_fleets_survive_the_round_trip() -> None:
    for device in [*build_fleet(8), *demo_fleet()]:
        mode = "coax" if device.model.line.value == "coax" else "mimo"
        read = parse_config(device.running_text(), device.model.ghn_ports, mode)
        wanted = _without_uids(device.running)
        assert read == wanted


@given(some.sets(some.integers(1, 4095), max_size=30))
def test_vlan_lists(vlans: set[int]) -> None:
    assert parse_vlans(format_vlans(vlans) or "none") == sorted(vlans)


@pytest.mark.parametrize(
    "line",
    [
        "ghn endpoint x",
        "ghn endpoint 1 colour red",
        "ghn subscriber 1 name",
        "ghn",
        "what is this",
        " shutdown",
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(UnexpectedReply) as refusal:
        parse_config(f"hostname a\n{line}\nend\n", 4, "coax")
    assert refusal.value.line == line


def test_the_form_is_that_of_the_family() -> None:
    device = make_unit()
    device.running = replace(device.running, location="left rack")
    lines = device.running_text().splitlines()
    assert lines[0] == "Building configuration..."
    assert lines[-1] == "end"
    assert 'ghn endpoint 1 name "Apt 1" mac-address 00:0e:d8:1c:95:01 port 1' in lines
    assert 'ghn subscriber 1 name "Apt 1" vid 101 endpoint 1 bw-profile 2 poe disable' in lines
    assert "snmp-server location left rack" in lines


def test_the_older_generation_has_other_words() -> None:
    text = make_unit("GAM-4-MX", "old-1.2.0").running_text()
    assert "poe" not in text
    assert "snmp-server community v2c public ro" in text
