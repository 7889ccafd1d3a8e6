"""Random work in billing, a daemon that is killed at random, and a judge who counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from positron_tui.domain.sync_runs import ItemKind, RunState
from positron_tui.services.app import Services
from positron_tui.simulator.billing.book import Standing
from positron_tui.simulator.billing.faults import HOOK_FAULTS
from tests.services.sync.world import GARDEN, SYSTEM, World

# How long billing's word may take to reach a unit, hooks and all.
_LAG_S = 20.0
_LOOK_S = 0.02
_READY_S = 60.0
# The guard is not what is tried here.
WIDE = {"billing.max_suspensions": 1_000, "billing.max_suspensions_percent": 100}
API_FAULTS = (
    "error-500",
    "error-503",
    "error-429",
    "error-401",
    "garbage",
    "html",
    "half-page",
    "cut-body",
    "drop-before-write",
    "drop-after-write",
)


@dataclass
class Tally:
    """What happened, and what must not have."""

    syncs: int = 0
    kills: int = 0
    hooks: int = 0
    wrong_suspensions: int = 0
    differing: int = 0
    listed: int = 0
    told: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class Daemon:
    """The daemon as its own process, started again after every death."""

    def __init__(self, config: Path, environment: Mapping[str, str], log: Path) -> None:
        self._config = config
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self, port: int = 0) -> str:
        with self._log.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "positron_tui", "--config", str(self._config), "--json"),
                *("daemon", "--hooks-port", str(port)),
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env=self._environment,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(_READY_S):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the daemon did not start: {self._log.read_text()[-500:]}")
        self.url = json.loads(line)["url"]
        return self.url

    async def end(self, number: int) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
            await self._process.wait()
            self._process = None


class Chaos:
    """One world under random work; `tally` has the judgement at the end."""

    def __init__(self, made: World, daemon: Daemon, seed: int) -> None:
        self.tally = Tally()
        self._made = made
        self._daemon = daemon
        self._rng = random.Random(f"chaos {seed}")
        # When each account was last not active, on the monotonic clock.
        self._off_at: dict[int, float] = {}

    async def run(self, syncs: int) -> None:
        """Work in billing until so many syncs were made; then let everything come to rest."""
        port = int((await self._daemon.start()).rpartition(":")[2])
        self._made.hooks_to(f"{self._daemon.url}{await self._path()}")
        watching = asyncio.create_task(self._watch(), name="watch the units")
        rounds = 0
        try:
            while await self._syncs() < syncs:
                rounds += 1
                self._trouble()
                for _ in range(self._rng.randint(1, 3)):
                    self._work()
                await asyncio.sleep(self._rng.uniform(0.1, 1.2))
                if rounds == 2 or self._rng.random() < 0.12:
                    await self._daemon.end(signal.SIGKILL)
                    self.tally.kills += 1
                    await self._daemon.start(port)
            self._made.billing.faults.clear()
            await self._daemon.end(signal.SIGTERM)
            await self._rest()
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await self._daemon.end(signal.SIGKILL)

    async def _path(self) -> str:
        return await self._made.services.billing.hook_url_path(SYSTEM)

    async def _syncs(self) -> int:
        self.tally.syncs = len(await self._made.services.sync_log.runs(limit=100_000))
        return self.tally.syncs

    def _trouble(self) -> None:
        """Have something else go wrong than before, or nothing."""
        faults = self._made.billing.faults
        faults.clear()
        faults.set("retry-after=0.2")
        for name in self._rng.sample(API_FAULTS, self._rng.randint(0, 2)):
            faults.set(f"{name}={self._rng.uniform(0.05, 0.5):.2f}")
        for name in HOOK_FAULTS:
            if self._rng.random() < 0.5:
                faults.set(f"{name}=0.3")

    def _work(self) -> None:
        book, rng = self._made.book, self._rng
        service = rng.choice(self._made.sold)
        account = service.account_id
        choice = rng.random()
        if choice < 0.5:
            now = book.account(account).status
            other = Standing.SUSPENDED if now == Standing.ACTIVE else Standing.ACTIVE
            self._off_at[account] = time.monotonic()
            book.set_status(account, other)
        elif choice < 0.9:
            book.set_plan(service.service_id, rng.choice(list(book.plans)))
        else:
            book.add_note(account, "The customer called.")

    async def _watch(self) -> None:
        """Count whoever is cut off though billing had the account active for long."""
        before = self._cut_off()
        while True:
            await asyncio.sleep(_LOOK_S)
            now = self._cut_off()
            for place in now - before:
                account = self._made.sold[place].account_id
                active = self._made.book.account(account).status == Standing.ACTIVE
                since = time.monotonic() - self._off_at.get(account, float("-inf"))
                if active and since > _LAG_S:
                    self.tally.wrong_suspensions += 1
                    self.tally.told.append(f"{self._made.runs[place].subscriber} was cut off")
            before = now

    def _cut_off(self) -> set[int]:
        vlans = {
            (unit.device.name, one.name): one.vlan
            for unit in self._made.units
            for one in unit.device.running.subscribers.values()
        }
        return {
            place
            for place, runs in enumerate(self._made.runs)
            if vlans.get((runs.device, runs.subscriber)) == GARDEN
        }

    async def _rest(self) -> None:
        """Settle, compare everything twice as a person would, and judge."""
        services = self._made.services
        await services.sync_recovery.recover()
        await services.changes.settle()
        for _ in range(2):
            report = await services.sync.prepare(SYSTEM)
            if report.run.state is RunState.WAITING:
                await services.sync.execute(report.run.id, allow_cuts=report.cuts)
        last = await services.sync.prepare(SYSTEM)
        listed = {
            one.service_id
            for one in last.of(ItemKind.EXCEPTION, ItemKind.CONFLICT, ItemKind.WAITING)
        }
        self.tally.listed = len(listed)
        self.tally.reasons = [one.reason for one in last.items if one.service_id in listed]
        for place in range(len(self._made.runs)):
            if str(self._made.sold[place].service_id) not in listed:
                await self._judge(services, place)
        self.tally.hooks = sum(
            one.times for one in await services.store.hooks.list(limit=1_000_000)
        )

    async def _judge(self, services: Services, place: int) -> None:
        """Compare what billing has, what is intended, and what runs, for one service."""
        made, runs = self._made, self._made.runs[place]
        service = made.book.service(made.sold[place].service_id)
        active = made.book.account(service.account_id).status == Standing.ACTIVE
        plan = made.book.plan(service.plan_id).name
        held = await services.intent.service(runs.device, runs.subscriber)
        wrong = None
        if held is None:
            wrong = "is not intended any more"
        elif (held.suspended_at is None) != active:
            wrong = f"is {'active' if active else 'blocked'} in billing and intended otherwise"
        elif (place in self._cut_off()) == active:
            wrong = f"is {'active' if active else 'blocked'} in billing and runs otherwise"
        elif active and (held.plan or "Unlimited") != plan:
            wrong = f"has {plan} in billing and {held.plan} is intended"
        elif active and self._running_plan(place) != (None if plan == "Unlimited" else plan):
            wrong = f"has {plan} in billing and {self._running_plan(place)} runs"
        if wrong is not None:
            self.tally.differing += 1
            self.tally.told.append(f"{runs.subscriber} on {runs.device} {wrong}")
            last = await services.store.sync.items_of_service(SYSTEM, str(service.service_id), 6)
            self.tally.told += [f"  run {run_id}: {item}" for run_id, item in last]

    def _running_plan(self, place: int) -> str | None:
        runs = self._made.runs[place]
        device = next(one.device for one in self._made.units if one.device.name == runs.device)
        for one in device.running.subscribers.values():
            if one.name == runs.subscriber:
                profile = device.running.profiles.get(one.profile_id)
                return profile.name if profile else None
        return "nothing"


@asynccontextmanager
async def daemon_of(made: World, folder: Path, database: str) -> AsyncIterator[Daemon]:
    """Give the daemon for a world whose secrets are in the environment."""
    config = folder / "daemon.toml"
    config.write_text(
        f"""
db = "{database}"
[secrets]
backend = "env"
[log]
file = "{folder / "daemon.log"}"
[monitor]
interval_s = 30.0
[provisioning]
overhead_percent = 0
walled_garden_vlan = {GARDEN}
settle_grace_s = 0.5
[billing]
requests_per_s = 100.0
poll_interval_s = 5.0
full_interval_s = 60.0
read_timeout_s = 5.0
max_suspensions = 1000
max_suspensions_percent = 100.0
""",
        encoding="utf-8",
    )
    daemon = Daemon(config, made.environment(), folder / "daemon.err")
    try:
        yield daemon
    finally:
        await daemon.end(signal.SIGKILL)
