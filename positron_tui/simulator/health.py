"""CPU, temperatures, fans and power of a virtual unit: plausible, repeatable, slowly moving."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from positron_tui.simulator.identity import indoor
from positron_tui.simulator.state import SimHealth

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

# Offsets from ambient in tenths of a degree, in the order of the sensor table.
_SENSORS = (("Intake #1", 0), ("Intake #2", 8), ("Exhaust #1", 62), ("Exhaust #2", 75))
_CPU_OFFSET = 190
_FANS = 4


def _wave(device: SimDevice, period_s: float, phase: float) -> float:
    return math.sin(2 * math.pi * (device.clock.monotonic() / period_s + phase))


def health(device: SimDevice) -> SimHealth:
    """Return the readings of this moment; the LED follows the worst active alarm."""
    rng = random.Random(f"health {device.seed} {device.serial}")
    ambient = rng.randint(169, 312)
    load = rng.randint(22, 58)
    phase = rng.random()
    warm = round(6 * _wave(device, 1_800, phase))
    cpu = tuple(
        max(1, min(100, load + round(swing * _wave(device, period, phase))))
        for swing, period in ((14, 17), (8, 41), (4, 203))
    )
    temperatures = [(name, ambient + offset + warm) for name, offset in _SENSORS]
    temperatures.append(("CPU", ambient + _CPU_OFFSET + 2 * warm))
    fans = []
    if indoor(device):
        fans = [(n, 9_300 + rng.randint(-90, 90) + 3 * warm) for n in range(_FANS)]
    return SimHealth(
        (cpu[0], cpu[1], cpu[2]),
        tuple(temperatures),
        tuple(fans),
        (
            ("Main power supply", 0),
            ("Redundant power supply", 0 if device.seed % 3 == 1 and indoor(device) else 2),
        ),
        led_text(device),
    )


def led_text(device: SimDevice) -> str:
    worst = max((alarm.severity for alarm in device.alarms()), default=0)
    if worst >= 3:
        return "red, solid, major or critical alarm."
    if worst == 2:
        return "yellow, solid, minor alarm."
    return "green, solid, normal indication."
