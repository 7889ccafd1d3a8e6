"""The faults of requests, in front of the application of a stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.serving import Connections, send_answer, wait_for_disconnect

JSON = "application/json"
HTML = "text/html"
PROXY_PAGE = (
    b"<html><head><title>Maintenance</title></head>"
    b"<body><h1>We will be back soon</h1></body></html>"
)
NOT_JSON = b'{"id": 12, "name": \xff\xfe <?php Warning: Undefined index'


@dataclass(frozen=True, slots=True)
class Manners:
    """How a system fails: what its errors look like, what writes, what half a list is.

    `error` returns the body of an error by its HTTP status; `halve` an answer whose list has lost
    its second half, None where it has no list; `writes` gets method, path and body of a request.
    """

    error: Callable[[int], bytes]
    halve: Callable[[bytes], bytes | None]
    writes: Callable[[str, str, bytes], bool]


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class FaultyApp:
    """An ASGI application that does what another one does, unless a fault strikes."""

    def __init__(
        self, app: ASGIApp, faults: BillingFaults, manners: Manners, connections: Connections
    ) -> None:
        self._app = app
        self._faults = faults
        self._manners = manners
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._faults.slow_s:
            await asyncio.sleep(self._faults.slow_s)
        body = await _read(receive)
        if self._faults.strikes("hang"):
            await wait_for_disconnect(receive)
            return
        if await self._refused(send):
            return
        writes = self._manners.writes(scope["method"], scope["path"], body)
        if writes and self._faults.strikes("drop-before-write"):
            await self._drop(scope, receive)
            return
        answer = await self._run(scope, receive, body)
        if writes and self._faults.strikes("drop-after-write"):
            await self._drop(scope, receive)
            return
        await self._reply(scope, receive, send, answer)

    async def _refused(self, send: Send) -> bool:
        """Answer with an error, when one strikes."""
        for code in (401, 403, 429, 500):
            if self._faults.strikes(f"error-{code}"):
                extra = {}
                if code == 429 and self._faults.retry_after_s is not None:
                    extra["retry-after"] = f"{self._faults.retry_after_s:g}"
                await send_answer(send, code, self._manners.error(code), JSON, extra)
                return True
        if self._faults.strikes("error-503"):
            await send_answer(send, 503, PROXY_PAGE, HTML)
            return True
        if self._faults.strikes("html"):
            await send_answer(send, 200, PROXY_PAGE, HTML)
            return True
        if self._faults.strikes("garbage"):
            await send_answer(send, 200, NOT_JSON, JSON)
            return True
        return False

    async def _run(self, scope: Scope, receive: Receive, body: bytes) -> _Answer:
        """Let the application answer, and keep the answer."""
        answer = _Answer(500, [], b"")
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, replay, keep)
        return answer

    async def _reply(self, scope: Scope, receive: Receive, send: Send, answer: _Answer) -> None:
        halved = self._manners.halve(answer.body) if answer.status < 300 else None
        if halved is not None and self._faults.strikes("half-page"):
            answer.body = halved
            answer.headers = [
                (name, b"%d" % len(halved) if name == b"content-length" else value)
                for name, value in answer.headers
            ]
        start: Message = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": answer.headers,
        }
        await send(start)
        if answer.body and self._faults.strikes("cut-body"):
            part = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": part, "more_body": True})
            self._connections.close(scope)
            await wait_for_disconnect(receive)
            return
        await send({"type": "http.response.body", "body": answer.body})

    async def _drop(self, scope: Scope, receive: Receive) -> None:
        self._connections.abort(scope)
        await wait_for_disconnect(receive)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)
