"""Virtual units on the network, and the record that a console would keep of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from positron_tui.domain.devices import Address, Capabilities, Device
from positron_tui.gam.driver import DeviceDriver, DeviceSecrets, DriverOptions, open_driver
from positron_tui.gam.exchange import Exchange
from positron_tui.gam.ssh import SessionTimeouts
from positron_tui.simulator.cli.ssh import host_key
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock

OPTIONS = DriverOptions(
    snmp_timeout_s=5.0,
    ssh_connect_timeout_s=20.0,
    timeouts=SessionTimeouts(settle_s=0.01, stale_s=0.05),
    idle_close_s=60.0,
)


@dataclass(slots=True)
class Bench:
    """One unit that listens; `clock` is the driver's, `log` what it told of its doings."""

    unit: SimDevice
    server: SimServer
    device: Device
    secrets: DeviceSecrets
    clock: FrozenClock = field(default_factory=FrozenClock)
    log: list[Exchange] = field(default_factory=list)

    def driver(
        self,
        capabilities: Capabilities | None = None,
        *,
        device: Device | None = None,
        options: DriverOptions = OPTIONS,
        secrets: DeviceSecrets | None = None,
    ) -> DeviceDriver:
        """Return a driver for the unit, with other capabilities if they are given."""
        record = device or self.device
        if capabilities is not None:
            record = replace(record, capabilities=capabilities)
        return open_driver(record, secrets or self.secrets, options, self.clock, self.log.append)

    def commands(self, transport: str = "cli") -> list[str]:
        return [one.command for one in self.log if one.transport == transport]


@asynccontextmanager
async def bench(unit: SimDevice, *, snmp: bool = True) -> AsyncIterator[Bench]:
    """Serve a unit; without `snmp` nothing listens on its SNMP port."""
    server = SimServer(unit, snmp=snmp)
    await server.start()
    address = Address(
        host=server.host,
        snmp_port=server.snmp_port or 9,
        ssh_port=server.ssh_port,
        ssh_user=unit.secrets.ssh_user,
        http_port=server.http_port,
    )
    key = host_key(unit).export_public_key().decode().strip()
    secrets = DeviceSecrets(
        snmp_community=unit.secrets.snmp_read_community, ssh_password=unit.secrets.ssh_password
    )
    try:
        yield Bench(unit, server, Device("gam-07", address, host_key=key), secrets)
    finally:
        await server.stop()
