"""What a virtual GAM is configured with; running and startup are two values of this type."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field


@dataclass(slots=True)
class SimPortConfig:
    """Settings of G.hn port `number`; `mode` is coax, mimo or siso."""

    number: int
    mode: str
    name: str = ""
    shutdown: bool = False


@dataclass(slots=True)
class SimEndpointConfig:
    """A configured endpoint; `port` 0 = unassigned."""

    endpoint_id: int
    name: str
    mac: str
    description: str = ""
    port: int = 0
    auto_port: bool = False
    allow_management: bool = False


@dataclass(slots=True)
class SimProfile:
    """A bandwidth profile; rates in Mbit/s, 0 = no limit. `uid` restarts at boot."""

    profile_id: int
    name: str
    down_mbps: int
    up_mbps: int
    description: str = ""
    uid: int = 0


@dataclass(slots=True)
class SimSubscriber:
    """A subscriber; `endpoint_id`/`port`/`profile_id` 0 = none/unthrottled, VLAN fields 0 = none.

    `uplink` is the NNI: 0 = the unit's default, else 1 or 2. `poe` is disable, enable or force.
    """

    subscriber_id: int
    name: str
    description: str = ""
    endpoint_id: int = 0
    port: int = 0
    vlan: int = 4094
    tagged: bool = False
    remapped_vlan: int = 0
    port2_vlan: int = 0
    allowed_vlans: list[int] = field(default_factory=list)
    trunk: bool = False
    double_tag: bool = False
    outer_vlan: int = 0
    uplink: int = 0
    profile_id: int = 0
    poe: str = "disable"
    uid: int = 0


@dataclass(slots=True)
class SimNotch:
    """A power mask notch 1-10; frequencies in MHz, `depth_db` 0 = the band is removed."""

    notch_id: int
    start_mhz: float
    stop_mhz: float
    depth_db: float


@dataclass(slots=True)
class SimConfig:
    """The whole configuration of a unit. Communities and users are simulated secrets."""

    hostname: str = ""
    contact: str = ""
    location: str = ""
    management_vlan: int = 100
    management_ip: str = "192.168.111.11"
    uplink_allowed_vlans: str = "3-4094"
    subscriber_model: str = "endpointAware"  # or portAware (copper only)
    endpoint_auto_upgrade: bool = True
    default_uplink: int = 1
    notches: dict[int, SimNotch] = field(default_factory=dict)
    vlans: set[int] = field(default_factory=set)
    ports_shut: set[str] = field(default_factory=set)  # uplinks and MGMT, by name ("10G 1/1")
    ports: dict[int, SimPortConfig] = field(default_factory=dict)
    endpoints: dict[int, SimEndpointConfig] = field(default_factory=dict)
    profiles: dict[int, SimProfile] = field(default_factory=dict)
    subscribers: dict[int, SimSubscriber] = field(default_factory=dict)

    def copy(self) -> SimConfig:
        return copy.deepcopy(self)
