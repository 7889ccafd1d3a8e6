"""Nothing secret and nothing that moves a cursor gets into what is kept of an exchange."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.gam.exchange import MAX_REPLY, redact, summary


@pytest.mark.parametrize(
    "line",
    [
        "username admin privilege 15 password encrypted TOPSECRET",
        'username admin privilege 15 password unencrypted "TOPSECRET with blank"',
        "enable secret 5 level 15 TOPSECRET",
        "enable password TOPSECRET",
        "snmp-server community v2c TOPSECRET rw",
        "snmp-server community read ip-range 10.0.0.0 255.0.0.0 TOPSECRET",
        "Read Community : TOPSECRET",
        "Write Community: TOPSECRET",
        "snmp-server user bob engine-id 80 sha TOPSECRET priv aes TOPSECRET",
        "radius-server host 10.0.0.1 key TOPSECRET",
        "controller announcement url 1 http://user:TOPSECRET@10.0.0.1/x",
    ],
)
def test_secrets_are_hidden(line: str) -> None:
    clean = redact(f"hostname GAM\n{line}\nghn port 1 name a")
    assert "TOPSECRET" not in clean
    assert "hostname GAM" in clean
    assert clean.endswith("ghn port 1 name a")


def test_other_text_is_kept() -> None:
    line = 'ghn subscriber 1 name "Apt 12" vid 100 endpoint 1 bw-profile unthrottled poe disable'
    assert redact(line) == line


@given(st.text())
def test_summary_is_short_and_printable(text: str) -> None:
    kept = summary(text)
    assert len(kept) <= MAX_REPLY + 40
    assert all(char == "\n" or char.isprintable() or ord(char) > 0x7F for char in kept)
    assert "\x1b" not in kept
    assert "\x9b" not in kept


def test_long_replies_are_cut_and_say_how_long_they_were() -> None:
    kept = summary("x" * 5_000)
    assert kept.startswith("x" * MAX_REPLY)
    assert kept.endswith("… (5000 characters)")
