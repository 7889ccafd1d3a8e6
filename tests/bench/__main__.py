"""`make bench`: measure the console against a simulated fleet in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.bulk import measure_bulk, measure_plans
from tests.bench.faults import measure_faults
from tests.bench.hooks import measure_hooks
from tests.bench.keys import measure_keys_while_polling
from tests.bench.polling import measure_polls
from tests.bench.report import Number, table
from tests.bench.screen import measure_rest, measure_start, measure_version
from tests.bench.service import measure_services
from tests.bench.sync import measure_compare
from tests.bench.sync_live import (
    measure_first_sync,
    measure_hooks_to_service,
    measure_sync_faults,
)

Measure = Callable[[Path], list[Number]]


def _measures(options: argparse.Namespace) -> Iterator[tuple[str, Measure]]:
    yield "version", lambda folder: [measure_version()]
    yield "start", lambda folder: measure_start(folder)
    yield "rest", lambda folder: [measure_rest(folder, options.rest_seconds)]
    yield "poll", lambda folder: asyncio.run(measure_polls(50, 96, folder, rounds=5))
    yield "keys", lambda folder: measure_keys_while_polling(folder, 50)
    yield "service", lambda folder: asyncio.run(measure_services(folder, options.services))
    yield "plan", lambda folder: measure_plans()
    yield "bulk", lambda folder: asyncio.run(measure_bulk(folder, devices=20, each=10))
    yield "faults", lambda folder: asyncio.run(measure_faults(folder, options.fault_changes))
    yield "hooks", lambda folder: asyncio.run(measure_hooks(folder, 1_000))
    yield "compare", lambda folder: measure_compare()
    yield "first-sync", lambda folder: asyncio.run(measure_first_sync(folder))
    yield "hook-to-service", lambda folder: asyncio.run(measure_hooks_to_service(folder, 20))
    yield (
        "sync-faults",
        lambda folder: asyncio.run(measure_sync_faults(folder, options.fault_syncs)),
    )
    if options.large:
        yield "large", lambda folder: asyncio.run(measure_polls(500, 96, folder, rounds=1))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", help="measure just this; may be repeated")
    parser.add_argument("--rest-seconds", type=float, default=60)
    parser.add_argument("--services", type=int, default=30, help="how many services to put")
    parser.add_argument(
        "--fault-changes", type=int, default=200, help="how many changes to make under faults"
    )
    parser.add_argument(
        "--fault-syncs", type=int, default=200, help="how many syncs to make under faults"
    )
    parser.add_argument("--large", action="store_true", help="also poll 500 devices")
    options = parser.parse_args()
    numbers: list[Number] = []
    for name, measure in _measures(options):
        if options.only and name not in options.only:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="positron-bench-") as folder:
            numbers += measure(Path(folder))
    print(table(numbers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
