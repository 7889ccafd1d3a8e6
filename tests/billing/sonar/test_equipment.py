"""Where a service's MAC addresses are found."""

from __future__ import annotations

from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.simulator.billing.book import Book
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import MAC_1, MAC_2, MAC_3, customer


async def macs(adapter: SonarAdapter, account_id: str) -> list[str]:
    services = await adapter.account(account_id)
    assert services is not None
    return [service.fields["equipment.mac"] for service in services]


async def test_the_primary_field_of_the_right_type_comes_first(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    values = {"WLAN MAC": MAC_2, "MAC Address": "000E-D800-0001", "Serial": "0123456789ab"}
    sonar.tables.add_item(int(account_id), values)
    assert await macs(adapter, account_id) == [MAC_1]


async def test_another_field_of_the_type_or_of_the_name_stands_in(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    first, second, third = customer(book), customer(book), customer(book)
    sonar.tables.add_item(int(first), {"MAC Address": "", "WLAN MAC": MAC_2})
    sonar.tables.add_item(int(second), {"Device mac": MAC_3}, odd_model=True)
    sonar.tables.add_item(int(third), {"Device mac": "none yet"}, odd_model=True)
    assert await macs(adapter, first) == [MAC_2]
    assert await macs(adapter, second) == [MAC_3]
    assert await macs(adapter, third) == [""]


async def test_several_pieces_of_equipment_are_several_addresses(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    for mac in (MAC_2, MAC_1, MAC_2):
        sonar.tables.add_item(int(account_id), {"MAC Address": mac})
    assert await macs(adapter, account_id) == [f"{MAC_2}, {MAC_1}"]


async def test_a_link_to_the_service_counts(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    second = book.add_service(int(account_id), 2)
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_1})
    linked = second.service_id
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_2}, account_service_id=linked)
    assert await macs(adapter, account_id) == [MAC_1, MAC_2]


async def test_a_link_to_a_service_that_is_gone_is_none(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_1}, account_service_id=77_777)
    assert await macs(adapter, account_id) == [MAC_1]


async def test_broken_equipment_counts_only_where_nothing_works(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_1}, status="FAILED")
    assert await macs(adapter, account_id) == [MAC_1]
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_2})
    assert await macs(adapter, account_id) == [MAC_2]


async def test_addresses_outside_of_the_inventory_stand_in(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book, f"{MAC_1}, {MAC_2}", inventoried=False)
    assert await macs(adapter, account_id) == [f"{MAC_1}, {MAC_2}"]
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_3})
    assert await macs(adapter, account_id) == [MAC_3]


async def test_what_is_no_address_is_told_as_it_is(book: Book, adapter: SonarAdapter) -> None:
    assert await macs(adapter, customer(book, "see ticket 812")) == ["see ticket 812"]


async def test_a_plan_change_that_brings_a_new_service_keeps_the_equipment(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    customer(book)
    account_id = customer(book, MAC_1)
    sonar.quirks.new_id_on_plan_change = True
    before = await adapter.account(account_id)
    book.set_plan(2, 2)
    after = await adapter.account(account_id)
    assert before is not None
    assert after is not None
    assert before[0].service_id != after[0].service_id
    assert after[0].plan is not None
    assert after[0].plan.name == "Home 500"
    assert await macs(adapter, account_id) == [MAC_1]
