"""`subscriber edit`: other values for the fields of one subscriber, or of several at once."""

from __future__ import annotations

import argparse
from typing import Any

from positron_tui.cli.changing import require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.several import change_targets
from positron_tui.cli.suspended import targets_of
from positron_tui.domain.edits import KEEP, Keep
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import UsageError
from positron_tui.domain.subscribers import Poe


async def edit(context: Context) -> int:
    """Plan the fields that were given and, once they are confirmed, change them."""
    require_answer(context)
    wanted = wanted_fields(context.options)
    async with context.services() as services:
        targets = await targets_of(services, context.options)
        if len(targets) > 1 and "new_name" in wanted:
            raise UsageError("A name is for one subscriber; --name cannot be given with several.")
        return await change_targets(
            context,
            services,
            targets,
            lambda one: services.actions.subscriber_edit(
                one.device, EditSubscriber(one.name, **wanted)
            ),
            "edit subscribers",
        )


def wanted_fields(options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of EditSubscriber that were given; UsageError when there is none.

    An outer VLAN comes and goes with double tags.
    """
    outer: int | Keep | None = options.outer_vlan
    poe: str | Keep = options.poe
    given = {
        "new_name": options.new_name,
        "description": options.description,
        "vlan": options.vlan,
        "tagged": options.tagged,
        "remapped_vlan": options.remap,
        "port2_vlan": options.port2_vlan,
        "allowed_vlans": options.allow,
        "trunk": options.trunk,
        "double_tag": KEEP if outer is KEEP else outer is not None,
        "outer_vlan": outer,
        "uplink": options.uplink,
        "plan": options.plan,
        "poe": KEEP if isinstance(poe, Keep) else Poe(poe),
    }
    wanted = {name: value for name, value in given.items() if value is not KEEP}
    if not wanted:
        raise UsageError("There is nothing to change; see 'positron-tui subscriber edit --help'.")
    return wanted
