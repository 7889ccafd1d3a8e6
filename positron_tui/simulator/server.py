"""Servers of virtual units: their listeners go and come back together."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import Protocol

from positron_tui.simulator.cli.ssh import CliServer
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.jsonrpc.certificate import self_signed
from positron_tui.simulator.jsonrpc.http import HttpServer

PORTS_PER_DEVICE = 3
_START_TOGETHER = 8
_RESTART_NOTICE_S = 0.05


class Listener(Protocol):
    """One transport of a unit; port 0 = any free one."""

    async def start(self, host: str, port: int) -> int: ...

    async def stop(self) -> None: ...


def _snmp_agent(device: SimDevice) -> Listener:
    """Return the agent; imported here because pysnmp takes long and not every test needs it."""
    module = importlib.import_module("positron_tui.simulator.snmp.agent")
    agent: Listener = module.SnmpAgent(device)
    return agent


class SimServer:
    """One unit on the network. A restart of the unit takes all its listeners away for a while.

    `snmp=False` leaves the agent out (its port stays 0); `https=True` adds the API over TLS.
    """

    def __init__(
        self,
        device: SimDevice,
        host: str = "127.0.0.1",
        snmp_port: int = 0,
        ssh_port: int = 0,
        http_port: int = 0,
        https_port: int = 0,
        *,
        snmp: bool = True,
        https: bool = False,
    ) -> None:
        self.device = device
        self.host = host
        self.cli = CliServer(device)
        self.http = HttpServer(device)
        self._listeners: dict[str, Listener] = {"ssh": self.cli, "http": self.http}
        if snmp:
            self._listeners["snmp"] = _snmp_agent(device)
        self.certificate: str | None = None
        if https:
            context, self.certificate = self_signed(device.name)
            self._listeners["https"] = HttpServer(device, context)
        self._ports = {"snmp": snmp_port, "ssh": ssh_port, "http": http_port, "https": https_port}
        self._restart_wanted = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None

    @property
    def snmp_port(self) -> int:
        return self._ports["snmp"]

    @property
    def ssh_port(self) -> int:
        return self._ports["ssh"]

    @property
    def http_port(self) -> int:
        return self._ports["http"]

    @property
    def https_port(self) -> int:
        return self._ports["https"]

    def announcement(self) -> dict[str, str | int]:
        """Return what a console needs to reach the unit; the credentials are made up.

        With HTTPS also its port and the fingerprint of its certificate.
        """
        secrets = self.device.secrets
        tls: dict[str, str | int] = {}
        if self.certificate is not None:
            tls = {"https_port": self.https_port, "certificate": self.certificate}
        return {
            "name": self.device.name,
            "host": self.host,
            "snmp_port": self.snmp_port,
            "ssh_port": self.ssh_port,
            "http_port": self.http_port,
            **tls,
            "model": self.device.model.name,
            "serial": self.device.serial,
            "snmp_read_community": secrets.snmp_read_community,
            "snmp_write_community": secrets.snmp_write_community,
            "ssh_user": secrets.ssh_user,
            "ssh_password": secrets.ssh_password,
        }

    async def start(self) -> None:
        """Listen on all transports; on an error nothing is left listening."""
        try:
            await self._listen()
        except BaseException:
            await self._silence()
            raise
        self.device.on_restart.append(self._restart_wanted.set)
        self._watcher = asyncio.create_task(self._watch(), name=f"restarts of {self.device.name}")

    async def stop(self) -> None:
        """Close every listener and connection; safe to call twice."""
        if self._watcher is not None:
            self.device.on_restart.remove(self._restart_wanted.set)
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        await self._silence()

    def hang_up(self) -> None:
        """Break every connection over SSH, HTTP and HTTPS; whoever comes again is served."""
        for connection in list(self.cli.connections):
            connection.abort()
        for listener in self._listeners.values():
            if isinstance(listener, HttpServer):
                listener.hang_up()

    async def _listen(self) -> None:
        for name, listener in self._listeners.items():
            self._ports[name] = await listener.start(self.host, self._ports[name])

    async def _silence(self) -> None:
        for listener in self._listeners.values():
            await listener.stop()

    async def _watch(self) -> None:
        """Serve restarts: those that are asked for, and the one of fault restart-after."""
        delay = self.device.faults.restart_after_s
        while True:
            try:
                async with asyncio.timeout(delay):
                    await self._restart_wanted.wait()
            except TimeoutError:
                self.device.reboot()
            delay = None
            self._restart_wanted.clear()
            # The answer to whoever asked for the restart still gets out.
            await asyncio.sleep(_RESTART_NOTICE_S)
            await self._silence()
            await self._come_back()

    async def _come_back(self) -> None:
        """Listen again on the same ports; one that somebody took meanwhile is waited for."""
        while True:
            await asyncio.sleep(self.device.restart_seconds)
            try:
                await self._listen()
            except OSError:
                await self._silence()
                continue
            self.device.came_up()
            return


class FleetServer:
    """Many units in one loop; unit i has the ports base_port + 3i (SNMP), + 1 (SSH), + 2 (HTTP).

    HTTPS ports, when wanted, lie behind all the others, in the order of the units. Without a base
    port every listener takes a free one.
    """

    def __init__(
        self,
        devices: list[SimDevice],
        host: str = "127.0.0.1",
        base_port: int | None = None,
        *,
        https: bool = False,
    ) -> None:
        self.servers = []
        for index, device in enumerate(devices):
            first = base_port + PORTS_PER_DEVICE * index if base_port else 0
            last = base_port + PORTS_PER_DEVICE * len(devices) + index if base_port else 0
            ports = (first, first + 1, first + 2, last) if first else (0, 0, 0, 0)
            self.servers.append(SimServer(device, host, *ports, https=https))

    async def start(self) -> None:
        """Start all units; if one cannot listen, none is left."""
        gate = asyncio.Semaphore(_START_TOGETHER)

        async def start_one(server: SimServer) -> None:
            async with gate:
                await server.start()

        try:
            async with asyncio.TaskGroup() as group:
                for server in self.servers:
                    group.create_task(start_one(server), name=f"start {server.device.name}")
        except BaseExceptionGroup as group_error:
            await self.stop()
            raise group_error.exceptions[0] from None
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        for server in self.servers:
            await server.stop()
