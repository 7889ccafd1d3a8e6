"""Running a fleet until it is told to stop; who prints is the caller's business."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.server import FleetServer


async def run_fleet(
    devices: list[SimDevice],
    host: str,
    base_port: int | None,
    announce: Callable[[str], None],
    stop: asyncio.Event,
    *,
    https: bool = False,
) -> None:
    """Serve `devices` until `stop` is set; give `announce` one JSON line for each that listens.

    Raises OSError when a port is taken; nothing is left listening then.
    """
    fleet = FleetServer(devices, host, base_port, https=https)
    await fleet.start()
    try:
        for server in fleet.servers:
            announce(json.dumps(server.announcement()))
        await stop.wait()
    finally:
        await fleet.stop()
