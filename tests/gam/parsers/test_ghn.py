"""Discovery, endpoints, ports, SNR and saving."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.mac import format_mac
from positron_tui.domain.ports import Admin, PortMode
from positron_tui.gam.parsers import (
    DiscoverRow,
    EndpointSettings,
    SnrReading,
    parse_discover,
    parse_endpoint_configuration,
    parse_endpoint_status,
    parse_port_configuration,
    parse_port_status,
    parse_save_reply,
    parse_snr,
)

MAC = "00:0e:d8:1c:95:08"
WIDE = """\
Port  MACAddress         Configured  IsUP
-----------------------------------------
 4    00:0E:D8:1C:95:08  yes         no
12    00-0e-d8-1c-95-09  no          yes
      00:0E:D8:1C:95:0A  yes         no
 0    00:0E:D8:1C:95:0B  yes         yes
"""
STATUS = """\
Discovered Endpoint on G.hn port 13
Endpoint MAC: 00:0e:d8:13:08:18
 Model                                   : G1000-M
 Serial no                               : 01013599
 FW Version                              : G1000M_positron_19589
 Downstream Current Allocated Bandwidth  : 435 Mbps
 Upstream Current Allocated Bandwidth    : 433 Mbps
 Downstream Max Allocatable Bandwidth    : 1128 Mbps
 Upstream Max Allocatable Bandwidth      : 429 Mbps
 Downstream Current Usage                : 7 Mbps
 Upstream Current Usage                  : 8 Mbps
 Downstream Number of Allocated Bands    : 1
 Estimated Wire Length                   : 162 m
 Uptime                                  : 12 days, 2h 18m 33s
"""


def test_wide_layout() -> None:
    assert parse_discover(WIDE) == (
        DiscoverRow(MAC, "G.hn 1/4", True, False),
        DiscoverRow("00:0e:d8:1c:95:09", "G.hn 1/12", False, True),
        DiscoverRow("00:0e:d8:1c:95:0a", None, True, False),
        DiscoverRow("00:0e:d8:1c:95:0b", None, True, True),
    )


def test_narrow_layout_and_a_log_line() -> None:
    text = (
        "Port MACAddress Configured IsUP\n------\n4 00:0E:D8:1C:95:08 yes yes\n"
        "2026-03-02T09:30:00+00:00 Link up on port 3\n"
    )
    assert parse_discover(text) == (DiscoverRow(MAC, "G.hn 1/4", True, True),)


def test_no_endpoints_at_all() -> None:
    assert parse_discover(WIDE.split("-----")[0]) == ()


ROWS = st.lists(
    st.builds(
        DiscoverRow,
        mac=st.binary(min_size=6, max_size=6).map(format_mac),
        port=st.none() | st.integers(1, 24).map(lambda number: f"G.hn 1/{number}"),
        configured=st.booleans(),
        is_up=st.booleans(),
    )
)


@given(ROWS, st.booleans())
def test_rows_are_read_back_in_both_layouts(rows: list[DiscoverRow], wide: bool) -> None:
    lines = ["Port  MACAddress         Configured  IsUP", "-----"]
    for row in rows:
        port = (row.port or "").removeprefix("G.hn 1/")
        yes, up = "yes" if row.configured else "no", "yes" if row.is_up else "no"
        mac = row.mac.upper()
        lines.append(f"{port:>2}    {mac}  {yes:<10}  {up}" if wide else f"{port} {mac} {yes} {up}")
    assert parse_discover("\n".join(lines)) == tuple(rows)


def test_endpoint_status_of_the_guide() -> None:
    reading = parse_endpoint_status(STATUS)
    assert (reading.mac, reading.port) == ("00:0e:d8:13:08:18", "G.hn 1/13")
    assert (reading.model, reading.serial) == ("G1000-M", "01013599")
    assert reading.firmware == "G1000M_positron_19589"
    assert (reading.down_phy_mbps, reading.up_phy_mbps) == (435, 433)
    assert (reading.down_max_mbps, reading.up_max_mbps) == (1128, 429)
    assert reading.wire_length_m == 162
    assert reading.uptime_s == 12 * 86_400 + 2 * 3_600 + 18 * 60 + 33


def test_endpoint_status_with_later_labels_and_fewer_lines() -> None:
    reading = parse_endpoint_status(
        "Endpoint MAC : 00:0E:D8:13:08:18\n Model : G1001-C\n"
        " Downstream PHY Allocated Bandwidth : 1637 Mbps\n"
        " Upstream Max Usable Data Throughput : 801 Mbps\n"
    )
    assert reading.down_phy_mbps == 1637
    assert reading.up_max_mbps == 801
    assert reading.up_phy_mbps is None
    assert reading.down_max_mbps is None
    assert reading.wire_length_m is None
    assert reading.port is None


def test_feet_and_an_unmeasured_length() -> None:
    assert parse_endpoint_status("Estimated Wire Length : 500 ft\nModel: x").wire_length_m == 152
    assert parse_endpoint_status("Estimated Wire Length : 0 m\nModel: x").wire_length_m is None


def test_endpoint_configuration() -> None:
    text = f"MAC: {MAC}\nName: s4\nDescription:\nManagement Access: No\nGAM port Id: 13\n"
    assert parse_endpoint_configuration(text) == EndpointSettings(
        MAC, "s4", None, "G.hn 1/13", False, False
    )
    loose = parse_endpoint_configuration(text.replace("13\n", "auto\n"))
    assert (loose.port, loose.auto_port) == (None, True)


def test_port_status_and_configuration() -> None:
    status = parse_port_status(
        f" Active Links: 2\n Discovered Endpoint MAC:\n   {MAC}\n  00:0e:d8:1c:95:09\n"
    )
    assert status.active_links == 2
    assert status.endpoint_macs == (MAC, "00:0e:d8:1c:95:09")
    assert parse_port_status(" Active Links: 0\n Discovered Endpoint MAC:\n").endpoint_macs == ()
    settings = parse_port_configuration(f"Enable: No\nName:\nMAC: {MAC}\n Mode: MIMO\n")
    assert settings.admin is Admin.DOWN
    assert settings.name is None
    assert settings.mac == MAC
    assert settings.mode is PortMode.MIMO
    assert parse_port_configuration("Enable: maybe\nMode: LASER").mode is None


def test_snr_of_one_and_two_lines() -> None:
    text = "Max SNR for line #1: 43.5dBm\nMax SNR for line #2: -2 dB\n"
    assert parse_snr(text, "downstream") == (
        SnrReading("downstream", 1, 43.5),
        SnrReading("downstream", 2, -2.0),
    )


def test_busy_endpoint_answers_in_its_own_words() -> None:
    reply = "% Error querying G.hn device. May be missing or busy."
    with pytest.raises(UnexpectedReply, match="May be missing or busy") as caught:
        parse_snr(reply, "upstream")
    assert caught.value.line == reply


def test_save() -> None:
    text = "Building configuration...\n% Saving 6895 bytes to flash:startup-config\n"
    assert parse_save_reply(text) == 6895
    with pytest.raises(UnexpectedReply):
        parse_save_reply("Building configuration...\n")


@pytest.mark.parametrize(
    "parse",
    [
        parse_discover,
        parse_endpoint_configuration,
        parse_endpoint_status,
        parse_port_configuration,
        parse_port_status,
        parse_save_reply,
        lambda text: parse_snr(text, "downstream"),
    ],
)
@given(data=st.data())
def test_any_text_is_read_or_refused(parse: Callable[[str], object], data: st.DataObject) -> None:
    piece = st.sampled_from([*WIDE.splitlines(), *STATUS.splitlines(), "Enable: Yes", "MAC:"])
    text = "\n".join(data.draw(st.lists(piece | st.text(), max_size=8)))
    with contextlib.suppress(UnexpectedReply):
        parse(text)
