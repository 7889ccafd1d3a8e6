"""Polling a simulated fleet through the services: time, CPU, and what the loop feels."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from positron_tui.config import load_settings
from positron_tui.domain.devices import Address, Section
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.app import Services, open_services
from positron_tui.services.collector import rest_collector
from positron_tui.services.inventory import NewDevice
from tests.bench.loop_lag import recorded_lag
from tests.bench.report import Number
from tests.bench.simulated import SimulatedFleet, simulated_fleet

STATUS = (Section.HEALTH, Section.PORTS, Section.ENDPOINTS, Section.ALARMS)


@asynccontextmanager
async def onboarded(fleet: SimulatedFleet, folder: Path) -> AsyncIterator[Services]:
    """Open services on a new store and onboard the whole fleet by SNMP."""
    settings = load_settings(
        None,
        {
            "db": f"sqlite+aiosqlite:///{folder / 'bench.sqlite3'}",
            "secrets": {"backend": "memory"},
            "log": {"file": str(folder / "bench.log")},
        },
    )
    async with open_services(settings) as services:
        for announced in fleet.devices:
            await services.inventory.add(
                _new_device(announced),
                DeviceSecrets(snmp_community=announced["snmp_read_community"]),
                trust_host_key=_trust,
            )
        yield services


async def measure_polls(devices: int, endpoints: int, folder: Path, rounds: int) -> list[Number]:
    """Poll all devices `rounds` times, side by side, and measure the best round's wall time."""
    options = ("--model", "GAM-24-C", "--endpoints", str(endpoints), "--seed", "1")
    with simulated_fleet(devices, *options) as fleet:
        async with onboarded(fleet, folder) as services:
            walls: list[float] = []
            cpus: list[float] = []
            simulator_cpu = fleet.cpu_s()
            rest_collector()
            async with recorded_lag() as lag:
                for _ in range(rounds):
                    started, cpu = time.perf_counter(), time.process_time()
                    await asyncio.gather(
                        *(
                            services.monitor.poll(view.name, STATUS)
                            for view in services.fleet.devices()
                        )
                    )
                    walls.append(time.perf_counter() - started)
                    cpus.append(time.process_time() - cpu)
            simulator_cpu = (fleet.cpu_s() - simulator_cpu) / rounds
            _expect_all_read(services, endpoints)
        reference = _snmpbulkwalk(fleet)
    most_wall = 3.0 if devices <= 50 else 60.0
    numbers = [
        Number(f"poll of {devices} devices, wall", sorted(walls)[rounds // 2], "s", most_wall),
        Number(f"poll of {devices} devices, our CPU", sorted(cpus)[rounds // 2], "s"),
        Number("  loop stall p50", lag.percentile(0.50), "ms"),
        Number("  loop stall p99", lag.percentile(0.99), "ms", 20),
        Number("  loop stall max", max(lag.late_ms), "ms"),
        Number(
            "  simulator's CPU for one poll", simulator_cpu, "s", 2.0 if devices <= 50 else None
        ),
    ]
    if reference is not None:
        numbers.append(
            Number("  snmpbulkwalk of the endpoint tables, side by side", reference, "s")
        )
    return numbers


def _expect_all_read(services: Services, endpoints: int) -> None:
    for view in services.fleet.devices():
        if not view.poll.reachable or len(view.snapshot.endpoints) < endpoints:
            raise RuntimeError(f"{view.name} was not read whole: {view.poll.failure}")


def _new_device(announced: dict[str, Any]) -> NewDevice:
    address = Address(announced["host"], snmp_port=announced["snmp_port"], ssh_port=None)
    return NewDevice(address, name=announced["name"], site="bench", use_ssh=False)


async def _trust(key: object) -> bool:
    return True


def _snmpbulkwalk(fleet: SimulatedFleet) -> float | None:
    """Return the seconds net-snmp needs for the endpoint tables of all devices at once."""
    program = shutil.which("snmpbulkwalk")
    if program is None:
        return None
    tables = "1.3.6.1.4.1.20095.2001.143.1.3.30"
    started = time.perf_counter()
    walks = [
        subprocess.Popen(
            [
                program,
                "-v2c",
                "-c",
                one["snmp_read_community"],
                "-Cr25",
                "-On",
                f"{one['host']}:{one['snmp_port']}",
                tables,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MIBS": ""},
        )
        for one in fleet.devices
    ]
    for walk in walks:
        walk.wait()
    return time.perf_counter() - started
