"""What tests of adapters share: a wait that does not wait, and a connection to a stand-in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from positron_tui.simulator.billing.serving import HttpServer, send_answer, wait_for_disconnect


@dataclass(slots=True)
class Waits:
    """A Sleep that only notes for how long it was asked."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a ScriptedServer answers; status 0 breaks the connection, -1 says nothing."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


class ScriptedServer:
    """A real HTTP server that answers as told, the last answer for ever; it keeps requests."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies) or [Reply()]
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.most_at_once = 0
        self._now = 0
        self._server = HttpServer(self._app)
        self.url = ""

    async def start(self) -> str:
        port = await self._server.start("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        return self.url

    async def stop(self) -> None:
        await self._server.stop()

    def _app(self, _connections: object) -> ASGIApp:
        return self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = scope["raw_path"].decode()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.seen.append((scope["method"], target, headers))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            # Others get their chance to be here at the same time.
            for _ in range(5):
                await asyncio.sleep(0)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            if reply.status <= 0:
                if reply.status == 0:
                    self._server.connections.abort(scope)
                await wait_for_disconnect(receive)
                return
            await send_answer(send, reply.status, reply.body, "application/json", reply.headers)
        finally:
            self._now -= 1
