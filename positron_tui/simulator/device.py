"""One virtual GAM: its configuration, its plant (what is plugged in) and its clock.

All three transports read and write through this class only, so what one writes the others read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from positron_tui.domain.clock import Clock
from positron_tui.domain.models import GamModel
from positron_tui.simulator.config import SimConfig
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.personality import Personality


class GhnError(Exception):
    """A refusal of the G.hn module: `code` -1..-57, messages as the JSON-RPC API has them."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class SimEndpoint:
    """A box in the plant. `port` is where it is plugged in (0 = unplugged); rates in Mbit/s.

    `model_number` is a key of ENDPOINT_MODELS, or one that nobody knows. down = towards the
    subscriber. `wire_length_m` and bands are 0 on coax. `subscriber_*_bps` feed the counters.
    """

    mac: str
    model_number: int
    model_text: str
    serial: str
    firmware: str
    port: int
    booted_at: float
    firmware_mismatch: bool = False
    down_phy_mbps: int = 0
    up_phy_mbps: int = 0
    down_max_mbps: int = 0
    up_max_mbps: int = 0
    wire_length_m: int = 0
    bands: int = 0
    snr_db: float = 43.5
    traffic_down_bps: float = 0.0
    traffic_up_bps: float = 0.0
    ethernet_up: tuple[bool, ...] = (True,)
    ethernet_mbps: int = 1000
    state_override: int | None = None  # an endpoint state number the MIB does not know


@dataclass(slots=True)
class SimSecrets:
    """Made-up credentials; SNMPv3 is user `ssh_user`, SHA and AES, both with `ssh_password`."""

    snmp_read_community: str
    snmp_write_community: str
    ssh_user: str
    ssh_password: str


@dataclass(slots=True)
class PortTraffic:
    """Counters of one port as IF-MIB counts (in = received by the GAM)."""

    in_octets: int = 0
    out_octets: int = 0
    in_packets: int = 0
    out_packets: int = 0
    in_errors: int = 0
    out_errors: int = 0


@dataclass(slots=True)
class SimAlarm:
    """An active alarm; `if_index` for an endpoint is 1,000,000,000 + endpoint id."""

    index: int
    if_index: int
    entity: str
    condition: int
    severity: int
    service_affecting: bool
    occurred_at: datetime
    uuid: bytes
    description: str


@dataclass(slots=True)
class SimDevice:
    """A virtual unit. `seed` makes everything about it repeatable."""

    name: str
    model: GamModel
    personality: Personality
    serial: str
    base_mac: str
    clock: Clock
    secrets: SimSecrets
    running: SimConfig
    startup: SimConfig
    seed: int = 0
    plant: dict[str, SimEndpoint] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    booted_at: float = 0.0
