"""What a driver is given: secrets, time-outs, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from positron_tui.domain.devices import Capabilities, Identity, Section, Snapshot
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.snmp.engine import EngineChoice
from positron_tui.gam.ssh import SessionTimeouts


@dataclass(frozen=True, slots=True)
class DeviceSecrets:
    """The secrets of one device; None = there is none. An empty password is a password."""

    snmp_community: str | None = field(default=None, repr=False)
    snmp_write_community: str | None = field(default=None, repr=False)
    ssh_password: str | None = field(default=None, repr=False)
    snmp_auth_password: str | None = field(default=None, repr=False)
    snmp_priv_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DriverOptions:
    """Time-outs in seconds and budgets of one driver.

    `snmp_timeout_s` is for each try. An idle SSH session is closed after `idle_close_s`.
    `detail_budget_s` limits how long one reading over the command line asks endpoints for details.
    `timeouts` are those of commands over SSH, `jsonrpc_timeout_s` is that of one call, and
    `http_timeout_s` that of asking whether the API is there.
    """

    snmp_timeout_s: float = 5.0
    snmp_retries: int = 2
    snmp_engine: EngineChoice = "auto"
    ssh_connect_timeout_s: float = 10.0
    timeouts: SessionTimeouts = field(default_factory=SessionTimeouts)
    idle_close_s: float = 30.0
    http_timeout_s: float = 5.0
    jsonrpc_timeout_s: float = 45.0
    detail_budget_s: float = 15.0


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a device is and what it answers; `warnings` are sentences for a person."""

    identity: Identity
    capabilities: Capabilities
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A reading: `snapshot.provenance` has the sections that were read, `failures` a sentence for
    each of the others; `config` the whole configuration where one was read.
    """

    snapshot: Snapshot
    failures: Mapping[Section, str] = field(default_factory=dict)
    config: RunningConfig | None = None
