"""A stand-in for Sonar: real HTTP on loopback, its GraphQL API and its webhooks."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from positron_tui.simulator.billing.book import Book
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.faulty import FaultyApp, Manners
from positron_tui.simulator.billing.serving import HttpServer, wait_for_disconnect
from positron_tui.simulator.billing.sonar.execute import Executor, writes
from positron_tui.simulator.billing.sonar.quirks import Quirks
from positron_tui.simulator.billing.sonar.tables import Tables
from positron_tui.simulator.billing.sonar.webhooks import Webhooks

PATH = "/api/graphql"
_MINUTE_S = 60.0


class SonarStandIn:
    """A Sonar on loopback; its access token is made up from the seed.

    `hooks_url` gets all webhooks; `hook_time_scale` shortens the minute between two tries.
    `book`, `tables`, `faults`, `quirks` and `webhooks` may be used while it runs; `asked` has the
    GraphQL texts that came.
    """

    def __init__(
        self,
        book: Book,
        *,
        faults: BillingFaults | None = None,
        quirks: Quirks | None = None,
        seed: int = 0,
        hooks_url: str | None = None,
        hook_time_scale: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.book = book
        self.token = f"{random.Random(f'sonar {seed}').getrandbits(160):040x}"
        self.faults = faults or BillingFaults(seed)
        self.quirks = quirks or Quirks()
        self.tables = Tables(book, self.quirks)
        self.webhooks = Webhooks(
            self.tables, self.faults, hooks_url, time_scale=hook_time_scale, sleep=sleep
        )
        self.executor = Executor(self.tables, self.webhooks, self.quirks)
        self.asked: list[str] = []
        self.url = ""
        self._minute = _Minute()
        manners = Manners(_error, _halve, _writes)
        app = Starlette(routes=[Route(PATH, self._graphql, methods=["POST"])])
        self._server = HttpServer(lambda open_: FaultyApp(app, self.faults, manners, open_))

    def announcement(self) -> dict[str, str]:
        """Return what a console needs to use it; the token is made up."""
        return {"system": "sonar", "url": self.url, "token": self.token}

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen and send webhooks; OSError when the port is taken, nothing is left then."""
        await self.webhooks.start()
        try:
            bound = await self._server.start(host, port)
        except OSError:
            await self.webhooks.stop()
            raise
        self.url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Stop listening and sending; safe to call twice."""
        await self._server.stop()
        await self.webhooks.stop()

    async def _graphql(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"message": "Unauthenticated."}, 401)
        if self._minute.count(self.book.clock.monotonic()) > self.quirks.requests_per_minute:
            return JSONResponse(_limit(self.quirks.requests_per_minute), self.quirks.limit_status)
        asked = _parsed(await request.body())
        text = _query(asked)
        self.asked.append(text)
        variables = asked.get("variables") if isinstance(asked, dict) else None
        if self._too_slow(text, variables or {}):
            await wait_for_disconnect(request.receive)
        return JSONResponse(self.executor.run(text, variables or {}))

    def _too_slow(self, text: str, variables: dict[str, Any]) -> bool:
        most, size = self.quirks.too_slow_above, variables.get("size")
        whole = "inventory_model_field_data" in text
        return most is not None and whole and isinstance(size, int) and size > most


@dataclass(slots=True)
class _Minute:
    """Counts the requests of a minute."""

    began: float = float("-inf")
    requests: int = 0

    def count(self, now: float) -> int:
        """Count one request and return how many there were; `now` in seconds."""
        if now - self.began >= _MINUTE_S:
            self.began, self.requests = now, 0
        self.requests += 1
        return self.requests


def _limit(per_minute: int) -> dict[str, str]:
    return {"error": f"Request limit of {per_minute}/min reached."}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _writes(_method: str, _path: str, body: bytes) -> bool:
    return writes(_query(_parsed(body)))


def _query(asked: Any) -> str:
    text = asked.get("query") if isinstance(asked, dict) else None
    return text if isinstance(text, str) else ""


def _error(status: int) -> bytes:
    """Return the body of an error of the system itself."""
    if status == 429:
        return json.dumps(_limit(Quirks().requests_per_minute)).encode()
    message = {401: "Unauthenticated.", 403: "This action is unauthorized."}
    return json.dumps({"message": message.get(status, "Server Error")}).encode()


def _halve(body: bytes) -> bytes | None:
    """Return an answer whose lists have lost their second half, None when it has no list."""
    answer = _parsed(body)
    data = answer.get("data") if isinstance(answer, dict) else None
    halved = False
    for value in (data or {}).values():
        entities = value.get("entities") if isinstance(value, dict) else None
        if entities:
            value["entities"] = entities[: len(entities) // 2]
            halved = True
    return json.dumps(answer).encode() if halved else None
