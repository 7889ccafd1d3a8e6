"""Reading accounts from Sonar: whole lists or an error, whatever happens meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from positron_tui.billing.contract import Page
from positron_tui.billing.sonar import texts
from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import BillingAnswer, BillingTimeout, UsageError
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.sonar.rows import SECRET_VALUES
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import MAC_1, MAC_2, Connect, customer


async def read(adapter: SonarAdapter, resume: str | None = None) -> list[Page]:
    return [page async for page in adapter.pages(resume)]


def accounts(pages: list[Page]) -> list[str]:
    return [service.account_id for page in pages for service in page.services]


async def one(adapter: SonarAdapter, account_id: str) -> BillingService:
    services = await adapter.account(account_id)
    assert services is not None
    (service,) = services
    return service


async def test_all_accounts_come_in_order_with_their_services(book: Book, connect: Connect) -> None:
    ids = [customer(book) for _ in range(7)]
    book.add_service(3, 2)
    pages = await read(connect(page_size=3))
    assert accounts(pages) == [*ids[:3], "3", *ids[3:]]
    assert [(page.done, page.total) for page in pages] == [(3, 7), (6, 7), (7, 7)]


async def test_an_empty_system_has_no_page(adapter: SonarAdapter) -> None:
    assert await read(adapter) == []


async def test_reading_goes_on_where_it_was_left(book: Book, connect: Connect) -> None:
    ids = [customer(book) for _ in range(7)]
    adapter = connect(page_size=3)
    first = (await read(adapter))[0]
    rest = await read(adapter, first.resume)
    assert accounts(rest) == ids[3:]
    assert (rest[-1].done, rest[-1].total) == (7, 7)
    with pytest.raises(UsageError):
        await read(adapter, "page 3")


async def test_an_account_that_goes_meanwhile_hides_no_other(book: Book, connect: Connect) -> None:
    ids = [customer(book) for _ in range(9)]
    pages = connect(page_size=2, max_in_flight=1).pages()
    seen = [await anext(pages)]
    book.delete_account(1)
    book.delete_account(6)
    new = customer(book)
    seen += [page async for page in pages]
    assert accounts(seen) == [number for number in ids if number != "6"]
    assert new not in accounts(seen)


@pytest.mark.parametrize("drift", [-1, 1, 3])
async def test_a_drifting_number_of_pages_loses_and_doubles_nothing(
    drift: int, book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    for number in range(205):
        book.add_plan(f"Plan {number}", 1_000, 1_000)
        customer(book)
    sonar.quirks.total_pages_drift = drift
    assert len(accounts(await read(adapter))) == 205
    assert len(await adapter.plans()) == 207


async def test_half_a_page_is_an_error(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    for _ in range(4):
        customer(book)
    await adapter.fields()
    sonar.faults.set("half-page")
    with pytest.raises(BillingAnswer, match="not whole"):
        await read(adapter)
    with pytest.raises(BillingAnswer, match="not whole"):
        await adapter.account("1")
    with pytest.raises(BillingAnswer, match="not whole"):
        await adapter.plans()


async def test_data_beside_an_error_is_an_error(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    customer(book)
    customer(book)
    sonar.quirks.partial_data = True
    with pytest.raises(BillingAnswer, match="Internal server error"):
        await read(adapter)


async def test_full_nested_lists_are_read_to_their_end(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    number = int(account_id)
    for place in range(texts.ITEMS + 5):
        sonar.tables.add_item(number, {"MAC Address": f"00:0e:d8:00:01:{place:02x}"})
    for _ in range(texts.SERVICES + 5):
        book.add_service(number, 2)
    other = customer(book)
    for place in range(texts.MACS + 5):
        sonar.tables.add_mac(int(other), f"00:0e:d8:00:02:{place:02x}")
    services = await adapter.account(account_id)
    assert services is not None
    assert len(services) == texts.SERVICES + 6
    assert len(services[0].fields["equipment.mac"].split(", ")) == texts.ITEMS + 5
    assert len((await one(adapter, other)).fields["equipment.mac"].split(", ")) == texts.MACS + 5
    assert len(accounts(await read(adapter))) == texts.SERVICES + 7


async def test_a_page_that_takes_too_long_is_asked_for_in_halves(
    book: Book, sonar: SonarStandIn, connect: Connect
) -> None:
    ids = [customer(book) for _ in range(30)]
    sonar.quirks.too_slow_above = 12
    adapter = connect(page_size=24, read_timeout_s=0.3, max_in_flight=1)
    assert accounts(await read(adapter)) == ids
    sonar.quirks.too_slow_above = 1
    with pytest.raises(BillingTimeout):
        await read(connect(page_size=5, read_timeout_s=0.2, max_in_flight=1))


async def test_archived_accounts_are_gone_and_suspended_ones_are_not(
    book: Book, adapter: SonarAdapter
) -> None:
    gone = customer(book)
    suspended = customer(book, status=Standing.SUSPENDED)
    odd = customer(book, status="Seasonal")
    book.delete_account(int(gone))
    assert await adapter.account(gone) is None
    assert await adapter.account("no number") is None
    assert accounts(await read(adapter)) == [suspended, odd]
    service = await one(adapter, suspended)
    assert (service.account_status, service.activates) == ("Suspended", False)
    service = await one(adapter, odd)
    assert (service.account_status, service.activates) == ("Seasonal", False)


async def test_an_account_without_services_is_not_one_that_is_gone(
    book: Book, adapter: SonarAdapter
) -> None:
    account = book.add_account("Nobody yet")
    assert await adapter.account(str(account.account_id)) == ()


async def test_recurring_services_stand_in_where_none_carries_data(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account = book.add_account("Old contract")
    sold = sonar.tables.add_recurring(account.account_id, "Internet flat")
    service = await one(adapter, str(account.account_id))
    assert service.service_id == str(sold)
    assert service.fields["service.type"] == "RECURRING"
    assert service.plan is not None
    assert (service.plan.name, service.plan.down_kbps) == ("Internet flat", None)
    book.add_service(account.account_id, 2)
    service = await one(adapter, str(account.account_id))
    assert service.plan is not None
    assert (service.plan.name, service.plan.down_kbps) == ("Home 500", 500_000)
    assert "Internet flat" in [plan.name for plan in await adapter.plans()]


async def test_a_service_has_the_fields_that_are_listed(book: Book, adapter: SonarAdapter) -> None:
    account = book.add_account("Ana", street="Mill Lane 3", custom={"building": "North"})
    book.add_service(account.account_id, 1, MAC_1, description="Fast", custom={"vlan": "204"})
    second = customer(book)
    fields = (await one(adapter, "1")).fields
    assert fields["account.custom.building"] == "North"
    assert fields["account.custom.vlan"] == "204"
    assert fields["account.custom.gam_port"] == ""
    assert (fields["service.name"], fields["service.plan"]) == ("Fast", "Home 100")
    assert fields["address.line1"] == "Mill Lane 3"
    # One of them comes as a number, the other as a text.
    other = (await one(adapter, second)).fields
    assert (fields["address.latitude"], other["address.latitude"]) == ("39.001", "39.002")
    infos = await adapter.fields()
    assert {info.name for info in infos} == set(fields)
    writable = {info.name for info in infos if info.why_read_only is None}
    assert {"account.status", "equipment.mac", "account.custom.vlan"} <= writable
    assert "account.name" not in writable


async def test_secrets_of_equipment_never_leave_sonar(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = customer(book, MAC_1)
    sonar.tables.add_item(int(account_id), {"MAC Address": MAC_2, **SECRET_VALUES})
    answers: list[Any] = []
    run = sonar.executor.run

    def recorded(text: str, variables: dict[str, Any] | None) -> dict[str, Any]:
        answer = run(text, variables)
        answers.append(answer)
        return answer

    monkeypatch.setattr(sonar.executor, "run", recorded)
    await read(adapter)
    await adapter.account(account_id)
    await adapter.changed((await adapter.changed(None)).cursor)
    told = json.dumps(answers)
    assert MAC_1 in told
    assert not [secret for secret in SECRET_VALUES.values() if secret in told]
    assert not [info for info in await adapter.fields() if "Password" in info.name]
