"""The echo is found however the terminal wrapped it, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.gam.ssh.echo import end_of_echo, looks_like_scrolled_echo

COMMAND = 'ghn subscriber 1 name "Apt 12" endpoint 1 vid 100 untagged bw-profile 2'


@pytest.mark.parametrize(
    "echo",
    [
        COMMAND,
        COMMAND[:40] + "\r\n" + COMMAND[40:],
        COMMAND[:40] + " \r" + COMMAND[40:],
        "\rGAM(config)# " + COMMAND,
        "2026-03-02T09:30:00+00:00 Link up on port 3\r\n" + COMMAND,
        "\r\n" + COMMAND,
    ],
)
def test_echo_is_found(echo: str) -> None:
    assert end_of_echo(echo + "\r\noutput\r\n", COMMAND) == len(echo)


def test_an_echo_that_is_not_whole_yet_is_not_found() -> None:
    for length in range(len(COMMAND)):
        assert end_of_echo(COMMAND[:length], COMMAND) is None


def test_other_text_is_no_echo() -> None:
    assert end_of_echo("show\r\nversion 1.5.4\r\n", "show vlan") is None


def test_scrolled_echo_is_recognised_by_its_mark() -> None:
    assert looks_like_scrolled_echo("$oint 1 vid 100 untagged bw-profile 2", COMMAND)
    assert not looks_like_scrolled_echo("Port  MACAddress  Configured", COMMAND)


@given(
    st.text(st.sampled_from('abcxyz 0123"-'), min_size=1).map(str.strip).filter(bool),
    st.integers(min_value=1, max_value=200),
)
def test_any_wrapping_is_found(command: str, width: int) -> None:
    wrapped = "\r\n".join(command[at : at + width] for at in range(0, len(command), width))
    assert end_of_echo(wrapped + "\r\n", command) == len(wrapped)
