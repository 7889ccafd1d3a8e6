"""One virtual GAM: its configuration, its plant (what is plugged in) and its clock.

All three transports read and write through this class only, so what one writes the others read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from positron_tui.domain.clock import Clock
from positron_tui.domain.models import GamModel
from positron_tui.simulator import alarms as alarm_rules
from positron_tui.simulator import health as health_rules
from positron_tui.simulator import identity, operations, plant, traffic
from positron_tui.simulator.config import (
    SimConfig,
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.configtext import render_config
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.personality import Personality
from positron_tui.simulator.state import (
    GhnError,
    PortTraffic,
    SeenEndpoint,
    SimAlarm,
    SimAlarmLogEntry,
    SimEndpoint,
    SimHealth,
    SimPort,
    SimSecrets,
)

__all__ = [
    "GhnError",
    "PortTraffic",
    "SeenEndpoint",
    "SimAlarm",
    "SimAlarmLogEntry",
    "SimDevice",
    "SimEndpoint",
    "SimHealth",
    "SimPort",
    "SimSecrets",
]

MAX_LOG = 500


@dataclass(slots=True)
class Runtime:
    """What a unit remembers between two looks; none of it is configuration."""

    alarms: alarm_rules.AlarmBook = field(default_factory=alarm_rules.AlarmBook)
    meters: dict[str, traffic.Meter] = field(default_factory=dict)
    cleared: dict[int, PortTraffic] = field(default_factory=dict)
    last_uid: int = 0
    restarts: int = 0
    listening: bool = True
    copy_status: int = 0  # of gamIcfgStatusCopyConfigStatus: 0 none, 1 success


@dataclass(slots=True)
class SimDevice:
    """A virtual unit. `seed` makes everything about it repeatable.

    `ports_down` are bridge ports (uplinks, MGMT) without a link.
    `on_restart` is called when a unit restarts: listeners go away for `restart_seconds` and
    whoever owns them calls `came_up()` when they are back.
    """

    name: str
    model: GamModel
    personality: Personality
    serial: str
    base_mac: str
    clock: Clock
    secrets: SimSecrets = field(repr=False)
    running: SimConfig
    startup: SimConfig
    seed: int = 0
    plant: dict[str, SimEndpoint] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    booted_at: float = 0.0
    ports_down: set[int] = field(default_factory=set)
    allowed_vlan_limit: int = 14
    restart_seconds: float = 2.0
    endpoint_restart_s: float = 20.0
    on_restart: list[Callable[[], None]] = field(default_factory=list)
    runtime: Runtime = field(default_factory=Runtime)

    def __post_init__(self) -> None:
        self._prepare(self.running)
        self._prepare(self.startup)
        self._renumber()

    def _prepare(self, config: SimConfig) -> None:
        mode = "coax" if self.model.line.value == "coax" else "mimo"
        for number in range(1, self.model.ghn_ports + 1):
            config.ports.setdefault(number, SimPortConfig(number, mode))

    def _renumber(self) -> None:
        """Give profiles and subscribers fresh uids; the counters start again at every boot."""
        self.runtime.last_uid = 0
        for _, profile in sorted(self.running.profiles.items()):
            profile.uid = self.next_uid()
        for _, subscriber in sorted(self.running.subscribers.items()):
            subscriber.uid = self.next_uid()

    def next_uid(self) -> int:
        self.runtime.last_uid += 1
        return self.runtime.last_uid

    # Identity and clock

    @property
    def uplinks(self) -> int:
        return self.model.uplinks or 1

    @property
    def sys_descr(self) -> str:
        return identity.sys_descr(self)

    @property
    def sys_object_id(self) -> str:
        return identity.sys_object_id(self)

    @property
    def product(self) -> str:
        return identity.product(self)

    @property
    def software_version(self) -> str:
        return identity.software_version(self)

    @property
    def alternate_version(self) -> str:
        return identity.software_version(self, self.personality.alternate)

    @property
    def board_type(self) -> str:
        return identity.board_type(self)

    @property
    def hardware_version(self) -> str:
        return "R0" + str(1 + self.seed % 3)

    def now(self) -> datetime:
        """Return the unit's own time: with fault clock-1970 it counts from the epoch."""
        if self.faults.clock_1970:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self.uptime_s())
        return self.clock.now()

    def uptime_s(self) -> int:
        return max(0, int(self.clock.monotonic() - self.booted_at))

    @property
    def uptime_text(self) -> str:
        return identity.uptime_text(self.uptime_s())

    def health(self) -> SimHealth:
        return health_rules.health(self)

    # Ports, endpoints, counters

    def ghn_ports(self) -> list[SimPort]:
        return plant.ghn_ports(self)

    def other_ports(self) -> list[SimPort]:
        return plant.other_ports(self)

    def ports(self) -> list[SimPort]:
        """Return all ports in ifIndex order: G.hn, uplinks, MGMT."""
        return [*self.ghn_ports(), *self.other_ports()]

    def port_mac(self, number: int) -> str:
        """Return the MAC of bridge port `number`."""
        return plant.mac_plus(self.base_mac, number)

    def port_traffic(self, if_index: int) -> PortTraffic:
        """Return the counters since the last restart; KeyError for an unknown ifIndex."""
        return traffic.traffic_table(self)[if_index]

    def traffic_table(self) -> dict[int, PortTraffic]:
        return traffic.traffic_table(self)

    def clear_port_traffic(self, number: int) -> None:
        traffic.clear_port(self, number)

    def endpoint_traffic(self, mac: str, eth_port: int = 1) -> PortTraffic:
        return traffic.endpoint_traffic(self, mac, eth_port)

    def seen_endpoints(self) -> list[SeenEndpoint]:
        return plant.seen_endpoints(self)

    def seen_by_mac(self, mac: str) -> SeenEndpoint | None:
        return next((row for row in plant.seen_endpoints(self) if row.mac == mac), None)

    def endpoint_uptime_s(self, mac: str) -> int:
        return max(0, int(self.clock.monotonic() - self.plant[mac].booted_at))

    def endpoint_uptime_text(self, mac: str) -> str:
        return identity.endpoint_uptime_text(self.endpoint_uptime_s(mac))

    def alarms(self) -> list[SimAlarm]:
        """Return the active alarms by index."""
        active = alarm_rules.refresh(self).active.values()
        return sorted(active, key=lambda alarm: alarm.index)

    def alarm_log(self) -> list[SimAlarmLogEntry]:
        """Return the newest entries of the log, oldest first."""
        return alarm_rules.refresh(self).log[-MAX_LOG:]

    # Changes: each raises GhnError and changes nothing when a rule is broken

    def add_endpoint(self, new: SimEndpointConfig) -> int:
        """Add an endpoint (id 0 = next free) and return its id."""
        number = operations.add_endpoint(self, new)
        self._count()
        return number

    def set_endpoint(self, new: SimEndpointConfig) -> None:
        operations.set_endpoint(self, new)
        self._count()

    def delete_endpoint(self, endpoint_id: int) -> None:
        operations.delete_endpoint(self, endpoint_id)
        self._count()

    def add_profile(self, new: SimProfile) -> int:
        """Add a profile (id 0 = next free) and return its id."""
        return operations.add_profile(self, new)

    def set_profile(self, new: SimProfile) -> None:
        operations.set_profile(self, new)

    def delete_profile(self, profile_id: int) -> None:
        operations.delete_profile(self, profile_id)

    def add_subscriber(self, new: SimSubscriber) -> int:
        """Add a subscriber (id 0 = next free) and return its id."""
        number = operations.add_subscriber(self, new)
        self._count()
        return number

    def set_subscriber(self, new: SimSubscriber) -> None:
        operations.set_subscriber(self, new)
        self._count()

    def delete_subscriber(self, subscriber_id: int) -> None:
        operations.delete_subscriber(self, subscriber_id)
        self._count()

    def set_port(self, new: SimPortConfig) -> None:
        operations.set_port(self, new)

    def set_notch(self, new: SimNotch) -> None:
        operations.set_notch(self, new)

    def delete_notch(self, notch_id: int) -> None:
        operations.delete_notch(self, notch_id)

    def set_subscriber_model(self, model: str) -> None:
        operations.set_subscriber_model(self, model)
        self._count()

    def set_default_uplink(self, uplink: int) -> None:
        operations.set_default_uplink(self, uplink)

    def set_auto_upgrade(self, enabled: bool) -> None:
        self.running.endpoint_auto_upgrade = enabled

    def set_shutdown(self, bridge_port: int, shutdown: bool) -> None:
        """Switch any port off or on, by bridge port number."""
        operations.set_shutdown(self, bridge_port, shutdown)

    def plug(self, mac: str, port: int) -> None:
        operations.plug(self, mac, port)
        self._count()

    def reboot_endpoint(self, mac: str) -> None:
        operations.reboot_endpoint(self, mac)
        self._count()

    def upgrade_endpoint(self, mac: str) -> None:
        operations.upgrade_endpoint(self, mac)

    def _count(self) -> None:
        """Let the counters notice at once that other flows run from now on."""
        traffic.traffic_table(self)

    # Running and startup

    def running_text(self) -> str:
        return render_config(self, self.running)

    def startup_text(self) -> str:
        return render_config(self, self.startup)

    def save(self) -> int:
        """Copy running to startup and return the number of bytes written."""
        self.startup = self.running.copy()
        self.runtime.copy_status = 1
        return len(self.startup_text().encode())

    def load_startup(self) -> None:
        """Copy startup to running, without a restart."""
        self.running = self.startup.copy()
        self._renumber()
        plant.settle(self)

    @property
    def listening(self) -> bool:
        """Whether the three listeners should answer (not while the unit restarts)."""
        return self.runtime.listening

    def reboot(self) -> None:
        """Restart: unsaved changes, counters, uids and uptime are lost, listeners go away."""
        alarm_rules.note_restart(self)
        self.runtime.restarts += 1
        self.runtime.copy_status = 0
        self._boot()
        if self.on_restart:
            self.runtime.listening = False
            for callback in list(self.on_restart):
                callback()

    def came_up(self) -> None:
        """The listeners are back: the uptime starts here."""
        self.booted_at = self.clock.monotonic()
        self.runtime.meters.clear()
        self.runtime.listening = True

    def _boot(self) -> None:
        self.booted_at = self.clock.monotonic()
        self.runtime.meters.clear()
        self.runtime.cleared.clear()
        self.load_startup()
