"""First contact: which transports of a device answer, and who it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Capabilities, Device, Identity, Section
from positron_tui.domain.errors import (
    CommandRejected,
    CredentialError,
    DeviceUnreachable,
    LoginRefused,
    PositronError,
    UnexpectedReply,
)
from positron_tui.gam.cli_reader import CliReader
from positron_tui.gam.driver_options import DriverOptions, ProbeResult
from positron_tui.gam.driver_snmp import SnmpLine
from positron_tui.gam.driver_ssh import SshLine
from positron_tui.gam.exchange import Exchange, OnExchange
from positron_tui.gam.jsonrpc.probe import probe_jsonrpc
from positron_tui.gam.parsers import discover
from positron_tui.gam.ssh import CliSession

_FIRST_POE = (1, 5)


@dataclass(slots=True)
class _Heard:
    """What was found out so far; `errors` are those of transports that did not answer."""

    snmp: bool | None = None
    ghn_snmp: bool | None = None
    ssh: bool | None = None
    ghn_cli: bool | None = None
    jsonrpc: bool | None = None
    over_snmp: Identity | None = None
    over_cli: Identity | None = None
    warnings: list[str] = field(default_factory=list)
    errors: list[PositronError] = field(default_factory=list)


async def probe_device(
    device: Device,
    snmp: SnmpLine,
    ssh: SshLine,
    options: DriverOptions,
    clock: Clock,
    on_exchange: OnExchange,
) -> ProbeResult:
    """Ask all transports at once and return what answered.

    Raises Refused for a host key that is not the trusted one, LoginRefused when the device turns
    the SSH login down, and DeviceUnreachable when neither SNMP nor SSH answers.
    """
    heard = _Heard()
    async with _Unwrapped(), asyncio.TaskGroup() as group:
        group.create_task(_snmp(heard, device, snmp), name=f"probe SNMP of {device.name}")
        if device.address.ssh_port is not None:
            group.create_task(_ssh(heard, ssh, clock), name=f"probe SSH of {device.name}")
        group.create_task(
            _jsonrpc(heard, device, options, clock, on_exchange),
            name=f"probe JSON-RPC of {device.name}",
        )
    if not heard.snmp and not heard.ssh:
        raise _nobody(device, heard)
    identity = _identity(heard)
    return ProbeResult(identity, _capabilities(heard, identity), tuple(heard.warnings))


class _Unwrapped:
    """Turns a task group's bundle of errors back into the first of ours in it."""

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BaseExceptionGroup):
            ours = error.subgroup(PositronError)
            if ours is not None:
                raise _first(ours) from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner: BaseException = group
    while isinstance(inner, BaseExceptionGroup):
        inner = inner.exceptions[0]
    return inner


async def _snmp(heard: _Heard, device: Device, line: SnmpLine) -> None:
    try:
        found = await line.probe()
    except (DeviceUnreachable, UnexpectedReply, CredentialError) as error:
        heard.snmp = False
        heard.errors.append(error)
        heard.warnings.append(f"Status is not read over SNMP: {error}")
        return
    heard.snmp, heard.ghn_snmp, heard.over_snmp = True, found.ghn, found.identity
    if not found.ghn:
        then = (
            "endpoints cannot be read without SSH."
            if device.address.ssh_port is None
            else "endpoints are read over SSH."
        )
        heard.warnings.append(f"The G.hn tables do not answer over SNMP (old firmware); {then}")


async def _ssh(heard: _Heard, line: SshLine, clock: Clock) -> None:
    try:
        async with line.session() as cli:
            heard.ssh = True
            heard.ghn_cli = await _has_ghn(cli)
            reading = await CliReader(clock).read(cli, {Section.IDENTITY})
            heard.over_cli = reading.identity
    except LoginRefused:
        raise
    except DeviceUnreachable as error:
        # Not False: a full or restarting unit speaks SSH again later.
        heard.errors.append(error)
        heard.warnings.append(f"The command line could not be tried: {error}")
    if heard.ghn_cli is False:
        heard.warnings.append("The command line has no ghn commands; services cannot be changed.")


async def _has_ghn(cli: CliSession) -> bool:
    try:
        discover.parse_discover(await cli.run(discover.COMMAND))
    except (CommandRejected, UnexpectedReply):
        return False
    return True


async def _jsonrpc(
    heard: _Heard, device: Device, options: DriverOptions, clock: Clock, on_exchange: OnExchange
) -> None:
    started = clock.monotonic()
    address = device.address
    found = await probe_jsonrpc(address.host, address.http_port, options.http_timeout_s)
    heard.jsonrpc = found.present
    on_exchange(
        Exchange(
            at=clock.now(),
            device=device.name,
            transport="jsonrpc",
            command=f"POST /json_rpc on port {address.http_port}, without a login",
            reply=found.said,
            ok=found.present,
            duration_s=clock.monotonic() - started,
        )
    )


def _nobody(device: Device, heard: _Heard) -> PositronError:
    """Return why a device cannot be used; a missing secret outranks silence."""
    missing = next((one for one in heard.errors if isinstance(one, CredentialError)), None)
    if missing is not None and device.address.ssh_port is None:
        return missing
    sentences = " ".join(str(error) for error in heard.errors)
    host = device.address.host
    return DeviceUnreachable(f"{host} answers neither SNMP nor SSH: {sentences}".rstrip(": "))


def _identity(heard: _Heard) -> Identity:
    """Prefer SNMP, which knows the model; the command line fills what is missing."""
    first, second = heard.over_snmp, heard.over_cli
    if first is None or second is None:
        return first or second or Identity()
    return replace(
        first,
        model=first.model or second.model,
        line=first.line or second.line,
        mac=first.mac or second.mac,
        firmware=replace(
            first.firmware,
            active=first.firmware.active or second.firmware.active,
            alternate=first.firmware.alternate or second.firmware.alternate,
        ),
        sys_name=first.sys_name or second.sys_name,
        location=first.location or second.location,
        contact=first.contact or second.contact,
    )


def _capabilities(heard: _Heard, identity: Identity) -> Capabilities:
    firmware = identity.firmware.active
    return Capabilities(
        snmp=heard.snmp,
        ghn_snmp=heard.ghn_snmp,
        ssh=heard.ssh,
        ghn_cli=heard.ghn_cli,
        jsonrpc=heard.jsonrpc,
        poe=None if firmware is None else _version(firmware) >= _FIRST_POE,
        firmware=firmware,
    )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
