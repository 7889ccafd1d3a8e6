"""Raw terminal bytes become the lines that a person would see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.gam.ssh.terminal import PAGER, displayed, full_pager_at_end, pager_at_end


@pytest.mark.parametrize(
    "eraser",
    [
        "\r" + " " * 55 + "\r",
        "\r" + " " * 55,
        "\r" + " " * 55 + "\r" + " " * 55 + "\r",
        "\b" * len(PAGER) + " " * len(PAGER) + "\b" * len(PAGER),
        "\r",
        "",
    ],
)
def test_pager_and_whatever_erases_it_leave_no_trace(eraser: str) -> None:
    raw = f"first row\r\n{PAGER}{eraser}second row\r\n"
    assert displayed(raw) == "first row\nsecond row\n"


def test_carriage_return_overwrites_from_the_left() -> None:
    assert displayed("abcdef\rXY\r\n") == "XYcdef\n"


def test_backspaces_take_characters_back() -> None:
    assert displayed("showw\b \b version\r\n") == "show version\n"


def test_escape_sequences_are_dropped() -> None:
    assert displayed("\x1b[2K\x1b[1;31mred\x1b[0m \x1b]0;title\x07end\x1b7\r\n") == "red end\n"


def test_short_and_long_pager_are_told_apart() -> None:
    assert pager_at_end("row\r\n-- more --") == 5
    assert not full_pager_at_end("row\r\n-- more --")
    assert full_pager_at_end("row\r\n" + PAGER)
    assert pager_at_end("row -- more -- and on\r\n") is None


@given(st.text())
def test_any_text_is_displayed_without_control_movements(text: str) -> None:
    shown = displayed(text)
    assert "\r" not in shown
    assert "\b" not in shown


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126)).filter(lambda t: "more" not in t)
)
def test_plain_lines_stay_as_they_are(text: str) -> None:
    assert displayed(text + "\r\n") == text.rstrip() + "\n"
