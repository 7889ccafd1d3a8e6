"""`make screenshots`: the pictures of the README, taken from the fleet of the demo."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from positron_tui.domain.devices import Address
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.app import Services, open_services
from positron_tui.services.inventory import NewDevice
from positron_tui.simulator.fleet import demo_fleet
from positron_tui.simulator.server import FleetServer, SimServer
from positron_tui.tui.app import ConsoleApp
from tests.clocks import FrozenClock
from tests.tui.conftest import settings_for
from tests.tui.driver import Console, console

TARGET = Path(__file__).parent.parent / "screenshots"
# Each picture: its name, the terminal's size, and the keys that lead there from the start.
PICTURES: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("fleet", (120, 36), ("down",)),
    ("fleet", (80, 24), ("down",)),
    ("quarantined", (80, 24), ("Q",)),
    ("device", (120, 36), (":gam birch-riser-a",)),
    ("port", (80, 24), (":port birch-riser-a/1",)),
    ("endpoint", (80, 24), (":port birch-riser-a/1", "enter")),
    ("editor", (80, 24), (":port birch-riser-a/10", "a")),
    ("log", (120, 36), ("L",)),
    ("noc", (200, 50), (":gam harbour-east",)),
)


@asynccontextmanager
async def _demo(folder: Path) -> AsyncIterator[Services]:
    """Open services over the demo's units, each read once, on a clock that stands still."""
    clock = FrozenClock()
    server = FleetServer(demo_fleet(clock=clock), "127.0.0.1", None)
    await server.start()
    try:
        async with open_services(settings_for(folder), clock=clock, actor="demo") as services:
            for unit in server.servers:
                await _onboard(services, unit)
            clock.advance(60)
            for view in services.fleet.devices():
                await services.monitor.poll(view.name)
            yield services
    finally:
        await server.stop()


async def _onboard(services: Services, unit: SimServer) -> None:
    said = unit.announcement()
    address = Address(
        host=str(said["host"]),
        snmp_port=int(str(said["snmp_port"])),
        ssh_port=int(str(said["ssh_port"])),
        ssh_user=str(said["ssh_user"]),
    )
    secrets = DeviceSecrets(
        snmp_community=str(said["snmp_read_community"]), ssh_password=str(said["ssh_password"])
    )
    new = NewDevice(address, str(said["name"]), site=unit.device.running.location, writable=True)
    await services.inventory.add(new, secrets, trust_host_key=_trust)


async def _trust(key: HostKey) -> bool:
    return True


async def _walk(screen: Console, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key.startswith(":"):
            await screen.go_to(key[1:])
        else:
            await screen.press(key)
        await screen.pilot.pause()


async def _take(services: Services, folder: Path) -> None:
    for name, size, keys in PICTURES:
        app = ConsoleApp(
            settings_for(folder), services=services, start_monitor=False, export_folder=folder
        )
        async with console(app, size) as screen:
            await screen.sees("birch-riser-a")
            await _walk(screen, keys)
            picture = app.export_screenshot(title="positron-tui")
        path = TARGET / f"{name}-{size[0]}x{size[1]}.svg"
        path.write_text(picture, encoding="utf-8")
        print(path.relative_to(TARGET.parent))


async def _main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with _demo(Path(folder)) as services:
            await _take(services, Path(folder))


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    sys.exit(asyncio.run(_main()))
