"""Values of all versions: read the same, whichever way they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.billing.splynx.coerce import as_int, as_moment, as_object, as_text, flat
from positron_tui.billing.splynx.join import read_plan
from positron_tui.domain.billing import BillingPlan
from tests.billing.contract.systems import Splynx
from tests.billing.contract.test_reading import everything

NUMBERS = st.integers(-(10**17), 10**17)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(NUMBERS)
def test_a_number_is_the_same_as_number_and_as_text(number: int) -> None:
    ways = [number, str(number), f" {number} ", f"{number}.0000", f"{number}.0"]
    assert {as_int(way) for way in ways} == {number}
    assert as_text(number) == str(number)


@given(JSON)
def test_anything_can_be_coerced(value: object) -> None:
    assert isinstance(as_text(value), str)
    number = as_int(value)
    assert number is None or isinstance(number, int)
    assert as_moment(value, UTC) is None or isinstance(value, str)
    assert all(isinstance(text, str) for _, text in flat({"x": value}, "service"))


@pytest.mark.parametrize("value", ["", "x", "1e3", "1.5", 1.5, None, [], {}, "²", "--1", "9" * 30])
def test_what_is_no_whole_number_is_none(value: object) -> None:
    assert as_int(value) is None


def test_empty_is_empty_in_all_its_ways() -> None:
    empty: list[object] = [None, "", "0000-00-00", "0000-00-00 00:00:00", []]
    assert {as_text(value) for value in empty} == {""}
    assert as_object([]) == as_object({}) == as_object(None) == {}


def test_lists_and_objects_become_text() -> None:
    labels = [{"id": 3, "label": "VIP", "color": "#357bf2"}, {"id": 4, "label": "Fibre"}]
    row = {"labels": labels, "geo": {"address": "12 Mill Rd", "marker": ""}, "on": True}
    assert dict(flat(row, "service")) == {
        "service.labels": "VIP, Fibre",
        "service.geo.address": "12 Mill Rd",
        "service.geo.marker": "",
        "service.on": "1",
    }


def test_times_are_those_of_the_server() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert as_moment("2026-07-08 07:00:03", zone) == datetime(2026, 7, 8, 5, 0, 3, tzinfo=UTC)
    assert as_moment("0000-00-00 00:00:00", zone) is None


def test_a_recorded_tariff_of_version_4_is_read(recorded: dict[str, Any]) -> None:
    row = {**recorded["tariff_of_version_4"], "id": "5", "speed_download": "10240.0000"}
    assert read_plan(row) == BillingPlan("5", "Example Fiber 10Mbps", 10_240, None)


async def test_a_version_that_writes_numbers_as_text_reads_the_same(splynx: Splynx) -> None:
    new = await everything(splynx.adapter())
    splynx.quirks.numbers_as_text = True
    old = await everything(splynx.adapter())
    for one, other in zip(new, old, strict=True):
        assert (one.service_id, one.account_id, one.plan) == (
            other.service_id,
            other.account_id,
            other.plan,
        )
        prices = {name for name in one.fields if one.fields[name] != other.fields[name]}
        assert prices <= {"service.unit_price"}
