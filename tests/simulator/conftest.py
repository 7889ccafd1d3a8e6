"""Running units for the tests of their transports."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from positron_tui.domain.clock import SystemClock
from positron_tui.simulator.server import SimServer
from tests.simulator.units import make_unit


@pytest.fixture
async def server() -> AsyncIterator[SimServer]:
    """Serve one small unit, without its SNMP agent."""
    running = SimServer(make_unit(clock=SystemClock()), snmp=False)
    await running.start()
    yield running
    await running.stop()
