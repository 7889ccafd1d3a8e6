"""`subscriber add`: a new service on an endpoint or a port."""

from __future__ import annotations

import argparse

from positron_tui.cli.changing import change_device, require_answer
from positron_tui.cli.context import Context
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe


async def add(context: Context) -> int:
    """Plan a subscriber and, once it is confirmed, put it on the unit."""
    require_answer(context)
    async with context.services() as services:
        edit = await services.actions.subscriber_add(_request(context.options))
        return await change_device(context, services, edit)


def _request(options: argparse.Namespace) -> SubscriberRequest:
    return SubscriberRequest(
        name=options.name,
        device=options.device,
        vlan=options.vlan,
        endpoint_mac=options.endpoint,
        port=options.port,
        plan=options.plan,
        tagged=options.tagged,
        remapped_vlan=options.remap,
        port2_vlan=options.port2_vlan,
        allowed_vlans=options.allow,
        poe=Poe(options.poe) if options.poe else None,
        description=options.description,
        trunk=options.trunk,
        double_tag=options.outer_vlan is not None,
        outer_vlan=options.outer_vlan,
        uplink=options.uplink,
    )
