"""A whole console on a real database, and virtual units on real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from positron_tui.config import Settings, load_settings, sqlite_url
from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Address
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.app import Services, open_services
from positron_tui.services.inventory import AddResult, NewDevice
from positron_tui.services.ticker import Ticker
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.fresh_store import copy_fresh_store

HOST = "127.0.0.1"
StartUnit = Callable[..., Awaitable[SimServer]]


def make_settings(tmp_path: Path, **overrides: object) -> Settings:
    """Return settings for loopback: short time-outs, memory vault, a fresh store under tmp_path."""
    values: dict[str, object] = {
        "db": sqlite_url(tmp_path / "console.db"),
        "secrets.backend": "memory",
        "log.file": tmp_path / "console.log",
        "snmp.timeout_s": 0.5,
        "snmp.retries": 2,
        "ssh.connect_timeout_s": 5,
        "ssh.config_timeout_s": 5,
        "discover.timeout_s": 0.5,
        "provisioning.settle_grace_s": 0,
    }
    tmp_path.mkdir(exist_ok=True)
    copy_fresh_store(tmp_path / "console.db")
    empty = tmp_path / "config.toml"
    empty.touch()
    return load_settings(empty, values | {key: one for key, one in overrides.items()})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
async def start_unit() -> AsyncIterator[StartUnit]:
    """Give a function that builds and serves one virtual unit (arguments of build_fleet)."""
    async with AsyncExitStack() as stack:

        async def start(
            device: SimDevice | None = None, *, https: bool = False, **plan: object
        ) -> SimServer:
            if device is None:
                wanted = {"model": "GAM-8-CX", "endpoints": 6, "seed": 3, **plan}
                device = build_fleet(1, **wanted)[0]  # type: ignore[arg-type]
            server = SimServer(device, HOST, https=https)
            await server.start()
            stack.push_async_callback(server.stop)
            return server

        yield start


@asynccontextmanager
async def console(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ticker: Ticker | None = None,
    actor: str = "anna",
) -> AsyncIterator[Services]:
    async with open_services(settings, clock=clock, ticker=ticker, actor=actor) as services:
        yield services


def address_of(server: SimServer, *, ssh: bool = True) -> Address:
    return Address(
        HOST,
        snmp_port=server.snmp_port,
        ssh_port=server.ssh_port if ssh else None,
        ssh_user=server.device.secrets.ssh_user,
        http_port=server.http_port,
    )


def secrets_of(server: SimServer, **wrong: str) -> DeviceSecrets:
    known = server.device.secrets
    values = {
        "snmp_community": known.snmp_read_community,
        "snmp_write_community": known.snmp_write_community,
        "ssh_password": known.ssh_password,
        **wrong,
    }
    return DeviceSecrets(**values)


async def trust_all(key: HostKey) -> bool:
    return True


async def onboard(
    services: Services,
    server: SimServer,
    name: str | None = None,
    *,
    ssh: bool = True,
    writable: bool = True,
    trust: Callable[[HostKey], Awaitable[bool]] = trust_all,
    **wrong: str,
) -> AddResult:
    new = NewDevice(address_of(server, ssh=ssh), name=name, use_ssh=ssh, writable=writable)
    return await services.inventory.add(new, secrets_of(server, **wrong), trust_host_key=trust)
