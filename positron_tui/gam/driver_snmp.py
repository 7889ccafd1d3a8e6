"""The SNMP side of a driver: one session, one reading at a time, one log entry per reading."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Device, Section, SnmpVersion
from positron_tui.domain.errors import CredentialError, DeviceUnreachable, PositronError
from positron_tui.gam.driver_options import DeviceSecrets, DriverOptions
from positron_tui.gam.exchange import Exchange, OnExchange, summary
from positron_tui.gam.snmp.engine import SnmpCredentials, SnmpTarget, open_session
from positron_tui.gam.snmp.reader import SnmpProbe, SnmpReader

T = TypeVar("T")


class SnmpLine:
    """Reads sections of one device over SNMP."""

    def __init__(
        self,
        device: Device,
        secrets: DeviceSecrets,
        options: DriverOptions,
        clock: Clock,
        on_exchange: OnExchange,
    ) -> None:
        self._device = device
        self._secrets = secrets
        self._options = options
        self._clock = clock
        self._on_exchange = on_exchange
        self._lock = asyncio.Lock()
        self._reader: SnmpReader | None = None

    async def probe(self) -> SnmpProbe:
        """Ask who the device is, over a session that shares nothing with other devices'."""
        async with self._lock:
            session = await open_session(
                self._target(), self._credentials(), self._options.snmp_engine, shared=False
            )
            try:
                return await self._noted("probe", SnmpReader(session, self._clock).probe())
            finally:
                await session.close()

    async def read(self, section: Section, *, ghn: bool) -> object:
        """Read one section; the type is that of SnmpReader's method for it."""
        async with self._lock:
            reader = await self._ready()
            readers: dict[Section, Callable[[], Awaitable[object]]] = {
                Section.IDENTITY: reader.identity,
                Section.HEALTH: reader.health,
                Section.PORTS: lambda: reader.ports(ghn),
                Section.ENDPOINTS: reader.endpoints,
                Section.CONFIG: reader.config,
                Section.ALARMS: reader.alarms,
            }
            return await self._noted(f"read {section.value}", readers[section]())

    async def close(self) -> None:
        """Free the session."""
        async with self._lock:
            reader, self._reader = self._reader, None
            if reader is not None:
                await reader.close()

    async def _ready(self) -> SnmpReader:
        if self._reader is None:
            session = await open_session(
                self._target(), self._credentials(), self._options.snmp_engine
            )
            self._reader = SnmpReader(session, self._clock)
        return self._reader

    def _target(self) -> SnmpTarget:
        address = self._device.address
        return SnmpTarget(
            host=address.host,
            port=address.snmp_port,
            version=address.snmp_version,
            timeout_s=self._options.snmp_timeout_s,
            retries=self._options.snmp_retries,
            name=self._device.name,
        )

    def _credentials(self) -> SnmpCredentials:
        address, secrets = self._device.address, self._secrets
        if address.snmp_version is SnmpVersion.V3:
            return SnmpCredentials(
                user=address.snmp_user,
                auth=address.snmp_auth,
                auth_secret=secrets.snmp_auth_password,
                priv=address.snmp_priv,
                priv_secret=secrets.snmp_priv_password,
            )
        if not secrets.snmp_community:
            raise CredentialError(
                f"No SNMP community is kept for {self._device.name}; enter it with 'device edit'."
            )
        return SnmpCredentials(community=secrets.snmp_community)

    async def _noted(self, command: str, work: Awaitable[T]) -> T:
        started = self._clock.monotonic()
        try:
            value = await work
        except PositronError as error:
            silent = type(error) is DeviceUnreachable
            self._note(command, None if silent else summary(str(error)), False, started)
            raise
        self._note(command, _size(value), True, started)
        return value

    def _note(self, command: str, reply: str | None, ok: bool, started: float) -> None:
        self._on_exchange(
            Exchange(
                at=self._clock.now(),
                device=self._device.name,
                transport="snmp",
                command=command,
                reply=reply,
                ok=ok,
                duration_s=self._clock.monotonic() - started,
            )
        )


def _size(value: object) -> str:
    """Say how much was read."""
    if isinstance(value, tuple) and value and all(isinstance(part, tuple) for part in value):
        count = sum(len(part) for part in value)
    else:
        count = len(value) if isinstance(value, tuple) else 1
    return "1 row" if count == 1 else f"{count} rows"
