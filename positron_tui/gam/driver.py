"""One face for one device: what is asked goes over the transport that can answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Device, Provenance, Section, Snapshot
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    PositronError,
    Refused,
    UnexpectedReply,
)
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.cli_reader import CliReader, CliReading
from positron_tui.gam.driver_jsonrpc import JsonRpcLine
from positron_tui.gam.driver_options import (
    DeviceSecrets,
    DriverOptions,
    ProbeResult,
    ReadResult,
)
from positron_tui.gam.driver_probe import probe_device
from positron_tui.gam.driver_routes import route
from positron_tui.gam.driver_snmp import SnmpLine
from positron_tui.gam.driver_ssh import SshLine
from positron_tui.gam.exchange import Exchange, OnExchange, ignore
from positron_tui.gam.parsers.running_config import (
    COMMAND as SHOW_RUNNING,
)
from positron_tui.gam.parsers.running_config import (
    STARTUP_COMMAND as SHOW_STARTUP,
)
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.gam.parsers.snr import (
    DOWNSTREAM,
    UPSTREAM,
    SnrReading,
    parse_snr,
    snr_command,
)
from positron_tui.gam.ssh import CliSession, HostKey

__all__ = [
    "DeviceDriver",
    "DeviceSecrets",
    "DriverOptions",
    "Exchange",
    "JsonRpcLine",
    "ProbeResult",
    "ReadResult",
    "SnrReading",
    "open_driver",
]

_SNR_TIMEOUT_S = 30.0
_ORDER = tuple(Section)


@dataclass(slots=True)
class _Gathered:
    """A reading in the making; `errors` keep the reason of each section that is missing."""

    fields: dict[str, Any] = field(default_factory=dict)
    provenance: dict[Section, Provenance] = field(default_factory=dict)
    errors: dict[Section, PositronError] = field(default_factory=dict)
    config: RunningConfig | None = None


class DeviceDriver:
    """Reads one device and lends its command line. Made by `open_driver`, closed by its owner."""

    def __init__(
        self,
        device: Device,
        secrets: DeviceSecrets,
        options: DriverOptions,
        clock: Clock,
        on_exchange: OnExchange,
    ) -> None:
        self._device = device
        self._options = options
        self._clock = clock
        self._on_exchange = on_exchange
        self._snmp = SnmpLine(device, secrets, options, clock, on_exchange)
        self._ssh = SshLine(device, secrets, options, clock, on_exchange)
        self._jsonrpc = JsonRpcLine(device, secrets, options, clock, on_exchange)
        self._cli_reader = CliReader(clock, budget_s=options.detail_budget_s)
        self._known: RunningConfig | None = None

    @property
    def device(self) -> Device:
        """The record that this driver was made for."""
        return self._device

    async def host_key(self) -> HostKey:
        """Fetch the SSH host key that the device shows now, without logging in."""
        return await self._ssh.host_key()

    async def probe(self) -> ProbeResult:
        """Find out who the device is and what it answers; see `probe_device` for what it raises."""
        return await probe_device(
            self._device, self._snmp, self._ssh, self._options, self._clock, self._on_exchange
        )

    async def read(self, sections: Collection[Section]) -> ReadResult:
        """Read these sections, SNMP and command line side by side.

        What could not be read is in the result's failures. When nothing could be, and the device
        did not answer or must not be talked to, that error is raised (DeviceUnreachable, Refused).
        """
        routes = {
            section: route(self._device, section) for section in _ORDER if section in sections
        }
        gathered = _Gathered()
        for section, source in routes.items():
            if source is None:
                gathered.errors[section] = UnexpectedReply(_no_way(self._device, section))
        await asyncio.gather(
            self._read_snmp([s for s, source in routes.items() if source is Source.SNMP], gathered),
            self._read_cli([s for s, source in routes.items() if source is Source.CLI], gathered),
        )
        if not gathered.provenance:
            for error in gathered.errors.values():
                if isinstance(error, DeviceUnreachable | Refused):
                    raise error
        return ReadResult(
            Snapshot(**gathered.fields, provenance=gathered.provenance),
            {section: str(error) for section, error in gathered.errors.items()},
            gathered.config,
        )

    async def running_config(self) -> RunningConfig:
        """Read what the device runs; over SSH only."""
        self._known = await self._configuration(SHOW_RUNNING)
        return self._known

    async def startup_config(self) -> RunningConfig:
        """Read what the device will run after a restart; over SSH only."""
        return await self._configuration(SHOW_STARTUP)

    async def snr(self, mac: str) -> tuple[SnrReading, ...]:
        """Measure the best signal-to-noise ratio of an endpoint's link, both directions.

        Raises CommandRejected or UnexpectedReply when neither direction has a value: a busy or
        absent endpoint has none.
        """
        readings: list[SnrReading] = []
        refusal: PositronError | None = None
        async with self._ssh.session() as cli:
            for direction in (DOWNSTREAM, UPSTREAM):
                try:
                    reply = await cli.run(snr_command(mac, direction), timeout_s=_SNR_TIMEOUT_S)
                    readings.extend(parse_snr(reply, direction))
                except (CommandRejected, UnexpectedReply) as error:
                    refusal = error
        if not readings and refusal is not None:
            raise refusal
        return tuple(readings)

    def session(self) -> AbstractAsyncContextManager[CliSession]:
        """Borrow the device's one command line session; others wait until it is given back."""
        return self._ssh.session()

    @property
    def jsonrpc(self) -> JsonRpcLine | None:
        """The device's JSON-RPC API; None where the device is not marked for it."""
        return self._jsonrpc if self._device.address.jsonrpc else None

    async def close(self) -> None:
        """End the session that is kept and free the SNMP side; waits for a running command."""
        await self._ssh.close()
        await self._jsonrpc.close()
        await self._snmp.close()

    async def _configuration(self, command: str) -> RunningConfig:
        async with self._ssh.session() as cli:
            return parse_running_config(await cli.run(command))

    async def _read_snmp(self, sections: list[Section], gathered: _Gathered) -> None:
        ghn = self._device.capabilities.ghn_snmp is not False
        for position, section in enumerate(sections):
            try:
                value = await self._snmp.read(section, ghn=ghn)
            except DeviceUnreachable as error:
                # It was asked several times already; the other sections would wait as long.
                gathered.errors.update(dict.fromkeys(sections[position:], error))
                return
            except PositronError as error:
                gathered.errors[section] = error
                continue
            self._keep(gathered, section, value, Source.SNMP)

    async def _read_cli(self, sections: list[Section], gathered: _Gathered) -> None:
        if not sections:
            return
        try:
            async with self._ssh.session() as cli:
                reading = await self._cli_reader.read(cli, sections)
        except PositronError as error:
            gathered.errors.update(dict.fromkeys(sections, error))
            return
        gathered.errors.update(reading.failures)
        for section in sections:
            if section not in reading.failures:
                self._keep(gathered, section, _part(reading, section), Source.CLI)

    def _keep(self, gathered: _Gathered, section: Section, value: Any, source: Source) -> None:
        if section is Section.CONFIG:
            if isinstance(value, RunningConfig):
                self._known = gathered.config = value
                gathered.fields["management_vlans"] = tuple(sorted(value.management_vlans))
                value = value.profiles, value.subscribers
            gathered.fields["profiles"], gathered.fields["subscribers"] = value
        elif section is Section.ENDPOINTS and source is Source.SNMP:
            gathered.fields["endpoints"] = self._named(value)
        else:
            gathered.fields[section.value] = value
        gathered.provenance[section] = Provenance(source, self._clock.now())

    def _named(self, endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        """Fill names that SNMP did not tell from the configuration that was read last."""
        if self._known is None:
            return endpoints
        known = {one.mac: one for one in self._known.endpoints}
        named = []
        for endpoint in endpoints:
            config = known.get(endpoint.mac)
            if config is not None and config.endpoint_id == endpoint.endpoint_id:
                endpoint = replace(
                    endpoint,
                    name=endpoint.name or config.name,
                    description=endpoint.description or config.description,
                    auto_port=(
                        config.auto_port if endpoint.auto_port is None else endpoint.auto_port
                    ),
                )
            named.append(endpoint)
        return tuple(named)


def _part(reading: CliReading, section: Section) -> object:
    parts: Mapping[Section, object] = {
        Section.IDENTITY: reading.identity,
        Section.HEALTH: reading.health,
        Section.PORTS: reading.ports,
        Section.ENDPOINTS: reading.endpoints,
        Section.CONFIG: reading.config,
        Section.ALARMS: reading.alarms,
    }
    return parts[section]


def _no_way(device: Device, section: Section) -> str:
    return (
        f"{device.name} does not tell its {section.value} over any transport that it has; "
        "give it an SSH login, or check its SNMP community, and add it again."
    )


def open_driver(
    device: Device,
    secrets: DeviceSecrets,
    options: DriverOptions,
    clock: Clock,
    on_exchange: OnExchange = ignore,
) -> DeviceDriver:
    """Return the driver of a device; nothing is sent before its first use."""
    return DeviceDriver(device, secrets, options, clock, on_exchange)
