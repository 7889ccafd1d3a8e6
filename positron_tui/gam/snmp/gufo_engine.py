"""The polling engine: gufo-snmp, a Rust client with one socket for each session.

It walks one column per request chain and hides the error status of an answer: an answer with an
error looks like an empty one. It has no SET, which therefore goes over pysnmp.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

from gufo.snmp import (
    Aes128Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    Md5Key,
    Sha1Key,
    SnmpAuthError,
    SnmpError,
    User,
)
from gufo.snmp.aio import SnmpSession as GufoClient
from gufo.snmp.typing import ValueType

from positron_tui.domain.devices import SnmpVersion
from positron_tui.domain.errors import DeviceUnreachable, UnexpectedReply
from positron_tui.gam.snmp.engine import (
    ColumnWalk,
    SnmpCredentials,
    SnmpSession,
    SnmpSetValue,
    SnmpTarget,
    SnmpValue,
)
from positron_tui.gam.snmp.failures import login_refused, network_refused, no_answer, port_closed
from positron_tui.gam.snmp.pacing import pacer, window
from positron_tui.gam.snmp.patience import Patience
from positron_tui.gam.snmp.resolve import resolve

T = TypeVar("T")
Pages: TypeAlias = AsyncIterator[tuple[str, ValueType]]

_GET_SIZE = 25
_SPLIT_FROM = 8
_V3_FRESH_S = 120.0
"""An agent accepts v3 messages whose clock is at most 150 s off (RFC 3414)."""

_REFUSED_AT_ONCE = 0.5
"""A time-out in less than this share of the waiting time is a closed port (ICMP), not silence."""


async def open_gufo_session(target: SnmpTarget, credentials: SnmpCredentials) -> GufoSession:
    """Return a session; the host name is resolved, nothing is sent."""
    return GufoSession(target, credentials, await resolve(target))


class GufoSession:
    """engine.SnmpSession over gufo-snmp."""

    def __init__(self, target: SnmpTarget, credentials: SnmpCredentials, address: str) -> None:
        self._target = target
        self._credentials = credentials
        self._address = address
        self._client: GufoClient | None = None
        self._used_at = 0.0
        self._lock = asyncio.Lock()
        self._writer: SnmpSession | None = None
        self._patience = Patience(target.timeout_s, target.retries + 1)
        self._refused_s = target.timeout_s * _REFUSED_AT_ONCE

    async def get(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        async with self._lock:
            values: dict[str, SnmpValue] = {}
            for start in range(0, len(oids), _GET_SIZE):
                values.update(await self._get_some(oids[start : start + _GET_SIZE]))
            return values

    async def columns(
        self, oids: Sequence[str], *, max_repetitions: int
    ) -> dict[str, dict[str, SnmpValue]]:
        async with self._lock:
            return {
                oid: await self._second_chance(partial(self._column, oid, max_repetitions))
                for oid in oids
            }

    async def set(self, values: Sequence[tuple[str, SnmpSetValue]]) -> None:
        async with self._lock:
            if self._writer is None:
                from positron_tui.gam.snmp.pysnmp_engine import open_pysnmp_session

                self._writer = await open_pysnmp_session(self._target, self._credentials)
            await self._writer.set(values)

    async def close(self) -> None:
        self._client = None
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.close()

    async def _get_some(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        values = await self._second_chance(partial(self._get_once, oids))
        if not values and len(oids) >= _SPLIT_FROM:
            # Either nothing of it exists, or the answer did not fit and came back as an error.
            half = len(oids) // 2
            values = await self._get_once(oids[:half])
            values.update(await self._get_once(oids[half:]))
        return values

    async def _get_once(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        client = await self._connected()
        asked = frozenset(oids)
        answer = await self._tried(lambda: client.get_many(oids))
        return {
            oid: value
            for oid, value in answer.items()
            if oid in asked and isinstance(value, int | bytes | str)
        }

    async def _column(self, oid: str, max_repetitions: int) -> dict[str, SnmpValue]:
        client = await self._connected()
        walk = ColumnWalk(oid)
        pages = client.getbulk(oid, max_repetitions)
        while not await self._tried(partial(self._page, pages, walk, max_repetitions)):
            pass
        return walk.rows

    async def _page(self, pages: Pages, walk: ColumnWalk, size: int) -> bool:
        """Take at most one page of rows; return True when the column has ended.

        The iterator asks again for a page that timed out.
        """
        left = size
        async for oid, value in pages:
            if not walk.add(oid, value):
                return True
            left -= 1
            if left == 0:
                return False
        return True

    async def _connected(self) -> GufoClient:
        """Return a client that may send; v3 discovers the agent's engine and clock first."""
        v3 = self._target.version is SnmpVersion.V3
        idle_s = asyncio.get_running_loop().time() - self._used_at
        if self._client is None or (v3 and idle_s > _V3_FRESH_S):
            client = self._new_client()
            if v3:
                await self._tried(client.refresh)
            self._client = client
        return self._client

    def _new_client(self) -> GufoClient:
        target, credentials = self._target, self._credentials
        try:
            if target.version is SnmpVersion.V2C:
                return GufoClient(
                    self._address,
                    target.port,
                    community=credentials.community or "",
                    timeout=target.timeout_s,
                )
            return GufoClient(
                self._address, target.port, user=_user(credentials), timeout=target.timeout_s
            )
        except OSError as error:
            raise network_refused(target, error.strerror or "no route") from None

    async def _second_chance(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work`; a v3 agent that restarted since the last request is discovered anew."""
        reused = self._client is not None and self._target.version is SnmpVersion.V3
        try:
            return await work()
        except DeviceUnreachable:
            if not reused:
                raise
        return await work()

    async def _tried(self, request: Callable[[], Awaitable[T]]) -> T:
        """Send one request until it is answered or patience ends; failures drop the client."""
        loop = asyncio.get_running_loop()
        await pacer().turn()
        try:
            for wait_s in self._patience.waits():
                async with window().place():
                    asked_at = loop.time()
                    limit = asyncio.timeout(wait_s)
                    try:
                        async with limit:
                            answer = await request()
                    except TimeoutError:
                        if not limit.expired() and loop.time() - asked_at < self._refused_s:
                            raise port_closed(self._target) from None
                        continue
                self._used_at = loop.time()
                self._patience.answered(self._used_at - asked_at)
                return answer
            raise no_answer(self._target)
        except SnmpAuthError:
            self._client = None
            raise login_refused(self._target) from None
        except SnmpError as error:
            raise UnexpectedReply(
                f"{self._target.label} sent an SNMP answer that cannot be read ({error})."
            ) from None
        except OSError as error:
            self._client = None
            raise network_refused(self._target, error.strerror or "no route") from None
        except DeviceUnreachable:
            self._client = None
            raise


def _user(credentials: SnmpCredentials) -> User:
    auth: BaseAuthKey | None = None
    priv: BasePrivKey | None = None
    if credentials.auth_secret:
        auth_key = Md5Key if credentials.auth == "md5" else Sha1Key
        auth = auth_key(credentials.auth_secret.encode())
    if auth is not None and credentials.priv_secret and credentials.priv != "none":
        priv_key = DesKey if credentials.priv == "des" else Aes128Key
        priv = priv_key(credentials.priv_secret.encode())
    return User(credentials.user or "", auth_key=auth, priv_key=priv)
