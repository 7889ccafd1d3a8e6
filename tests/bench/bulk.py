"""Bulk: 200 subscribers over 20 units side by side; drift and plans of 5,000 subscribers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from positron_tui.config import load_settings
from positron_tui.domain.bulk import BulkState
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.devices import Address
from positron_tui.domain.drift import DriftLine
from positron_tui.domain.edits import EditContext
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.intended import Intended, adopted, effective, intended_drift
from positron_tui.domain.planner import plan
from positron_tui.domain.reconcile import TakeIntended
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.actions import ActionEdit
from positron_tui.services.app import Services, open_services
from positron_tui.services.bulk import BulkReport
from positron_tui.services.inventory import NewDevice
from tests.bench.report import Number
from tests.bench.simulated import SimulatedFleet, simulated_fleet

_PER_UNIT = 384
_SUBSCRIBERS = 5_000
_ROUNDS = 5


async def measure_bulk(folder: Path, devices: int, each: int) -> list[Number]:
    """Change `each` services of every unit in one bulk run, and the same on one unit at a time."""
    with simulated_fleet(devices, "--endpoints", str(2 * each), "--seed", "3") as fleet:
        beside = await _timed(folder, "beside", fleet, each, vlan=1_500, concurrency=devices)
        behind = await _timed(folder, "behind", fleet, 1, vlan=1_501, concurrency=1)
    count = devices * each
    return [
        Number(f"bulk of {count} services over {devices} units, verified and saved", beside, "s"),
        Number("the same, for each service", beside / count, "s"),
        Number("one service at a time on the same units, for each", behind / devices, "s"),
        Number("side by side is faster by the factor", behind / devices / (beside / count), "x"),
    ]


async def _timed(
    folder: Path, name: str, fleet: SimulatedFleet, each: int, *, vlan: int, concurrency: int
) -> float:
    settings = load_settings(
        None,
        {
            "db": f"sqlite+aiosqlite:///{folder / name}.sqlite3",
            "secrets": {"backend": "memory"},
            "log": {"file": str(folder / f"{name}.log")},
            "bulk": {"concurrency": concurrency},
        },
    )
    async with open_services(settings) as services:
        await _onboard(services, fleet)
        edits = await _edits(services, each, vlan)
        started = time.perf_counter()
        report = await services.bulk.run(edits)
        took = time.perf_counter() - started
    _require_all(report)
    return took


async def _edits(services: Services, each: int, vlan: int) -> list[ActionEdit]:
    edits = []
    for view in services.fleet.devices():
        names = [one.name for one in view.snapshot.subscribers][:each]
        if len(names) < each:
            raise RuntimeError(f"{view.name} has only {len(names)} services")
        for name in names:
            edit = EditSubscriber(name, vlan=vlan)
            edits.append(await services.actions.subscriber_edit(view.name, edit))
    return edits


def _require_all(report: BulkReport) -> None:
    (group, *others) = report.groups
    if report.state is not BulkState.FINISHED or others or group.answer != "verified and saved":
        raise RuntimeError(f"not everything was verified: {report.sentence}")


async def _onboard(services: Services, fleet: SimulatedFleet) -> None:
    for one in fleet.devices:
        address = Address(
            one["host"],
            snmp_port=one["snmp_port"],
            ssh_port=one["ssh_port"],
            ssh_user=one["ssh_user"],
            http_port=one["http_port"],
        )
        secrets = DeviceSecrets(
            snmp_community=one["snmp_read_community"], ssh_password=one["ssh_password"]
        )
        new = NewDevice(address, name=one["name"], writable=True)
        await services.inventory.add(new, secrets, trust_host_key=_trust)


async def _trust(key: object) -> bool:
    return True


def measure_plans() -> list[Number]:
    """Compare 5,000 subscribers with what is intended, and plan what brings each third back."""
    units = [_unit(size) for size in _sizes(_SUBSCRIBERS)]
    changed = [_changed(unit) for unit in units]
    now = datetime.now(UTC)
    states = [adopted(Intended(), unit, now)[0] for unit in units]
    drifts = [_drift(state, unit) for state, unit in zip(states, changed, strict=True)]
    steps = sum(
        len(_steps(state, unit, lines))
        for state, unit, lines in zip(states, changed, drifts, strict=True)
    )
    drift_ms = _best_ms(
        lambda: [_drift(state, unit) for state, unit in zip(states, changed, strict=True)]
    )
    plan_ms = _best_ms(
        lambda: [
            _steps(state, unit, lines)
            for state, unit, lines in zip(states, changed, drifts, strict=True)
        ]
    )
    return [
        Number(f"drift of {_SUBSCRIBERS:,} subscribers, a third changed", drift_ms, "ms", 200),
        Number(f"plan over {_SUBSCRIBERS:,} subscribers, {steps:,} commands", plan_ms, "ms", 200),
    ]


def _best_ms(work: Callable[[], object]) -> float:
    """Return the milliseconds of the best of some rounds: others use the machine, too."""
    took = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took) * 1000


def _drift(state: Intended, running: RunningConfig) -> tuple[DriftLine, ...]:
    return intended_drift(state, running, None)


def _steps(
    state: Intended, running: RunningConfig, lines: tuple[DriftLine, ...]
) -> tuple[ChangeStep, ...]:
    outcome = TakeIntended(lines, effective(state)).outcome(running, EditContext("bench"))
    return plan(running, outcome.config, jsonrpc=False)


def _sizes(count: int) -> list[int]:
    whole, rest = divmod(count, _PER_UNIT)
    return [_PER_UNIT] * whole + [rest] * bool(rest)


def _unit(size: int) -> RunningConfig:
    numbers = range(1, size + 1)
    return RunningConfig(
        endpoints=tuple(
            EndpointConfig(
                number, f"box {number}", f"00:0e:d8:00:{number >> 8:02x}:{number & 255:02x}"
            )
            for number in numbers
        ),
        profiles=tuple(Profile(number, f"plan {number}", 100, 50) for number in range(2, 10)),
        subscribers=tuple(
            Subscriber(
                number,
                f"subscriber {number}",
                endpoint_id=number,
                vlan=100 + number,
                tagged=False,
                allowed_vlans=(20, 21),
                trunk=False,
                double_tag=False,
                profile_id=2 + number % 8,
            )
            for number in numbers
        ),
    )


def _changed(config: RunningConfig) -> RunningConfig:
    """Return a configuration in which somebody gave every third service another VLAN."""
    return replace(
        config,
        subscribers=tuple(
            replace(one, vlan=2_000 + one.subscriber_id) if one.subscriber_id % 3 == 0 else one
            for one in config.subscribers
        ),
    )
