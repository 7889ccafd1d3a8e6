"""Tables that fit, and foreign text that cannot harm a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.cli.table import Column, render_fields, render_table
from positron_tui.cli.text import cells, pad, safe, safe_line, shorten

COLUMNS = (
    Column("NAME", 0, least=6),
    Column("STATE", 1, least=5),
    Column("COUNT", 2, right=True, least=5),
    Column("NOTE", 3, least=4),
)


def test_columns_are_aligned_and_unknown_is_a_dash() -> None:
    lines = render_table(COLUMNS, [("a", "up", 5, None), ("longer", None, 12, "x")], 80)
    assert lines == [
        "NAME    STATE  COUNT  NOTE",
        "a       up         5  -",
        "longer  -         12  x",
    ]


def test_the_least_important_column_gives_way_first() -> None:
    rows = [("station-one", "working", 12345, "a very long note about it")]
    narrow = render_table(COLUMNS, rows, 40)
    assert narrow[1].startswith("station-one  working  12345  a very ")
    assert narrow[1].endswith("~")
    assert render_table(COLUMNS, rows, 20)[1] == "stati~  work~  12345"
    assert render_table(COLUMNS, rows, 18) == ["NAME         STATE", "station-one  work~"]


def test_without_rows_only_the_head_is_shown() -> None:
    assert render_table(COLUMNS, [], 80) == ["NAME  STATE  COUNT  NOTE"]


@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.text(max_size=12), st.integers(0, 10**9), st.text()),
        max_size=5,
    ),
    st.integers(min_value=6, max_value=120),
)
def test_no_line_is_wider_than_asked(rows: list[tuple[object, ...]], width: int) -> None:
    lines = render_table(COLUMNS, rows, width)
    assert len(lines) == len(rows) + 1
    assert max(cells(line) for line in lines) <= width


@given(st.text())
def test_safe_text_has_no_control_characters(text: str) -> None:
    cleaned = safe(text)
    assert len(cleaned) == len(text)
    assert cleaned == safe(cleaned)
    assert all(
        char.isprintable() or char == "\N{NO-BREAK SPACE}" or char.isspace() for char in cleaned
    )
    assert not any(char in cleaned for char in "\x1b\x07\r\n\t\x9b\u202e\u2028\x7f")


def test_an_escape_sequence_is_shown_as_dots() -> None:
    assert safe("\x1b]0;owned\x07name\x9b2J") == "·]0;owned·name·2J"
    assert safe_line(" two\nlines\t here ") == "two lines here"
    assert safe("Zoë 東京") == "Zoë 東京"


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd~"), ("東京都", 5, "東京~"), ("abc", 0, "")],
)
def test_shortened_text_says_that_something_is_missing(text: str, width: int, short: str) -> None:
    assert shorten(text, width) == short
    assert cells(shorten(text, width)) <= width


def test_width_counts_cells() -> None:
    assert cells("東京") == 4
    assert cells("e\N{COMBINING ACUTE ACCENT}") == 1
    assert pad("東", 4) == "東  "
    assert pad("7", 3, right=True) == "  7"


def test_fields_are_aligned() -> None:
    assert render_fields([("name", "x"), ("serial", None), ("on", True)]) == [
        "name    x",
        "serial  -",
        "on      yes",
    ]
