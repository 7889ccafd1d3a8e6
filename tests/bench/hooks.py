"""A burst of hooks: how soon each is answered, what the screen feels of it, what is lost."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from positron_tui.config import sqlite_url
from positron_tui.domain.clock import SystemClock
from positron_tui.services.collector import rest_collector
from positron_tui.store import open_store
from tests.bench.loop_lag import percentile, recorded_lag
from tests.bench.report import Number
from tests.services.hooking import receiving

_CONNECTIONS = 32


async def measure_hooks(folder: Path, count: int) -> list[Number]:
    """Send `count` signed hooks over 32 connections from another process."""
    async with (
        open_store(sqlite_url(folder / "hooks.sqlite3")) as store,
        receiving(store, SystemClock()) as ground,
    ):
        rest_collector()
        port = int(ground.url.rpartition(":")[2])
        await _burst(port, 100_000, _CONNECTIONS)  # whatever is loaded at the first one
        async with recorded_lag() as lag:
            codes, took_ms = await _burst(port, 0, count)
        kept = {one.account_id for one in await store.hooks.waiting(2 * count)}
    lost = sum(str(number) not in kept for number in range(count))
    return [
        Number(f"{count:,} hooks in a burst, answer p50", percentile(took_ms, 0.50), "ms"),
        Number(f"{count:,} hooks in a burst, answer p99", percentile(took_ms, 0.99), "ms", 100),
        Number("the same, answered within", max(took_ms), "ms"),
        Number("the same, loop stall p99", lag.percentile(0.99), "ms", 50),
        Number("the same, not answered with 200", len(codes) - codes.count(200), "hooks", 0),
        Number("the same, lost", lost, "hooks", 0),
    ]


async def _burst(port: int, first: int, count: int) -> tuple[list[int], list[float]]:
    words = [str(one) for one in (port, first, count, _CONNECTIONS)]
    sender = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.hook_sender", *words), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await sender.communicate()
    answers = json.loads(out)
    return answers["codes"], answers["took_ms"]
