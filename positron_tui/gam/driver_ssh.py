"""The one SSH session of a device: handed out exclusively, kept for a while when idle."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Device
from positron_tui.domain.errors import CredentialError, DeviceUnreachable, UsageError
from positron_tui.gam.driver_options import DeviceSecrets, DriverOptions
from positron_tui.gam.exchange import OnExchange
from positron_tui.gam.ssh import (
    CliSession,
    HostKey,
    SshCredentials,
    SshTarget,
    fetch_host_key,
    start_session,
)

_TRUSTED_WHILE_S = 5.0
_CHECK_TIMEOUT_S = 5.0


class SshLine:
    """Opens, lends and closes the session of one device."""

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
        self._idle: CliSession | None = None
        self._idle_since = 0.0
        self._closer: asyncio.Task[None] | None = None

    def target(self) -> SshTarget:
        """Return how the device is reached; UsageError when it was added without SSH."""
        address = self._device.address
        if address.ssh_port is None:
            raise UsageError(
                f"{self._device.name} is read by SNMP alone; give it an SSH port to do this."
            )
        return SshTarget(
            host=address.host,
            port=address.ssh_port,
            user=address.ssh_user,
            pinned_host_key=self._device.host_key,
            legacy=address.ssh_legacy,
            connect_timeout_s=self._options.ssh_connect_timeout_s,
            name=self._device.name,
        )

    async def host_key(self) -> HostKey:
        """Fetch the key that the device shows now."""
        return await fetch_host_key(replace(self.target(), pinned_host_key=None))

    @asynccontextmanager
    async def session(self) -> AsyncIterator[CliSession]:
        """Lend the session; the next borrower waits. It is kept only in the state it was lent in:
        alive and at exec level.
        """
        async with self._lock:
            await self._stop_closer()
            cli = await self._kept() or await self._fresh()
            try:
                yield cli
            finally:
                await self._take_back(cli)

    async def close(self) -> None:
        """Close the session that is kept; waits for a borrower."""
        async with self._lock:
            await self._stop_closer()
            await self._close_idle()

    async def _kept(self) -> CliSession | None:
        """Return the kept session if it still answers: a restarted unit does not say goodbye."""
        cli, self._idle = self._idle, None
        if cli is None:
            return None
        if cli.usable:
            if self._clock.monotonic() - self._idle_since < _TRUSTED_WHILE_S:
                return cli
            try:
                if await self._answers(cli):
                    return cli
            except BaseException:
                await cli.close()
                raise
        await cli.close()
        return None

    @staticmethod
    async def _answers(cli: CliSession) -> bool:
        try:
            return await cli.accepts("terminal length 0", timeout_s=_CHECK_TIMEOUT_S)
        except DeviceUnreachable:
            return False

    async def _fresh(self) -> CliSession:
        password = self._secrets.ssh_password
        if password is None:
            raise CredentialError(
                f"No SSH password is kept for {self._device.name}; enter it with 'device edit'."
            )
        return await start_session(
            self.target(),
            SshCredentials(password),
            clock=self._clock,
            on_exchange=self._on_exchange,
            timeouts=self._options.timeouts,
        )

    async def _take_back(self, cli: CliSession) -> None:
        if not cli.usable or cli.mode or self._options.idle_close_s <= 0:
            await cli.close()
            return
        self._idle = cli
        self._idle_since = self._clock.monotonic()
        self._closer = asyncio.create_task(
            self._close_later(), name=f"close idle SSH session of {self._device.name}"
        )

    async def _close_later(self) -> None:
        await asyncio.sleep(self._options.idle_close_s)
        await self._close_idle()

    async def _close_idle(self) -> None:
        cli, self._idle = self._idle, None
        if cli is not None:
            await cli.close()

    async def _stop_closer(self) -> None:
        closer, self._closer = self._closer, None
        if closer is not None:
            closer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await closer
