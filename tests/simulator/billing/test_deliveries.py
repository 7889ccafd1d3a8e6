"""Hooks of a stand-in reach a real receiver, or fail in the way that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from positron_tui.simulator.billing.deliveries import DeliveryStatus, HookDeliveries
from positron_tui.simulator.billing.faults import BillingFaults
from tests.clocks import FrozenClock


class Receiver:
    """A small HTTP server that keeps the bodies it was sent; `codes` are its next answers."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.codes: list[int] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hook"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = (
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        self.bodies.append(await reader.readexactly(length))
        code = self.codes.pop(0) if self.codes else 200
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % code)
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    yield found
    await found.stop()


async def no_wait(_seconds: float) -> None:
    await asyncio.sleep(0)


async def sent(
    receiver: Receiver, *faults: str, count: int = 6, retries_s: tuple[float, ...] = ()
) -> HookDeliveries:
    wrong = BillingFaults(2)
    for text in faults:
        wrong.set(text)
    hooks = HookDeliveries(
        await receiver.start(), wrong, FrozenClock(), retries_s=retries_s, sleep=no_wait
    )
    await hooks.start()
    for number in range(count):
        hooks.push("event", {"content-type": "text/plain"}, b"%d" % number)
    await hooks.drain()
    await hooks.stop()
    return hooks


async def test_hooks_come_in_order(receiver: Receiver) -> None:
    hooks = await sent(receiver)
    assert receiver.bodies == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert {one.status for one in hooks.log} == {DeliveryStatus.SUCCESS}
    assert hooks.counted == {"sent": 6}


async def test_lost_hooks_are_not_sent(receiver: Receiver) -> None:
    hooks = await sent(receiver, "hooks-lose=2x")
    assert receiver.bodies == [b"2", b"3", b"4", b"5"]
    assert [one.status for one in hooks.log][:2] == [DeliveryStatus.LOST] * 2
    assert hooks.counted == {"sent": 4, "lost": 2}


async def test_doubled_hooks_come_twice(receiver: Receiver) -> None:
    hooks = await sent(receiver, "hooks-duplicate=1x", count=2)
    assert receiver.bodies == [b"0", b"0", b"1"]
    assert hooks.counted["duplicated"] == 1


async def test_a_reordered_hook_comes_behind_its_follower(receiver: Receiver) -> None:
    await sent(receiver, "hooks-reorder=1x", count=3)
    assert receiver.bodies == [b"1", b"0", b"2"]


async def test_a_late_hook_comes_at_last(receiver: Receiver) -> None:
    hooks = await sent(receiver, "hooks-delay=1x", count=3)
    assert sorted(receiver.bodies) == [b"0", b"1", b"2"]
    assert hooks.counted["delayed"] == 1


async def test_what_failed_is_sent_again_as_often_as_was_said(receiver: Receiver) -> None:
    receiver.codes = [500, 500, 200]
    hooks = await sent(receiver, count=1, retries_s=(60, 60, 60))
    (delivery,) = hooks.log
    assert [attempt.code for attempt in delivery.attempts] == [500, 500, 200]
    assert delivery.status is DeliveryStatus.SUCCESS


async def test_nobody_listening_is_a_failed_delivery() -> None:
    hooks = HookDeliveries("http://127.0.0.1:1/hook", BillingFaults(), FrozenClock())
    await hooks.start()
    hooks.push("event", {}, b"{}")
    await hooks.drain()
    await hooks.stop()
    (delivery,) = hooks.log
    assert delivery.status is DeliveryStatus.FAILED
    assert delivery.attempts[0].code is None
