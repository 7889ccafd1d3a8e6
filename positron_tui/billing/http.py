"""Requests to one billing system: limited, timed, repeated only where that is harmless."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import httpx

from positron_tui.billing import failures
from positron_tui.billing.contract import Connection, Sleep
from positron_tui.billing.limiter import Limiter
from positron_tui.billing.shown import Veil
from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingError,
    BillingTimeout,
    ConfigError,
    PositronError,
)
from positron_tui.version import __version__

# Some systems bind a login to the agent that asked for it, so it never changes within a version.
USER_AGENT = f"positron-tui/{__version__}"
MAX_ANSWER_BYTES = 32_000_000
BACK_OFF_S = (2.0, 5.0)
# A system that wants to be left alone for longer than this is told of instead of waited for.
LONGEST_WAIT_S = 60.0
TOO_MANY, SERVER_ERROR = 429, 500
GATEWAY_TIMEOUT = 504
GATEWAY = frozenset({502, 503, GATEWAY_TIMEOUT})
# Idle connections are dropped early: one that the server closed meanwhile would cost a request.
_KEEP_IDLE_S = 2.0
_SENDING = "http11.send_request_headers.started"

# Gives the headers that log in; whatever it holds is let go when the answer is there.
Authorize = Callable[[], AbstractAsyncContextManager[Mapping[str, str]]]
MakeAsk = Callable[[], AbstractAsyncContextManager["Ask"]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `target` is path and query as they go over the wire.

    `what` says for people what it is for, as "reading the customers".
    """

    method: str
    target: str
    what: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer of any status below the gateway's own; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _TooLong(Exception):
    """The answer is longer than a page of a list ever is."""


@dataclass(slots=True)
class _Sent:
    """Whether the first octets of a request may have left."""

    yes: bool = False

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        self.yes = self.yes or event == _SENDING


@asynccontextmanager
async def _nobody() -> AsyncIterator[Mapping[str, str]]:
    yield {}


@asynccontextmanager
async def _logged_in(ask: Ask, authorize: Authorize) -> AsyncIterator[Ask]:
    async with authorize() as login:
        yield replace(ask, headers={**ask.headers, **login})


class BillingHttp:
    """The way to one billing system; all tasks that use its adapter share it. Close it.

    Raises ConfigError for an address that cannot be used. `veil` knows the secrets in use.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        secrets: Iterable[str | None] = (),
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self.connection = connection
        self.veil = Veil(secrets)
        self._url = checked_url(connection)
        self._place = f"{self._url.scheme}://{self._url.netloc.decode('ascii')}"
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._max_answer_bytes = max_answer_bytes
        self._limiter = Limiter(
            connection.max_in_flight, connection.requests_per_s, self._clock, sleep
        )
        self._opening = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None
        self._log_filter = _LogFilter(self.veil)
        logging.getLogger("httpx").addFilter(self._log_filter)

    @property
    def name(self) -> str:
        return self.connection.name

    async def aclose(self) -> None:
        """Close all connections; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
        logging.getLogger("httpx").removeFilter(self._log_filter)

    async def read(
        self, ask: Ask, authorize: Authorize = _nobody, *, patient: bool = True
    ) -> HttpAnswer:
        """Ask something that changes nothing; repeated after a while when it was not answered.

        `patient` False: what took too long is not repeated, since less will be asked for.
        Raises BillingUnreachable, BillingBusy, BillingAnswer (too long, or a redirect).
        """
        return await self.read_made(partial(_logged_in, ask, authorize), patient=patient)

    async def read_made(self, make: MakeAsk, *, patient: bool = True) -> HttpAnswer:
        """Do the same with a request that is made anew for every attempt."""
        for pause_s in BACK_OFF_S:
            try:
                return await self._attempt(make, writes=False)
            except _Retry as retry:
                if not patient and isinstance(retry.error, BillingTimeout):
                    raise retry.error from None
                wait_s = pause_s if retry.after_s is None else retry.after_s
                if wait_s > LONGEST_WAIT_S:
                    raise retry.error from None
            await self._sleep(wait_s)
        try:
            return await self._attempt(make, writes=False)
        except _Retry as retry:
            raise retry.error from None

    async def write(self, ask: Ask, authorize: Authorize = _nobody) -> HttpAnswer:
        """Ask something that changes the system; never repeated.

        Raises BillingUnreachable or BillingBusy when it was not done, BillingIndeterminate when
        nobody knows.
        """
        try:
            return await self._attempt(partial(_logged_in, ask, authorize), writes=True)
        except _Retry as retry:
            raise retry.error from None

    async def _attempt(self, make: MakeAsk, *, writes: bool) -> HttpAnswer:
        async with make() as ask:
            async with self._limiter.slot():
                answer = await self._exchange(ask, writes=writes)
            if answer.status == TOO_MANY:
                after_s = _retry_after(answer.headers.get("retry-after"), self._clock)
                if after_s is not None:
                    self._limiter.pause(min(after_s, LONGEST_WAIT_S))
                raise _Retry(failures.busy(self.name, ask.what, after_s), after_s)
            if answer.status in GATEWAY:
                how = f"is not behind its proxy, which answers with status {answer.status},"
                late = answer.status == GATEWAY_TIMEOUT
                error = failures.no_answer(self.name, ask.what, how, writes=writes, late=late)
                raise _Retry(error)
            if 300 <= answer.status < 400:
                raise self._redirected(ask, answer)
            return answer

    async def _exchange(self, ask: Ask, *, writes: bool) -> HttpAnswer:
        """Send once and return the whole answer; raise _Retry with the error that it means."""
        sent = _Sent()
        limit_s = self.connection.connect_timeout_s + self.connection.read_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._send(ask, sent)
        except _TooLong:
            megabytes = self._max_answer_bytes / 1_000_000
            how = f"sent more than {megabytes:g} MB"
            if writes:
                raise failures.no_answer(self.name, ask.what, how, writes=True) from None
            raise BillingAnswer(
                f"Billing system {self.name} {how} while {ask.what}; choose a smaller page size."
            ) from None
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            # The error may quote what was sent, and with it the login.
            raise self._broken(ask, error, sent, writes=writes) from None

    def _broken(self, ask: Ask, error: Exception, sent: _Sent, *, writes: bool) -> Exception:
        if not sent.yes:
            problem = failures.not_connected(self.name, self._place, error)
            return problem if failures.not_trusted(error) else _Retry(problem)
        late = isinstance(error, TimeoutError | httpx.TimeoutException)
        if late:
            how = f"did not answer within {self.connection.read_timeout_s:g} s"
        else:
            how = "broke the connection"
        return _Retry(failures.no_answer(self.name, ask.what, how, writes=writes, late=late))

    async def _send(self, ask: Ask, sent: _Sent) -> HttpAnswer:
        client = await self._opened()
        async with client.stream(
            ask.method,
            f"{self._place}{ask.target}",
            content=ask.content,
            headers=dict(ask.headers),
            extensions={"trace": sent.trace},
        ) as reply:
            body = bytearray()
            async for chunk in reply.aiter_bytes():
                body += chunk
                if len(body) > self._max_answer_bytes:
                    raise _TooLong
            headers = {name.lower(): value for name, value in reply.headers.items()}
            return HttpAnswer(reply.status_code, headers, bytes(body))

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                if self._url.scheme == "https":
                    verify = await asyncio.to_thread(_tls_context, self.connection)
                else:
                    # It trusts nobody: reading the authorities takes time and is of no use here.
                    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                self._client = httpx.AsyncClient(
                    verify=verify,
                    headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
                    timeout=httpx.Timeout(
                        self.connection.read_timeout_s, connect=self.connection.connect_timeout_s
                    ),
                    limits=httpx.Limits(keepalive_expiry=_KEEP_IDLE_S),
                    # The proxy of a jump host leads outside, not to the host itself.
                    trust_env=not _is_loopback(self._url.host),
                    follow_redirects=False,
                )
            return self._client

    def _redirected(self, ask: Ask, answer: HttpAnswer) -> BillingError:
        where = ""
        with contextlib.suppress(httpx.InvalidURL):
            target = httpx.URL(answer.headers.get("location", ""))
            if target.host:
                where = f" to {self.veil.sentence(f'{target.scheme}://{target.host}')}"
        return BillingAnswer(
            f"Billing system {self.name} sends requests elsewhere{where} (status {answer.status} "
            f"while {ask.what}); correct the address of the connection."
        )


class _Retry(Exception):
    """An attempt failed in a way that another one may not; `error` is for the last of them."""

    def __init__(self, error: PositronError, after_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s


class _LogFilter(logging.Filter):
    """Takes secrets out of what httpx logs: some systems want them in a path."""

    def __init__(self, veil: Veil) -> None:
        super().__init__()
        self._veil = veil

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._veil.without(record.getMessage()), ()
        return True


def checked_url(connection: Connection) -> httpx.URL:
    """Return the address of a connection; raise ConfigError when it cannot be used."""
    name = connection.name
    try:
        url = httpx.URL(connection.url)
    except httpx.InvalidURL:
        raise ConfigError(
            f"The address of billing system {name} is none; write it as https://isp.example."
        ) from None
    if url.scheme not in ("https", "http") or not url.host:
        raise ConfigError(
            f"The address of billing system {name} must begin with https:// and name a host, "
            "as https://isp.example."
        )
    if url.userinfo or url.query or url.fragment or url.path.strip("/"):
        raise ConfigError(
            f"The address of billing system {name} must not have more than scheme, host and port, "
            "as https://isp.example; secrets are given apart from it."
        )
    if url.scheme == "http" and not connection.allow_http:
        raise ConfigError(
            f"Billing system {name} has a plain http:// address, which shows its key to everybody "
            "on the way; use https://, or allow plain HTTP for this connection by name."
        )
    return url


def _tls_context(connection: Connection) -> ssl.SSLContext:
    """Return what verifies the server: the known authorities, and the private one if named."""
    context = httpx.create_ssl_context()
    if connection.ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(connection.ca_file))
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"The CA file {connection.ca_file} of billing system {connection.name} cannot be "
                f"used ({error.strerror or 'no certificate in it'}); name a PEM file."
            ) from None
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _retry_after(value: str | None, clock: Clock) -> float | None:
    """Return the seconds of a Retry-After header, which holds seconds or a date."""
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        seconds = float(value)
        return seconds if 0 <= seconds < float("inf") else None
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(value) - clock.now()).total_seconds())
    return None
