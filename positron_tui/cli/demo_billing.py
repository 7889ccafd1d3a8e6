"""The billing systems of the demo: stand-ins whose customers bought what the fleet runs."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.billing.contract import BillingSecrets
from positron_tui.cli.demo_child import announcements, child_process
from positron_tui.domain.billing import BillingKind, BillingPlan
from positron_tui.domain.errors import PositronError
from positron_tui.domain.mapping import UNTHROTTLED, Meaning
from positron_tui.domain.plans import Plan
from positron_tui.services.billing import NewSystem
from positron_tui.simulator.billing.plant import plant_services
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import demo_fleet

if TYPE_CHECKING:
    from positron_tui.services.app import Services

HOST = "127.0.0.1"
SITES = {
    BillingKind.SPLYNX: ("Birch Court", "Mill Lane"),
    BillingKind.SONAR: ("Harbour View",),
}
_CHANGE_EVERY_S = 25
# Left without a meaning, so that there is an exception to look at.
_UNMAPPED = "Business 500/250"
_UNLIMITED = "Unlimited"
_STATUSES = {
    "Active": Meaning.ACTIVE,
    "Pending Install": Meaning.UNKNOWN,
    "Suspended": Meaning.SUSPENDED,
    "Disconnected": Meaning.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Office:
    """One stand-in that listens, with what opens it."""

    kind: BillingKind
    url: str
    secrets: BillingSecrets


def free_port() -> int:
    """Return a port for hooks that nobody listens on right now."""
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def billing_offices(
    seed: int, hooks_port: int, directory: Path
) -> AsyncIterator[list[Office]]:
    """Start both stand-ins, each for its sites; the processes are gone on the way out."""
    fleet = demo_fleet(seed)
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(_office(kind, seed, fleet, hooks_port, directory))
            for kind in SITES
        ]


async def connect(services: Services, offices: Sequence[Office]) -> None:
    """Adopt the fleet, fill the catalogue, and add the systems with their mappings.

    The first whole sync of each waits for the user's yes, as in real life.
    """
    for name in services.fleet.names():
        await services.intent.adopt(name)
    for office in offices:
        name = office.kind.value
        await services.billing.add(
            NewSystem(office.kind, name, office.url, allow_http=True), office.secrets
        )
        adapter = await services.billing.adapter(name)
        plans = {one.name: one for one in await adapter.plans()}
        del plans[_UNMAPPED]
        for one in plans.values():
            if not _is_unlimited(one) and await services.plans.find(one.name) is None:
                await services.plans.add(_plan(one))
        mapping = await services.billing.mapping(name)
        statuses = {
            f"{one.level}:{one.name}": _STATUSES[one.name]
            for one in await adapter.statuses()
            if one.name in _STATUSES
        }
        mapping = replace(
            mapping,
            plans={
                one.name: UNTHROTTLED if _is_unlimited(one) else one.name for one in plans.values()
            },
            statuses={**mapping.statuses, **statuses},
            notes=True,
        )
        await services.billing.set_mapping(name, mapping)


@asynccontextmanager
async def _office(
    kind: BillingKind, seed: int, fleet: Sequence[SimDevice], hooks_port: int, directory: Path
) -> AsyncIterator[Office]:
    plant, log = directory / f"{kind.value}.jsonl", directory / f"{kind.value}.log"
    runs = [one for one in _sold(fleet) if one.site in SITES[kind]]
    plant.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in runs), encoding="utf-8")
    path = secrets.token_urlsafe(16) if kind is BillingKind.SONAR else None
    hooks = f"http://{HOST}:{hooks_port}/hooks/{kind.value}" + (f"/{path}" if path else "")
    words = (
        *("simulate-billing", kind.value, "--seed", str(seed), "--fleet", str(plant)),
        *("--hooks", hooks, "--change-every", str(_CHANGE_EVERY_S)),
    )
    async with child_process(log, *words) as child:
        (line,) = await announcements(child, 1, log)
        said = json.loads(line)
        yield Office(
            kind,
            said["url"],
            BillingSecrets(
                key=said.get("key"),
                secret=said.get("secret"),
                token=said.get("token"),
                hook_secret=said.get("hook_secret"),
                hook_path=path,
            ),
        )


def _sold(fleet: Sequence[SimDevice]) -> list[PlantService]:
    """Return what runs, and one new tenant for the first endpoint that waits for a service."""
    found = [
        replace(one, subscriber=_name(device, one.mac))
        for device in fleet
        for one in plant_services([device])
    ]
    for device in fleet:
        for seen in device.seen_endpoints():
            if seen.detected_port and seen.config is None and found:
                like = next(one for one in found if one.device == device.name)
                new = replace(like, mac=seen.mac, vlan=None, port="", subscriber="Nora Winter")
                return [new, *found]
    return found


def _name(device: SimDevice, mac: str) -> str:
    running = device.running
    for one in running.subscribers.values():
        endpoint = running.endpoints.get(one.endpoint_id)
        if endpoint is not None and endpoint.mac == mac:
            return one.name
    raise PositronError(f"Nothing runs on {mac}.")


def _is_unlimited(one: BillingPlan) -> bool:
    return one.name == _UNLIMITED


def _plan(one: BillingPlan) -> Plan:
    return Plan(one.name, (one.down_kbps or 0) // 1_000, (one.up_kbps or 0) // 1_000)
