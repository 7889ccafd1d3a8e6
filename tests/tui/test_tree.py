"""The lines of the tree: what is open, what a filter finds, what a silent device says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from positron_tui.domain.devices import Device
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render.lines import plain
from positron_tui.tui.render.tree import FleetTree, Kind, device_key, port_key, site_key
from tests.tui import sample


def texts(
    toggled: Collection[str] = (), filter_text: str = "", ascii_only: bool = False
) -> list[str]:
    tree = FleetTree(ASCII if ascii_only else UNICODE)
    tree.finder.look_for(filter_text)
    return [plain(line.spans).rstrip() for line in tree.lines(sample.views(), toggled, sample.NOW)]


def test_at_first_sites_are_open_and_devices_closed() -> None:
    lines = texts()
    assert [line.split()[0] for line in lines] == ["North", "●", "▲", "South", "?"]
    assert lines[1].startswith("● gam-01  up  5 ok  2 quarantined  1 missing")


def test_a_closed_site_hides_its_devices() -> None:
    assert len(texts({site_key("North")})) == 3


def test_a_device_and_a_port_open() -> None:
    lines = texts({device_key("gam-01"), port_key("gam-01", "G.hn 1/2")})
    at = next(index for index, line in enumerate(lines) if "G.hn 1/2" in line)
    assert "3 endpoints  1 quarantined  Riser B" in lines[at]
    assert sample.UNKNOWN_MAC in lines[at + 3]


def test_signs_stand_beside_words() -> None:
    assert texts(ascii_only=True)[1].startswith("+ gam-01  up")
    assert texts()[4].startswith("? gam-03  unknown  last good 08:30:00")


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        ("state:quarantined port:1/4 device:gam-01", ["gam-01", "G.hn 1/4", "00:0e:d8:22:00:06"]),
        ("gam-02", ["gam-02"]),
        ("gam-02 wire", []),
        ("smith device:gam-01", ["gam-01", "G.hn 1/1", "00:0e:d8:22:00:01"]),
        ("mac:22:00:21", ["gam-02", "G.hn 1/1", "00:0e:d8:22:00:21"]),
        ("no-such-thing", []),
    ],
)
def test_a_filter_shows_what_it_means_and_what_is_above(filter_text: str, found: list[str]) -> None:
    lines = [line for line in texts(filter_text=filter_text) if not line.startswith(("N", "S"))]
    assert len(lines) == len(found)
    for line, word in zip(lines, found, strict=True):
        assert word in line


def test_only_the_changed_device_is_made_anew() -> None:
    tree = FleetTree(UNICODE)
    views = list(sample.views())
    opened = {device_key("gam-01"), device_key("gam-02")}
    before = tree.lines(views, opened, sample.NOW)
    views[1] = replace(views[1])
    after = tree.lines(views, opened, sample.NOW)
    assert [plain(one.spans) for one in after] == [plain(one.spans) for one in before]
    same = [old is new for old, new in zip(before, after, strict=True) if old.kind is Kind.PORT]
    assert same.count(True) == 15
    assert same.count(False) == 4


def test_a_fleet_without_sites_has_none_in_its_tree() -> None:
    views = [DeviceView(Device(name, sample.coax_view().device.address)) for name in ("one", "two")]
    lines = FleetTree(UNICODE).lines(views, (), sample.NOW)
    assert [line.kind for line in lines] == [Kind.DEVICE, Kind.DEVICE]
    assert "not read yet" in plain(lines[0].spans)
    assert not lines[0].expandable
