"""A console with virtual units, and a billing system whose accounts bought what runs there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from positron_tui.billing.contract import BillingSecrets
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.clock import SystemClock
from positron_tui.domain.mapping import Meaning
from positron_tui.domain.plans import Plan
from positron_tui.domain.sync_runs import Trigger
from positron_tui.services.app import Services
from positron_tui.services.billing import NewSystem
from positron_tui.services.sync_types import SyncReport
from positron_tui.simulator.billing.book import Book, BookService
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.plant import plant_services
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from positron_tui.simulator.billing.sonar.webhooks import MODEL_EVENTS
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.services.conftest import HOST, console, make_settings, onboard

SYSTEM = "isp"
HOOK_PATH = "a-path-that-nobody-guesses"
_SECRETS = (
    ("BILLING_KEY", "key"),
    ("BILLING_SECRET", "secret"),
    ("BILLING_TOKEN", "token"),
    ("HOOK_SECRET", "hook_secret"),
)
GARDEN = 3999


class StandIn(Protocol):
    """What both stand-ins have in common."""

    book: Book
    faults: BillingFaults
    url: str

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None: ...

    async def stop(self) -> None: ...

    def announcement(self) -> dict[str, str]: ...


@dataclass
class World:
    """All of it; `sold` are the services of the book in the order of the plant."""

    services: Services
    units: list[SimServer]
    billing: StandIn
    kind: BillingKind
    runs: Sequence[PlantService]
    sold: list[BookService] = field(default_factory=list)

    @property
    def book(self) -> Book:
        return self.billing.book

    def account_of(self, place: int) -> str:
        return str(self.sold[place].account_id)

    def environment(self) -> dict[str, str]:
        """Return the secrets of everything, as a console reads them from its environment."""
        said = self.billing.announcement()
        found = {
            f"BILLING_{SYSTEM.upper()}_{name}": said[key] for name, key in _SECRETS if key in said
        }
        if self.kind is BillingKind.SONAR:
            found[f"BILLING_{SYSTEM.upper()}_HOOK_PATH"] = HOOK_PATH
        for unit in self.units:
            name = unit.device.name.upper().replace("-", "_")
            found[f"{name}_SNMP_COMMUNITY"] = unit.device.secrets.snmp_read_community
            found[f"{name}_SSH_PASSWORD"] = unit.device.secrets.ssh_password
        return {f"POSITRON_TUI_SECRET_{name}": value for name, value in found.items()}

    def hooks_to(self, url: str) -> None:
        """Have all hooks of billing delivered to an address from now on."""
        if isinstance(self.billing, SplynxStandIn):
            self.billing.hooks.url = url
        elif isinstance(self.billing, SonarStandIn):
            pairs = [
                {"model": model, "event": event}
                for model, events in MODEL_EVENTS.items()
                for event in events
            ]
            values = {"name": "all", "endpoint": url, "enabled": True, "model_events": pairs}
            self.billing.webhooks.create(values)

    async def sync(self, *accounts: str, allow: int | None = None) -> SyncReport:
        """Compare and carry everything out, as a person who says yes."""
        report = await self.services.sync.prepare(SYSTEM, accounts=accounts)
        if not report.to_run:
            return report
        return await self.services.sync.execute(report.run.id, allow_cuts=allow)

    async def by_itself(self, *accounts: str) -> SyncReport:
        return await self.services.sync.run_by_itself(SYSTEM, accounts, Trigger.HOOK)

    async def map(self, **fields: object) -> None:
        mapping = await self.services.billing.mapping(SYSTEM)
        await self.services.billing.set_mapping(SYSTEM, replace(mapping, **fields))  # type: ignore[arg-type]

    async def intended(self, place: int) -> object:
        runs = self.runs[place]
        return await self.services.intent.service(runs.device, runs.subscriber)


@asynccontextmanager
async def world(
    tmp_path: Path,
    kind: BillingKind,
    *,
    units: int = 1,
    overrides: Mapping[str, object] | None = None,
) -> AsyncIterator[World]:
    """Open a console whose units are adopted and whose billing agrees with them."""
    settings = make_settings(
        tmp_path,
        **{
            "provisioning.overhead_percent": 0,
            "provisioning.walled_garden_vlan": GARDEN,
            "billing.requests_per_s": 100,
            **(overrides or {}),
        },
    )
    fleet = build_fleet(units, model="GAM-8-CX", endpoints=6, seed=3)
    servers = [SimServer(one, HOST) for one in fleet]
    runs = _plant(fleet)
    standin = _standin(kind, _book(runs))
    for server in servers:
        await server.start()
    await standin.start()
    try:
        async with console(settings) as services:
            for server in servers:
                if server.device.name not in services.fleet:
                    await onboard(services, server)
                    await services.intent.adopt(server.device.name)
            made = World(services, servers, standin, kind, runs)
            made.sold = list(standin.book.services.values())
            await _catalogue(services, runs)
            await connected(made)
            yield made
    finally:
        await standin.stop()
        for server in servers:
            await server.stop()


async def connected(made: World) -> None:
    """Add the billing system with a mapping in which every plan and status has a meaning."""
    said = made.billing.announcement()
    secrets = BillingSecrets(
        key=said.get("key"),
        secret=said.get("secret"),
        token=said.get("token"),
        hook_secret=said.get("hook_secret"),
        hook_path=HOOK_PATH if made.kind is BillingKind.SONAR else None,
    )
    new = NewSystem(made.kind, SYSTEM, said["url"], allow_http=True)
    await made.services.billing.add(new, secrets)
    adapter = await made.services.billing.adapter(SYSTEM)
    mapping = await made.services.billing.mapping(SYSTEM)
    statuses = {
        f"account:{one.name}": meaning
        for one in await adapter.statuses()
        if one.level == "account" and (meaning := _meaning(one.name)) is not None
    }
    wanted = replace(
        mapping,
        plans={one.name: one.name for one in made.book.plans.values()},
        statuses={**mapping.statuses, **statuses},
    )
    await made.services.billing.set_mapping(SYSTEM, wanted)


def _plant(fleet: Sequence[SimDevice]) -> list[PlantService]:
    """Return what runs on units, under the names that it has there."""
    names = {
        device.running.endpoints[one.endpoint_id].mac: one.name
        for device in fleet
        for one in device.running.subscribers.values()
        if one.endpoint_id in device.running.endpoints
    }
    return [replace(one, subscriber=names[one.mac]) for one in plant_services(fleet)]


def _meaning(status: str) -> Meaning | None:
    words = {
        "active": Meaning.ACTIVE,
        "blocked": Meaning.SUSPENDED,
        "suspended": Meaning.SUSPENDED,
        "delinquent": Meaning.SUSPENDED,
        "disabled": Meaning.CANCELLED,
        "inactive": Meaning.CANCELLED,
        "cancelled": Meaning.CANCELLED,
        "disconnected": Meaning.CANCELLED,
    }
    return words.get(status.casefold())


def _standin(kind: BillingKind, book: Book) -> StandIn:
    if kind is BillingKind.SPLYNX:
        return SplynxStandIn(book)
    return SonarStandIn(book)


def _book(runs: Sequence[PlantService]) -> Book:
    """Return a book that agrees with the plant in everything."""
    book = Book(SystemClock())
    plans: dict[str, int] = {}
    for one in runs:
        if one.plan not in plans:
            plans[one.plan] = book.add_plan(one.plan, one.down_kbps, one.up_kbps).plan_id
        account = book.add_account(one.subscriber, "active")
        book.add_service(
            account.account_id, plans[one.plan], one.mac.replace(":", "").upper(),
            custom={"vlan": str(one.vlan), "gam": "", "gam_port": "", "gam_state": ""},
        )  # fmt: skip
    return book


async def _catalogue(services: Services, runs: Sequence[PlantService]) -> None:
    for name in {one.plan for one in runs}:
        one = next(found for found in runs if found.plan == name)
        limited = one.plan != "Unlimited"
        rates = (one.down_kbps // 1000, one.up_kbps // 1000) if limited else (0, 0)
        if await services.plans.find(name) is None:
            await services.plans.add(Plan(name, *rates))
