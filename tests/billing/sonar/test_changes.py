"""Which accounts changed: every table tells its own, each change once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.billing.sonar.changes import MOST_REMEMBERED, OVERLAP
from positron_tui.domain.errors import UsageError
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import MAC_1, MAC_2, customer
from tests.clocks import FrozenClock

Change = Callable[[SonarStandIn], object]
CHANGES: dict[str, Change] = {
    "status": lambda sonar: sonar.book.set_status(2, Standing.SUSPENDED),
    "name": lambda sonar: sonar.book.change_account(2, name="Other"),
    "plan": lambda sonar: sonar.book.set_plan(2, 2),
    "mac in the inventory": lambda sonar: sonar.book.set_mac(2, MAC_2),
    "mac outside of it": lambda sonar: sonar.tables.add_mac(2, MAC_2),
    "service added": lambda sonar: sonar.book.add_service(2, 2),
    "service taken away": lambda sonar: sonar.book.delete_service(2),
    "archived": lambda sonar: sonar.book.delete_account(2),
}


@pytest.mark.parametrize("moves_s", [0, 1, 600])
@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_is_told_once(
    name: str, moves_s: int, book: Book, sonar: SonarStandIn, adapter: SonarAdapter,
    clock: FrozenClock,
) -> None:  # fmt: skip
    for _ in range(3):
        customer(book, MAC_1)
    begun = await adapter.changed(None)
    assert begun.account_ids == ()
    assert (await adapter.changed(begun.cursor)).account_ids == ()
    clock.advance(moves_s)
    CHANGES[name](sonar)
    told = await adapter.changed(begun.cursor)
    assert told.account_ids == ("2",)
    again = await adapter.changed(told.cursor)
    assert again.account_ids == ()
    # Whoever lost the answer asks again from where he was.
    assert (await adapter.changed(begun.cursor)).account_ids == ("2",)


async def test_equipment_and_its_fields_lead_to_the_account_of_their_address(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    for _ in range(3):
        customer(book)
    item = sonar.tables.add_item(3, {"MAC Address": MAC_1})
    cursor = (await adapter.changed(None)).cursor
    for table, number in (("inventory_items", item), ("inventory_model_field_data", 600_001)):
        row = sonar.tables.of_account[table][number]
        row["updated_at"] += timedelta(minutes=1)
        told = await adapter.changed(cursor)
        assert told.account_ids == ("3",)
        cursor = told.cursor
    row = sonar.tables.of_account["inventory_items"][item]
    row |= {"_version": "99", "inventoryitemable_type": "InventoryLocation"}
    assert (await adapter.changed(cursor)).account_ids == ()


async def test_a_row_that_is_late_is_found_by_the_overlap(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter, clock: FrozenClock
) -> None:
    customer(book)
    clock.advance(3_600)
    customer(book)
    cursor = (await adapter.changed(None)).cursor
    row = sonar.tables.accounts[1]
    row |= {"updated_at": clock.now() - OVERLAP / 2, "_version": "late"}
    assert (await adapter.changed(cursor)).account_ids == ("1",)


async def test_an_empty_system_begins_now(book: Book, adapter: SonarAdapter) -> None:
    cursor = (await adapter.changed(None)).cursor
    customer(book)
    assert (await adapter.changed(cursor)).account_ids == ("1",)


async def test_many_changes_do_not_fit_into_a_cursor_and_are_told_again(
    book: Book, adapter: SonarAdapter
) -> None:
    cursor = (await adapter.changed(None)).cursor
    for _ in range(MOST_REMEMBERED // 3):
        customer(book)
    told = await adapter.changed(cursor)
    assert len(told.account_ids) == MOST_REMEMBERED // 3
    assert len(told.cursor) < 40_000
    again = await adapter.changed(told.cursor)
    assert again.account_ids
    assert set(again.account_ids) <= set(told.account_ids)


@pytest.mark.parametrize("cursor", ["", "12", "{}", '{"at":"now","seen":[]}'])
async def test_a_foreign_cursor_is_refused(cursor: str, adapter: SonarAdapter) -> None:
    with pytest.raises(UsageError):
        await adapter.changed(cursor)


async def test_a_quiet_poll_is_one_request(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter, clock: FrozenClock
) -> None:
    for _ in range(120):
        customer(book)
    cursor = (await adapter.changed(None)).cursor
    clock.advance(3_600)
    customer(book)
    cursor = (await adapter.changed(cursor)).cursor
    before = len(sonar.asked)
    assert (await adapter.changed(cursor)).account_ids == ()
    assert len(sonar.asked) == before + 1
