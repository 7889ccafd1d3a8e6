"""Sends a burst of hooks from a process of its own; prints codes and times as JSON."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys

from tests.services.hooking import about, send_burst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("port", "first", "count", "connections"):
        parser.add_argument(name, type=int)
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.count)
    bodies = [about(number, filler="x" * 600) for number in numbers]
    burst = send_burst(options.port, "/hooks/splynx", bodies, options.connections)
    print(json.dumps(dataclasses.asdict(asyncio.run(burst))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
