"""The groups of settings and the values that they take; `config` puts them together."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, field_validator

from positron_tui.domain.errors import UsageError
from positron_tui.domain.vlans import parse_vlan_list

APP = "positron-tui"


class SecretsBackend(StrEnum):
    KEYRING = "keyring"
    FILE = "file"
    ENV = "env"
    COMMAND = "command"
    MEMORY = "memory"


class SnmpEngine(StrEnum):
    AUTO = "auto"
    GUFO = "gufo"
    PYSNMP = "pysnmp"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SettingsGroup(BaseModel):
    """What all groups share: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretsSettings(SettingsGroup):
    """Where credentials are kept; `backend` None = the keyring, if there is one that works."""

    backend: SecretsBackend | None = None
    file: Path = Field(default_factory=lambda: platformdirs.user_data_path(APP) / "secrets.vault")
    command: str | None = None
    command_timeout_s: float = Field(default=10, gt=0, le=300)
    keyring_timeout_s: float = Field(default=10, gt=0, le=300)


class MonitorSettings(SettingsGroup):
    """How often devices are read, and how long a reading may take (seconds)."""

    interval_s: float = Field(default=60, ge=1)
    jitter_share: float = Field(default=0.1, ge=0, le=0.5)
    config_interval_s: float = Field(default=3600, ge=1)
    identity_interval_s: float = Field(default=3600, ge=1)
    offline_backoff_max_s: float = Field(default=600, ge=1)
    device_timeout_s: float = Field(default=50, gt=0)
    overall_timeout_s: float = Field(default=300, gt=0)
    concurrency: int = Field(default=50, ge=1, le=1000)


class SnmpSettings(SettingsGroup):
    """SNMP requests: one try takes `timeout_s`, followed by `retries` more tries."""

    timeout_s: float = Field(default=5, gt=0, le=120)
    retries: int = Field(default=2, ge=0, le=10)
    max_repetitions: int = Field(default=25, ge=1, le=200)
    engine: SnmpEngine = SnmpEngine.AUTO


class SshSettings(SettingsGroup):
    """SSH sessions: time-outs by class of command, in seconds."""

    connect_timeout_s: float = Field(default=10, gt=0, le=300)
    show_timeout_s: float = Field(default=30, gt=0, le=600)
    config_timeout_s: float = Field(default=15, gt=0, le=600)
    copy_timeout_s: float = Field(default=60, gt=0, le=600)
    idle_close_s: float = Field(default=30, ge=0)


class JsonRpcSettings(SettingsGroup):
    """Calls to the JSON-RPC API of devices that are marked for it, in seconds."""

    timeout_s: float = Field(default=45, gt=0, le=600)


class ScreenSettings(SettingsGroup):
    """The looks of the console."""

    ascii: bool | Literal["auto"] = "auto"
    refresh_hz: float = Field(default=1, gt=0, le=10)
    theme: str = "textual-dark"


class ProvisioningSettings(SettingsGroup):
    """How changes are made, what services get, and where suspended ones go.

    `vlan_pool` is where new VLANs are taken from; `vlan_pools` has those of single sites.
    `settle_grace_s` is how long a command without an answer may still take effect.
    """

    save_after_change: bool = True
    settle_grace_s: float = Field(default=15, ge=0, le=300)
    overhead_percent: float = Field(default=6, ge=0, le=50)
    walled_garden_vlan: int | None = Field(default=None, ge=3, le=4094)
    walled_garden_plan: str | None = None
    vlan_pool: str = "100-4092"
    vlan_pools: dict[str, str] = Field(default_factory=dict)

    @field_validator("vlan_pool", "vlan_pools")
    @classmethod
    def _lists_of_vlans(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        for text in value.values() if isinstance(value, dict) else (value,):
            try:
                parse_vlan_list(text)
            except UsageError as error:
                raise ValueError(str(error).rstrip(".")) from None
        return value


class BulkSettings(SettingsGroup):
    """One action on many rows: how many are tried first, then at once, on how many devices."""

    canary: int = Field(default=1, ge=0, le=100)
    batch: int = Field(default=50, ge=1, le=10_000)
    concurrency: int = Field(default=20, ge=1, le=200)


class ZeroTouch(StrEnum):
    """What becomes of an endpoint without a service whose MAC is in billing."""

    OFF = "off"
    PROPOSE = "propose"
    RUN = "run"


class OnGone(StrEnum):
    """What a cancelled or deleted service in billing means for the plant."""

    ASK = "ask"
    SUSPEND = "suspend"
    REMOVE = "remove"


class BillingSettings(SettingsGroup):
    """How carefully billing systems are asked, and how far a sync goes by itself.

    A run that would suspend or remove more than `max_suspensions` services, or more than
    `max_suspensions_percent` of those that it knows, waits for a person. `automatic` = runs that
    nobody asked for carry out what they find. `zero_touch_sites` has the policy of single sites.
    `name_template` names new services: {account} and {name} are the account's number and name,
    {service} is the service's number.
    """

    connect_timeout_s: float = Field(default=10, gt=0, le=120)
    read_timeout_s: float = Field(default=60, gt=0, le=600)
    max_in_flight: int = Field(default=4, ge=1, le=32)
    requests_per_s: float = Field(default=5, gt=0, le=100)
    poll_interval_s: float = Field(default=300, ge=5)
    full_interval_s: float = Field(default=21_600, ge=60)
    automatic: bool = True
    max_suspensions: int = Field(default=10, ge=0)
    max_suspensions_percent: float = Field(default=5, ge=0, le=100)
    on_cancelled: OnGone = OnGone.REMOVE
    on_deleted: OnGone = OnGone.ASK
    zero_touch: ZeroTouch = ZeroTouch.PROPOSE
    zero_touch_sites: dict[str, ZeroTouch] = Field(default_factory=dict)
    name_template: str = "{name}"


class HooksSettings(SettingsGroup):
    """The receiver of billing hooks; behind a proxy that speaks HTTPS to the outside."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8710, ge=0, le=65_535)
    max_body_bytes: int = Field(default=262_144, ge=1024, le=16_777_216)


class DiscoverSettings(SettingsGroup):
    """The SNMP identity scan of an address range."""

    concurrency: int = Field(default=64, ge=1, le=1000)
    timeout_s: float = Field(default=1, gt=0, le=60)


class LogSettings(SettingsGroup):
    """The console's own log file."""

    file: Path = Field(default_factory=lambda: platformdirs.user_log_path(APP) / "positron-tui.log")
    level: LogLevel = LogLevel.INFO
