"""Which columns stay on a narrow screen, and how rows sort."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from positron_tui.tui.render.columns import (
    GAP,
    Cell,
    Column,
    fit_columns,
    number_key,
    sort_key,
    text_key,
)

COLUMNS = (
    Column("state", "State", 1, 5, 20),
    Column("mac", "MAC", 2, 17, 17),
    Column("model", "Model", 8, 8, 12),
    Column("port", "Port", 3, 9, 9),
)


def kept(width: int, wanted: tuple[int, ...] = (5, 17, 8, 9)) -> list[str]:
    return [COLUMNS[index].key for index, _ in fit_columns(COLUMNS, wanted, width)]


def test_unimportant_columns_go_first() -> None:
    assert kept(60) == ["state", "mac", "model", "port"]
    assert kept(40) == ["state", "mac", "port"]
    assert kept(26) == ["state", "mac"]
    assert kept(5) == ["state"]


def test_the_first_column_is_never_cut_for_others() -> None:
    assert dict(fit_columns(COLUMNS, (20, 17, 8, 9), 40))[0] == 20


@given(
    st.lists(st.integers(min_value=0, max_value=90), min_size=4, max_size=4),
    st.integers(min_value=1, max_value=250),
)
def test_columns_never_take_more_than_there_is(wanted: list[int], width: int) -> None:
    fitted = fit_columns(COLUMNS, wanted, width)
    assert fitted
    assert sum(size for _, size in fitted) + GAP * (len(fitted) - 1) <= width
    assert all(size <= COLUMNS[index].max_width for index, size in fitted)
    assert [index for index, _ in fitted] == sorted(index for index, _ in fitted)


def test_ports_sort_as_people_count() -> None:
    names = ["G.hn 1/10", "G.hn 1/2", "g.hn 1/1"]
    assert sorted(names, key=text_key) == ["g.hn 1/1", "G.hn 1/2", "G.hn 1/10"]


def test_unknown_sorts_last() -> None:
    cells = [Cell("?", sort=number_key(None)), Cell("9", sort=number_key(9)), Cell("")]
    assert sorted(cells, key=sort_key)[0].text == "9"
