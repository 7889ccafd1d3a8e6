"""A new service from confirmation to verified and saved, over real SSH sessions."""

from __future__ import annotations

import time
from pathlib import Path

from positron_tui.config import load_settings
from positron_tui.domain.changes import ChangeState
from positron_tui.domain.devices import Address
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.app import Services, open_services
from positron_tui.services.inventory import NewDevice
from tests.bench.loop_lag import percentile
from tests.bench.report import Number
from tests.bench.simulated import SimulatedFleet, simulated_fleet


async def measure_services(folder: Path, count: int) -> list[Number]:
    """Put up to `count` subscribers on endpoints that have none, one after the other."""
    settings = load_settings(
        None,
        {
            "db": f"sqlite+aiosqlite:///{folder / 'service.sqlite3'}",
            "secrets": {"backend": "memory"},
            "log": {"file": str(folder / "service.log")},
        },
    )
    with simulated_fleet(10, "--endpoints", "20", "--seed", "3") as fleet:
        async with open_services(settings) as services:
            await _onboard(services, fleet)
            times = await _put_services(services, count)
    return [
        Number(
            f"new service, confirm to verified and saved, p50 of {len(times)}",
            percentile(times, 0.50),
            "s",
        ),
        Number(
            "new service, confirm to verified and saved, p95", percentile(times, 0.95), "s", 2.0
        ),
    ]


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
        await services.inventory.add(
            NewDevice(address, name=one["name"], writable=True), secrets, trust_host_key=_trust
        )


async def _put_services(services: Services, count: int) -> list[float]:
    times: list[float] = []
    for view in services.fleet.devices():
        for endpoint in services.provisioning.offer(view.name).free_endpoints:
            vlan = services.provisioning.offer(view.name).next_free_vlan
            if len(times) >= count or vlan is None or endpoint.detected_port is None:
                continue
            request = SubscriberRequest(
                f"bench {len(times)}", view.name, vlan, endpoint_mac=endpoint.mac
            )
            started = time.perf_counter()
            change = await services.provisioning.execute(
                await services.provisioning.prepare(request)
            )
            if change.state is not ChangeState.VERIFIED_SAVED:
                raise RuntimeError(f"the service was not verified: {change.message}")
            times.append(time.perf_counter() - started)
    return times


async def _trust(key: object) -> bool:
    return True
