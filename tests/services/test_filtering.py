"""The filter grammar: words, fields, inversion, and rows that nobody has thought of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.services.filtering import Row, filter_items, parse_filter

FIELDS = ("name", "vlan", "state", "plan", "mac")
ROW = Row.of(
    {
        "name": "Smith Anna",
        "vlan": 100,
        "vlans": (100, 210),
        "state": "not_detected",
        "plan": None,
        "mac": "00:0e:d8:1c:95:08",
    }
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", True),
        ("smith", True),
        ("SMITH anna", True),
        ("smith berta", False),
        ("!berta", True),
        ("!smith", False),
        ("name:smi", True),
        ('name:"smith anna"', True),
        ('"smith anna"', True),
        ('"anna smith"', False),
        ("vlan:100", True),
        ("vlan:10", False),
        ("!vlan:10", True),
        ("state:det", True),
        ("!state:ok", True),
        ("plan:", False),
        ("!plan:", True),
        ("!plan:100", True),
        ("vlan:", True),
        ("0e:d8", True),
        ("00:0e:d8:1c:95:08", True),
        ("mac:95:08", True),
        ("nofield:x", False),
        ("! smith", True),
        ("!", True),
        ('"', True),
    ],
)
def test_terms(text: str, kept: bool) -> None:
    assert parse_filter(text, FIELDS).matches(ROW) is kept


def test_a_number_in_a_list_of_numbers() -> None:
    wanted = parse_filter("vlans:210", ("vlans",))
    assert wanted.matches(ROW)
    assert not parse_filter("vlans:21", ("vlans",)).matches(ROW)


def test_a_word_does_not_reach_from_one_field_into_the_next() -> None:
    assert not parse_filter('"anna 100"', FIELDS).matches(ROW)


def test_order_is_kept() -> None:
    rows = [Row.of({"name": name}) for name in ("b1", "a1", "a2")]
    assert filter_items("a", rows, lambda row: row, FIELDS) == (rows[1], rows[2])


@given(st.text(max_size=40))
def test_every_text_is_a_filter(text: str) -> None:
    parse_filter(text, FIELDS).matches(ROW)


words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@given(words, st.lists(words, max_size=5))
def test_inverting_a_word_turns_the_answer_round(word: str, values: list[str]) -> None:
    row = Row.of({f"field{number}": value for number, value in enumerate(values)})
    plain = parse_filter(word, FIELDS).matches(row)
    assert parse_filter(f"!{word}", FIELDS).matches(row) is not plain


@given(words, words)
def test_more_terms_never_keep_more(first: str, second: str) -> None:
    row = Row.of({"name": first})
    both = parse_filter(f"{first} {second}", FIELDS).matches(row)
    assert not both or parse_filter(second, FIELDS).matches(row)
