"""What answers of Sonar, and of things before it, mean; and that no error has a secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from positron_tui.billing.contract import BillingSecrets, Connection
from positron_tui.billing.sonar import open_adapter
from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.domain.billing import BillingKind, BillingService
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingBusy,
    BillingError,
    BillingIndeterminate,
    BillingLoginRefused,
    BillingRejected,
    BillingUnreachable,
    CredentialError,
    PositronError,
)
from positron_tui.simulator.billing.book import Book
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import HOOK_PATH, Connect, customer
from tests.billing.stand import Reply, ScriptedServer, Waits
from tests.clocks import FrozenClock

TOKEN = "very-secret-token-4711"
LIMIT = b'{"error":"Request limit of 400/min reached."}'
Ask = Callable[..., Awaitable[tuple[ScriptedServer, SonarAdapter]]]


@pytest.fixture
async def scripted(waits: Waits) -> AsyncIterator[Ask]:
    """Yield what makes a server with its answers and an adapter that asks it."""
    servers: list[ScriptedServer] = []
    adapters: list[SonarAdapter] = []

    async def made(*replies: Reply) -> tuple[ScriptedServer, SonarAdapter]:
        server = ScriptedServer(*replies)
        url = await server.start()
        connection = Connection(
            "isp", BillingKind.SONAR, url, allow_http=True, requests_per_s=0, read_timeout_s=0.2
        )
        secrets = BillingSecrets(token=TOKEN, hook_path=HOOK_PATH)
        adapters.append(SonarAdapter(connection, secrets, sleep=waits))
        servers.append(server)
        return server, adapters[-1]

    yield made
    for adapter in adapters:
        await adapter.close()
    for server in servers:
        await server.stop()


def errors(message: str, data: object = None) -> bytes:
    return json.dumps({"errors": [{"message": message}], "data": data}).encode()


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(401, b"{}"), BillingLoginRefused, "refuses the access token"),
        (Reply(403, b"{}"), BillingLoginRefused, "extend its role"),
        (Reply(500, b"{}"), BillingUnreachable, "status 500"),
        (Reply(503, b"<html>"), BillingUnreachable, "503"),
        (Reply(404, b"<html>"), BillingAnswer, "status 404"),
        (Reply(200, b"<html>Maintenance</html>"), BillingUnreachable, "web page"),
        (Reply(200, b""), BillingUnreachable, "web page"),
        (Reply(200, b"{\xff"), BillingAnswer, "no known form"),
        (Reply(200, b"[]"), BillingAnswer, "no known form"),
        (Reply(200, b"{}"), BillingAnswer, "no known form"),
        (Reply(200, b'{"data":null}'), BillingAnswer, "no known form"),
        (Reply(200, b'{"data":{"me":null}}'), BillingAnswer, "me"),
        (Reply(200, LIMIT), BillingBusy, "fewer requests"),
        (Reply(429, LIMIT), BillingBusy, "fewer requests"),
        (Reply(403, LIMIT), BillingBusy, "fewer requests"),
        (Reply(200, b'{"error":"Strange."}'), BillingAnswer, "Strange"),
        (Reply(200, errors("No such\x1b[2J field")), BillingAnswer, r"No such\?\[2J field"),
        (Reply(200, errors("Bad", {"me": {"id": "1"}})), BillingAnswer, "'Bad'"),
        (Reply(200, errors("This action is unauthorized.")), BillingLoginRefused, "role"),
        (Reply(200, b'{"errors":["odd"],"data":null}'), BillingAnswer, "without words"),
        (Reply(-1), BillingUnreachable, "within 0.2 s"),
        (Reply(0), BillingUnreachable, "broke the connection"),
    ],
)
async def test_what_an_answer_to_a_read_means(
    reply: Reply, kind: type[BillingError], words: str, scripted: Ask
) -> None:
    _, adapter = await scripted(reply)
    with pytest.raises(kind, match=words) as raised:
        await adapter.check()
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(401, b"{}"), BillingLoginRefused, "refuses the access token"),
        (Reply(422, b"{}"), BillingRejected, "status 422"),
        (Reply(500, b"{}"), BillingIndeterminate, "nobody knows"),
        (Reply(502, b"{}"), BillingIndeterminate, "nobody knows"),
        (Reply(200, b"<html>"), BillingIndeterminate, "nobody knows"),
        (Reply(200, b"{"), BillingIndeterminate, "nobody knows"),
        (Reply(200, LIMIT), BillingBusy, "fewer requests"),
        (Reply(200, errors("The selected id is invalid.")), BillingRejected, "selected id"),
        (Reply(200, errors("No.", {"createNote": None})), BillingRejected, "'No.'"),
        (Reply(200, errors("Oh.", {"createNote": {"id": "1"}})), BillingIndeterminate, "'Oh.'"),
        (Reply(200, errors("Internal server error")), BillingIndeterminate, "nobody knows"),
        (Reply(-1), BillingIndeterminate, "nobody knows"),
        (Reply(0), BillingIndeterminate, "nobody knows"),
    ],
)
async def test_what_an_answer_to_a_write_means(
    reply: Reply, kind: type[PositronError], words: str, scripted: Ask
) -> None:
    server, adapter = await scripted(reply)
    with pytest.raises(kind, match=words):
        await adapter.add_note("12", "installed")
    assert len(server.seen) == 1


async def test_a_trouble_that_passes_is_waited_for(scripted: Ask, waits: Waits) -> None:
    good = Reply(200, b'{"data":{"accounts":{"entities":[]}}}')
    trouble = (Reply(200, LIMIT), Reply(200, b"<html>"))
    server, adapter = await scripted(*trouble, good)
    assert await adapter.has_note("12", "marker") is None
    assert len(server.seen) == 3
    assert waits.seconds == [15, 5]


async def test_the_limit_of_a_minute_passes(
    book: Book, sonar: SonarStandIn, connect: Connect, clock: FrozenClock, waits: Waits
) -> None:
    sonar.quirks.requests_per_minute = 1
    sonar.quirks.limit_status = 403
    adapter = connect()
    await adapter.statuses()
    with pytest.raises(BillingBusy):
        await adapter.plans()
    assert waits.seconds == [15, 45]
    clock.advance(60)
    assert await adapter.has_note(customer(book), "marker") is False


async def test_a_wrong_token_is_refused(connect: Connect) -> None:
    with pytest.raises(BillingLoginRefused):
        await connect(token="another").check()


def test_without_a_token_there_is_no_adapter() -> None:
    async def nonce(_least: int) -> int:
        raise AssertionError

    connection = Connection("isp", BillingKind.SONAR, "https://isp.example")
    with pytest.raises(CredentialError, match="isp has no access token"):
        open_adapter(connection, BillingSecrets(), nonce)
    adapter = open_adapter(connection, BillingSecrets(token="abcdef"), nonce)
    assert adapter.connection is connection


async def test_a_look_tells_who_we_are_and_what_is_missing(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    customer(book)
    check = await adapter.check()
    assert (check.identity, check.services) == ("Console integration", 1)
    assert len(check.problems) == 1
    assert "webhooks" in check.problems[0]
    events = [{"model": "Account", "event": "UPDATED"}]
    endpoint = f"http://127.0.0.1:9/hooks/{HOOK_PATH}"
    sonar.webhooks.create(
        {"name": "console", "endpoint": endpoint, "enabled": True, "model_events": events}
    )
    assert (await adapter.check()).problems == ()
    sonar.quirks.partial_data = True
    (problem,) = (await adapter.check()).problems
    assert "'Internal server error' (reading the account numbers)" in problem


async def test_no_secret_is_logged_or_told(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account_id = customer(book)
    service = BillingService(account_id, account_id, "Ana", "Active")
    told: list[str] = [str(await adapter.check()), repr(adapter.connection)]
    faults = ("error-401", "error-403", "error-429", "error-500", "error-503", "garbage", "html")
    for fault in (*faults, "cut-body", "drop-after-write"):
        sonar.faults.set(fault)
        for attempt in (
            adapter.account(account_id),
            adapter.add_note(account_id, "text"),
            adapter.write(service, {"account.status": "Active"}),
        ):
            try:
                await attempt
            except PositronError as error:
                told += [str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
        sonar.faults.clear()
    written = "\n".join([*told, caplog.text])
    assert "nobody knows" in written
    assert sonar.token not in written
    assert HOOK_PATH not in written
