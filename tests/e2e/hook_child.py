"""A receiver in a process of its own, to be killed."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from positron_tui.config import sqlite_url
from positron_tui.domain.clock import SystemClock
from positron_tui.store import open_store
from tests.services.hooking import receiving


def run(file: Path, told: Connection) -> None:
    """Serve hooks into the database `file` and say where."""
    asyncio.run(_serve(file, told))


async def _serve(file: Path, told: Connection) -> None:
    async with (
        open_store(sqlite_url(file)) as store,
        receiving(store, SystemClock()) as ground,
    ):
        told.send(ground.url)
        await asyncio.Event().wait()
