"""Parsers of single values: examples as real units send them, and properties."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.mac import format_mac
from positron_tui.gam.snmp.decode import values

ANY_VALUE = st.one_of(st.integers(), st.binary(max_size=40), st.text(max_size=40), st.none())


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("53 days, 14h 28m 19s", ((53 * 24 + 14) * 60 + 28) * 60 + 19),
        ("4 days, 23h 13m 1s", ((4 * 24 + 23) * 60 + 13) * 60 + 1),
        ("1 day, 0h 0m 0s", 86_400),
        ("2h 18m 33s", 8_313),
        ("7s", 7),
    ],
)
def test_endpoint_uptime(line: str, seconds: int) -> None:
    assert values.parse_uptime(line) == seconds


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("53d 14:24:1 green, solid, normal indication.", ((53 * 24 + 14) * 60 + 24) * 60 + 1),
        ("0d 00:00:09", 9),
        ("14:24:01", 51_841),
    ],
)
def test_system_uptime_ignores_what_stands_behind(line: str, seconds: int) -> None:
    assert values.parse_system_uptime(line) == seconds


@pytest.mark.parametrize("line", ["", "green", "-", "days, h m s"])
def test_no_uptime_carries_the_line(line: str) -> None:
    for parse in (values.parse_uptime, values.parse_system_uptime):
        with pytest.raises(UnexpectedReply) as caught:
            parse(line)
        assert caught.value.line == line


@given(st.integers(0, 9_999), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.text())
def test_uptimes_read_back(days: int, hours: int, minutes: int, seconds: int, behind: str) -> None:
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert values.parse_uptime(f"{days} days, {hours}h {minutes}m {seconds}s") == total
    assert values.parse_system_uptime(f"{days}d {hours}:{minutes}:{seconds} {behind}") == total


@given(st.text())
def test_uptime_parsers_raise_nothing_else(line: str) -> None:
    for parse in (values.parse_uptime, values.parse_system_uptime):
        with suppress(UnexpectedReply):
            assert parse(line) >= 0


def _octets(moment: datetime) -> bytes:
    tail = (moment.month, moment.day, moment.hour, moment.minute, moment.second, 0)
    return moment.year.to_bytes(2, "big") + bytes(tail)


@given(st.integers(31_622_400, 7_000_000_000), st.integers(-840, 840))
def test_date_and_time_with_and_without_zone(since_1970_s: int, offset: int) -> None:
    moment = datetime.fromtimestamp(since_1970_s, UTC)
    assert values.parse_date_and_time(_octets(moment)) == moment
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    zone = bytes((ord("-" if offset < 0 else "+"), abs(offset) // 60, abs(offset) % 60))
    assert values.parse_date_and_time(_octets(local) + zone) == moment


@pytest.mark.parametrize("year", [0, 1969, 1970])
def test_a_clock_that_was_not_set_is_no_time(year: int) -> None:
    octets = year.to_bytes(2, "big") + bytes((1, 1, 0, 3, 7, 0))
    assert values.occurred(octets) is None


def test_a_leap_second_is_taken() -> None:
    octets = (2016).to_bytes(2, "big") + bytes((12, 31, 23, 59, 60, 0))
    assert values.parse_date_and_time(octets) == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.one_of(st.binary(max_size=12), st.binary(min_size=8, max_size=8)))
def test_date_and_time_raises_nothing_else(octets: bytes) -> None:
    with suppress(UnexpectedReply):
        moment = values.parse_date_and_time(octets)
        assert moment is None or moment.tzinfo is UTC


@given(st.sets(st.integers(0, 4095)))
def test_vlan_bitmaps_read_back(vlans: set[int]) -> None:
    quarters = [bytearray(128) for _ in range(4)]
    for vlan in vlans:
        quarters[vlan // 1024][vlan % 1024 // 8] |= 1 << vlan % 8
    read = [
        vlan
        for number, quarter in enumerate(quarters)
        for vlan in values.vlans_of_quarter(bytes(quarter), number)
    ]
    assert read == sorted(vlans)
    shortened = [bytes(quarter).rstrip(b"\0") for quarter in quarters]
    assert read == [v for n, q in enumerate(shortened) for v in values.vlans_of_quarter(q, n)]


def test_vlans_count_from_the_least_significant_bit() -> None:
    assert values.vlans_of_quarter(b"\x01\x80", 0) == (0, 15)
    assert values.vlans_of_quarter(b"\x02", 3) == (3073,)


@given(st.binary(max_size=300), st.integers(0, 3))
def test_bitmaps_of_any_length_stay_in_their_quarter(octets: bytes, quarter: int) -> None:
    vlans = values.vlans_of_quarter(octets, quarter)
    assert all(quarter * 1024 <= vlan < quarter * 1024 + 1024 for vlan in vlans)


@given(st.binary(min_size=6, max_size=6))
def test_mac_indexes_with_and_without_length(octets: bytes) -> None:
    parts = [str(octet) for octet in octets]
    assert values.mac_of_index(parts) == format_mac(octets)
    assert values.mac_of_index(["6", *parts]) == format_mac(octets)


@given(st.lists(st.one_of(st.integers().map(str), st.text(max_size=4)), max_size=9))
def test_other_indexes_are_refused(parts: list[str]) -> None:
    with suppress(UnexpectedReply):
        assert len(values.mac_of_index(parts)) == 17


@pytest.mark.parametrize("index", ["", "0.14.216", f"7.{'1.' * 5}1", "0.14.216.28.149.256"])
def test_what_is_no_mac_index_carries_itself(index: str) -> None:
    with pytest.raises(UnexpectedReply) as caught:
        values.mac_of_index(index.split("."))
    assert caught.value.line == index


@pytest.mark.parametrize(
    ("raw", "version"),
    [
        (b"GAM-4/8-C_v1.5.4", "1.5.4"),
        (b"GAM-12/24-C_v1.5.4", "1.5.4"),
        (b"1.5.0.r22842", "1.5.0"),
        (b"v1.10.12", "1.10.12"),
        (b"experimental", "experimental"),
        (b"", None),
    ],
)
def test_versions_are_plain(raw: bytes, version: str | None) -> None:
    assert values.plain_version(raw) == version


def test_text_is_printable() -> None:
    assert values.text(b"  riser A\x00\x00") == "riser A"
    assert values.text(b"\x1b[31mred\x07") == "?[31mred?"
    assert values.text("a\u202eb") == "a?b"
    assert values.text(b"\xff\xfe") == "\ufffd\ufffd"
    assert values.text(b"\x00 \x00") is None


@given(ANY_VALUE)
def test_no_value_breaks_a_cell(value: int | bytes | str | None) -> None:
    shown = values.text(value)
    assert shown is None or (shown and shown.isprintable())
    for cell in (values.number(value), values.positive(value)):
        assert cell is None or cell >= 0
    assert values.truth(value) in (True, False, None)
    assert all(len(found) == 17 for found in values.mac_list(value))
    values.mac(value)
    values.ghn_port_of(value)
    values.plain_version(value)
    values.occurred(value)
    values.lenient(values.parse_uptime, value)


def test_mac_lists() -> None:
    assert values.mac_list(b"00:0E:D8:19:97:E6") == ("00:0e:d8:19:97:e6",)
    assert values.mac_list(b"00:0E:D8:19:97:E6,00:0E:D8:19:97:E7") == (
        "00:0e:d8:19:97:e6",
        "00:0e:d8:19:97:e7",
    )
    assert values.mac_list(b"") == ()
