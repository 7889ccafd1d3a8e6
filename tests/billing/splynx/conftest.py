"""A Splynx that runs, and what was recorded of real ones."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from positron_tui.simulator.billing.populate import build_book
from tests.billing.contract.systems import Splynx
from tests.clocks import FrozenClock


@pytest.fixture(scope="session")
def recorded() -> dict[str, Any]:
    """Answers and messages of real systems; the signatures are computed from the formulas."""
    path = Path(__file__).with_name("recorded.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.fixture
async def splynx() -> AsyncIterator[Splynx]:
    clock = FrozenClock()
    made = Splynx(build_book(25, 3, clock), clock)
    await made.start()
    yield made
    made.faults.clear()
    for adapter in made.adapters:
        await adapter.close()
    await made.stop()
