"""The stand-in for Sonar over real HTTP: its door, its search, its refusals and its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.populate import build_book
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.clocks import FrozenClock

ACCOUNTS = """
query Accounts($search: [Search], $page: Int = 1, $archived: Boolean, $order: SortDirection = ASC) {
  accounts(
    include_archived: $archived, search: $search, paginator: {page: $page, records_per_page: 4},
    sorter: [{attribute: "name", direction: $order}, {attribute: "id", direction: ASC}]
  ) { entities { id name } page_info { page total_pages total_count records_per_page } }
}"""


@pytest.fixture
def book() -> Book:
    found = Book(FrozenClock())
    found.add_plan("Home", 1_000, 1_000)
    for name in ("Ana", "Björn", "Carla", "ana", "Elif", "Farid"):
        found.add_account(name)
    return found


@pytest.fixture
async def sonar(book: Book) -> AsyncIterator[SonarStandIn]:
    stand_in = SonarStandIn(book, seed=4)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


async def post(
    sonar: SonarStandIn,
    text: str,
    variables: dict[str, Any] | None = None,
    token: str | None = None,
) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or sonar.token}"}
    body = {"query": text, "variables": variables or {}}
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(f"{sonar.url}/api/graphql", json=body, headers=headers)


async def ask(sonar: SonarStandIn, text: str, **variables: Any) -> Any:
    answer = await post(sonar, text, variables)
    assert answer.status_code == 200
    assert "errors" not in answer.json(), answer.json()
    return answer.json()["data"]


async def refused(sonar: SonarStandIn, text: str, **variables: Any) -> str:
    answer = await post(sonar, text, variables)
    assert answer.status_code == 200
    assert not any((answer.json().get("data") or {}).values())
    return str(answer.json()["errors"][0]["message"])


async def names(sonar: SonarStandIn, *searches: dict[str, Any]) -> list[str]:
    data = await ask(sonar, ACCOUNTS, search=list(searches))
    return [one["name"] for one in data["accounts"]["entities"]]


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"attribute": "name", "search_value": value, "match": True, **more}


def number(value: int | str, operator: str = "EQ") -> dict[str, Any]:
    return {"attribute": "id", "search_value": value, "operator": operator}


async def test_only_the_token_opens_it(sonar: SonarStandIn, book: Book) -> None:
    assert (await post(sonar, "{ me { id } }", token="x" * 40)).status_code == 401
    assert (await post(sonar, "{ me { id } }")).json() == {"data": {"me": {"id": "7"}}}
    assert sonar.announcement() == {"system": "sonar", "url": sonar.url, "token": sonar.token}
    assert SonarStandIn(book, seed=4).token == sonar.token != SonarStandIn(book, seed=5).token


async def test_ids_are_texts_and_pages_are_counted(sonar: SonarStandIn) -> None:
    data = await ask(sonar, ACCOUNTS, page=2)
    assert data["accounts"] == {
        "entities": [{"id": "6", "name": "Farid"}, {"id": "4", "name": "ana"}],
        "page_info": {"page": 2, "total_pages": 2, "total_count": 6, "records_per_page": 4},
    }
    data = await ask(sonar, ACCOUNTS, order="DESC")
    assert [one["name"] for one in data["accounts"]["entities"]][:2] == ["ana", "Farid"]


async def test_a_list_needs_a_paginator_that_makes_sense(sonar: SonarStandIn) -> None:
    assert "paginator" in await refused(sonar, "{ accounts { entities { id } } }")
    assert "out of range" in await refused(sonar, ACCOUNTS, page=0)
    assert "Syntax" in await refused(sonar, "{ accounts(")
    assert "colour" in await refused(sonar, "{ me { colour } }")
    missing = {"integer_fields": [{**number(1), "attribute": "colour"}]}
    assert "does not exist" in await refused(sonar, ACCOUNTS, search=[missing])


async def test_search_is_and_within_or_between_and_or_for_the_same_attribute(
    sonar: SonarStandIn,
) -> None:
    assert await names(sonar, {"string_fields": [text("AN")]}) == ["Ana", "ana"]
    assert await names(sonar, {"string_fields": [text("an", partial_matching=False)]}) == []
    exact = {"string_fields": [text("ana", partial_matching=False, match=False)]}
    assert await names(sonar, exact) == ["Björn", "Carla", "Elif", "Farid"]
    both = {"string_fields": [text("an")], "integer_fields": [number(1, "GT")]}
    assert await names(sonar, both) == ["ana"]
    assert await names(sonar, {"integer_fields": [number(1), number("3")]}) == ["Ana", "Carla"]
    either = ({"integer_fields": [number(1)]}, {"string_fields": [text("rid")]})
    assert await names(sonar, *either) == ["Ana", "Farid"]
    assert await names(sonar, {"integer_fields": [number(5, "GTE")]}) == ["Elif", "Farid"]
    boolean = {"attribute": "is_delinquent", "search_value": True}
    assert await names(sonar, {"boolean_fields": [boolean]}) == []
    assert len(await names(sonar, {"unset_fields": ["parent_account_id"]})) == 4
    assert await names(sonar, {"exists": ["parent_account_id"]}) == []


async def test_moments_are_compared_as_moments(sonar: SonarStandIn, book: Book) -> None:
    at = book.clock.now()
    assert isinstance(book.clock, FrozenClock)
    book.clock.advance(60)
    book.change_account(3, name="Cara")
    since = (at + timedelta(seconds=30)).astimezone().isoformat()
    condition = {"attribute": "updated_at", "search_value": since, "operator": "GTE"}
    assert await names(sonar, {"datetime_fields": [condition]}) == ["Cara"]


async def test_archived_accounts_are_left_out_unless_asked_for(
    sonar: SonarStandIn, book: Book
) -> None:
    book.add_service(2, 1, "00:0e:d8:00:00:01")
    book.delete_account(2)
    assert "Björn" not in await names(sonar)
    data = await ask(sonar, ACCOUNTS, archived=True, search=[{"exists": ["archived_at"]}])
    assert [one["name"] for one in data["accounts"]["entities"]] == ["Björn"]
    change = 'mutation { updateAccount(id: 2, input: {name: "x"}) { id } }'
    assert "No account was found" in await refused(sonar, change)


async def test_a_change_of_the_book_shows_at_once(sonar: SonarStandIn, book: Book) -> None:
    query = """
    query Account { accounts(id: 1, paginator: {page: 1, records_per_page: 1}) { entities {
      account_status { name activates_account }
      account_services(paginator: {page: 1, records_per_page: 5}) { entities { service { name } } }
      account_events(paginator: {page: 1, records_per_page: 5}) { entities { event } }
    } } }"""
    book.add_service(1, 1)
    book.set_status(1, Standing.SUSPENDED)
    (account,) = (await ask(sonar, query))["accounts"]["entities"]
    assert account == {
        "account_status": {"name": "Suspended", "activates_account": False},
        "account_services": {"entities": [{"service": {"name": "Home"}}]},
        "account_events": {"entities": [{"event": "SERVICES_ADDED"}, {"event": "STATUS_UPDATED"}]},
    }


async def test_an_account_is_updated_with_a_note(sonar: SonarStandIn, book: Book) -> None:
    change = """mutation { updateAccount(id: "1", input: {
      name: "Ana Alder", account_status_id: 3, prorate: false,
      custom_field_data: [{custom_field_id: 1, value: "North"}],
      note: {message: "moved", priority: NORMAL}
    }) { id name account_status { name } } }"""
    data = await ask(sonar, change)
    account = book.account(1)
    assert data["updateAccount"]["account_status"]["name"] == "Suspended"
    assert (account.name, account.status) == ("Ana Alder", Standing.SUSPENDED)
    assert account.custom["building"] == "North"
    assert [note.text for note in book.notes_of(1)] == ["moved"]
    assert {event.by for event in list(book.events)[-3:]} == {"api"}
    invalid = "mutation { updateAccount(id: 1, input: {account_status_id: 99}) { id } }"
    assert "account status id is invalid" in await refused(sonar, invalid)


async def test_equipment_is_linked_to_a_service_of_its_account_only(
    sonar: SonarStandIn, book: Book
) -> None:
    link = """mutation Link($item: Int64Bit!, $sold: Int64Bit!) {
      linkInventoryItemToAccountService(
        input: {inventory_item_id: $item, account_service_id: $sold}
      ) { success }
    }"""
    mine, other = book.add_service(1, 1), book.add_service(2, 1)
    item = sonar.tables.add_item(1, {"MAC Address": "00:0e:d8:00:00:01"})
    assert "not at an address" in await refused(sonar, link, item=item, sold=other.service_id)
    assert "No inventory item" in await refused(sonar, link, item=1, sold=mine.service_id)
    await ask(sonar, link, item=item, sold=mine.service_id)
    row = sonar.tables.of_account["inventory_items"][item]
    assert row["account_service_id"] == mine.service_id


async def test_a_mac_address_has_to_be_one(sonar: SonarStandIn) -> None:
    create = """mutation New($mac: MacAddress!) {
      createUninventoriedMacAddress(input: {account_id: 1, mac_address: $mac}) { mac_address }
    }"""
    data = await ask(sonar, create, mac="000E.D800.0001")
    assert data["createUninventoriedMacAddress"]["mac_address"] == "00:0e:d8:00:00:01"
    assert "mac" in await refused(sonar, create, mac="n/a")


async def test_webhook_endpoints_are_made_over_the_api(sonar: SonarStandIn, book: Book) -> None:
    create = """mutation NewHook($url: String!) { createWebhookEndpoint(input: {
      name: "console", endpoint: $url, enabled: true,
      model_events: [{model: Account, event: UPDATED}]
    }) { id endpoint webhook_endpoint_events(paginator: {page: 1, records_per_page: 5}) {
      entities { model event } } } }"""
    assert "https" in await refused(sonar, create, url="http://hooks.example.net/x")
    made = (await ask(sonar, create, url="https://127.0.0.1:9/x"))["createWebhookEndpoint"]
    assert made["webhook_endpoint_events"] == {
        "entities": [{"model": "Account", "event": "UPDATED"}]
    }
    book.set_status(1, Standing.SUSPENDED)
    book.add_note(1, "not asked for")
    stored = """{ webhook_endpoint_event_dispatches(paginator: {page: 1, records_per_page: 5}) {
      entities { payload test webhook_endpoint_event { model event webhook_endpoint_id } } } }"""
    (dispatch,) = (await ask(sonar, stored))["webhook_endpoint_event_dispatches"]["entities"]
    assert '"event": "account.status", "object_id": 1' in dispatch["payload"]
    models = await ask(sonar, "{ webhook_model_events { entities { model events } } }")
    offered = models["webhook_model_events"]["entities"]
    assert {"model": "Note", "events": ["CREATED"]} in offered


@pytest.mark.parametrize("status", [200, 429])
async def test_more_requests_in_a_minute_than_allowed_are_refused(
    status: int, sonar: SonarStandIn, book: Book
) -> None:
    sonar.quirks.requests_per_minute = 2
    sonar.quirks.limit_status = status
    for _ in range(2):
        await ask(sonar, "{ me { id } }")
    answer = await post(sonar, "{ me { id } }")
    assert answer.status_code == status
    assert answer.json() == {"error": "Request limit of 2/min reached."}
    assert isinstance(book.clock, FrozenClock)
    book.clock.advance(60)
    await ask(sonar, "{ me { id } }")


async def test_faults_have_the_form_of_sonar(sonar: SonarStandIn) -> None:
    sonar.faults.set("error-429=1x")
    answer = await post(sonar, "{ me { id } }")
    assert (answer.status_code, answer.json()["error"][:13]) == (429, "Request limit")
    sonar.faults.set("html=1x")
    assert (await post(sonar, "{ me { id } }")).text.startswith("<html>")
    sonar.faults.set("half-page=1x")
    accounts = (await post(sonar, ACCOUNTS)).json()["data"]["accounts"]
    assert (len(accounts["entities"]), accounts["page_info"]["total_count"]) == (2, 6)
    sonar.quirks.partial_data = True
    partial = (await post(sonar, ACCOUNTS)).json()
    assert partial["data"]["accounts"]["entities"][-1] is None
    assert partial["errors"][0]["message"] == "Internal server error"


def test_a_made_up_book_has_all_its_accounts_in_sonar() -> None:
    book = build_book(120, 3, FrozenClock())
    tables = SonarStandIn(book).tables
    assert tables.accounts.keys() == book.accounts.keys()
    sold = {number for number, one in book.services.items() if one.status == "active"}
    assert tables.of_account["account_services"].keys() == sold
    assert tables.of_account["inventory_items"]
    assert tables.of_account["uninventoried_mac_addresses"]
