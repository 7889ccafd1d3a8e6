"""Running a stand-in until it is told to stop; who prints is the caller's business."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

from positron_tui.domain.clock import SystemClock
from positron_tui.simulator.billing.book import Book
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.office import work
from positron_tui.simulator.billing.populate import PlantService, build_book

# The one is not loaded for the other: Sonar's brings GraphQL along.
_STAND_INS = {
    "splynx": ("positron_tui.simulator.billing.splynx.server", "SplynxStandIn"),
    "sonar": ("positron_tui.simulator.billing.sonar.server", "SonarStandIn"),
}
SYSTEMS = tuple(_STAND_INS)


class StandIn(Protocol):
    """What stand-ins have in common."""

    book: Book

    def announcement(self) -> dict[str, str]: ...

    async def start(self, host: str = ..., port: int = ...) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class StandInPlan:
    """What to run: `system` is one of SYSTEMS, `hooks_url` None = no hooks.

    `change_every_s` lets somebody change something that often, None = only who uses the API does.
    """

    system: str
    accounts: int
    seed: int = 0
    hooks_url: str | None = None
    faults: Sequence[str] = ()
    change_every_s: float | None = None
    plant: Sequence[PlantService] = field(default_factory=tuple)


def build_stand_in(plan: StandInPlan) -> StandIn:
    """Return a stand-in with its book; UsageError for an unknown fault or a number out of range."""
    faults = BillingFaults(plan.seed)
    for text in plan.faults:
        faults.set(text)
    book = build_book(plan.accounts, plan.seed, SystemClock(), plan.plant)
    module, name = _STAND_INS[plan.system]
    make = getattr(import_module(module), name)
    made: StandIn = make(book, faults=faults, seed=plan.seed, hooks_url=plan.hooks_url)
    return made


async def run_stand_in(
    plan: StandInPlan, host: str, port: int, announce: Callable[[str], None], stop: asyncio.Event
) -> None:
    """Serve until `stop` is set; give `announce` one JSON line when it listens.

    Raises OSError when the port is taken; nothing is left listening then.
    """
    stand_in = build_stand_in(plan)
    await stand_in.start(host, port)
    office: asyncio.Task[None] | None = None
    try:
        announce(json.dumps(stand_in.announcement()))
        if plan.change_every_s is not None:
            working = work(stand_in.book, plan.change_every_s, plan.seed)
            office = asyncio.create_task(working, name="office of a billing stand-in")
        await _first_of(stop, office)
    finally:
        if office is not None:
            office.cancel()
        await stand_in.stop()


async def _first_of(stop: asyncio.Event, office: asyncio.Task[None] | None) -> None:
    """Wait for the end; an office that breaks down is one, with its error."""
    stopped = asyncio.create_task(stop.wait(), name="end of a billing stand-in")
    try:
        await asyncio.wait(
            {stopped, *([office] if office else [])}, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        stopped.cancel()
    if office is not None and office.done():
        office.result()
