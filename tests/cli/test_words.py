"""Values in words, and every table and field list of a full and of an empty device."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from positron_tui.cli.commands.device import show_device
from positron_tui.cli.commands.endpoint import endpoint_table
from positron_tui.cli.commands.port import port_table
from positron_tui.cli.commands.subscriber import show_subscriber
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import timestamp
from positron_tui.cli.words import ago, octets, short_state, span, speed, state
from tests.cli.samples import ENDPOINT_A, ENDPOINT_B, NOW, SUBSCRIBER, empty_view, full_view


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, None),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_725, "1 h 2 min"),
        (90_061, "1 d 1 h"),
        (86_460, "1 d"),
    ],
)
def test_durations(seconds: float | None, words: str | None) -> None:
    assert span(seconds) == words


def test_ages() -> None:
    assert ago(None, NOW) is None
    assert ago(NOW - timedelta(seconds=90), NOW) == "1 min 30 s ago"
    assert ago(NOW + timedelta(seconds=5), NOW) == "0 s ago"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, None),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (9_994, "9.99 kB"),
        (9_999, "10.0 kB"),
        (999_600, "1.00 MB"),
        (6_275_726_100_000, "6.28 TB"),
        (2**64, "18.4 EB"),
    ],
)
def test_octets_keep_three_digits(count: int | None, words: str | None) -> None:
    assert octets(count) == words


def test_states_and_speeds() -> None:
    assert state("quarantined_wrong_port") == "quarantined: wrong port"
    assert short_state("quarantined_wrong_port") == "quarantined"
    assert short_state("not_detected") == "missing"
    assert state(None) is None
    assert (speed(10_000), speed(2_500), speed(None)) == ("10G", "2500M", None)


def _shown(write: Callable[[Output], None]) -> str:
    data = io.StringIO()
    write(Output(as_json=False, data=data, talk=io.StringIO()))
    return data.getvalue()


def test_a_full_device_is_shown_with_ports_and_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = _shown(lambda out: show_device(out, full_view(), NOW))
    for part in ("GAM-12-C", "1 d 1 h", "12 %", "board 41.5 C", "mn CPE-2", "1 of 2", "G.hn 1/4"):
        assert part in text
    assert "None" not in text


def test_what_is_unknown_is_a_dash_and_never_a_zero() -> None:
    text = _shown(lambda out: show_device(out, empty_view(), NOW))
    values = {line.split("  ")[0]: line.split()[-1] for line in text.splitlines()}
    for label in ("model", "serial", "CPU", "up for", "endpoints ok", "subscribers", "fans"):
        assert values[label] == "-", label
    assert values["status"] == "polled"


def test_tables_of_ports_and_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    view = full_view()
    ports = _shown(lambda out: port_table(out, view, view.snapshot.ports)).splitlines()
    assert " ".join(ports[1].split()) == "G.hn 1/4 up coax 1000M 2 10 B 0 B 3 riser 4"
    assert " ".join(ports[2].split()) == "10G 1/1 unknown - - - - - - -"
    endpoints = _shown(lambda out: endpoint_table(out, [(view, ENDPOINT_A), (view, ENDPOINT_B)]))
    assert "quarantined" in endpoints
    assert "900/880" in endpoints
    assert max(map(len, endpoints.splitlines())) <= 80


def test_a_subscriber_in_words() -> None:
    text = _shown(lambda out: show_subscriber(out, SUBSCRIBER, full_view(), {}))
    assert "100M (118/118 Mbit/s)" in text
    assert "301-302" in text
    suspended = {("gam-1", "smith"): NOW}
    text = _shown(lambda out: show_subscriber(out, SUBSCRIBER, full_view(), suspended))
    assert f"suspended since  {timestamp(NOW)}" in text
