"""Reading one device over its command line, section by section."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Alarm, Health, Identity, Line, Section
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import CommandRejected, PositronError, UnexpectedReply
from positron_tui.domain.ports import (
    PORT_INDEX_BASE,
    Admin,
    Port,
    PortCounters,
    PortKind,
    PortMode,
    port_name,
)
from positron_tui.domain.running_config import PortConfig, RunningConfig
from positron_tui.gam.cli_endpoints import combine_endpoints
from positron_tui.gam.parsers import alarms, discover, endpoint, interfaces, running_config
from positron_tui.gam.parsers import system as system_parsers
from positron_tui.gam.parsers import version as version_parser
from positron_tui.gam.parsers.discover import DiscoverRow
from positron_tui.gam.parsers.endpoint import EndpointReading
from positron_tui.gam.parsers.version import VersionReport
from positron_tui.gam.ssh import CliSession

T = TypeVar("T")

_GHN_SIZES = (24, 12, 8, 4)
_DEFAULT_MODE = {Line.COAX: PortMode.COAX, Line.COPPER: PortMode.MIMO}


@dataclass(frozen=True, slots=True)
class CliReading:
    """What one pass over the command line brought; None = that section was not read."""

    identity: Identity | None = None
    health: Health | None = None
    ports: tuple[Port, ...] | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    config: RunningConfig | None = None
    alarms: tuple[Alarm, ...] | None = None
    failures: Mapping[Section, PositronError] = field(default_factory=dict)


@dataclass(slots=True)
class _Pass:
    """One reading: each command is sent once, whoever needs its reply."""

    cli: CliSession
    version: VersionReport | None = None
    config: RunningConfig | None = None
    rows: tuple[DiscoverRow, ...] | None = None

    async def get_version(self) -> VersionReport:
        if self.version is None:
            reply = await self.cli.run(version_parser.COMMAND)
            self.version = version_parser.parse_version(reply)
        return self.version

    async def get_config(self) -> RunningConfig:
        if self.config is None:
            reply = await self.cli.run(running_config.COMMAND)
            self.config = running_config.parse_running_config(reply)
        return self.config

    async def get_rows(self) -> tuple[DiscoverRow, ...]:
        if self.rows is None:
            self.rows = discover.parse_discover(await self.cli.run(discover.COMMAND))
        return self.rows


class CliReader:
    """Reads a device that SNMP does not cover. It remembers the details of endpoints, because
    these cost a command each: a reading asks for as many as its budget allows, in turn.
    """

    def __init__(self, clock: Clock, *, budget_s: float = 15.0, most_details: int = 64) -> None:
        self._clock = clock
        self._budget_s = budget_s
        self._most_details = most_details
        self._details: dict[str, EndpointReading] = {}
        self._queue: list[str] = []

    async def read(self, cli: CliSession, sections: Collection[Section]) -> CliReading:
        """Read these sections over one session.

        What the device refuses, or answers in a way that is not understood, is a failure of its
        section; when the session breaks, the sections that are left fail with it.
        """
        one_pass = _Pass(cli)
        read: dict[str, Any] = {}
        failures: dict[Section, PositronError] = {}
        broken: PositronError | None = None
        for section, (name, reader) in self._readers().items():
            if section not in sections:
                continue
            if broken is not None:
                failures[section] = broken
                continue
            try:
                read[name] = await reader(one_pass)
            except PositronError as error:
                failures[section] = error
                if not cli.usable:
                    broken = error
        return CliReading(**read, failures=failures)

    def _readers(
        self,
    ) -> dict[Section, tuple[str, Callable[[_Pass], Awaitable[object]]]]:
        return {
            Section.IDENTITY: ("identity", self._identity),
            Section.CONFIG: ("config", self._config),
            Section.HEALTH: ("health", self._health),
            Section.PORTS: ("ports", self._ports),
            Section.ALARMS: ("alarms", self._alarms),
            Section.ENDPOINTS: ("endpoints", self._endpoints),
        }

    async def _identity(self, one_pass: _Pass) -> Identity:
        """The model is not on the command line; the family ("GAM-4/8-C") stands for it."""
        report = await one_pass.get_version()
        return Identity(
            model=report.family,
            line=report.line,
            mac=report.mac,
            firmware=report.firmware,
            sys_name=report.sys_name,
            location=report.location,
            contact=report.contact,
        )

    async def _config(self, one_pass: _Pass) -> RunningConfig:
        return await one_pass.get_config()

    async def _health(self, one_pass: _Pass) -> Health:
        """Sensors and load are extras: a unit that lacks one still has an uptime."""
        report = await one_pass.get_version()
        cpu = await _optional(one_pass.cli, system_parsers.CPU_COMMAND, system_parsers.parse_cpu)
        temperatures = await _optional(
            one_pass.cli, system_parsers.TEMPERATURE_COMMAND, system_parsers.parse_temperatures
        )
        fans = await _optional(one_pass.cli, system_parsers.FAN_COMMAND, system_parsers.parse_fans)
        return Health(
            uptime_s=report.uptime_s,
            cpu_percent=cpu,
            temperatures=temperatures or (),
            fans=fans or (),
        )

    async def _alarms(self, one_pass: _Pass) -> tuple[Alarm, ...]:
        return alarms.parse_alarms(await one_pass.cli.run(alarms.COMMAND))

    async def _ports(self, one_pass: _Pass) -> tuple[Port, ...]:
        cli = one_pass.cli
        report = await one_pass.get_version()
        rows = await one_pass.get_rows()
        config = await one_pass.get_config()
        ports = await _optional(cli, interfaces.COMMAND, interfaces.parse_interface_status)
        counters: Mapping[str, PortCounters] | None = None
        if ports is not None:
            counters = await _optional(
                cli, interfaces.STATISTICS_COMMAND, interfaces.parse_interface_statistics
            )
        else:
            ports = _bare_ports(report, rows, config)
        return tuple(_completed(port, report, rows, config, counters or {}) for port in ports)

    async def _endpoints(self, one_pass: _Pass) -> tuple[Endpoint, ...]:
        config = await one_pass.get_config()
        rows = await one_pass.get_rows()
        await self._refresh_details(one_pass.cli, rows, config)
        return combine_endpoints(rows, config, self._details)

    async def _refresh_details(
        self, cli: CliSession, rows: tuple[DiscoverRow, ...], config: RunningConfig
    ) -> None:
        """Ask configured endpoints that are seen for their details, the longest waiting first."""
        seen = {row.mac for row in rows if row.is_up}
        ids = {one.mac: one.endpoint_id for one in config.endpoints if one.mac in seen and one.mac}
        self._details = {mac: one for mac, one in self._details.items() if mac in ids}
        waiting = [mac for mac in self._queue if mac in ids]
        new = [mac for mac in ids if mac not in waiting]
        self._queue = [*new, *waiting]
        until = self._clock.monotonic() + self._budget_s
        for mac in self._queue[: self._most_details]:
            if self._clock.monotonic() >= until:
                break
            reading = await _optional(
                cli, endpoint.status_command(ids[mac]), endpoint.parse_endpoint_status
            )
            self._queue.remove(mac)
            self._queue.append(mac)
            if reading is None:
                self._details.pop(mac, None)
            else:
                self._details[mac] = reading


async def _optional(cli: CliSession, command: str, parse: Callable[[str], T]) -> T | None:
    """Read what a section can do without; None when the device has no such command or value."""
    try:
        return parse(await cli.run(command))
    except (CommandRejected, UnexpectedReply):
        return None


def _bare_ports(
    report: VersionReport, rows: tuple[DiscoverRow, ...], config: RunningConfig
) -> tuple[Port, ...]:
    """Return the G.hn ports of a unit that does not show its interfaces."""
    numbers = [int(row.port.rpartition("/")[2]) for row in rows if row.port]
    numbers += [port.number for port in config.ports]
    counted = report.port_count or 0
    numbers.append(next((size for size in _GHN_SIZES if size < counted), 0))
    return tuple(
        Port(port_name(PortKind.GHN, n), PORT_INDEX_BASE + n, PortKind.GHN, n)
        for n in range(1, max(numbers) + 1)
    )


def _completed(
    port: Port,
    report: VersionReport,
    rows: tuple[DiscoverRow, ...],
    config: RunningConfig,
    counters: Mapping[str, PortCounters],
) -> Port:
    """Add to a port what configuration, discovery and statistics say of it."""
    port = replace(port, counters=counters.get(port.name, PortCounters()))
    if port.kind is not PortKind.GHN:
        return port
    settings = next((one for one in config.ports if one.number == port.number), None)
    settings = settings or PortConfig(port.number)
    mode = settings.mode or (_DEFAULT_MODE.get(report.line) if report.line else None)
    return replace(
        port,
        admin=port.admin or (Admin.DOWN if settings.shutdown else Admin.UP),
        mode=mode,
        label=settings.name,
        endpoint_macs=tuple(row.mac for row in rows if row.is_up and row.port == port.name),
    )
