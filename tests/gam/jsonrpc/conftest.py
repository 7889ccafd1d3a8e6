"""A virtual unit with its real HTTP server, and clients of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from positron_tui.gam.exchange import Exchange
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.target import JsonRpcTarget
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock
from tests.gam.jsonrpc.odd_server import OddServer

PASSWORD = "made-up-web-password"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    for _ in range(4_000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not become true")


@asynccontextmanager
async def serving(device: SimDevice) -> AsyncIterator[SimServer]:
    """Serve a unit without its SNMP agent."""
    server = SimServer(device, snmp=False)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def client_of(
    server: SimServer, password: str | None = None, log: list[Exchange] | None = None
) -> JsonRpcClient:
    """Return a client of a virtual unit, with its own password unless another is given."""
    target = JsonRpcTarget(
        "127.0.0.1",
        server.http_port,
        server.device.secrets.ssh_user,
        allow_plain_http=True,
        name=server.device.name,
    )
    return JsonRpcClient(
        target,
        server.device.secrets.ssh_password if password is None else password,
        clock=FrozenClock(),
        on_exchange=(log if log is not None else []).append,
    )


def odd_client(
    odd: OddServer, log: list[Exchange] | None = None, **settings: float
) -> JsonRpcClient:
    """Return a client of an odd server; `settings` are fields of the target."""
    target = JsonRpcTarget(
        "127.0.0.1",
        odd.port,
        allow_plain_http=True,
        name="odd",
        timeout_s=settings.get("timeout_s", 20.0),
        max_reply_bytes=int(settings.get("max_reply_bytes", 8_000_000)),
    )
    return JsonRpcClient(
        target,
        PASSWORD,
        clock=FrozenClock(),
        on_exchange=(log if log is not None else []).append,
    )


def copper_unit() -> SimDevice:
    """Return a small copper unit with four services."""
    return build_fleet(1, model="GAM-4-MX", endpoints=4, seed=3)[0]


def coax_unit() -> SimDevice:
    """Return a small coax unit with six services."""
    return build_fleet(1, model="GAM-4-CX", personality="current", endpoints=6, seed=3)[0]


@pytest.fixture
async def server() -> AsyncIterator[SimServer]:
    async with serving(coax_unit()) as running:
        yield running


@pytest.fixture
async def client(server: SimServer) -> AsyncIterator[JsonRpcClient]:
    async with client_of(server) as connected:
        yield connected
