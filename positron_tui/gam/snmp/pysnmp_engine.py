"""The other engine: pysnmp, for writes, for Windows and as the reference of the first one.

A pysnmp engine costs tens of milliseconds to make and keeps SNMPv3 keys by user name alone: two
devices with the same user and other keys disturb each other inside one. So there is one engine
for each set of credentials on a loop, made in a thread, shared and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from weakref import WeakKeyDictionary

from positron_tui.domain.devices import SnmpVersion
from positron_tui.domain.errors import PositronError, UnexpectedReply
from positron_tui.gam.snmp.engine import (
    ColumnWalk,
    SetKind,
    SnmpCredentials,
    SnmpSetValue,
    SnmpTarget,
    SnmpValue,
)
from positron_tui.gam.snmp.failures import (
    login_refused,
    no_answer,
    set_rejected,
    set_unanswered,
)
from positron_tui.gam.snmp.pacing import pacer
from positron_tui.gam.snmp.resolve import resolve

_GET_SIZE = 10
_PDU_VARBINDS = 24
"""One decode of more than this many values would hold the loop for too long."""

_COLUMNS_AT_ONCE = 8
_TOO_BIG = 1
_AUTHORIZATION_ERROR = 16


@dataclass(slots=True)
class _Shared:
    """An engine and how many sessions use it."""

    engine: Any
    users: int = 0


_ENGINES: WeakKeyDictionary[
    asyncio.AbstractEventLoop, dict[SnmpCredentials, asyncio.Task[_Shared]]
] = WeakKeyDictionary()


async def open_pysnmp_session(
    target: SnmpTarget, credentials: SnmpCredentials, *, shared: bool = True
) -> PysnmpSession:
    """Return a session; `shared=False` gives it an engine of its own."""
    address = await resolve(target)
    if not shared:
        engine = await asyncio.to_thread(_make_engine)
        return PysnmpSession(target, credentials, address, _Shared(engine, 1), pooled=False)
    pool = _ENGINES.setdefault(asyncio.get_running_loop(), {})
    if credentials not in pool:
        pool[credentials] = asyncio.create_task(_make_shared(), name="snmp-engine")
    made = await asyncio.shield(pool[credentials])
    made.users += 1
    return PysnmpSession(target, credentials, address, made, pooled=True)


async def _make_shared() -> _Shared:
    return _Shared(await asyncio.to_thread(_make_engine))


def _make_engine() -> Any:
    # The face that sessions use is imported here too: it takes as long as the engine itself.
    import pysnmp.hlapi.v3arch.asyncio  # noqa: F401
    from pysnmp.entity.engine import SnmpEngine

    return SnmpEngine()


class PysnmpSession:
    """engine.SnmpSession over pysnmp."""

    def __init__(
        self,
        target: SnmpTarget,
        credentials: SnmpCredentials,
        address: str,
        shared: _Shared,
        *,
        pooled: bool,
    ) -> None:
        self._target = target
        self._credentials = credentials
        self._address = address
        self._shared: _Shared | None = shared
        self._pooled = pooled
        self._answered = False
        self._lock = asyncio.Lock()
        self._auth = _auth_data(target, credentials)

    async def get(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        async with self._lock:
            values: dict[str, SnmpValue] = {}
            for start in range(0, len(oids), _GET_SIZE):
                values.update(await self._get_some(oids[start : start + _GET_SIZE]))
            return values

    async def _get_some(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        from pysnmp.hlapi.v3arch.asyncio import get_cmd

        status, rows = await self._ask(get_cmd, (), oids, retries=self._target.retries)
        if status == _TOO_BIG and len(oids) > 1:
            half = len(oids) // 2
            return {**await self._get_some(oids[:half]), **await self._get_some(oids[half:])}
        asked = frozenset(oids)
        return {oid: value for oid, value in rows if oid in asked and value is not None}

    async def columns(
        self, oids: Sequence[str], *, max_repetitions: int
    ) -> dict[str, dict[str, SnmpValue]]:
        async with self._lock:
            walks = [ColumnWalk(oid) for oid in oids]
            for start in range(0, len(walks), _COLUMNS_AT_ONCE):
                await self._walk(walks[start : start + _COLUMNS_AT_ONCE], max_repetitions)
            return {walk.oid: walk.rows for walk in walks}

    async def _walk(self, walks: list[ColumnWalk], max_repetitions: int) -> None:
        """Walk some columns side by side; each leaves the request when it has ended."""
        from pysnmp.hlapi.v3arch.asyncio import bulk_cmd

        while walks:
            repetitions = max(1, min(max_repetitions, _PDU_VARBINDS // len(walks)))
            tails = [walk.tail for walk in walks]
            _, rows = await self._ask(
                bulk_cmd, (0, repetitions), tails, retries=self._target.retries
            )
            going = dict.fromkeys(range(len(walks)), False)
            ended: set[int] = set()
            for position, (oid, value) in enumerate(rows):
                column = position % len(walks)
                if column in ended:
                    continue
                if value is None or not walks[column].add(oid, value):
                    ended.add(column)
                else:
                    going[column] = True
            walks = [walk for n, walk in enumerate(walks) if going[n] and n not in ended]

    async def set(self, values: Sequence[tuple[str, SnmpSetValue]]) -> None:
        from pysnmp.hlapi.v3arch.asyncio import ObjectIdentity, ObjectType, set_cmd

        async with self._lock:
            binds = [ObjectType(ObjectIdentity(oid), _wire_value(value)) for oid, value in values]
            indication, status, index, _ = await self._send(set_cmd, (), binds, retries=0)
        if indication is not None:
            raise (
                login_refused(self._target)
                if _is_login(indication)
                else set_unanswered(self._target)
            )
        if status:
            position = min(max(int(index), 1), len(values)) - 1
            raise set_rejected(self._target, values[position][0], status.prettyPrint())

    async def close(self) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            self._release(shared)

    async def _renew(self) -> None:
        """Leave the engine for a new one of our own.

        pysnmp never takes up again with a v3 agent whose clock began anew.
        """
        engine = await asyncio.to_thread(_make_engine)
        if self._shared is not None:
            self._release(self._shared)
            self._shared, self._pooled = _Shared(engine, 1), False

    def _release(self, shared: _Shared) -> None:
        shared.users -= 1
        if shared.users == 0:
            if self._pooled:
                _ENGINES.get(asyncio.get_running_loop(), {}).pop(self._credentials, None)
            if shared.engine.transport_dispatcher is not None:
                shared.engine.close_dispatcher()

    async def _ask(
        self, command: Any, numbers: tuple[int, ...], oids: Sequence[str], *, retries: int
    ) -> tuple[int, list[tuple[str, SnmpValue | None]]]:
        """Send one read; return the error status and the plain (oid, value) pairs."""
        from pysnmp.hlapi.v3arch.asyncio import ObjectIdentity, ObjectType
        from pysnmp.proto import errind

        binds = [ObjectType(ObjectIdentity(oid)) for oid in oids]
        indication, status, _, rows = await self._send(command, numbers, binds, retries=retries)
        if indication is not None and self._answered and self._target.version is SnmpVersion.V3:
            self._answered = False
            await self._renew()
            indication, status, _, rows = await self._send(command, numbers, binds, retries=retries)
        self._answered = indication is None
        if isinstance(indication, errind.EmptyResponse):
            return 0, []
        if indication is not None:
            raise self._failure(indication)
        if int(status) == _AUTHORIZATION_ERROR:
            raise login_refused(self._target)
        if int(status):
            return int(status), []
        return 0, [(str(row[0]), _plain_value(row[1])) for row in rows]

    async def _send(
        self, command: Any, numbers: tuple[int, ...], binds: list[Any], *, retries: int
    ) -> Any:
        from pysnmp.error import PySnmpError
        from pysnmp.hlapi.v3arch.asyncio import ContextData

        if self._shared is None:
            raise RuntimeError("The SNMP session is closed.")
        await pacer().turn()
        transport = await _transport(self._address, self._target, retries)
        try:
            return await command(
                self._shared.engine,
                self._auth,
                transport,
                ContextData(),
                *numbers,
                *binds,
                lookupMib=False,
            )
        except PySnmpError as error:
            raise UnexpectedReply(
                f"{self._target.label} sent an SNMP answer that cannot be read "
                f"({type(error).__name__})."
            ) from None

    def _failure(self, indication: Any) -> PositronError:
        from pysnmp.proto import errind

        if isinstance(indication, errind.RequestTimedOut):
            return no_answer(self._target)
        if _is_login(indication):
            return login_refused(self._target)
        return UnexpectedReply(
            f"{self._target.label} sent an SNMP answer that cannot be used ({indication})."
        )


def _is_login(indication: Any) -> bool:
    """Tell a security report of the agent from silence."""
    from pysnmp.proto import errind

    return isinstance(
        indication,
        errind.UnknownUserName
        | errind.WrongDigest
        | errind.AuthenticationError
        | errind.AuthenticationFailure
        | errind.DecryptionError
        | errind.UnsupportedSecurityLevel
        | errind.UnknownSecurityName,
    )


async def _transport(address: str, target: SnmpTarget, retries: int) -> Any:
    from pysnmp.hlapi.v3arch.asyncio import Udp6TransportTarget, UdpTransportTarget

    kind = Udp6TransportTarget if ip_address(address).version == 6 else UdpTransportTarget
    return await kind.create((address, target.port), timeout=target.timeout_s, retries=retries)


def _auth_data(target: SnmpTarget, credentials: SnmpCredentials) -> Any:
    from pysnmp.hlapi.v3arch import asyncio as hlapi

    if target.version is SnmpVersion.V2C:
        return hlapi.CommunityData(credentials.community)
    auth = priv = None
    if credentials.auth_secret:
        auth = credentials.auth_secret
        if credentials.priv_secret and credentials.priv != "none":
            priv = credentials.priv_secret
    md5, des = credentials.auth == "md5", credentials.priv == "des"
    auth_protocol = hlapi.USM_AUTH_HMAC96_MD5 if md5 else hlapi.USM_AUTH_HMAC96_SHA
    priv_protocol = hlapi.USM_PRIV_CBC56_DES if des else hlapi.USM_PRIV_CFB128_AES
    return hlapi.UsmUserData(
        credentials.user,
        authKey=auth,
        privKey=priv,
        authProtocol=auth_protocol if auth else hlapi.USM_AUTH_NONE,
        privProtocol=priv_protocol if priv else hlapi.USM_PRIV_NONE,
    )


def _wire_value(value: SnmpSetValue) -> Any:
    from pysnmp.proto import rfc1902

    kinds = {
        SetKind.INTEGER: rfc1902.Integer32,
        SetKind.UNSIGNED: rfc1902.Unsigned32,
        SetKind.OCTETS: rfc1902.OctetString,
    }
    return kinds[value.kind](value.value)


def _plain_value(value: Any) -> SnmpValue | None:
    """Return a decoded value as a plain one; None for Null and the no-such exceptions."""
    from pyasn1.type import univ
    from pysnmp.proto import rfc1902

    if isinstance(value, univ.Null):  # the no-such exceptions are kinds of it
        return None
    if isinstance(value, rfc1902.IpAddress):
        return str(value.prettyPrint())
    if isinstance(value, univ.OctetString):
        return bytes(value)
    if isinstance(value, univ.Integer):
        return int(value)
    return str(value) if isinstance(value, univ.ObjectIdentifier) else None
