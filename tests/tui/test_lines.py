"""Measuring, cutting and cleaning of text, and finding what changed in a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from positron_tui.tui.render.lines import (
    Line,
    changed_runs,
    clean,
    cut,
    fit,
    line_width,
    padded,
    plain,
    wrapped,
)

ANY_TEXT = st.text(max_size=40)
LINES = st.lists(st.tuples(ANY_TEXT, st.sampled_from(["", "ok", "bad"])), max_size=5).map(tuple)


def test_markup_is_text() -> None:
    assert clean("[red]x[/") == "[red]x[/"


def test_what_steers_a_terminal_becomes_a_dot() -> None:
    assert clean("a\x1b[31mb\x00c\td\x9b") == "a·[31mb·c·d·"
    # Right-to-left overrides and joiners are invisible and turn a line around.
    assert clean("a\u202eb\u200dc") == "a·b·c"


def test_ascii_screens_get_ascii() -> None:
    assert clean("Zürich …\x1b", ascii_only=True) == "Z?rich ~."


def test_wide_characters_are_never_cut_in_two() -> None:
    assert cut("東京タワー", 5) == "東京…"
    assert padded("東京", 5) == "東京 "
    assert padded("7", 3, right=True) == "  7"


@given(LINES, st.integers(min_value=0, max_value=60), st.booleans())
def test_a_fitted_line_has_exactly_its_width_and_no_control_character(
    line: Line, width: int, ascii_only: bool
) -> None:
    fitted = fit(line, width, ascii_only=ascii_only)
    assert line_width(fitted) == width
    text = plain(fitted)
    assert all(char.isprintable() for char in text)
    assert not ascii_only or text.isascii()


@given(LINES, LINES, st.integers(min_value=1, max_value=60))
def test_painting_only_the_changed_runs_gives_the_new_line(
    old: Line, new: Line, width: int
) -> None:
    before, after = fit(old, width), fit(new, width)
    runs = changed_runs(before, after)
    assert (not runs) == (_grid(before) == _grid(after))
    painted = _grid(before)
    for start, length in runs:
        painted[start : start + length] = _grid(after)[start : start + length]
    assert painted == _grid(after)


def _grid(line: Line) -> list[tuple[str, str]]:
    grid: list[tuple[str, str]] = []
    for text, style in line:
        for char in text:
            size = cell_len(char)
            if size == 0 and grid:
                grid[-1] = (grid[-1][0] + char, grid[-1][1])
            grid.extend([(char, style), ("", style)][:size])
    return grid


def test_one_changed_value_is_one_short_run() -> None:
    old: Line = (("● up  ", "ok"), ("861", ""), ("  smith", ""))
    new: Line = (("● up  ", "ok"), ("865", ""), ("  smith", ""))
    assert changed_runs(old, new) == [(8, 1)]


@given(st.text(max_size=80), st.integers(min_value=2, max_value=30))
def test_wrapped_text_keeps_its_words_and_its_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
