"""Alarms that follow from the state; identity is (entity, condition), indexes are reused."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from positron_tui.domain.devices import Line
from positron_tui.domain.models import ENDPOINT_MODELS
from positron_tui.domain.ports import ENDPOINT_ALARM_INDEX_BASE, PortKind
from positron_tui.simulator import state as st
from positron_tui.simulator.state import SeenEndpoint, SimAlarm, SimAlarmLogEntry

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

RESTART, LINKDOWN, LOWSNR, LOS, PORTMISMATCH, HWMISMATCH, SWREVMISMAT = 6, 8, 12, 13, 14, 15, 16
NA, MINOR, MAJOR = 1, 2, 3
RAISING, CLEARING, TRANSIENT = 0, 1, 3
LOW_SNR_DB = 30.0
CONDITION_WORDS = {
    RESTART: "RESTART",
    LINKDOWN: "LINKDOWN",
    LOWSNR: "LOWSNR",
    LOS: "LOS",
    PORTMISMATCH: "PORTMISMATCH",
    HWMISMATCH: "HWMISMAT",
    SWREVMISMAT: "SWREVMISMAT",
}
_TEXTS = {
    RESTART: "System restart",
    LINKDOWN: "Link down",
    LOWSNR: "Low signal to noise ratio",
    LOS: "Endpoint (CPE) loss of signal (missing)",
    PORTMISMATCH: "Endpoint (CPE) is connected to another G.hn port",
    HWMISMATCH: "Hardware Mismatch (unknown or unsupported endpoint model)",
    SWREVMISMAT: "Endpoint (CPE) firmware revision mismatch",
}
Key = tuple[int, int]


@dataclass(slots=True)
class AlarmBook:
    """Active alarms by (ifIndex, condition), the log, and how many were ever raised."""

    active: dict[Key, SimAlarm] = field(default_factory=dict)
    log: list[SimAlarmLogEntry] = field(default_factory=list)
    raised: int = 0
    primed: bool = False


@dataclass(frozen=True, slots=True)
class _Cause:
    entity: str
    severity: int
    service_affecting: bool


def endpoint_conditions(row: SeenEndpoint, line: Line) -> list[tuple[int, int]]:
    """Return (condition, severity) of one configured endpoint."""
    with_service = MAJOR if row.subscriber else MINOR
    if row.box is None:
        return [(LOS, with_service)]
    found = []
    if row.state == st.WRONG_PORT:
        found.append((PORTMISMATCH, MINOR))
    model = ENDPOINT_MODELS.get(row.box.model_number)
    if model is None or model.line not in (line, None):
        found.append((HWMISMATCH, with_service))
    if row.box.firmware_mismatch:
        found.append((SWREVMISMAT, MINOR))
    if row.box.snr_db < LOW_SNR_DB:
        found.append((LOWSNR, MINOR))
    return found


def _causes(device: SimDevice) -> dict[Key, _Cause]:
    causes: dict[Key, _Cause] = {}
    for row in device.seen_endpoints():
        port = device.running.ports.get(row.configured_port)
        if row.config is None or (port and port.shutdown):
            continue
        if_index = ENDPOINT_ALARM_INDEX_BASE + row.endpoint_id
        for condition, severity in endpoint_conditions(row, device.model.line):
            affecting = row.subscriber is not None and condition in (LOS, PORTMISMATCH, HWMISMATCH)
            causes[if_index, condition] = _Cause(f"CPE-{row.endpoint_id}", severity, affecting)
    for sim_port in device.other_ports():
        if sim_port.kind is PortKind.UPLINK and not (sim_port.oper_up or sim_port.shutdown):
            causes[sim_port.if_index, LINKDOWN] = _Cause(sim_port.name, MAJOR, True)
    return causes


def refresh(device: SimDevice) -> AlarmBook:
    """Bring the book up to the state: clear what is over, raise what is new."""
    book = device.runtime.alarms
    causes = _causes(device)
    for key in [key for key in book.active if key not in causes]:
        book.log.append(SimAlarmLogEntry(book.active.pop(key), CLEARING, device.now()))
    for key, cause in causes.items():
        present = book.active.get(key)
        if present is None:
            _raise(device, book, key, cause)
        else:
            present.severity = cause.severity
            present.service_affecting = cause.service_affecting
    book.primed = True
    return book


def _raise(device: SimDevice, book: AlarmBook, key: Key, cause: _Cause) -> None:
    book.raised += 1
    rng = random.Random(f"alarm {device.seed} {device.serial} {book.raised}")
    used = {alarm.index for alarm in book.active.values()}
    index = next(number for number in range(1, len(used) + 2) if number not in used)
    # What is wrong at the first look has been so for a while.
    age = 0 if book.primed else rng.randint(0, max(0, min(device.uptime_s(), 20 * 86_400)))
    alarm = SimAlarm(
        index,
        key[0],
        cause.entity,
        key[1],
        cause.severity,
        cause.service_affecting,
        device.now() - timedelta(seconds=age),
        rng.randbytes(16),
        _TEXTS[key[1]],
    )
    book.active[key] = alarm
    book.log.append(SimAlarmLogEntry(alarm, RAISING, alarm.occurred_at))


def note_restart(device: SimDevice) -> None:
    """Forget the active alarms and log the restart as a transient."""
    book = device.runtime.alarms
    for alarm in book.active.values():
        book.log.append(SimAlarmLogEntry(alarm, CLEARING, device.now()))
    book.active.clear()
    book.raised += 1
    rng = random.Random(f"alarm {device.seed} {device.serial} {book.raised}")
    restart = SimAlarm(
        0, 0, "SYSTEM", RESTART, NA, False, device.now(), rng.randbytes(16), _TEXTS[RESTART]
    )
    book.log.append(SimAlarmLogEntry(restart, TRANSIENT, device.now()))
