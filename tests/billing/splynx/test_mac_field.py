"""Addresses are written back as people wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.billing.splynx.join import mac_field
from positron_tui.domain.mac import parse_mac

NEW = "00:0e:d8:12:ab:cd"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "000ED812ABCD"),
        ("n/a", "000ED812ABCD"),
        ("080027E116F9", "000ED812ABCD"),
        ("080027e116f9", "000ed812abcd"),
        ("08:00:27:E1:16:F9", "00:0E:D8:12:AB:CD"),
        ("08:00:27:e1:16:f9", "00:0e:d8:12:ab:cd"),
        ("08-00-27-E1-16-F9", "00-0E-D8-12-AB-CD"),
        ("0800.27e1.16f9", "000e.d812.abcd"),
        ("080027E116F9, 00E04C687E6A", "000ED812ABCD, 00E04C687E6A"),
        ("080027E116F9,00E04C687E6A", "000ED812ABCD,00E04C687E6A"),
        ("080027E116F9, 000ED812ABCD", "000ED812ABCD"),
    ],
)
def test_the_first_address_is_replaced_in_its_spelling(before: str, after: str) -> None:
    assert mac_field(before, NEW) == after


def test_an_empty_value_empties_the_field_and_words_stay_words() -> None:
    assert mac_field("080027E116F9", "") == ""
    assert mac_field("080027E116F9", "unknown") == "unknown"


@given(st.text(alphabet="0123456789abcdefABCDEF:-., ;n/", max_size=60))
def test_whatever_stood_there_the_new_address_comes_first(before: str) -> None:
    first = mac_field(before, NEW).split(",")[0]
    assert parse_mac(first) == NEW
