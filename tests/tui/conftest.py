"""Consoles to test: over a still fleet of domain objects, or over the simulator."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from positron_tui.config import (
    LogSettings,
    ProvisioningSettings,
    ScreenSettings,
    SecretsBackend,
    SecretsSettings,
    Settings,
    sqlite_url,
)
from positron_tui.domain.devices import Address
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.app import Services, open_services
from positron_tui.services.inventory import NewDevice
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import FleetServer
from positron_tui.tui.app import ConsoleApp
from tests.clocks import FrozenClock
from tests.fresh_store import copy_fresh_store
from tests.tui import sample

WALLED_GARDEN = 999


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pictures must not depend on the machine: its time zone, its colours, its clipboard."""
    monkeypatch.setenv("TZ", "UTC")
    for name in ("NO_COLOR", "TMUX", "STY", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def settings_for(
    folder: Path, *, ascii_only: bool = False, theme: str = "textual-dark"
) -> Settings:
    """Settings that touch nothing outside `folder` and read nothing from the environment."""
    return Settings(
        db=sqlite_url(folder / "console.db"),
        secrets=SecretsSettings(backend=SecretsBackend.MEMORY),
        log=LogSettings(file=folder / "console.log"),
        provisioning=ProvisioningSettings(walled_garden_vlan=WALLED_GARDEN),
        screen=ScreenSettings(ascii=ascii_only, theme=theme, refresh_hz=10),
    )


@dataclass
class Still:
    """Open services over the sample fleet; nothing polls."""

    services: Services
    folder: Path

    def app(self, *, ascii_only: bool = False, theme: str = "textual-dark") -> ConsoleApp:
        return ConsoleApp(
            settings_for(self.folder, ascii_only=ascii_only, theme=theme),
            services=self.services,
            start_monitor=False,
            export_folder=self.folder,
        )


@asynccontextmanager
async def still_services(folder: Path) -> AsyncIterator[Services]:
    """Services that are open on a store of their own, with a frozen clock and no device."""
    clock = FrozenClock(sample.NOW)
    copy_fresh_store(folder / "console.db")
    async with open_services(settings_for(folder), clock=clock, actor="tester") as services:
        yield services


@pytest_asyncio.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Still]:
    """A console on the first day."""
    async with still_services(tmp_path) as services:
        yield Still(services, tmp_path)


@pytest_asyncio.fixture
async def still(tmp_path: Path) -> AsyncIterator[Still]:
    """A console over the sample fleet."""
    async with still_services(tmp_path) as services:
        for view in sample.views():
            await services.store.devices.add(view.device)
            services.fleet.add(view.device)
            services.fleet.put(view)
        for text, device, outcome, reply in sample.LOG:
            services.activity.record(
                text, device=device, transport="cli", kind="exchange", outcome=outcome, reply=reply
            )
        yield Still(services, tmp_path)


@dataclass
class Plant:
    """Open services over a simulated unit that really answers; nothing polls by itself."""

    services: Services
    units: list[SimDevice]
    folder: Path

    def app(self) -> ConsoleApp:
        return ConsoleApp(
            settings_for(self.folder),
            services=self.services,
            start_monitor=False,
            export_folder=self.folder,
        )


async def _trust(_: HostKey) -> bool:
    return True


async def onboard(services: Services, announced: Mapping[str, object]) -> None:
    """Add one listening unit to the fleet and read it."""
    address = Address(
        host=str(announced["host"]),
        snmp_port=int(str(announced["snmp_port"])),
        ssh_port=int(str(announced["ssh_port"])),
        ssh_user=str(announced["ssh_user"]),
        http_port=int(str(announced["http_port"])),
    )
    secrets = DeviceSecrets(
        snmp_community=str(announced["snmp_read_community"]),
        ssh_password=str(announced["ssh_password"]),
    )
    new = NewDevice(address, str(announced["name"]), writable=True)
    await services.inventory.add(new, secrets, trust_host_key=_trust)


@pytest_asyncio.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    """One simulated coax unit in the fleet, with quarantined and free endpoints."""
    async with _planted(tmp_path, 1) as planted:
        yield planted


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[Plant]:
    """Two simulated coax units."""
    async with _planted(tmp_path, 2) as planted:
        yield planted


@asynccontextmanager
async def _planted(folder: Path, count: int) -> AsyncIterator[Plant]:
    units = build_fleet(count, model="GAM-12-C", endpoints=12, seed=3)
    server = FleetServer(units, "127.0.0.1", None)
    await server.start()
    copy_fresh_store(folder / "console.db")
    try:
        async with open_services(settings_for(folder), actor="tester") as services:
            for one in server.servers:
                await onboard(services, one.announcement())
            yield Plant(services, units, folder)
    finally:
        await server.stop()
