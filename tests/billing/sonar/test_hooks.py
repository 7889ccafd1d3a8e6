"""Webhooks of Sonar: parsed with care, sent again until they are taken, and found later."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.domain.billing import HookEvent
from positron_tui.domain.errors import HookRefused, UsageError
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.serving import HttpServer
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import HOOK_PATH, MAC_2, customer
from tests.billing.stand import Waits


@dataclass
class Receiver:
    """Takes webhooks; `answers` are its next statuses, for HEAD and POST alike."""

    answers: list[int] = field(default_factory=list)
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: Request) -> Response:
        self.seen.append((request.method, await request.body()))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    @property
    def bodies(self) -> list[bytes]:
        return [body for method, body in self.seen if method == "POST"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = Starlette(routes=[Route(f"/{HOOK_PATH}", found.take, methods=["HEAD", "POST"])])
    server = HttpServer(lambda _: app)
    port = await server.start("127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{port}/{HOOK_PATH}"
    yield found
    await server.stop()


@pytest.fixture
async def sonar(book: Book, receiver: Receiver, waits: Waits) -> AsyncIterator[SonarStandIn]:
    stand_in = SonarStandIn(book, hooks_url=receiver.url, sleep=waits)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


def parsed(adapter: SonarAdapter, body: bytes) -> list[HookEvent]:
    return list(adapter.hook({"content-type": "application/json"}, body))


@pytest.mark.parametrize(
    ("told", "account_id"),
    [
        ({"event": "account.status", "object_id": 4021}, "4021"),
        ({"event": "account.status", "object_id": "4021", "current": {}}, "4021"),
        ({"event": "ACCOUNT_UPDATED", "object_id": 7}, "7"),
        ({"event": "account.service.add", "object_id": 8810}, None),
        ({"event": "account.service.add", "current": {"account_id": "12"}}, "12"),
        ({"event": "account.contact", "object_id": 3}, None),
        ({"event": "inventory.item.update", "object_id": 7001, "current": None}, None),
        ({"event": "account.status", "object_id": True}, None),
        ({"event": "account.status", "object_id": "1; drop"}, None),
        ({"event": "account.status"}, None),
    ],
)
def test_an_account_is_named_only_where_the_delivery_says_so(
    told: dict[str, object], account_id: str | None, adapter: SonarAdapter
) -> None:
    (event,) = parsed(adapter, json.dumps(told).encode())
    assert event == HookEvent(str(told["event"]), account_id)


@pytest.mark.parametrize(
    "told", [{"event": "test"}, {"event": "note.add"}, {"event": "account.status", "test": True}]
)
def test_tests_and_our_own_notes_are_no_news(
    told: dict[str, object], adapter: SonarAdapter
) -> None:
    (event,) = parsed(adapter, json.dumps(told).encode())
    assert not event.relevant


def test_an_empty_body_tells_nothing(adapter: SonarAdapter) -> None:
    assert parsed(adapter, b"") == parsed(adapter, b" \n") == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"event":7}', b'{"event":" "}', b"\xff"])
def test_another_form_is_refused(body: bytes, adapter: SonarAdapter) -> None:
    with pytest.raises(HookRefused):
        parsed(adapter, body)


def test_what_is_kept_of_an_event_is_short_and_printable(adapter: SonarAdapter) -> None:
    (event,) = parsed(adapter, json.dumps({"event": "\x1b]0;x" + "y" * 500}).encode())
    assert event.event.isprintable()
    assert len(event.event) <= 100


async def test_changes_are_sent_with_a_head_before(
    book: Book, sonar: SonarStandIn, receiver: Receiver, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    book.set_status(int(account_id), Standing.SUSPENDED)
    book.set_plan(1, 2)
    book.set_mac(1, MAC_2)
    book.delete_service(1)
    await sonar.webhooks.drain()
    assert [method for method, _ in receiver.seen] == ["HEAD", "POST"] * 6
    events = [event for body in receiver.bodies for event in parsed(adapter, body)]
    assert [(event.event, event.account_id) for event in events] == [
        ("account.create", account_id),
        ("account.service.add", None),
        ("account.status", account_id),
        ("account.service.update", None),
        ("inventory.item.update", None),
        ("account.service.delete", None),
    ]


@pytest.mark.parametrize(
    "answers",
    # A HEAD that fails, a POST that fails, and success that is not 200.
    [[500, 404], [200, 500, 200, 503], [200, 202, 200, 204]],
)
async def test_only_200_counts_and_the_rest_comes_again_in_a_minute(
    answers: list[int], book: Book, sonar: SonarStandIn, receiver: Receiver, waits: Waits
) -> None:
    receiver.answers = answers
    book.add_account("Ana")
    await sonar.webhooks.drain()
    assert waits.seconds == [60, 60]
    assert receiver.seen[-1][0] == "POST"
    (dispatch,) = sonar.webhooks.dispatches()
    assert dispatch["last_status"] == "SUCCESS"


async def test_deliveries_that_were_not_taken_are_found_later(
    book: Book, sonar: SonarStandIn, receiver: Receiver, adapter: SonarAdapter
) -> None:
    begun = await adapter.missed_hooks(None)
    assert begun == ((), "0")
    book.add_account("Ana")
    await sonar.webhooks.drain()
    nothing, cursor = await adapter.missed_hooks(begun[1])
    assert nothing == ()
    sonar.faults.set("hooks-lose")
    book.set_status(1, Standing.SUSPENDED)
    book.add_note(1, "a note")
    await sonar.webhooks.drain()
    events, after = await adapter.missed_hooks(cursor)
    assert [(one.event, one.account_id, one.relevant) for one in events] == [
        ("account.status", "1", True),
        ("note.add", None, False),
    ]
    assert await adapter.missed_hooks(after) == ((), after)
    assert (await adapter.missed_hooks(None))[1] == after


async def test_many_missed_deliveries_are_read_to_their_end(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    cursor = (await adapter.missed_hooks(None))[1]
    sonar.faults.set("hooks-lose")
    for _ in range(205):
        book.add_account("Ana")
    events, _ = await adapter.missed_hooks(cursor)
    assert [event.account_id for event in events] == [str(number) for number in range(1, 206)]
    with pytest.raises(UsageError):
        await adapter.missed_hooks("yesterday")


async def test_a_look_finds_the_webhook_of_this_console(
    sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    assert (await adapter.check()).problems == ()
