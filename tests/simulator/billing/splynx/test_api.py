"""The stand-in answers as Splynx is documented to: verbs, searches, refusals and quirks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from positron_tui.simulator.billing.book import Standing
from positron_tui.simulator.billing.populate import build_book
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from tests.clocks import FrozenClock

ADMIN = "/api/2.0/admin"
CUSTOMERS = f"{ADMIN}/customers/customer"
ALL_SERVICES = f"{CUSTOMERS}/0/internet-services"


class Caller:
    """Raw requests with a signature each, apart from the product's own client."""

    def __init__(self, stand_in: SplynxStandIn) -> None:
        self.stand_in = stand_in
        self.nonce = 1
        self.http = httpx.AsyncClient(base_url=stand_in.url, trust_env=False)

    def signed(self) -> dict[str, str]:
        self.nonce += 1
        gate = self.stand_in.gate
        text = f"{self.nonce}{gate.key}".encode()
        made = hmac.new(gate.secret.encode(), text, hashlib.sha256).hexdigest().upper()
        return {"key": gate.key, "signature": made, "nonce": str(self.nonce)}

    async def ask(self, verb: str, path: str, params: Any = (), json: Any = None) -> httpx.Response:
        header = {"Authorization": f"Splynx-EA ({urlencode(self.signed())})"}
        query = urlencode(list(params))
        target = f"{path}?{query}" if query else path
        return await self.http.request(verb, target, headers=header, json=json)

    async def ids(self, path: str, *params: tuple[str, str]) -> list[int]:
        answer = await self.ask("GET", path, params)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()]


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    clock = FrozenClock()
    stand_in = SplynxStandIn(build_book(20, 3, clock), clock=clock)
    await stand_in.start()
    made = Caller(stand_in)
    yield made
    await made.http.aclose()
    await stand_in.stop()


async def test_the_verbs_have_their_documented_success(caller: Caller) -> None:
    assert (await caller.ask("GET", f"{ADMIN}/api/check")).json() == {
        "status": "ok",
        "message": "API is valid",
        "same_server": 0,
    }
    made = await caller.ask("POST", CUSTOMERS, json={"name": "New One"})
    assert (made.status_code, made.json()) == (201, {"id": 21})
    service = {"tariff_id": "2", "mac": "080027E116F9"}
    added = await caller.ask("POST", f"{CUSTOMERS}/21/internet-services", json=service)
    assert added.status_code == 201
    item = f"{CUSTOMERS}/21/internet-services--{added.json()['id']}"
    put = await caller.ask("PUT", item, json={"status": "stopped"})
    assert (put.status_code, put.content) == (202, b"")
    shown = (await caller.ask("GET", item)).json()
    assert (shown["status"], shown["mac"], shown["tariff_id"]) == ("stopped", "080027E116F9", 2)
    assert (await caller.ask("DELETE", item)).status_code == 204
    assert (await caller.ask("GET", item)).json()["error"]["internal_code"] == "NOT_FOUND"
    assert (await caller.ask("DELETE", f"{CUSTOMERS}/21")).status_code == 204
    count = await caller.ask("HEAD", CUSTOMERS)
    assert (count.status_code, count.headers["x-total-count"]) == (204, "20")
    told = (await caller.ask("OPTIONS", ALL_SERVICES)).json()
    assert {one["name"] for one in told["attributes"]} >= {"mac", "tariff_id", "status"}
    assert {one["name"]: one["type"] for one in told["additional_attributes"]}["vlan"] == "integer"


async def test_all_services_need_a_search(caller: Caller) -> None:
    answer = await caller.ask("GET", ALL_SERVICES)
    assert answer.status_code == 500
    everything = await caller.ids(
        ALL_SERVICES, ("main_attributes[id][0]", ">"), ("main_attributes[id][1]", "0")
    )
    assert everything == sorted(caller.stand_in.book.services)


async def test_searches_are_as_documented(caller: Caller) -> None:
    book = caller.stand_in.book
    book.set_status(4, Standing.SUSPENDED)
    blocked = [n for n, one in book.accounts.items() if one.status == Standing.SUSPENDED]
    assert await caller.ids(CUSTOMERS, ("main_attributes[status]", "blocked")) == blocked
    between = [("[0]", "BETWEEN"), ("[1]", "3"), ("[2]", "5")]
    found = await caller.ids(CUSTOMERS, *[(f"main_attributes[id]{a}", b) for a, b in between])
    assert found == [3, 4, 5]
    among = [("[0]", "IN"), ("[1][0]", "2"), ("[1][1]", "9")]
    assert await caller.ids(CUSTOMERS, *[(f"main_attributes[id]{a}", b) for a, b in among]) == [
        2,
        9,
    ]
    like = [("main_attributes[login][0]", "LIKE"), ("main_attributes[login][1]", "user-12")]
    assert await caller.ids(CUSTOMERS, *like) == [12]
    vlan = next(one for one in book.services.values() if one.custom.get("vlan"))
    custom = ("additional_attributes[vlan]", vlan.custom["vlan"])
    assert vlan.service_id in await caller.ids(ALL_SERVICES, custom)
    page = (("order[id]", "DESC"), ("limit", "2"), ("offset", "1"))
    assert await caller.ids(CUSTOMERS, *page) == [19, 18]
    wrong = await caller.ask("GET", CUSTOMERS, (("main_attributes[id][0]", "SOUNDSLIKE"),))
    assert wrong.status_code == 400


async def test_changes_of_status_and_plan_are_logged_and_others_are_not(caller: Caller) -> None:
    book = caller.stand_in.book
    (service,) = book.services_of(2)
    book.set_mac(service.service_id, "00:0e:d8:12:34:56")
    book.set_status(3, Standing.CANCELLED)
    book.set_plan(service.service_id, service.plan_id % 5 + 1)
    rows = (await caller.ask("GET", f"{ADMIN}/logs/changes")).json()
    assert [(row["customer_id"], row["new_status"]) for row in rows] == [(3, "disabled"), (2, "")]
    assert rows[1]["service_id"] == service.service_id


@pytest.mark.parametrize(
    ("path", "content", "field"),
    [
        (f"{CUSTOMERS}/1", {"status": "sleeping"}, "status"),
        (f"{CUSTOMERS}/1", {"nonsense": 1}, "nonsense"),
        (f"{CUSTOMERS}/1", {"additional_attributes": {"contract_no": "1"}}, "contract_no"),
        (f"{CUSTOMERS}/1/internet-services--1", {"tariff_id": 99}, "tariff_id"),
    ],
)
async def test_what_is_invalid_is_a_422_and_changes_nothing(
    caller: Caller, path: str, content: dict[str, Any], field: str
) -> None:
    answer = await caller.ask("PUT", path, json=content)
    assert answer.status_code == 422
    assert answer.json()[0]["field"] == field
    assert not caller.stand_in.book.events


async def test_old_versions_write_numbers_as_text_and_empty_objects_as_lists(
    caller: Caller,
) -> None:
    caller.stand_in.quirks.numbers_as_text = True
    (tariff, *_) = (await caller.ask("GET", f"{ADMIN}/tariffs/internet")).json()
    assert (tariff["id"], tariff["price"], tariff["available_for_services"]) == (
        "1",
        "19.0000",
        "1",
    )
    assert tariff["additional_attributes"] == []


async def test_logins_are_refused_with_their_codes(caller: Caller) -> None:
    async def code(header: str | None, agent: str = "one") -> str:
        headers = {"User-Agent": agent, **({"Authorization": header} if header else {})}
        answer = await caller.http.get(f"{ADMIN}/api/check", headers=headers)
        content = answer.json()
        return str(content["error"]["internal_code"] if "error" in content else content["status"])

    assert await code(None) == "MISSED_AUTHORIZATION_HEADER"
    assert await code("Splynx-EA (key=x&signature=y&nonce=1)") == "UNAUTHORIZED"
    assert await code("Splynx-EA (access_token=zz)") == "EXPIRED_ACCESS_TOKEN"
    header = f"Splynx-EA ({urlencode(caller.signed())})"
    assert await code(header) == "ok"
    assert await code(header) == "INVALID_SASH"
    content = {"auth_type": "api_key", **caller.signed()}
    made = await caller.http.post(
        f"{ADMIN}/auth/tokens", json=content, headers={"User-Agent": "one"}
    )
    assert made.status_code == 201
    token = f"Splynx-EA (access_token={made.json()['access_token']})"
    assert await code(token) == "ok"
    assert await code(token, "two") == "USER_AGENT_CHANGED"
    clock = caller.stand_in.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(1_801)
    assert await code(token) == "EXPIRED_ACCESS_TOKEN"


async def test_what_is_not_there_is_told_in_json(caller: Caller) -> None:
    answer = await caller.ask("GET", f"{ADMIN}/services/internet")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)
    answer = await caller.ask("PUT", CUSTOMERS, json={})
    assert answer.json()["error"]["internal_code"] == "METHOD_NOT_ALLOWED"
