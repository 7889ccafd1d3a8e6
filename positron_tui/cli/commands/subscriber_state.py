"""`subscriber suspend`, `resume` and `remove`: one subscriber, or several at once."""

from __future__ import annotations

from positron_tui.cli.changing import require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.several import change_targets
from positron_tui.cli.suspended import targets_of


async def suspend(context: Context) -> int:
    """Move services to the walled garden that the settings name; their data is kept."""
    require_answer(context)
    async with context.services() as services:
        return await change_targets(
            context,
            services,
            await targets_of(services, context.options),
            lambda one: services.actions.subscriber_suspend(one.device, one.name),
            "suspend subscribers",
        )


async def resume(context: Context) -> int:
    """Give suspended services back what they had."""
    require_answer(context)
    async with context.services() as services:
        return await change_targets(
            context,
            services,
            await targets_of(services, context.options),
            lambda one: services.actions.subscriber_resume(one.device, one.name),
            "resume subscribers",
        )


async def remove(context: Context) -> int:
    """Take services off their units; the endpoints stay configured unless told otherwise."""
    require_answer(context)
    release: bool = context.options.with_endpoint
    async with context.services() as services:
        return await change_targets(
            context,
            services,
            await targets_of(services, context.options),
            lambda one: services.actions.subscriber_remove(
                one.device, one.name, with_endpoint=release
            ),
            "remove subscribers",
        )
