"""A receiver on loopback behind a gate of the tests, and what sends hooks to it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from positron_tui.config import HooksSettings
from positron_tui.domain.billing import HookEvent
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import HookRefused, NotFound
from positron_tui.services.activity import ActivityLog
from positron_tui.services.events import Event, EventBus
from positron_tui.services.hook_receiver import HookReceiver
from positron_tui.services.hook_routes import HookLimits
from positron_tui.services.tasks import TaskKeeper
from positron_tui.store import Store

KEY = b"a hook secret of the tests"
PATH = "a-path-that-nobody-guesses"
HEADER = "x-splynx-signature"


class Gate:
    """One system that signs (`splynx`) and one with a secret path (`sonar`)."""

    async def admit(self, system: str, path: str | None) -> None:
        if (system, path) not in (("splynx", None), ("sonar", PATH)):
            raise NotFound(f"nothing at {system}")

    async def events(
        self, system: str, headers: Mapping[str, str], body: bytes, path: str | None
    ) -> tuple[HookEvent, ...]:
        await self.admit(system, path)
        if path is None and not hmac.compare_digest(headers.get(HEADER, ""), signature(body)):
            raise HookRefused("The signature is wrong; compare the secret of the hook.")
        content = json.loads(body)
        account = content.get("account")
        relevant = bool(content.get("relevant", True))
        return (HookEvent(content["event"], account, relevant=relevant),)

    async def systems(self) -> int:
        return 2


def signature(body: bytes) -> str:
    return hmac.new(KEY, body, hashlib.sha1).hexdigest()


def signed(body: bytes) -> dict[str, str]:
    return {HEADER: signature(body), "content-type": "application/json"}


def about(account: int | str, event: str = "edit", **more: object) -> bytes:
    """Return the body of a hook about an account."""
    return json.dumps({"event": event, "account": str(account), **more}).encode()


@dataclass
class Ground:
    """A running receiver and what it told."""

    receiver: HookReceiver
    activity: ActivityLog
    failures: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self.receiver.url is not None
        return self.receiver.url


@asynccontextmanager
async def receiving(
    store: Store, clock: Clock, *, ready: bool = True, **limits: float
) -> AsyncIterator[Ground]:
    """Serve hooks on a free port of loopback."""
    failures: list[str] = []
    tasks = TaskKeeper(lambda name, error: failures.append(f"{name}: {error!r}"))
    activity, bus = ActivityLog(clock), EventBus()
    receiver = HookReceiver(
        settings=HooksSettings(port=0),
        store=store,
        gate=Gate(),
        events=bus,
        activity=activity,
        tasks=tasks,
        clock=clock,
        limits=HookLimits(**{"max_body_bytes": 4096, **limits}),  # type: ignore[arg-type]
    )
    ground = Ground(receiver, activity, failures)
    bus.subscribe(ground.events.append)
    await receiver.start(ready=ready)
    try:
        yield ground
    finally:
        await receiver.stop()
        await tasks.close()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a burst was answered: codes, and the time of each answer in milliseconds."""

    codes: list[int]
    took_ms: list[float]


async def send_burst(port: int, path: str, bodies: list[bytes], connections: int) -> Answers:
    """Post signed bodies over some kept connections, each as soon as the last was answered."""
    left = iter(bodies)
    answers = Answers([], [])

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in left:
            head = (
                f"POST {path} HTTP/1.1\r\nhost: loopback\r\ncontent-type: application/json\r\n"
                f"{HEADER}: {signature(body)}\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answers.codes.append(await read_answer(reader))
            answers.took_ms.append((time.perf_counter() - started) * 1000)
        writer.close()
        await writer.wait_closed()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one())
    return answers


async def read_answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end and return its code."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = head.partition("content-length: ")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split()[1])
