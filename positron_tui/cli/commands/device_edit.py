"""`device edit` and `device remove`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from positron_tui.cli.certificates import accepted_certificate
from positron_tui.cli.commands.device import show_device
from positron_tui.cli.context import Context
from positron_tui.cli.host_keys import ANY
from positron_tui.cli.prompts import confirm
from positron_tui.cli.secrets_input import secrets_from_stdin
from positron_tui.domain.devices import Address, Device, SnmpVersion
from positron_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from positron_tui.services.app import Services

_ADDRESS_FIELDS = (
    "snmp_port",
    "snmp_user",
    "snmp_auth",
    "snmp_priv",
    "ssh_port",
    "ssh_user",
    "ssh_legacy",
    "http_port",
    "https_port",
)
_OTHER_FIELDS = ("new_name", "site", "host", "json_rpc")


async def edit(context: Context) -> int:
    """Change what the options name, and print the unit."""
    options = context.options
    _require_something(options)
    secrets = secrets_from_stdin() if options.secrets_stdin else None
    async with context.services() as services:
        view = services.fleet.get(options.name)
        device = view.device
        # A new key is pinned first, so that nothing is half done when it is refused; one that
        # only shows at a new address can be asked for afterwards only.
        trusting = options.accept_host_key is not None
        moves = options.host is not None or options.ssh_port is not None
        if trusting and not moves:
            device = await _trust(context, services, device)
        address = _address(options, device.address)
        certificate = await _certificate(context, services, device, address)
        if _changes(options) or secrets is not None:
            device = await services.inventory.edit(
                device.name,
                new_name=options.new_name,
                site=options.site,
                host=options.host,
                read_only=_read_only(options),
                address=address,
                secrets=secrets,
            )
        if certificate is not None:
            device = await services.inventory.trust_certificate(device.name, certificate)
        if trusting and moves:
            device = await _trust(context, services, device)
        show_device(context.out, services.fleet.get(device.name), services.clock.now())
    return 0


async def remove(context: Context) -> int:
    """Forget a unit; a person on a terminal is asked first."""
    options, out = context.options, context.out
    async with context.services() as services:
        view = services.fleet.get(options.name)
        if context.terminal and not options.yes:
            question = f"Forget {view.name}, its readings and its secrets?"
            if not await confirm(out, question):
                out.say(f"{view.name} was not removed.")
                return 1
        await services.inventory.remove(view.name)
        out.say(f"Removed {view.name}.")
        if out.as_json:
            out.json({"name": view.name, "removed": True})
    return 0


async def _trust(context: Context, services: Services, device: Device) -> Device:
    """Pin the key of the given fingerprint; `any` is the one that the unit shows now."""
    fingerprint: str = context.options.accept_host_key
    if fingerprint == ANY:
        fingerprint = (await services.inventory.check_host_key(device.address)).fingerprint
    elif not fingerprint.startswith("SHA256:"):
        fingerprint = f"SHA256:{fingerprint}"
    pinned = await services.inventory.trust_new_host_key(device.name, fingerprint)
    context.out.say(f"The SSH host key {fingerprint} of {device.name} is trusted now.")
    return pinned


async def _certificate(
    context: Context, services: Services, device: Device, address: Address | None
) -> str | None:
    """Return the certificate to be pinned, looked at before anything is changed; None = none."""
    options = context.options
    reached = replace(device, address=address or device.address)
    if not reached.address.https:
        if options.accept_certificate:
            raise UsageError("--accept-certificate is for units with --json-rpc https.")
        return None
    if device.certificate is not None and options.accept_certificate is None:
        return None
    if options.accept_certificate is None and options.json_rpc != "https":
        return None
    return await accepted_certificate(context, services, reached)


def _require_something(options: argparse.Namespace) -> None:
    given = (options.secrets_stdin, options.accept_host_key, options.accept_certificate)
    if not (_changes(options) or any(given)):
        raise UsageError("There is nothing to change; see 'positron-tui device edit --help'.")


def _changes(options: argparse.Namespace) -> bool:
    given = [getattr(options, name) for name in (*_ADDRESS_FIELDS, *_OTHER_FIELDS)]
    return options.read_only or options.writable or any(one is not None for one in given)


def _read_only(options: argparse.Namespace) -> bool | None:
    if options.read_only:
        return True
    return False if options.writable else None


def _address(options: argparse.Namespace, now: Address) -> Address | None:
    given: dict[str, Any] = {
        name: value for name in _ADDRESS_FIELDS if (value := getattr(options, name)) is not None
    }
    if options.json_rpc is not None:
        given["http_allowed"] = options.json_rpc == "http"
        given["https"] = options.json_rpc == "https"
    if not given:
        return None
    if now.snmp_version is SnmpVersion.V2C and any(name.startswith("snmp_a") for name in given):
        raise UsageError("This unit is read by SNMPv2c; add it anew to read it by SNMPv3.")
    return replace(now, host=options.host or now.host, **given)
