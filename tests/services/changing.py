"""A console with one unit called `riser`, reachable over both of its ways to be changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from positron_tui.domain.changes import Change, StepState
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_subscribers import AddSubscriber, EditSubscriber
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.app import Services
from positron_tui.services.prepared import DeviceEdit, PreparedChange
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.server import SimServer
from tests.services.conftest import console, make_settings, onboard

NAME = "Smith 4B"


@asynccontextmanager
async def at(
    tmp_path: Path, server: SimServer, *, jsonrpc: object = True, **overrides: object
) -> AsyncIterator[Services]:
    """Open a console that has the unit and may use its JSON-RPC API, over TLS where it has that."""
    settings = make_settings(tmp_path, **overrides)
    async with console(settings) as services:
        if "riser" not in services.fleet:
            await onboard(services, server, "riser")
            if server.certificate is not None:
                await allow_https(services, server)
            else:
                await allow_jsonrpc(services, allowed=bool(jsonrpc))
        yield services


async def allow_jsonrpc(services: Services, *, allowed: bool = True) -> None:
    """Mark the unit for JSON-RPC over plain HTTP, or take the mark away."""
    device = services.fleet.get("riser").device
    await services.inventory.edit("riser", address=replace(device.address, http_allowed=allowed))


async def allow_https(services: Services, server: SimServer) -> None:
    """Mark the unit for JSON-RPC over HTTPS, and pin the certificate that it shows."""
    address = services.fleet.get("riser").device.address
    address = replace(address, https=True, https_port=server.https_port)
    await services.inventory.edit("riser", address=address)
    await services.inventory.trust_certificate("riser", server.certificate or "")


def free_endpoint(services: Services) -> Endpoint:
    """Return an endpoint that is plugged in and has no service."""
    offer = services.provisioning.offer("riser")
    return next(one for one in offer.free_endpoints if one.detected_port)


async def prepare(services: Services, *edits: Edit) -> PreparedChange:
    return await services.changes.prepare(DeviceEdit.of("riser", *edits))


async def run(services: Services, *edits: Edit) -> Change:
    return await services.changes.execute(await prepare(services, *edits))


def adding(services: Services, name: Any = NAME, **fields: Any) -> AddSubscriber:
    """Return the edit that puts a service on a free endpoint."""
    wanted = {
        "name": name,
        "vlan": 1_234,
        "endpoint_mac": free_endpoint(services).mac,
        **fields,
    }
    return AddSubscriber(SubscriberRequest(device="riser", **wanted))


def tagging(name: str = NAME) -> EditSubscriber:
    """Return an edit that needs both ways: the VLAN by command, the tags by call."""
    return EditSubscriber(name, vlan=1_300, double_tag=True, outer_vlan=400, uplink="10G 1/1")


def texts(device: SimDevice) -> tuple[str, str]:
    """Return what a unit runs and what it would run after a restart, as it prints them."""
    return without_head(device.running_text()), without_head(device.startup_text())


def without_head(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.startswith("ghn "))


def when_step(index: int, state: StepState, act: Callable[[], object]) -> Callable[[Change], None]:
    """Return a watcher of a change that acts once, when a step gets into a state."""
    done: list[object] = []

    def watch(change: Change) -> None:
        if not done and change.steps[index].state is state:
            done.append(act() or True)

    return watch


def free_one(device: SimDevice) -> SimDevice:
    """Take the service and the configuration from the first endpoint that is plugged in."""
    mac = next(seen.mac for seen in device.seen_endpoints() if seen.detected_port)
    for subscriber in list(device.running.subscribers.values()):
        endpoint = device.running.endpoints.get(subscriber.endpoint_id)
        if endpoint is not None and endpoint.mac == mac:
            device.delete_subscriber(subscriber.subscriber_id)
    for one in list(device.running.endpoints.values()):
        if one.mac == mac:
            device.delete_endpoint(one.endpoint_id)
    device.save()
    return device


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become true")
