"""Requests to a billing system: what is repeated, what never is, and what errors say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.billing.contract import Connection
from positron_tui.billing.http import USER_AGENT, Ask, BillingHttp, HttpAnswer
from positron_tui.billing.limiter import Limiter
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingBusy,
    BillingIndeterminate,
    BillingTimeout,
    BillingUnreachable,
    ConfigError,
)
from tests.billing.stand import Reply, ScriptedServer, Waits
from tests.clocks import FrozenClock

READ = Ask("GET", "/things", "reading the things")
WRITE = Ask("PUT", "/things/1", "writing a thing", b"{}")
Start = Callable[..., Awaitable[tuple[ScriptedServer, BillingHttp]]]


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def start(waits: Waits) -> AsyncIterator[Start]:
    """Yield what starts a server with its answers and a client of it."""
    servers: list[ScriptedServer] = []
    clients: list[BillingHttp] = []

    async def started(
        *replies: Reply,
        max_answer_bytes: int = 1_000,
        read_timeout_s: float = 5,
        in_flight: int = 4,
    ) -> tuple[ScriptedServer, BillingHttp]:
        server = ScriptedServer(*replies)
        connection = Connection(
            "isp",
            BillingKind.SPLYNX,
            await server.start(),
            allow_http=True,
            connect_timeout_s=0.05,
            read_timeout_s=read_timeout_s,
            requests_per_s=0,
            max_in_flight=in_flight,
        )
        servers.append(server)
        clients.append(
            BillingHttp(
                connection,
                secrets=["hunter2-hunter2"],
                clock=FrozenClock(),
                sleep=waits,
                max_answer_bytes=max_answer_bytes,
            )
        )
        return server, clients[-1]

    yield started
    for client in clients:
        await client.aclose()
    for server in servers:
        await server.stop()


async def test_a_read_is_repeated_with_growing_pauses(start: Start, waits: Waits) -> None:
    server, http = await start(Reply(503), Reply(0), Reply(body=b"[1]"))
    answer = await http.read(READ)
    assert (answer.status, answer.body) == (200, b"[1]")
    assert waits.seconds == [2, 5]
    assert len(server.seen) == 3


async def test_a_read_is_given_up_after_three_attempts(start: Start) -> None:
    server, http = await start(Reply(502))
    with pytest.raises(BillingUnreachable, match="proxy, which answers with status 502"):
        await http.read(READ)
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [0, 502, 503, 504])
async def test_a_write_is_never_repeated_and_then_unknown(start: Start, status: int) -> None:
    server, http = await start(Reply(status))
    with pytest.raises(BillingIndeterminate, match="nobody knows whether it took effect"):
        await http.write(WRITE)
    assert len(server.seen) == 1


async def test_a_silent_server_leaves_a_write_unknown(start: Start) -> None:
    _server, http = await start(Reply(-1), read_timeout_s=0.05)
    with pytest.raises(BillingIndeterminate, match="did not answer within"):
        await http.write(WRITE)


async def test_an_impatient_reader_hears_at_once_that_it_takes_too_long(
    start: Start, waits: Waits
) -> None:
    slow, client = await start(Reply(504), Reply())
    with pytest.raises(BillingTimeout, match="reading the things"):
        await client.read(READ, patient=False)
    assert len(slow.seen) == 1
    refusing, client = await start(Reply(503), Reply())
    await client.read(READ, patient=False)
    assert len(refusing.seen) == 2
    assert len(waits.seconds) == 1


async def test_nothing_was_sent_where_nobody_listens(start: Start, waits: Waits) -> None:
    server, http = await start()
    await server.stop()
    with pytest.raises(BillingUnreachable, match="refuses connections at http://127"):
        await http.write(WRITE)
    assert waits.seconds == []


async def test_a_busy_system_is_left_alone_as_long_as_it_asks(start: Start, waits: Waits) -> None:
    _server, http = await start(Reply(429, headers={"retry-after": "30"}), Reply())
    assert (await http.read(READ)).status == 200
    assert 30 in waits.seconds


async def test_a_long_pause_is_told_and_not_waited_for(start: Start, waits: Waits) -> None:
    server, http = await start(Reply(429, headers={"retry-after": "3600"}))
    with pytest.raises(BillingBusy, match="try again in 3600 s") as caught:
        await http.read(READ)
    assert caught.value.retry_after_s == 3600
    assert (waits.seconds, len(server.seen)) == ([], 1)


async def test_a_date_may_tell_when_to_come_back(start: Start) -> None:
    _server, http = await start(
        Reply(429, headers={"retry-after": "Mon, 02 Mar 2026 09:32:00 GMT"})
    )
    with pytest.raises(BillingBusy) as caught:
        await http.write(WRITE)
    assert caught.value.retry_after_s == 120


async def test_other_errors_are_the_adapters_business(start: Start) -> None:
    _server, http = await start(Reply(404, b"gone"))
    assert await http.read(READ) == HttpAnswer(
        404, {"content-type": "application/json", "content-length": "4"}, b"gone"
    )


async def test_an_endless_answer_is_cut_off(start: Start) -> None:
    _server, http = await start(Reply(body=b"x" * 2_000))
    with pytest.raises(BillingAnswer, match=r"sent more than 0\.001 MB"):
        await http.read(READ)
    with pytest.raises(BillingIndeterminate):
        await http.write(WRITE)


async def test_a_redirect_is_not_followed(start: Start) -> None:
    server, http = await start(Reply(301, headers={"location": "https://other.example/login"}))
    with pytest.raises(BillingAnswer, match=r"elsewhere to https://other\.example"):
        await http.read(READ)
    assert len(server.seen) == 1


async def test_the_user_agent_never_changes(start: Start) -> None:
    server, http = await start()
    await http.read(READ)
    await http.write(WRITE)
    assert [headers["user-agent"] for _, _, headers in server.seen] == [USER_AGENT] * 2


async def test_no_more_than_so_many_requests_at_once(start: Start) -> None:
    server, http = await start(in_flight=3)
    await asyncio.gather(*(http.read(READ) for _ in range(12)))
    assert server.most_at_once == 3


async def test_the_login_is_made_for_every_attempt(start: Start) -> None:
    server, http = await start(Reply(503), Reply())
    made = 0

    @asynccontextmanager
    async def login() -> AsyncIterator[Mapping[str, str]]:
        nonlocal made
        made += 1
        yield {"Authorization": f"number {made}"}

    await http.read(READ, login)
    assert [headers["authorization"] for _, _, headers in server.seen] == ["number 1", "number 2"]


async def test_secrets_in_a_path_do_not_reach_the_log(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    _server, http = await start()
    with caplog.at_level(logging.DEBUG):
        await http.read(Ask("GET", "/tokens/hunter2-hunter2", "renewing"))
    assert "/tokens/***" in caplog.text
    assert "hunter2" not in caplog.text


async def test_requests_are_spread_over_time() -> None:
    clock, waits = FrozenClock(), Waits()
    limiter = Limiter(4, 5, clock, waits)
    for _ in range(3):
        async with limiter.slot():
            pass
    assert waits.seconds == pytest.approx([0.2, 0.4])
    clock.advance(60)
    limiter.pause(10)
    async with limiter.slot():
        pass
    assert waits.seconds[-1] == 10


SAFE = Connection("isp", BillingKind.SPLYNX, "https://isp.example")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://isp.example", "allow plain HTTP for this connection by name"),
        ("ftp://isp.example", "must begin with https://"),
        ("isp.example", "must begin with https://"),
        ("https://", "name a host"),
        ("https://key:hush@isp.example", "secrets are given apart"),
        ("https://isp.example/api/2.0", "not have more than scheme, host and port"),
        ("https://isp.example:x", "is none"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        BillingHttp(replace(SAFE, url=url))
    assert "hush" not in str(caught.value)


async def test_a_ca_file_that_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    for path in (broken, tmp_path / "missing.pem"):
        http = BillingHttp(replace(SAFE, ca_file=path))
        with pytest.raises(ConfigError, match="cannot be used"):
            await http.read(READ)
        await http.aclose()
