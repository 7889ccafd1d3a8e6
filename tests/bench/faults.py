"""Changes on misbehaving units: how many ends are told, and how many of them are not so."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from positron_tui.services.app import Services, open_services
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.bench.report import Number
from tests.services.conftest import make_settings, onboard
from tests.services.faulty import IMPATIENT, FaultyUnit, Tally

_MODELS = ("GAM-4-CX", "GAM-8-MX", "GAM-8-CX", "GAM-4-MX", "GAM-12-C")
_ENDPOINTS = 6


async def measure_faults(folder: Path, changes: int) -> list[Number]:
    """Make so many random changes on five units side by side, each with a random fault."""
    tally = Tally()
    async with AsyncExitStack() as stack:
        settings = make_settings(folder, **{**IMPATIENT, "log.level": "error"})
        services = await stack.enter_async_context(open_services(settings, actor="bench"))
        units = [await _unit(stack, services, model, seed) for seed, model in enumerate(_MODELS, 1)]
        await asyncio.gather(*(_run(unit, tally, changes) for unit in units))
    for line in tally.told:
        print(line, file=sys.stderr)
    return [
        Number("changes under random faults", tally.changes, "changes"),
        *(Number(f"  ended {end}", count, "") for end, count in sorted(tally.ends.items())),
        Number("  told as verified, and not so", tally.false_verified, "", 0),
        Number("  told as taken back, and not so", tally.false_reverted, "", 0),
        Number("  services lost", tally.lost_services, "", 0),
        Number("  still unknown after a reading", tally.unsettled, "", 0),
    ]


async def _unit(stack: AsyncExitStack, services: Services, model: str, seed: int) -> FaultyUnit:
    (device,) = build_fleet(1, model=model, endpoints=_ENDPOINTS, seed=seed)
    # Units of one model have the same serial number from every seed's first place.
    device.serial = f"{device.serial[:-1]}{seed}"
    server = SimServer(device)
    await server.start()
    stack.push_async_callback(server.stop)
    name = f"unit-{seed}"
    await onboard(services, server, name)
    known = services.fleet.get(name).device
    await services.inventory.edit(name, address=replace(known.address, http_allowed=True))
    return FaultyUnit(services, server, name, seed)


async def _run(unit: FaultyUnit, tally: Tally, changes: int) -> None:
    while tally.changes < changes:
        await unit.change(tally)
