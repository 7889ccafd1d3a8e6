"""A simulated fleet in a process of its own, with its announcements and its CPU time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class SimulatedFleet:
    """The announcement lines of `positron-tui simulate`, and the process behind them."""

    pid: int
    devices: tuple[dict[str, Any], ...]

    def cpu_s(self) -> float:
        """Return the seconds of CPU that the simulator has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def simulated_fleet(devices: int, *options: str) -> Iterator[SimulatedFleet]:
    """Run `positron-tui simulate` with ephemeral ports until the block ends."""
    command = [sys.executable, "-m", "positron_tui", "simulate", "--devices", str(devices)]
    process = subprocess.Popen(
        [*command, "--base-port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        yield SimulatedFleet(process.pid, tuple(_announcements(process, devices)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


def _announcements(process: subprocess.Popen[str], count: int) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for _ in range(count):
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the simulator ended before all of its devices listened")
        yield cast("dict[str, Any]", json.loads(line))
