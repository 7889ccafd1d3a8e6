"""Rows that are marked: one, a range, all that the filter shows; and what is done with them."""

from __future__ import annotations

from positron_tui.tui.widgets.live_table import LiveTable
from tests.tui.conftest import Still
from tests.tui.driver import Console, console


def marks(screen: Console) -> list[str]:
    table = screen.app.screen.query_one(LiveTable)
    return [key.rpartition("\0")[2] for key in sorted(table.marked)]


async def test_space_marks_and_goes_on_and_takes_back(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "space", "space")
        await screen.sees("2 marked", "* smith", "* jones")
        assert marks(screen) == ["jones", "smith"]
        await screen.press("up", "space")
        assert marks(screen) == ["smith"]


async def test_a_range_goes_from_the_last_mark_to_the_cursor(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "space", "down", "V")
        assert marks(screen) == ["garcia", "jones", "smith"]
        await screen.press("home", "V")
        assert marks(screen) == ["garcia", "jones", "smith"]


async def test_all_that_the_filter_shows_and_what_it_hides_stays_counted(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "slash")
        await screen.type("device:gam-01 plan:500")
        await screen.press("enter", "asterisk")
        await screen.sees("1 marked")
        await screen.press("slash")
        await screen.press("ctrl+u", "home", "ctrl+k")
        await screen.type("smith device:gam-01")
        await screen.press("enter")
        await screen.sees("1 marked (1 not shown)")
        await screen.press("asterisk")
        assert marks(screen) == ["jones", "smith"]
        await screen.press("asterisk")
        assert marks(screen) == ["jones"]


async def test_escape_clears_the_marks_before_the_filter(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "slash")
        await screen.type("smith")
        await screen.press("enter", "space", "escape")
        await screen.sees("filter: smith")
        assert marks(screen) == []
        assert "marked" not in screen.text()
        await screen.press("escape")
        await screen.sees_no_more("filter: smith")


async def test_what_goes_one_at_a_time_says_so(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "space", "space", "w")
        await screen.is_told("This goes one at a time")


async def test_without_a_subscriber_it_is_said(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("Q", "w")
        await screen.is_told("There is no subscriber here")
