"""`endpoint add`, `edit`, `remove` and `reboot`."""

from __future__ import annotations

from positron_tui.cli.changing import (
    change_device,
    refuse_unchangeable,
    require_answer,
    run_plans,
)
from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_endpoint
from positron_tui.cli.grammar_plant import AUTO, NONE
from positron_tui.domain.edits_endpoints import AddEndpoint, EditEndpoint
from positron_tui.domain.errors import UsageError
from positron_tui.services.fleet import Fleet


async def add(context: Context) -> int:
    """Configure an endpoint, also one that is not plugged in yet."""
    require_answer(context)
    options = context.options
    floating = options.port == AUTO
    async with context.services() as services:
        device = services.fleet.get(options.device).name
        edit = await services.actions.endpoint_add(
            device,
            AddEndpoint(
                options.mac,
                options.name,
                port=None if floating else options.port,
                auto_port=floating,
                description=options.description,
                allow_management=options.allow_management,
            ),
        )
        return await change_device(context, services, edit)


async def edit(context: Context) -> int:
    """Change an endpoint's texts, its management access, and where it belongs."""
    require_answer(context)
    options = context.options
    wanted = EditEndpoint(
        options.mac,
        name=options.name,
        description=options.description,
        allow_management=options.allow_management,
    )
    if options.port is None and wanted == EditEndpoint(options.mac):
        raise UsageError("There is nothing to change; see 'positron-tui endpoint edit --help'.")
    async with context.services() as services:
        change = await services.actions.endpoint_edit(
            _device(services.fleet, options.mac, options.device),
            wanted,
            port=None if options.port in (AUTO, NONE) else options.port,
            auto_port=options.port == AUTO,
            unbind=options.port == NONE,
        )
        return await change_device(context, services, change)


async def remove(context: Context) -> int:
    """Take an endpoint out of the configuration, with its subscriber only when told so."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        change = await services.actions.endpoint_remove(
            _device(services.fleet, options.mac, options.device),
            options.mac,
            with_subscriber=options.with_subscriber,
        )
        return await change_device(context, services, change)


async def reboot(context: Context) -> int:
    """Restart an endpoint and tell whether it was seen to come back."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        device = _device(services.fleet, options.mac, options.device)
        refuse_unchangeable(context, services, device)
        plan = await services.reboots.prepare(device, options.mac)
        return await run_plans(context, services, [plan], execute=services.reboots.execute)


def _device(fleet: Fleet, mac: str, device: str | None) -> str:
    """Return the unit of an endpoint; a named one need not have it in its last reading."""
    if device is not None:
        return fleet.get(device).name
    return find_endpoint(fleet, mac, None)[0].name
