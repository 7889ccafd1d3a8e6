"""`demo`: the console on a simulated fleet, with a throw-away store and no keyring."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.cli.commands.console import require_terminal
from positron_tui.cli.context import Context
from positron_tui.cli.demo_billing import billing_offices, connect, free_port
from positron_tui.cli.demo_child import Announced, simulated_fleet
from positron_tui.config import Settings, load_settings, sqlite_url
from positron_tui.domain.devices import Address
from positron_tui.domain.errors import UsageError
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.inventory import NewDevice

if TYPE_CHECKING:
    from positron_tui.services.app import Services

FLEET_SIZE = 6
POLL_INTERVAL_S = 5.0
WALLED_GARDEN_VLAN = 3999
BILLING_INTERVAL_S = 60.0
_STORE = "demo.db"


async def run(context: Context) -> int:
    """Set the fleet up, open the console on it, and clean up whatever happens."""
    require_terminal()
    options, out = context.options, context.out
    context.note = "the simulated fleet is gone."
    with _directory(options.keep) as directory:
        hooks_port = free_port()
        settings = demo_settings(context, directory, hooks_port)
        out.say("Starting the simulated fleet ...")
        log = directory / "simulator.log"
        async with (
            simulated_fleet(options.seed, FLEET_SIZE, log) as units,
            billing_offices(options.seed, hooks_port, directory) as offices,
        ):
            context.__dict__["settings"] = settings
            async with context.services() as services:
                started = time.monotonic()
                await _onboard(context, services, units)
                out.clear_progress()
                await connect(services, offices)
                out.say(f"{len(units)} units are set up ({time.monotonic() - started:.1f} s).")
                return await _console(settings, services)


def demo_settings(context: Context, directory: Path, hooks_port: int) -> Settings:
    """Return the settings of the demo: the user's own, but nothing of theirs is written to."""
    config = vars(context.options).get("config")
    return load_settings(
        Path(config) if config else None,
        {
            "db": sqlite_url(directory / _STORE),
            "secrets.backend": "memory",
            "log.file": directory / "positron-tui.log",
            "monitor.interval_s": POLL_INTERVAL_S,
            "read_only": False,
            "provisioning.walled_garden_vlan": WALLED_GARDEN_VLAN,
            # What the simulated units limit to is what their customers bought.
            "provisioning.overhead_percent": 0,
            "hooks.enabled": True,
            "hooks.host": "127.0.0.1",
            "hooks.port": hooks_port,
            "billing.poll_interval_s": BILLING_INTERVAL_S,
            "billing.requests_per_s": 50,
        },
    )


@contextmanager
def _directory(keep: str | None) -> Iterator[Path]:
    """Give a directory that is gone afterwards, or the one to keep; that must not be in use."""
    if keep is None:
        directory = Path(tempfile.mkdtemp(prefix="positron-tui-demo-"))
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)
        return
    directory = Path(keep).expanduser()
    if (directory / _STORE).exists():
        raise UsageError(f"{directory} holds a demo already; name another directory.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{directory} cannot be used: {error.strerror}.") from error
    yield directory


async def _onboard(context: Context, services: Services, units: list[Announced]) -> None:
    """Take every unit into the fleet, side by side, and read it once."""
    out, done = context.out, 0

    async def one(unit: Announced) -> None:
        nonlocal done
        result = await services.inventory.add(
            _new_device(unit), _secrets(unit), trust_host_key=_trust_simulated
        )
        if result.identity.location:
            await services.inventory.edit(result.device.name, site=result.identity.location)
        done += 1
        out.progress(f"Setting up the simulated fleet ... {done}/{len(units)}")

    out.progress(f"Setting up the simulated fleet ... 0/{len(units)}")
    try:
        async with asyncio.TaskGroup() as group:
            for unit in units:
                group.create_task(one(unit), name=f"set up {unit.name}")
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _new_device(unit: Announced) -> NewDevice:
    return NewDevice(
        address=Address(
            host=unit.host,
            snmp_port=unit.snmp_port,
            ssh_port=unit.ssh_port,
            ssh_user=unit.ssh_user,
            http_port=unit.http_port,
        ),
        name=unit.name,
        writable=True,
    )


def _secrets(unit: Announced) -> DeviceSecrets:
    return DeviceSecrets(
        snmp_community=unit.snmp_read_community,
        snmp_write_community=unit.snmp_write_community,
        ssh_password=unit.ssh_password,
    )


async def _trust_simulated(key: HostKey) -> bool:
    """The key is that of our own child process on this machine."""
    return True


async def _console(settings: Settings, services: Services) -> int:
    from positron_tui.services.collector import rest_collector
    from positron_tui.tui.app import ConsoleApp

    rest_collector()
    app = ConsoleApp(settings, services=services)
    try:
        await app.run_async()
    finally:
        await app.close_services()
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # Textual takes a cancellation as a reason to close, and forgets it.
        raise asyncio.CancelledError
    return app.return_code or 0
