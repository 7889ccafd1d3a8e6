"""`port set`: enable, disable or name a port, or choose its mode."""

from __future__ import annotations

from positron_tui.cli.changing import change_device, require_answer
from positron_tui.cli.context import Context
from positron_tui.domain.edits import KEEP
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.errors import UsageError
from positron_tui.domain.ports import PortMode


async def set_port(context: Context) -> int:
    """Plan the settings that were given and, once they are confirmed, make them."""
    require_answer(context)
    options = context.options
    mode = options.mode if options.mode is KEEP else PortMode(options.mode)
    if options.enabled is options.name is mode is KEEP:
        raise UsageError("There is nothing to set; see 'positron-tui port set --help'.")
    name = options.name if options.name is KEEP else options.name or None
    async with context.services() as services:
        device = services.fleet.get(options.device).name
        edit = await services.actions.port_set(
            device, SetPort(options.port, enabled=options.enabled, name=name, mode=mode)
        )
        return await change_device(context, services, edit)
