"""A GAM: how it is reached, what it is, how it feels, and one whole reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Profile, Subscriber


class Line(StrEnum):
    COAX = "coax"
    COPPER = "copper"


class SubscriberModel(StrEnum):
    ENDPOINT_AWARE = "endpoint_aware"
    PORT_AWARE = "port_aware"


class SnmpVersion(StrEnum):
    V2C = "2c"
    V3 = "3"


@dataclass(frozen=True, slots=True)
class Address:
    """How a device is reached; no secret in it. `ssh_port` None = onboarded with --no-ssh.

    JSON-RPC is used only where one of `https` (certificate pinned) and `http_allowed` (plain HTTP,
    which shows the password on the way) is set.
    """

    host: str
    snmp_port: int = 161
    snmp_version: SnmpVersion = SnmpVersion.V2C
    snmp_user: str | None = None
    snmp_auth: str = "sha"  # md5 | sha
    snmp_priv: str = "aes"  # des | aes | none
    ssh_port: int | None = 22
    ssh_user: str = "admin"
    ssh_legacy: bool = False
    http_port: int = 80
    http_allowed: bool = False
    https: bool = False
    https_port: int = 443

    @property
    def jsonrpc(self) -> bool:
        """Whether the device may be talked to over its JSON-RPC API."""
        return self.https or self.http_allowed


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a device answered at onboarding, per firmware; None = not probed.

    `ghn_snmp`: the G.hn SNMP tables answer. `ghn_cli`: the `ghn` command tree answers.
    """

    snmp: bool | None = None
    ghn_snmp: bool | None = None
    ssh: bool | None = None
    ghn_cli: bool | None = None
    jsonrpc: bool | None = None
    poe: bool | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class Firmware:
    """Plain versions ("1.5.4") of the two banks."""

    active: str | None = None
    alternate: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What the device says it is; `line` and `ghn_ports` are None for an unknown model."""

    model: str | None = None
    line: Line | None = None
    serial: str | None = None
    mac: str | None = None
    firmware: Firmware = Firmware()
    sys_name: str | None = None
    sys_descr: str | None = None
    sys_object_id: str | None = None
    location: str | None = None
    contact: str | None = None
    subscriber_model: SubscriberModel | None = None


@dataclass(frozen=True, slots=True)
class Temperature:
    name: str
    celsius: float


@dataclass(frozen=True, slots=True)
class Fan:
    index: int
    rpm: int


@dataclass(frozen=True, slots=True)
class PowerSupply:
    name: str
    state: str  # active | standby | not_present | unknown(n)


@dataclass(frozen=True, slots=True)
class Health:
    uptime_s: int | None = None
    cpu_percent: int | None = None
    temperatures: tuple[Temperature, ...] = ()
    fans: tuple[Fan, ...] = ()
    power_supplies: tuple[PowerSupply, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """One active alarm; `entity` is the device's own text ("CPE-2", a port name).

    `occurred_at` is None when the device's clock was not set (1969/1970).
    """

    entity: str
    condition: str
    severity: str  # cr | mj | mn | na | nr
    service_affecting: bool | None = None
    occurred_at: datetime | None = None
    description: str | None = None
    uuid: str | None = None


class Section(StrEnum):
    """The parts of a device that are read, and age, on their own."""

    IDENTITY = "identity"
    HEALTH = "health"
    PORTS = "ports"
    ENDPOINTS = "endpoints"
    CONFIG = "config"  # profiles and subscribers
    ALARMS = "alarms"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where and when a section was read."""

    source: Source
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything last read from one device; a section without provenance was never read.

    `management_vlans` are those with an address of the unit; SNMP does not tell them.
    """

    identity: Identity = Identity()
    health: Health = Health()
    ports: tuple[Port, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    profiles: tuple[Profile, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    management_vlans: tuple[int, ...] = ()
    provenance: Mapping[Section, Provenance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Device:
    """One onboarded GAM. `name` is unique; `host_key` is the pinned public key in OpenSSH form.

    `certificate` is the fingerprint of the pinned TLS certificate, for JSON-RPC over HTTPS.

    `offered_key_fingerprint` is set while the device shows another key than the pinned one: it is
    blocked for SSH until a person trusts the new key.
    """

    name: str
    address: Address
    site: str = ""
    read_only: bool = False
    capabilities: Capabilities = Capabilities()
    host_key: str | None = None
    host_key_fingerprint: str | None = None
    offered_key_fingerprint: str | None = None
    added_at: datetime | None = None
    certificate: str | None = None
