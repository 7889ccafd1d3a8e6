"""What a technician must see or find at once on a screen of 80 columns."""

from __future__ import annotations

from tests.tui import sample
from tests.tui.conftest import Still
from tests.tui.driver import console


async def test_the_apartment_is_in_every_list_of_endpoints_at_80_columns(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("e")
        await screen.sees("Subscriber or name", "smith", "o-brien", "apt-106", "wrong port")
        row = next(line for line in screen.text().split("\n") if sample.mac(6) in line)
        assert "gam-01" in row
        assert "G.hn 1/4" in row
        await screen.press("escape", "Q")
        await screen.sees("unknown MAC", "apt-106")


async def test_endpoints_without_a_service_are_one_key_away(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("O")
        await screen.sees("filter: service:none", "apt-105, no service", sample.UNKNOWN_MAC)
        assert "smith" not in screen.text()


async def test_the_tree_names_the_apartment_before_the_rates(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("E", "down", "down", "right")
        await screen.sees("smith  861/821 Mbit/s")
