"""The plain records of a virtual unit: what is plugged in, what is seen, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from positron_tui.domain.ports import PortKind
from positron_tui.simulator.config import SimEndpointConfig, SimProfile, SimSubscriber

# Endpoint states as the MIB numbers them.
NOT_DETECTED, OK, WRONG_PORT, UNKNOWN_MAC = range(4)
STATE_WORDS = ("notDetected", "ok", "quarantinedWrongPort", "quarantinedUnknownMAC")
SEVERITY_WORDS = ("NR", "NA", "MN", "MJ", "CR")


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
    It is not seen before `away_until` (monotonic seconds), while it restarts.
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
    away_until: float = 0.0


@dataclass(slots=True)
class SimPort:
    """One port: `number` counts within its kind, `if_index` is 1,000,000 + bridge port.

    `name` is the interface name ("G.hn 1/4"), `label` the operator's name for it, `mode` is coax,
    mimo, siso or "" for a port that is not G.hn. Outages: a configured endpoint of this port is
    missing, with (`outage_sa`) or without (`outage_nsa`) a subscriber on it.
    """

    number: int
    bridge_port: int
    if_index: int
    kind: PortKind
    name: str
    mac: str
    speed_mbps: int
    shutdown: bool = False
    oper_up: bool = True
    label: str = ""
    mode: str = ""
    outage_sa: bool = False
    outage_nsa: bool = False
    endpoint_macs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenEndpoint:
    """An endpoint that is configured, plugged in, or both; `state` as the MIB numbers it.

    `detected_port` 0 = not seen. `box` is None when nothing by that MAC is in the plant or it is
    not seen. `profile` is None for an unthrottled subscriber, the default profile without one.
    """

    mac: str
    state: int
    detected_port: int
    config: SimEndpointConfig | None
    box: SimEndpoint | None
    subscriber: SimSubscriber | None
    profile: SimProfile | None

    @property
    def configured_port(self) -> int:
        return self.config.port if self.config else 0

    @property
    def endpoint_id(self) -> int:
        return self.config.endpoint_id if self.config else 0


@dataclass(slots=True)
class SimSecrets:
    """Made-up credentials; SNMPv3 is user `ssh_user`, SHA and AES, both with `ssh_password`."""

    snmp_read_community: str = field(repr=False)
    snmp_write_community: str = field(repr=False)
    ssh_user: str
    ssh_password: str = field(repr=False)


@dataclass(slots=True)
class PortTraffic:
    """Counters of one port as IF-MIB counts (in = received by the GAM)."""

    in_octets: int = 0
    out_octets: int = 0
    in_packets: int = 0
    out_packets: int = 0
    in_errors: int = 0
    out_errors: int = 0


@dataclass(frozen=True, slots=True)
class SimHealth:
    """CPU in percent over 0.1, 1 and 10 s; temperatures in tenths of a degree Celsius.

    `power_supplies` are (name, state) with the MIB's states 0 active, 1 standby, 2 not present.
    """

    cpu_percent: tuple[int, int, int]
    temperatures: tuple[tuple[str, int], ...]
    fans: tuple[tuple[int, int], ...]
    power_supplies: tuple[tuple[str, int], ...]
    led: str


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


@dataclass(frozen=True, slots=True)
class SimAlarmLogEntry:
    """One line of the alarm log; `state` 0 raising, 1 clearing, 2 changed, 3 transient."""

    alarm: SimAlarm
    state: int
    reported_at: datetime
