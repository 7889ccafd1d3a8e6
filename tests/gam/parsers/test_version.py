"""`show version` of several firmware generations."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.devices import Firmware, Line
from positron_tui.domain.errors import UnexpectedReply
from positron_tui.gam.parsers import parse_version
from positron_tui.gam.parsers.text import plain_version, seconds

GUIDE = """\
MAC Address      : 00-0e-d8-13-03-38
Previous Restart : Cold

System Contact   : Pat
System Name      : riser-24
System Location  : left: rack 2
System Time      : 2020-04-06T14:46:46-05:00
System Uptime    : 18d 06:33:06

Bootloader
----------
Image            : RedBoot (bootloader)
Version          : version 1_4-18990

Active Image
------------
Image            : linux (primary)
Version          : _v1.1.0

Backup Image
------------
Image            : linux.bk (backup)
Version          : _v1.0.7

------------------
SID : 1
------------------
Port Count       : 27
Product          : Positron GAM-xx-M Switch
Software Version : GAM-xx-M_v1.1.0
Code Revision    : 20028
"""
REORDERED = """\
 System Uptime : 06:33:06
 Product: Positron GAM-4/8-C Switch

Backup Image
------------
 Version   : _v1.5.1
 Image     : linux.bk

Primary Image (Active)
------------
 Version   : _v1.5.4
"""


def test_layout_of_the_guide() -> None:
    report = parse_version(GUIDE)
    assert report.mac == "00:0e:d8:13:03:38"
    assert report.sys_name == "riser-24"
    assert report.location == "left: rack 2"
    assert report.contact == "Pat"
    assert report.uptime_s == 18 * 86_400 + 6 * 3_600 + 33 * 60 + 6
    assert report.firmware == Firmware("1.1.0", "1.0.7")
    assert (report.family, report.line) == ("GAM-xx-M", Line.COPPER)
    assert (report.port_count, report.revision) == (27, "20028")


def test_fields_in_another_order_and_missing_ones() -> None:
    report = parse_version(REORDERED)
    assert report.firmware == Firmware("1.5.4", "1.5.1")
    assert (report.family, report.line) == ("GAM-4/8-C", Line.COAX)
    assert report.mac is None
    assert report.port_count is None
    assert report.uptime_s == 6 * 3_600 + 33 * 60 + 6


@pytest.mark.parametrize("text", ["", "% Incomplete command.", "Port  MACAddress\n----"])
def test_another_reply_is_not_understood(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        parse_version(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"System Name : x\nActive Image\n{text}\nSystem Uptime : {text}"):
        with contextlib.suppress(UnexpectedReply):
            parse_version(candidate)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("GAM-4/8-C_v1.5.4", "1.5.4"),
        ("_v1.1.0", "1.1.0"),
        ("1.8.2", "1.8.2"),
        ("GAM-xx", None),
        ("", None),
    ],
)
def test_plain_versions(text: str, version: str | None) -> None:
    assert plain_version(text) == version


@given(st.integers(0, 900), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_both_spellings_of_a_time_span(days: int, hours: int, minutes: int, rest: int) -> None:
    total = days * 86_400 + hours * 3_600 + minutes * 60 + rest
    assert seconds(f"{days}d {hours:02}:{minutes:02}:{rest:02}") == total
    assert seconds(f"{days} days, {hours}h {minutes}m {rest}s") == total
