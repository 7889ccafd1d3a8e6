"""`subscriber swap` and `move`: the same service on another box, port or unit."""

from __future__ import annotations

from positron_tui.cli.changing import change_device, planned, require_answer, run_plans
from positron_tui.cli.context import Context
from positron_tui.cli.targets import target


async def swap(context: Context) -> int:
    """Put another box in the place of a subscriber's endpoint; the old one is released."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        one = target(services.fleet, options.name, options.device)
        edit = await services.actions.subscriber_swap(one.device, one.name, options.endpoint)
        return await change_device(context, services, edit)


async def move(context: Context) -> int:
    """Move a service; to another unit it is added there first and then removed here."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        one = target(services.fleet, options.name, options.device)
        to_device = services.fleet.get(options.to).name if options.to else None
        edits = await services.actions.subscriber_move(
            one.device,
            one.name,
            to_device=to_device,
            endpoint_mac=options.endpoint,
            port=options.port,
        )
        plans = [await planned(context, services, edit) for edit in edits]
        return await run_plans(context, services, plans, alone=to_device in (None, one.device))
