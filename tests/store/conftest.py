"""A real database file per test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from positron_tui.config import sqlite_url
from positron_tui.store import Store, open_store
from tests.clocks import FrozenClock
from tests.fresh_store import copy_fresh_store


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "fleet.db"


@pytest.fixture
async def store(path: Path, clock: FrozenClock) -> AsyncIterator[Store]:
    copy_fresh_store(path)
    async with open_store(sqlite_url(path), clock) as opened:
        yield opened
