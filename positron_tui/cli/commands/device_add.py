"""`device add`: probes a unit and takes it into the fleet."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from positron_tui.cli.certificates import accepted_certificate
from positron_tui.cli.context import Context
from positron_tui.cli.host_keys import HostKeyTrust
from positron_tui.cli.output import Output
from positron_tui.cli.secrets_input import secrets_from_stdin, secrets_from_terminal
from positron_tui.cli.shapes import device_shape
from positron_tui.cli.table import render_fields
from positron_tui.config import SecretsBackend
from positron_tui.domain.devices import Address, Device, Identity, SnmpVersion
from positron_tui.domain.errors import CertificateUnknown, DeviceUnreachable, UsageError
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.events import DeviceAdded, Event
from positron_tui.services.inventory import AddResult, NewDevice
from positron_tui.services.views import DeviceView

if TYPE_CHECKING:
    from positron_tui.services.app import Services


_READ_ONLY = (SecretsBackend.ENV, SecretsBackend.COMMAND)


async def add(context: Context) -> int:
    """Probe, onboard and read a unit, and print what it is."""
    options, out = context.options, context.out
    address = _address(options)
    _require_source(context)
    new = NewDevice(
        address=address,
        name=options.name,
        site=options.site,
        use_ssh=not options.no_ssh,
        writable=options.writable,
    )
    context.note = f"{options.host} was not added."
    async with context.services() as services:
        secrets = await _secrets(context, services, address)

        def on_event(event: Event) -> None:
            if isinstance(event, DeviceAdded):
                context.note = f"{event.name} was added; 'device poll {event.name}' reads it."

        services.events.subscribe(on_event)
        result = await services.inventory.add(
            new,
            secrets,
            trust_host_key=HostKeyTrust(context, options.host, options.accept_host_key),
            on_progress=out.progress,
        )
        out.clear_progress()
        if address.https:
            await _pin_certificate(context, services, result.device)
        view = services.fleet.get(result.device.name)
        _talk(out, view, result)
        if out.as_json:
            out.json(device_shape(view))
        else:
            out.lines(render_fields(_fields(view.name, result.identity)))
    return 0


async def _pin_certificate(context: Context, services: Services, device: Device) -> None:
    """Trust the certificate of a unit that was added; it stays added when that is refused."""
    try:
        shown = await accepted_certificate(context, services, device)
        await services.inventory.trust_certificate(device.name, shown)
    except (CertificateUnknown, DeviceUnreachable) as error:
        context.out.say(f"Its JSON-RPC API cannot be used yet: {error}")


def _talk(out: Output, view: DeviceView, result: AddResult) -> None:
    """Say what deserves attention about a unit that was added."""
    for warning in result.warnings:
        out.say(warning)
    if view.poll.failure:
        out.say(f"Its first reading failed: {view.poll.failure}")
    out.say(f"Added {view.name}.")
    if view.device.read_only:
        out.say(f"It is read-only; 'device edit {view.name} --writable' lifts that.")


def _address(options: argparse.Namespace) -> Address:
    version = SnmpVersion(options.snmp_version)
    if version is SnmpVersion.V3 and not options.snmp_user:
        raise UsageError("SNMPv3 needs a user; add --snmp-user.")
    if version is SnmpVersion.V2C and any(
        (options.snmp_user, options.snmp_auth, options.snmp_priv)
    ):
        raise UsageError("--snmp-user, --snmp-auth and --snmp-priv need --snmp-version 3.")
    if options.no_ssh and any((options.ssh_port, options.ssh_user, options.ssh_legacy)):
        raise UsageError("--no-ssh contradicts the other --ssh- options.")
    return Address(
        host=options.host,
        snmp_port=options.snmp_port or 161,
        snmp_version=version,
        snmp_user=options.snmp_user,
        snmp_auth=options.snmp_auth or "sha",
        snmp_priv=options.snmp_priv or "aes",
        ssh_port=None if options.no_ssh else options.ssh_port or 22,
        ssh_user=options.ssh_user or "admin",
        ssh_legacy=bool(options.ssh_legacy),
        http_port=options.http_port or 80,
        https_port=options.https_port or 443,
        http_allowed=options.json_rpc == "http",
        https=options.json_rpc == "https",
    )


def _wanted(address: Address) -> list[str]:
    """Return the secrets that reaching this unit takes."""
    if address.snmp_version is SnmpVersion.V3:
        wanted = ["snmp_auth_password"]
        if address.snmp_priv != "none":
            wanted.append("snmp_priv_password")
    else:
        wanted = ["snmp_community"]
    if address.ssh_port is not None:
        wanted.append("ssh_password")
    return wanted


def _require_source(context: Context) -> None:
    """Refuse before anything is opened where no secret can come from."""
    elsewhere = context.settings.secrets.backend in _READ_ONLY
    if not (context.options.secrets_stdin or context.terminal or elsewhere):
        raise UsageError(
            "Nobody can be asked for the secrets here; pass them as JSON on stdin with "
            "--secrets-stdin."
        )


async def _secrets(context: Context, services: Services, address: Address) -> DeviceSecrets:
    """Return the secrets; a back-end that is only read has them already, if it has."""
    options, wanted = context.options, _wanted(address)
    if options.secrets_stdin:
        secrets = secrets_from_stdin()
    elif context.settings.secrets.backend in _READ_ONLY:
        secrets = await services.vault.secrets(options.name or options.host)
    else:
        asked = list(wanted)
        if address.snmp_version is SnmpVersion.V2C:
            asked.insert(1, "snmp_write_community")
        secrets = secrets_from_terminal(context.out, asked)
    missing = [key for key in wanted if getattr(secrets, key) is None]
    if missing:
        hint = " (or add --no-ssh)" if missing == ["ssh_password"] else ""
        raise UsageError(f"The secrets lack {' and '.join(missing)}{hint}.")
    return secrets


def _fields(name: str, identity: Identity) -> list[tuple[str, object]]:
    return [
        ("name", name),
        ("model", identity.model),
        ("line", identity.line.value if identity.line else None),
        ("serial", identity.serial),
        ("firmware", identity.firmware.active),
        ("other bank", identity.firmware.alternate),
        ("system name", identity.sys_name),
        ("location", identity.location),
    ]
