"""`simulate-billing`: a stand-in for a billing system in this process, until it is stopped."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from positron_tui.cli.context import Context
from positron_tui.cli.until_stopped import stop_event
from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.simulator.billing.plant import plant_services, read_plant
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.billing.run import StandInPlan, run_stand_in
from positron_tui.simulator.fleet import demo_fleet

_USUAL_ACCOUNTS = 100
_HIGHEST_PORT = 65_535


async def run(context: Context) -> int:
    """Print one JSON line with address and credentials, and serve until told to stop."""
    options, out = context.options, context.out
    context.note = "the billing stand-in is gone."
    plan = _plan(options)
    stop = stop_event(until_eof=options.until_eof)
    try:
        await run_stand_in(plan, options.host, options.port, out.line, stop)
    except OSError as error:
        raise PositronError(
            f"The billing stand-in cannot listen on {options.host} port {options.port}: "
            f"{error.strerror or error}."
        ) from error
    return 0


def _plan(options: argparse.Namespace) -> StandInPlan:
    if options.port > _HIGHEST_PORT:
        raise UsageError(f"{options.port} is not a port number (0-{_HIGHEST_PORT}).")
    if options.hooks is not None and not options.hooks.startswith(("http://", "https://")):
        raise UsageError(f"'{options.hooks}' is no address for hooks; begin it with http://.")
    plant = _plant(options)
    usual = len(plant) or _USUAL_ACCOUNTS
    return StandInPlan(
        system=options.system,
        accounts=usual if options.accounts is None else options.accounts,
        seed=os.getpid() if options.seed is None else options.seed,
        hooks_url=options.hooks,
        faults=tuple(options.fault),
        change_every_s=options.change_every,
        plant=plant,
    )


def _plant(options: argparse.Namespace) -> tuple[PlantService, ...]:
    """Return what runs on the fleet that the book shall match, if any."""
    if options.demo_fleet is not None:
        return tuple(plant_services(demo_fleet(options.demo_fleet)))
    if options.fleet is None:
        return ()
    if options.fleet == "-":
        return tuple(read_plant(sys.stdin))
    try:
        with Path(options.fleet).open(encoding="utf-8") as lines:
            return tuple(read_plant(lines))
    except OSError as error:
        raise UsageError(f"{options.fleet} cannot be read: {error.strerror}.") from error
