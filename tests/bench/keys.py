"""Keys pressed while the console polls a whole fleet."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.bench.polling import onboarded
from tests.bench.report import Number
from tests.bench.screen import environment, measure_keys
from tests.bench.simulated import SimulatedFleet, simulated_fleet

POLL_INTERVAL_S = 5


def measure_keys_while_polling(folder: Path, devices: int) -> list[Number]:
    """Onboard `devices`, then open the console on them and press cursor keys while it polls."""
    options = ("--model", "GAM-24-C", "--endpoints", "96", "--seed", "1")
    with simulated_fleet(devices, *options) as fleet:
        asyncio.run(_onboard(fleet, folder))
        env = {
            **environment(folder),
            **_secrets(fleet),
            "POSITRON_TUI_SECRETS_BACKEND": "env",
            "POSITRON_TUI_MONITOR__INTERVAL_S": str(POLL_INTERVAL_S),
        }
        return measure_keys(env, f"sqlite+aiosqlite:///{folder / 'bench.sqlite3'}")


async def _onboard(fleet: SimulatedFleet, folder: Path) -> None:
    async with onboarded(fleet, folder):
        pass


def _secrets(fleet: SimulatedFleet) -> dict[str, str]:
    return {
        f"POSITRON_TUI_SECRET_{re.sub('[^A-Z0-9]', '_', one['name'].upper())}_SNMP_COMMUNITY": one[
            "snmp_read_community"
        ]
        for one in fleet.devices
    }
