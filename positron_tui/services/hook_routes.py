"""What the receiver answers: hooks are checked, stored, and only then answered with 200."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from positron_tui.domain.billing import HookEvent
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import HookRefused, NotFound, PositronError
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.services.hook_gate import HookGate
from positron_tui.services.hook_refusals import Refusals
from positron_tui.services.hook_writer import HookWriter

# What is longer than any id or name of an event is cut.
_LONGEST = 200
# So much of a body that is too large is read on, so that its sender hears why.
_READ_ON_BYTES = 4_194_304
_CLOSE = {"connection": "close"}
_log = logging.getLogger(__name__)
Health = Callable[[], Awaitable[tuple[bool, dict[str, object]]]]


@dataclass(frozen=True, slots=True)
class HookLimits:
    """Bounds of one delivery; times in seconds.

    `not_found_after_s`: an unknown system and a wrong path are answered after the same time.
    """

    max_body_bytes: int
    body_timeout_s: float = 10.0
    store_timeout_s: float = 10.0
    not_found_after_s: float = 0.1


class _TooLarge(Exception):
    pass


class HookRoutes:
    """The routes of the receiver over a gate and a writer."""

    def __init__(
        self,
        *,
        gate: HookGate,
        writer: HookWriter,
        refusals: Refusals,
        clock: Clock,
        limits: HookLimits,
        health: Health,
    ) -> None:
        self._gate = gate
        self._writer = writer
        self._refusals = refusals
        self._clock = clock
        self._limits = limits
        self._health = health
        self._reading: set[asyncio.Timeout] = set()
        self._stopping = False
        self.app = Starlette(
            routes=[
                Route("/healthz", self._healthz, methods=["GET"]),
                Route("/hooks/{system}", self._hook, methods=["HEAD", "POST"]),
                Route("/hooks/{system}/{path}", self._hook, methods=["HEAD", "POST"]),
            ]
        )

    def hurry(self) -> None:
        """Wait no more for bodies that come slowly: the receiver is stopping."""
        self._stopping = True
        now = asyncio.get_running_loop().time()
        for timeout in self._reading:
            if not timeout.expired():
                timeout.reschedule(now)

    async def _healthz(self, _request: Request) -> Response:
        ready, content = await self._health()
        return JSONResponse(content, status_code=200 if ready else 503)

    async def _hook(self, request: Request) -> Response:
        loop = asyncio.get_running_loop()
        answer_at = loop.time() + self._limits.not_found_after_s
        try:
            return await self._answer(request)
        except NotFound:
            await asyncio.sleep(answer_at - loop.time())
            # The very answer that every other address gets.
            return PlainTextResponse("Not Found", 404)
        except HookRefused as error:
            self._refusals.count(request.path_params["system"], str(error))
            return PlainTextResponse("Forbidden", 403)
        except _TooLarge:
            return PlainTextResponse("Content Too Large", 413, headers=_CLOSE)
        except PositronError as error:
            _log.warning("a hook could not be taken: %s", error)
        except Exception:
            _log.exception("a hook could not be taken")
        return PlainTextResponse("Service Unavailable", 503)

    async def _answer(self, request: Request) -> Response:
        system, path = request.path_params["system"], request.path_params.get("path")
        if request.method == "HEAD":
            await self._gate.admit(system, path)
            return PlainTextResponse("")
        try:
            body = await self._body(request)
        except TimeoutError:
            code = 503 if self._stopping else 408
            return PlainTextResponse("The body did not come in time.", code, headers=_CLOSE)
        except ClientDisconnect:
            return PlainTextResponse("", 400)  # nobody is there to read it
        events = await self._gate.events(system, dict(request.headers), body, path)
        return await self._stored(self._hooks(system, body, events))

    async def _stored(self, hooks: Sequence[Hook]) -> Response:
        try:
            async with asyncio.timeout(self._limits.store_timeout_s):
                await self._writer.store(hooks)
        except TimeoutError:
            # It may be stored yet: when the sender comes again, that one is counted up.
            return PlainTextResponse("Service Unavailable", 503)
        return PlainTextResponse("OK")

    async def _body(self, request: Request) -> bytes:
        """Return the raw body; TimeoutError, ClientDisconnect, _TooLarge."""
        most = self._limits.max_body_bytes
        parts: list[bytes] = []
        size = 0
        async with asyncio.timeout(0 if self._stopping else self._limits.body_timeout_s) as timeout:
            self._reading.add(timeout)
            try:
                async for part in request.stream():
                    size += len(part)
                    if size <= most:
                        parts.append(part)
                    elif size > most + _READ_ON_BYTES:
                        break
            finally:
                self._reading.discard(timeout)
        if size > most:
            raise _TooLarge
        return b"".join(parts)

    def _hooks(self, system: str, body: bytes, events: Sequence[HookEvent]) -> list[Hook]:
        digest = hashlib.sha256(body).hexdigest()
        now = self._clock.now()
        return [
            Hook(
                id=0,
                system=system,
                digest=digest,
                event=_cut(one.event) or "",
                received_at=now,
                account_id=_cut(one.account_id),
                service_id=_cut(one.service_id),
                state=HookState.RECEIVED if one.relevant else HookState.IGNORED,
                handled_at=None if one.relevant else now,
            )
            for one in events
        ]


def _cut(text: str | None) -> str | None:
    """Return foreign text as every database takes it."""
    return None if text is None else text.replace("\0", "")[:_LONGEST]
