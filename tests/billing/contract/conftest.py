"""The suite runs once for each system, over a real HTTP stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from positron_tui.simulator.billing.populate import build_book
from tests.billing.contract.systems import SYSTEMS, System
from tests.clocks import FrozenClock

ACCOUNTS = 25


@pytest.fixture(params=list(SYSTEMS))
async def system(request: pytest.FixtureRequest) -> AsyncIterator[System]:
    """Yield a running stand-in with a small book; its adapters are closed in the end."""
    clock = FrozenClock()
    made = SYSTEMS[request.param](build_book(ACCOUNTS, 3, clock), clock)
    await made.start()
    yield made
    made.faults.clear()
    for adapter in made.adapters:
        await adapter.close()
    await made.stop()
