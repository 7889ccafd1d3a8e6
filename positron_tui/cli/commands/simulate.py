"""`simulate`: a fleet of virtual units in this process, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import os

from positron_tui.cli.context import Context
from positron_tui.cli.until_stopped import stop_event
from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.faults import Faults, set_fault
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from positron_tui.simulator.run import run_fleet


async def run(context: Context) -> int:
    """Print one JSON line for each unit that listens, and serve until told to stop."""
    options, out = context.options, context.out
    context.note = "the virtual units are gone."
    devices = _devices(options)
    stop = stop_event(until_eof=options.until_eof)
    try:
        await run_fleet(
            devices,
            options.host,
            options.base_port or None,
            out.line,
            stop,
            https=options.https,
        )
    except OSError as error:
        raise PositronError(
            f"The virtual units cannot listen on {options.host}: {error.strerror or error}."
        ) from error
    return 0


def _devices(options: argparse.Namespace) -> list[SimDevice]:
    # Units of several processes shall fit into one fleet, so their seeds lie apart.
    seed = os.getpid() * 1_000 if options.seed is None else options.seed
    if options.demo_fleet:
        return demo_fleet(seed)
    highest = options.base_port + (4 if options.https else 3) * options.devices - 1
    if options.base_port and highest > 65_535:
        raise UsageError(
            f"{options.devices} units from port {options.base_port} on would need port {highest}; "
            "the highest is 65535."
        )
    faults = Faults()
    for text in options.fault:
        set_fault(faults, text)
    return build_fleet(
        options.devices,
        model=options.model,
        personality=options.personality,
        endpoints=options.endpoints,
        seed=seed,
        faults=faults,
    )
