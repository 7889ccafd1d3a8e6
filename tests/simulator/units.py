"""Virtual units for tests: a frozen clock, few endpoints, known ids."""

from __future__ import annotations

from positron_tui.domain.clock import Clock
from positron_tui.domain.models import MODELS_BY_NAME
from positron_tui.simulator.config import (
    SimConfig,
    SimEndpointConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.device import SimDevice, SimEndpoint, SimSecrets
from positron_tui.simulator.personality import PERSONALITIES
from tests.clocks import FrozenClock

PASSWORD = "a made up one"
MAC = "00:0e:d8:1c:95:0{}"


def mac(number: int) -> str:
    """Return the MAC of endpoint 1-9 of a test unit."""
    return MAC.format(number)


def box(number: int, port: int, **values: object) -> SimEndpoint:
    """Return a healthy box of endpoint `number`, plugged into `port`."""
    item = SimEndpoint(
        mac=mac(number),
        model_number=4,
        model_text="G1001-C",
        serial=f"0100000{number}",
        firmware="G1001C_positron_24791",
        port=port,
        booted_at=0.0,
        down_phy_mbps=1700,
        up_phy_mbps=1600,
        down_max_mbps=1300,
        up_max_mbps=1200,
        traffic_down_bps=8e6,
        traffic_up_bps=8e5,
    )
    for name, value in values.items():
        setattr(item, name, value)
    return item


def make_unit(
    model: str = "GAM-4-CX",
    personality: str = "current",
    clock: Clock | None = None,
    hostname: str = "gam-test",
) -> SimDevice:
    """Return a saved unit: endpoints 1 (with subscriber 1, VLAN 101) and 2 on ports 1 and 2."""
    running = SimConfig(
        hostname=hostname,
        endpoints={
            1: SimEndpointConfig(1, "Apt 1", mac(1), port=1),
            2: SimEndpointConfig(2, "Apt 2", mac(2), port=2),
        },
        profiles={
            1: SimProfile(1, "Default BW Profile", 10, 10),
            2: SimProfile(2, "100M", 118, 118),
        },
        subscribers={1: SimSubscriber(1, "Apt 1", endpoint_id=1, vlan=101, profile_id=2)},
    )
    device = SimDevice(
        name="gam-test",
        model=MODELS_BY_NAME[model],
        personality=PERSONALITIES[personality],
        serial="01012973",
        base_mac="00:0e:d8:13:00:00",
        clock=clock or FrozenClock(),
        secrets=SimSecrets("public", "private", "admin", PASSWORD),
        running=running,
        startup=SimConfig(),
        plant={mac(1): box(1, 1), mac(2): box(2, 2)},
        restart_seconds=0.05,
    )
    device.save()
    return device
