"""Reads a device whole, one job at a time on it, and keeps what it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import PositronError
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import with_members
from positron_tui.services.basis import FreshReading
from positron_tui.services.drivers import DriverPool
from positron_tui.services.fleet import Fleet
from positron_tui.services.fresh import read_fresh
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.polling import Poller
from positron_tui.store import Store
from positron_tui.store.intent import Truth


@dataclass(frozen=True, slots=True)
class WholeReading:
    """What a device runs and what it will run after a restart; `startup` None = not told."""

    fresh: FreshReading
    startup: RunningConfig | None
    notes: tuple[str, ...] = ()


class DeviceReader:
    """Fresh readings by device name."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        drivers: DriverPool,
        poller: Poller,
        locks: DeviceLocks,
        clock: Clock,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._drivers = drivers
        self._poller = poller
        self._locks = locks
        self._clock = clock

    async def fresh(self, name: str) -> FreshReading:
        """Read endpoints and running configuration; raises like `read_fresh`, and NotFound."""
        self._fleet.get(name)
        async with self._locks.of(name):
            return await self._fresh(name)

    async def whole(self, name: str) -> WholeReading:
        """Read the startup configuration too; a device that does not tell it is noted."""
        self._fleet.get(name)
        async with self._locks.of(name):
            fresh = await self._fresh(name)
            driver = await self._drivers.get(self._fleet.get(name).device)
            try:
                saved = await driver.startup_config()
            except PositronError as error:
                note = f"The startup configuration of {name} could not be read: {error}"
                return WholeReading(fresh, None, (*fresh.warnings, note))
            # The startup file is read over the command line, which does not tell everything.
            startup = with_members(saved, fresh.running) if fresh.jsonrpc else saved
            await self._store.intent.keep_copy(name, Truth.STARTUP, startup, self._clock.now())
        return WholeReading(fresh, startup, fresh.warnings)

    async def last_running(self, name: str) -> RunningConfig | None:
        """Return the running configuration as it was read last, None when it never was."""
        copy = (await self._store.intent.copies(name)).get(Truth.RUNNING)
        return copy.config if copy else None

    async def keep_polled(self, name: str, config: RunningConfig, read_at: datetime) -> None:
        """Keep the running configuration that a poll read over the command line."""
        if name in self._fleet and self._fleet.get(name).device.address.jsonrpc:
            copies = await self._store.intent.copies(name)
            if Truth.RUNNING in copies:
                config = with_members(config, copies[Truth.RUNNING].config)
        await self._store.intent.keep_copy(name, Truth.RUNNING, config, read_at)

    async def _fresh(self, name: str) -> FreshReading:
        reading = await read_fresh(
            name, fleet=self._fleet, drivers=self._drivers, poller=self._poller
        )
        await self._store.intent.keep_copy(name, Truth.RUNNING, reading.running, self._clock.now())
        return reading
