"""The drivers of devices: made when first needed, closed when the device's record changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Device, Identity
from positron_tui.gam.driver import (
    DeviceDriver,
    DeviceSecrets,
    DriverOptions,
    ProbeResult,
    open_driver,
)
from positron_tui.gam.driver_jsonrpc import jsonrpc_target
from positron_tui.gam.exchange import Exchange
from positron_tui.gam.jsonrpc.tls import fetch_certificate
from positron_tui.gam.snmp.discover import identify
from positron_tui.gam.snmp.engine import SnmpCredentials
from positron_tui.gam.ssh import HostKey
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.vault import VaultKeeper

# What a good reading consists of; it is logged apart from what changes devices.
_READING = ("show ", "terminal ", "ssh ")


class DriverPool:
    """At most one driver for each device of the fleet, and short-lived ones for probing."""

    def __init__(
        self,
        *,
        vault: VaultKeeper,
        options: DriverOptions,
        activity: ActivityLog,
        clock: Clock,
        discover_timeout_s: float,
    ) -> None:
        self._vault = vault
        self._options = options
        self._activity = activity
        self._clock = clock
        self._discover_timeout_s = discover_timeout_s
        self._drivers: dict[str, tuple[Device, DeviceDriver]] = {}

    async def get(self, device: Device) -> DeviceDriver:
        """Return the driver for this very record; CredentialError without its secrets.

        Its caller has the device's lock.
        """
        held = self._drivers.get(device.name)
        if held is not None:
            if held[0] == device:
                return held[1]
            await self.drop(device.name)
        secrets = await self._vault.secrets(device.name)
        driver = self._open(device, secrets)
        self._drivers[device.name] = (device, driver)
        return driver

    async def drop(self, name: str) -> None:
        """Close a device's driver, if there is one."""
        held = self._drivers.pop(name, None)
        if held is not None:
            await held[1].close()

    async def close(self) -> None:
        """Close all drivers."""
        await asyncio.gather(*(self.drop(name) for name in list(self._drivers)))

    async def probe(self, device: Device, secrets: DeviceSecrets) -> ProbeResult:
        """Find out what a device is and what it answers; raises when nothing does."""
        driver = self._open(device, secrets)
        try:
            return await driver.probe()
        finally:
            await driver.close()

    async def host_key(self, device: Device) -> HostKey:
        """Fetch the SSH host key that a device shows now, without logging in."""
        driver = self._open(device, DeviceSecrets())
        try:
            return await driver.host_key()
        finally:
            await driver.close()

    async def certificate(self, device: Device) -> str:
        """Fetch the fingerprint of the TLS certificate that a device shows now."""
        return await fetch_certificate(jsonrpc_target(device, self._options))

    async def identify(
        self, host: str, snmp_port: int, communities: Sequence[str]
    ) -> Identity | None:
        """Ask an address who it is with each community in turn; None = silence."""
        for community in communities:
            found = await identify(
                host,
                snmp_port,
                SnmpCredentials(community=community),
                self._discover_timeout_s,
                self._options.snmp_engine,
            )
            if found is not None:
                return found
        return None

    def _open(self, device: Device, secrets: DeviceSecrets) -> DeviceDriver:
        return open_driver(device, secrets, self._options, self._clock, self._on_exchange)

    def _on_exchange(self, exchange: Exchange) -> None:
        if exchange.ok:
            outcome = Outcome.OK
        else:
            outcome = Outcome.TIMEOUT if exchange.reply is None else Outcome.FAILED
        self._activity.record(
            exchange.command,
            device=exchange.device,
            transport=exchange.transport,
            kind="exchange",
            outcome=outcome,
            reply=exchange.reply,
            duration_s=exchange.duration_s,
            routine=exchange.ok
            and (exchange.transport == "snmp" or exchange.command.startswith(_READING)),
        )
