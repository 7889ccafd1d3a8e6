"""Billing against real servers: a first reading, from hook to verified service, random faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from positron_tui.billing.contract import BillingSecrets
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.sync_runs import RunState
from positron_tui.services.app import open_services
from positron_tui.services.billing import NewSystem
from positron_tui.simulator.billing.book import Standing
from tests.bench.loop_lag import percentile
from tests.bench.report import Number
from tests.services.conftest import make_settings
from tests.services.sync.chaos import WIDE, Chaos, Tally, daemon_of
from tests.services.sync.world import GARDEN, SYSTEM, World, world

_ACCOUNTS = 5_000
_STEP_S = 0.002
_GIVE_UP_S = 30.0


async def measure_first_sync(folder: Path) -> list[Number]:
    """Read and compare 5,000 accounts for the first time, with the settings as they come."""
    numbers: list[Number] = []
    for kind in BillingKind:
        with _stand_in(kind) as said:
            settings = make_settings(folder / kind.value)
            async with open_services(settings, actor="bench") as services:
                secrets = BillingSecrets(
                    key=said.get("key"), secret=said.get("secret"), token=said.get("token")
                )
                new = NewSystem(kind, SYSTEM, said["url"], allow_http=True)
                await services.billing.add(new, secrets)
                began, cpu = time.perf_counter(), _cpu_s()
                report = await services.sync.prepare(SYSTEM)
                took, cpu = time.perf_counter() - began, _cpu_s() - cpu
        if report.run.read < _ACCOUNTS * 9 // 10:
            raise RuntimeError(f"only {report.run.read} services were read from {kind}")
        name = f"first sync of {_ACCOUNTS:,} accounts from {kind.value}"
        numbers += [Number(name, took, "s", 60), Number("  CPU of the console", cpu, "s")]
    return numbers


async def measure_hooks_to_service(folder: Path, rounds: int) -> list[Number]:
    """Change an account in billing; measure until its unit runs it and the run has ended."""
    numbers = []
    for kind in BillingKind:
        overrides = {**WIDE, "hooks.port": 0, "billing.poll_interval_s": 3600}
        async with world(folder / kind.value, kind, overrides=overrides) as made:
            await made.sync()
            await made.services.hooks.start()
            path = await made.services.billing.hook_url_path(SYSTEM)
            made.hooks_to(f"{made.services.hooks.url}{path}")
            made.services.sync_worker.start()
            times = [await _one_hook(made, number) for number in range(rounds)]
        what = f"{kind.value}: hook to verified service, p95 of {rounds}"
        numbers.append(Number(what, percentile(times, 0.95), "s", 5))
    return numbers


async def measure_sync_faults(folder: Path, syncs: int) -> list[Number]:
    """Let billing misbehave and the daemon be killed at random, half of the syncs each system."""
    tallies: list[Tally] = []
    for seed, kind in enumerate(BillingKind):
        place = folder / kind.value
        async with world(place, kind, units=2, overrides=WIDE) as made:
            await made.sync()
            async with daemon_of(made, place, made.services.settings.db) as daemon:
                chaos = Chaos(made, daemon, seed)
                await chaos.run(-(-syncs // len(BillingKind)))
                tallies.append(chaos.tally)
    for line in (line for tally in tallies for line in (*tally.told, *tally.reasons)):
        print(line, file=sys.stderr)
    return [
        Number("syncs under random faults", sum(one.syncs for one in tallies), "syncs"),
        Number("  hooks that arrived", sum(one.hooks for one in tallies), ""),
        Number("  kills of the daemon", sum(one.kills for one in tallies), ""),
        Number("  conflicts and exceptions listed", sum(one.listed for one in tallies), ""),
        Number("  services that differ and are not listed", _sum(tallies, "differing"), "", 0),
        Number("  wrong suspensions", _sum(tallies, "wrong_suspensions"), "", 0),
    ]


def _sum(tallies: list[Tally], name: str) -> int:
    return sum(getattr(one, name) for one in tallies)


async def _one_hook(made: World, number: int) -> float:
    """Block or unblock an account and wait until that is verified."""
    place = number // 2 % len(made.sold)
    blocked = number % 2 == 0
    status = Standing.SUSPENDED if blocked else Standing.ACTIVE
    runs_before = (await made.services.sync_log.runs(1))[0].id
    began = time.perf_counter()
    made.book.set_status(made.sold[place].account_id, status)
    while time.perf_counter() - began < _GIVE_UP_S:
        await asyncio.sleep(_STEP_S)
        if (_vlan(made, place) == GARDEN) != blocked:
            continue
        newest = (await made.services.sync_log.runs(1))[0]
        if newest.id > runs_before and newest.state is RunState.FINISHED:
            return time.perf_counter() - began
    raise RuntimeError("the hook led to nothing")


def _vlan(made: World, place: int) -> int:
    runs = made.runs[place]
    unit = next(one for one in made.units if one.device.name == runs.device)
    return next(
        one.vlan for one in unit.device.running.subscribers.values() if one.name == runs.subscriber
    )


@contextlib.contextmanager
def _stand_in(kind: BillingKind) -> Iterator[dict[str, Any]]:
    """Run `positron-tui simulate-billing` until the block ends, and give what it announces."""
    command = [sys.executable, "-m", "positron_tui", "simulate-billing", kind.value]
    process = subprocess.Popen(
        [*command, "--port", "0", "--accounts", str(_ACCOUNTS), "--seed", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield cast("dict[str, Any]", json.loads(process.stdout.readline()))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
