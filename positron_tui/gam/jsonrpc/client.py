"""Calls to the JSON-RPC API of one device over HTTP or pinned TLS. Uses httpx."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import PositronError, Refused, UsageError
from positron_tui.gam.exchange import Exchange, OnExchange, ignore
from positron_tui.gam.jsonrpc import failures
from positron_tui.gam.jsonrpc.envelope import (
    NotUnderstood,
    RpcFault,
    read_answer,
    rejection,
    request_body,
)
from positron_tui.gam.jsonrpc.refusals import GHN_MODULE
from positron_tui.gam.jsonrpc.shown import Veil
from positron_tui.gam.jsonrpc.target import JsonRpcTarget
from positron_tui.gam.jsonrpc.tls import pinning_context, same_fingerprint, untrusted

if TYPE_CHECKING:
    import httpx

# Idle connections are dropped early: one that the unit closed meanwhile would cost a call.
_KEEP_IDLE_S = 2.0
_OK = 200
_SENDING = "http11.send_request_headers.started"
_HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


class _TooLong(Exception):
    """The reply is longer than what a device ever has to say."""


@dataclass(slots=True)
class _Call:
    """One call under way; `sent` = the first octets of the request may have left."""

    method: str
    params: tuple[object, ...]
    call_id: str
    body: bytes
    sent: bool = False

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        """Follow what httpx does with the connection."""
        self.sent = self.sent or event == _SENDING


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


class JsonRpcClient:
    """The API of one device; its calls run one after the other. Close it, or use `async with`."""

    def __init__(
        self,
        target: JsonRpcTarget,
        password: str,
        *,
        clock: Clock | None = None,
        on_exchange: OnExchange = ignore,
    ) -> None:
        self._target = target
        self._password = password
        self._clock = clock or SystemClock()
        self._on_exchange = on_exchange
        self._veil = Veil(target.user, password)
        self._lock = asyncio.Lock()
        self._ids = itertools.count(1)
        self._http: httpx.AsyncClient | None = None
        self._offered: str | None = None

    @property
    def target(self) -> JsonRpcTarget:
        return self._target

    async def __aenter__(self) -> JsonRpcClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection; a later call opens a new one."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def call(self, method: str, *params: object) -> Any:
        """Call a method with positional parameters and return its result (JSON types).

        Raises Refused before anything is sent (plain HTTP not allowed, certificate not the pinned
        one), DeviceUnreachable when nothing was sent or a read was not answered, LoginRefused,
        CommandRejected with the device's words (GhnRefusal with its code, CapabilityMissing for
        an unknown method), UnexpectedReply for a read whose answer makes no sense, and
        Indeterminate when a call that may change something got no understood answer.
        """
        self._check_allowed()
        async with self._lock:
            call_id = str(next(self._ids))
            call = _Call(method, params, call_id, request_body(method, params, call_id))
            started = self._clock.monotonic()
            try:
                answer = await self._exchange(call)
            except BaseException as error:
                self._note(call, str(error) if isinstance(error, PositronError) else None, started)
                raise
            return self._result(call, answer, started)

    def _check_allowed(self) -> None:
        target = self._target
        if not target.tls and not target.allow_plain_http:
            raise Refused(
                f"The JSON-RPC API of {target.label} is reached over plain HTTP, which shows the "
                "password to everybody on the way; switch HTTPS on there, or mark the device for "
                "plain HTTP."
            )

    async def _exchange(self, call: _Call) -> _Answer:
        import httpx

        target, method = self._target, call.method
        self._offered = None
        try:
            async with asyncio.timeout(target.timeout_s):
                return await self._send(call)
        except _TooLong:
            more = f"it is longer than {target.max_reply_bytes} bytes"
            raise failures.bad_answer(target, method, more) from None
        except httpx.InvalidURL as error:
            raise UsageError(
                f"'{target.host}' port {target.port} is not an address; correct the device."
            ) from error
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            # What broke after sending may quote the device's octets, and those our own.
            raise self._broken(call, error) from None if call.sent else error

    def _broken(self, call: _Call, error: Exception) -> PositronError:
        """Return what a broken or silent connection means for a call."""
        target = self._target
        if not call.sent:
            if self._offered is not None and not self._trusts(self._offered):
                return untrusted(target, self._offered)
            return failures.not_connected(target, error)
        import httpx

        silent = isinstance(error, TimeoutError | httpx.TimeoutException)
        how = f"did not answer within {target.timeout_s:g} s" if silent else "broke the connection"
        return failures.no_answer(target, call.method, how)

    async def _send(self, call: _Call) -> _Answer:
        async with self._client().stream(
            "POST",
            self._target.url,
            content=call.body,
            headers=_HEADERS,
            extensions={"trace": call.trace},
        ) as reply:
            body = bytearray()
            async for chunk in reply.aiter_raw():
                body += chunk
                if len(body) > self._target.max_reply_bytes:
                    raise _TooLong
            return _Answer(reply.status_code, bytes(body))

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            import httpx

            target = self._target
            self._http = httpx.AsyncClient(
                auth=httpx.BasicAuth(target.user, self._password),
                verify=pinning_context(self._accepts),
                timeout=httpx.Timeout(target.timeout_s, connect=target.connect_timeout_s),
                limits=httpx.Limits(
                    max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_IDLE_S
                ),
                # A jump host's proxy settings are not for the devices beside it.
                trust_env=False,
                follow_redirects=False,
            )
        return self._http

    def _accepts(self, offered: str) -> bool:
        self._offered = offered
        return self._trusts(offered)

    def _trusts(self, offered: str) -> bool:
        pinned = self._target.pinned_certificate
        return pinned is not None and same_fingerprint(pinned, offered)

    def _result(self, call: _Call, answer: _Answer, started: float) -> Any:
        """Return the result of an answer or raise what it says; any status may carry one."""
        target = self._target
        try:
            # A gateway's own error page in JSON must not pass for the unit's refusal.
            said = read_answer(answer.body, call.call_id, needs_id=answer.status != _OK)
        except NotUnderstood as problem:
            shown = self._veil.text(answer.body.decode("utf-8", "replace"))
            self._note(call, f"status {answer.status}: {shown}", started)
            if answer.status != _OK:
                raise failures.bad_status(target, call.method, answer.status) from None
            raise failures.bad_answer(target, call.method, str(problem)) from None
        if isinstance(said, RpcFault):
            message = self._veil.sentence(said.message, fixed=said.module == GHN_MODULE)
            self._note(call, f"{message} ({said.module_code or said.code})", started)
            if answer.status == failures.UNAUTHORIZED:
                raise failures.bad_status(target, call.method, answer.status)
            raise rejection(target.label, call.method, message, said)
        if answer.status != _OK:
            self._note(call, f"status {answer.status}", started)
            raise failures.bad_status(target, call.method, answer.status)
        self._note(call, self._veil.result(said), started, ok=True)
        return said

    def _note(self, call: _Call, reply: str | None, started: float, *, ok: bool = False) -> None:
        self._on_exchange(
            Exchange(
                at=self._clock.now(),
                device=self._target.name or self._target.host,
                transport="jsonrpc",
                command=self._veil.call(call.method, call.params),
                reply=reply,
                ok=ok,
                duration_s=self._clock.monotonic() - started,
            )
        )
