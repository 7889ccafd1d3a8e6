"""What a person at the terminal feels: start, keys, silence, and the price of a changed value."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from positron_tui.domain.clock import SystemClock
from positron_tui.domain.devices import (
    Address,
    Device,
    Identity,
    Line,
    Provenance,
    Section,
    Snapshot,
)
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortCounters, PortKind, PortMode, port_name
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.store import open_store
from tests.bench.loop_lag import percentile
from tests.bench.report import Number
from tests.bench.terminal import Terminal

PORTS, ENDPOINTS = 24, 100


def measure_version(rounds: int = 7) -> Number:
    """Time `positron-tui --version` (median)."""
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([*_console(), "--version"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return Number("positron-tui --version", percentile(times, 0.5), "s", 0.15)


def measure_start(folder: Path, devices: int = 50) -> list[Number]:
    """Time the first paint with a full store, and count the bytes of a screen at rest."""
    url = f"sqlite+aiosqlite:///{folder / 'full.sqlite3'}"
    asyncio.run(_fill(url, devices))
    first: list[float] = []
    named: list[float] = []
    for _ in range(3):
        with Terminal([*_console(), "--db", url], environment(folder)) as screen:
            first.append(screen.until(r"\S"))
            named.append(screen.until("gam-001", 30))
    return [
        Number(f"cold start to first paint, {devices} devices", percentile(first, 0.5), "s", 1.5),
        Number("  to the fleet on the screen", percentile(named, 0.5), "s", 1.5),
    ]


def measure_rest(folder: Path, seconds: float) -> Number:
    """Count what a screen at rest writes; no poll is due in that time."""
    url = f"sqlite+aiosqlite:///{folder / 'rest.sqlite3'}"
    asyncio.run(_fill(url, 3))
    env = {**environment(folder), "POSITRON_TUI_MONITOR__INTERVAL_S": "3600"}
    with Terminal([*_console(), "--db", url], env) as screen:
        screen.until("gam-001", 30)
        screen.until_quiet(8.0, 90)
        written = screen.count_bytes(seconds)
    return Number(f"screen at rest for {seconds:.0f} s", written, "bytes", 0)


def measure_keys(env: dict[str, str], url: str, presses: int = 60) -> list[Number]:
    """Press cursor keys while the console polls, and time the first output of each."""
    with Terminal([*_console(), "--db", url], env) as screen:
        screen.until("gam-01", 30)
        screen.until_quiet(0.3, 20)
        times: list[float] = []
        for number in range(presses):
            took = screen.key_to_paint_ms("\x1b[B" if number % 20 < 10 else "\x1b[A")
            if took is not None:
                times.append(took)
            screen.count_bytes(0.11)
    return [
        Number("key to paint while polling, p50", percentile(times, 0.50), "ms"),
        Number("key to paint while polling, p95", percentile(times, 0.95), "ms", 40),
        Number("  keys that painted nothing", presses - len(times), "keys"),
    ]


def _console() -> list[str]:
    return [str(Path(sys.executable).with_name("positron-tui"))]


def environment(folder: Path) -> dict[str, str]:
    """Return what a console needs to run apart from the person's own settings."""
    return {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "POSITRON_TUI_SECRETS_BACKEND": "memory",
        "PATH": os.environ.get("PATH", ""),
    }


async def _fill(url: str, devices: int) -> None:
    """Put a fleet with 100 endpoints and subscribers a device into a new store."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    async with open_store(url, SystemClock()) as store:
        for number in range(1, devices + 1):
            name = f"gam-{number:03d}"
            # The discard port of this machine: nothing answers, and no other host is asked.
            address = Address("127.0.0.1", snmp_port=9, ssh_port=None)
            await store.devices.add(Device(name, address, site=f"site {number % 7}", added_at=now))
            poll = PollState(last_poll_at=now, last_good_at=now, reachable=True)
            await store.readings.save(name, _snapshot(number, now), poll)


def _snapshot(number: int, now: datetime) -> Snapshot:
    ports = tuple(
        Port(
            port_name(PortKind.GHN, port),
            1_000_000 + port,
            PortKind.GHN,
            port,
            Admin.UP,
            Oper.UP,
            2500,
            PortMode.COAX,
            counters=PortCounters(port * 10**9, port * 10**10, 0, 0),
        )
        for port in range(1, PORTS + 1)
    )
    endpoints = tuple(_endpoint(number, index) for index in range(1, ENDPOINTS + 1))
    subscribers = tuple(
        Subscriber(
            index, f"sub {number}-{index}", endpoint_id=index, vlan=100 + index, profile_id=2
        )
        for index in range(1, ENDPOINTS + 1)
    )
    read = {section: Provenance(Source.SNMP, now) for section in Section}
    return Snapshot(
        identity=Identity(model="GAM-24-C", line=Line.COAX, serial=f"S{number}"),
        ports=ports,
        endpoints=endpoints,
        profiles=(Profile(2, "100M", 118, 118),),
        subscribers=subscribers,
        provenance=read,
    )


def _endpoint(number: int, index: int) -> Endpoint:
    return Endpoint(
        f"00:0e:d8:{number:02x}:{index // 256:02x}:{index % 256:02x}",
        endpoint_id=index,
        name=f"apt {index}",
        configured_port=port_name(PortKind.GHN, 1 + index % PORTS),
        detected_port=port_name(PortKind.GHN, 1 + index % PORTS),
        state=EndpointState.OK,
        model="G1001-C",
        down_phy_mbps=1800,
        up_phy_mbps=1700,
        subscriber=f"sub {number}-{index}",
    )
