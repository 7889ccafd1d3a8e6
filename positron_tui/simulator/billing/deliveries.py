"""Hooks of a stand-in: real HTTP requests, some of them lost, doubled, late or in a wrong order."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import httpx

from positron_tui.domain.clock import Clock
from positron_tui.simulator.billing.faults import BillingFaults

KEPT = 20_000
_TIMEOUT_S = 10.0
_OK = range(200, 300)


class DeliveryStatus(StrEnum):
    """How far a delivery is; `lost` was never sent."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending; `code` is the receiver's HTTP status, None when nothing came back."""

    at: datetime
    code: int | None


@dataclass(slots=True)
class Delivery:
    """A hook as it is sent, and what became of it. `number` counts from 1."""

    number: int
    created_at: datetime
    name: str
    headers: Mapping[str, str]
    body: bytes
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: list[Attempt] = field(default_factory=list)


class HookDeliveries:
    """Sends hooks to `url`, one after the other, until it is stopped.

    `success` are the answers that count; what failed is sent again after each of `retries_s`
    seconds. `url` None: hooks are not even kept. `head_first`: the receiver is asked with HEAD
    before each sending, and its answer must count too. `counted` has sent, lost, duplicated,
    reordered, delayed, failed.
    """

    def __init__(
        self,
        url: str | None,
        faults: BillingFaults,
        clock: Clock,
        *,
        success: range = _OK,
        retries_s: tuple[float, ...] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        head_first: bool = False,
    ) -> None:
        self.url = url
        self.log: deque[Delivery] = deque(maxlen=KEPT)
        self.counted: Counter[str] = Counter()
        self._faults = faults
        self._clock = clock
        self._success = success
        self._retries_s = retries_s
        self._sleep = sleep
        self._head_first = head_first
        self._number = 0
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._held: Delivery | None = None
        self._late: set[asyncio.Task[None]] = set()
        self._http: httpx.AsyncClient | None = None
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        # What is tested here is loopback; a proxy of the environment has no business with it.
        self._http = httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False)
        self._worker = asyncio.create_task(self._work(), name="hooks of a stand-in")

    async def stop(self) -> None:
        """Stop sending; what waits is dropped. Safe to call twice."""
        tasks = [*self._late, *([self._worker] if self._worker else [])]
        self._worker = None
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def push(self, name: str, headers: Mapping[str, str], body: bytes) -> Delivery | None:
        """Queue one hook; it is returned unless there is nobody to send it to."""
        if self.url is None:
            return None
        self._number += 1
        delivery = Delivery(self._number, self._clock.now(), name, headers, body)
        self.log.append(delivery)
        if self._faults.strikes("hooks-lose"):
            delivery.status = DeliveryStatus.LOST
            self.counted["lost"] += 1
        elif self._faults.strikes("hooks-delay"):
            self.counted["delayed"] += 1
            self._later(delivery, self._faults.hooks_delay_s)
        elif self._held is None and self._faults.strikes("hooks-reorder"):
            self.counted["reordered"] += 1
            self._held = delivery
            # Where no other one follows, it is only late.
            asyncio.get_running_loop().call_later(self._faults.hooks_delay_s, self._release)
        else:
            self._queue.put_nowait(delivery)
            self._release()
        return delivery

    async def drain(self) -> None:
        """Wait until everything was sent, late and held ones and those sent again included."""
        self._release()
        await self._queue.join()
        while self._late:
            await asyncio.gather(*self._late)
            await self._queue.join()

    def _release(self) -> None:
        """Send the one that was held back, now behind its follower."""
        if self._held is not None:
            self._queue.put_nowait(self._held)
            self._held = None

    def _later(self, delivery: Delivery, seconds: float) -> None:
        async def wait() -> None:
            await self._sleep(seconds)
            self._queue.put_nowait(delivery)

        task = asyncio.create_task(wait(), name=f"late hook {delivery.number}")
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _work(self) -> None:
        while True:
            delivery = await self._queue.get()
            try:
                await self._send(delivery)
                if self._faults.strikes("hooks-duplicate"):
                    self.counted["duplicated"] += 1
                    await self._send(delivery)
            finally:
                self._queue.task_done()

    async def _send(self, delivery: Delivery) -> None:
        code = await self._post(delivery)
        delivery.attempts.append(Attempt(self._clock.now(), code))
        self.counted["sent"] += 1
        if code is not None and code in self._success:
            delivery.status = DeliveryStatus.SUCCESS
            return
        self.counted["failed"] += 1
        if delivery.status is not DeliveryStatus.SUCCESS:
            delivery.status = DeliveryStatus.FAILED
            tries = len(delivery.attempts)
            if tries <= len(self._retries_s):
                self._later(delivery, self._retries_s[tries - 1])

    async def _post(self, delivery: Delivery) -> int | None:
        if self._http is None or self.url is None:
            return None
        try:
            if self._head_first:
                looked = await self._http.head(self.url)
                if looked.status_code not in self._success:
                    return looked.status_code
            answer = await self._http.post(
                self.url, content=delivery.body, headers=dict(delivery.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return answer.status_code
