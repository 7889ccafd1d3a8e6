"""Hooks over real HTTP: checked, stored before they are answered, and never lost."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from positron_tui.config import sqlite_url
from positron_tui.domain.sync_runs import HookState
from positron_tui.services.events import HooksReceived
from positron_tui.store import Store, open_store
from positron_tui.version import __version__
from tests.clocks import FrozenClock
from tests.services.hooking import PATH, Ground, about, read_answer, receiving, send_burst, signed


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hooks.db"


@pytest.fixture
async def store(file: Path, clock: FrozenClock) -> AsyncIterator[Store]:
    async with open_store(sqlite_url(file), clock) as opened:
        yield opened


@pytest.fixture
async def ground(store: Store, clock: FrozenClock) -> AsyncIterator[Ground]:
    async with receiving(store, clock) as one:
        yield one
    assert one.failures == []


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=ground.url) as one:
        yield one


async def test_a_genuine_hook_is_in_the_store_when_it_is_answered(
    client: httpx.AsyncClient, store: Store, clock: FrozenClock, ground: Ground
) -> None:
    body = about(412)
    answer = await client.post("/hooks/splynx", content=body, headers=signed(body))

    assert (answer.status_code, answer.text) == (200, "OK")
    (hook,) = await store.hooks.waiting(9)
    assert (hook.system, hook.event, hook.account_id) == ("splynx", "edit", "412")
    assert hook.digest == hashlib.sha256(body).hexdigest()
    assert hook.received_at == clock.now()
    assert ground.events == [HooksReceived("splynx")]


async def test_nothing_of_the_body_is_kept(
    client: httpx.AsyncClient, store: Store, file: Path
) -> None:
    body = about(412, password="hunter2-of-a-customer")
    await client.post("/hooks/splynx", content=body, headers=signed(body))
    assert len(await store.hooks.waiting(9)) == 1
    written = b"".join(one.read_bytes() for one in file.parent.iterdir())
    assert b"412" in written
    assert b"hunter2" not in written


@pytest.mark.parametrize("headers", [{}, signed(about(413))])
async def test_a_hook_that_is_not_genuine_is_refused_and_not_kept(
    client: httpx.AsyncClient, store: Store, headers: dict[str, str]
) -> None:
    answer = await client.post("/hooks/splynx", content=about(412), headers=headers)
    assert (answer.status_code, answer.text) == (403, "Forbidden")
    assert await store.hooks.list(9) == ()


async def test_refused_hooks_are_told_once_a_minute(
    client: httpx.AsyncClient, clock: FrozenClock, ground: Ground
) -> None:
    for wait_s in (0, 1, 58, 1):
        clock.advance(wait_s)
        await client.post("/hooks/splynx", content=about(412))
    texts = [one.text for one in ground.activity.entries()]
    assert len(texts) == 2
    assert "1 for 'splynx'" in texts[0]
    assert "compare the secret" in texts[0]
    assert "3 for 'splynx'" in texts[1]
    assert (await client.get("/healthz")).json()["hooks_refused"] == 4


async def test_an_unguessable_path_opens_and_others_are_as_if_there_was_nothing(
    client: httpx.AsyncClient, store: Store
) -> None:
    right = await client.post(f"/hooks/sonar/{PATH}", content=about(1))
    assert right.status_code == 200
    nowhere = await client.post("/nowhere", content=about(1))
    for address in ("/hooks/sonar/guess", "/hooks/sonar", "/hooks/other", "/hooks/splynx/x"):
        for method in ("POST", "HEAD"):
            wrong = await client.request(method, address, content=about(1))
            assert wrong.status_code == 404
            assert dict(wrong.headers) == dict(nowhere.headers) | {"date": wrong.headers["date"]}
        assert (await client.post(address, content=about(1))).text == nowhere.text
    assert len(await store.hooks.list(9)) == 1


async def test_head_is_answered_and_other_methods_are_not(client: httpx.AsyncClient) -> None:
    assert (await client.head("/hooks/splynx")).status_code == 200
    assert (await client.head(f"/hooks/sonar/{PATH}")).status_code == 200
    assert (await client.get("/hooks/splynx")).status_code == 405


async def test_what_causes_nothing_is_kept_as_ignored(
    client: httpx.AsyncClient, store: Store, ground: Ground
) -> None:
    for number in range(3):
        body = about(number, "ping", relevant=False)
        answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
        assert answer.status_code == 200
    (hook,) = await store.hooks.list(9)
    assert (hook.state, hook.times) == (HookState.IGNORED, 3)
    assert await store.hooks.waiting(9) == ()
    assert ground.events == []


async def test_the_same_hook_twice_is_one(client: httpx.AsyncClient, store: Store) -> None:
    body = about(412)
    for _ in range(2):
        await client.post("/hooks/splynx", content=body, headers=signed(body))
    (hook,) = await store.hooks.waiting(9)
    assert hook.times == 2


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_not_taken(
    client: httpx.AsyncClient, store: Store, announced: bool
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 1000

    body = b"x" * 10_000
    answer = await client.post("/hooks/splynx", content=body if announced else parts())
    assert answer.status_code == 413
    assert await store.hooks.list(9) == ()
    largest = about(1, filler="x" * 4000)
    answer = await client.post("/hooks/splynx", content=largest, headers=signed(largest))
    assert answer.status_code == 200


async def _half_a_body(ground: Ground) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = int(ground.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /hooks/splynx HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    return reader, writer


async def test_a_body_that_does_not_come_is_not_waited_for(
    store: Store, clock: FrozenClock
) -> None:
    async with receiving(store, clock, body_timeout_s=0.05) as ground:
        reader, writer = await _half_a_body(ground)
        assert await read_answer(reader) == 408
        assert await reader.read() == b""
        writer.close()


async def test_a_sender_that_leaves_is_no_failure(ground: Ground, store: Store) -> None:
    _, writer = await _half_a_body(ground)
    writer.close()
    await writer.wait_closed()
    async with httpx.AsyncClient(base_url=ground.url) as client:
        body = about(1)
        answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
    assert answer.status_code == 200
    assert len(await store.hooks.list(9)) == 1


async def test_what_is_stopped_waits_for_no_body(store: Store, clock: FrozenClock) -> None:
    async with receiving(store, clock, body_timeout_s=3_600) as ground:
        reader, writer = await _half_a_body(ground)
        async with httpx.AsyncClient(base_url=ground.url) as client:
            await client.get("/healthz")
        await ground.receiver.stop()
        assert ground.receiver.url is None
        assert await read_answer(reader) == 503
        writer.close()
    assert ground.failures == []


async def test_a_busy_store_makes_the_sender_come_again(
    store: Store, file: Path, clock: FrozenClock
) -> None:
    body = about(412)
    async with (
        receiving(store, clock, store_timeout_s=0.05) as ground,
        httpx.AsyncClient(base_url=ground.url) as client,
    ):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            busy = await client.post("/hooks/splynx", content=body, headers=signed(body))
            assert busy.status_code == 503
            other.execute("ROLLBACK")
        codes = set()
        while 200 not in codes:
            answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
            codes.add(answer.status_code)
        assert codes <= {200, 503}
    assert len(await store.hooks.waiting(9)) == 1


async def test_a_broken_store_makes_the_sender_come_again(
    client: httpx.AsyncClient, file: Path
) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("ALTER TABLE billing_hooks RENAME TO elsewhere")
    body = about(412)
    answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")
    health = await client.get("/healthz")
    assert health.status_code == 503
    assert health.json()["problem"] == "the store does not answer"
    with closing(sqlite3.connect(file)) as other:
        other.execute("ALTER TABLE elsewhere RENAME TO billing_hooks")
    answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
    assert answer.status_code == 200


async def test_a_defect_of_ours_is_no_answer_of_200(client: httpx.AsyncClient) -> None:
    body = b"not what the gate can read"
    answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
    assert answer.status_code == 503


async def test_health_says_who_is_ready_and_what_waits(store: Store, clock: FrozenClock) -> None:
    body = about(412)
    async with (
        receiving(store, clock, ready=False) as ground,
        httpx.AsyncClient(base_url=ground.url) as client,
    ):
        starting = await client.get("/healthz")
        assert starting.status_code == 503
        assert starting.json()["problem"] == "starting"
        # A hook that comes now is not turned away.
        answer = await client.post("/hooks/splynx", content=body, headers=signed(body))
        assert answer.status_code == 200
        clock.advance(90)
        ground.receiver.set_ready(True)
        ready = await client.get("/healthz")
        assert ready.status_code == 200
        assert ready.json() == {
            "ready": True,
            "problem": None,
            "version": __version__,
            "systems": 2,
            "hooks_waiting": 1,
            "oldest_waiting_s": 90.0,
            "hooks_refused": 0,
        }
        assert (await client.head("/healthz")).status_code == 200
        ground.receiver.set_ready(False)
        assert (await client.get("/healthz")).json()["problem"] == "stopping"


async def test_of_a_burst_none_is_lost(ground: Ground, store: Store) -> None:
    # Every fourth is delivered twice.
    bodies = [about(number - number % 4 // 3) for number in range(1_000)]
    port = int(ground.url.rpartition(":")[2])
    answers = await send_burst(port, "/hooks/splynx", bodies, connections=32)

    assert answers.codes == [200] * 1_000
    hooks = await store.hooks.waiting(2_000)
    assert {one.account_id for one in hooks} == {str(n - n % 4 // 3) for n in range(1_000)}
    assert len(hooks) == 750
    assert sum(one.times for one in hooks) == 1_000


async def test_it_starts_again_where_it_was_stopped(ground: Ground) -> None:
    await ground.receiver.start()
    await ground.receiver.stop()
    await ground.receiver.stop()
    await ground.receiver.start()
    async with httpx.AsyncClient(base_url=ground.url) as client:
        assert (await client.get("/healthz")).status_code == 200
