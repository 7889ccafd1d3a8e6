"""What stands on the change engine: actions, intent, plans, bulk runs, CSV, reboots."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positron_tui.services.actions import Actions
from positron_tui.services.bulk import Bulk
from positron_tui.services.changes import Changes
from positron_tui.services.intent import Intent
from positron_tui.services.plans import Plans
from positron_tui.services.reader import DeviceReader
from positron_tui.services.reboot import Reboots
from positron_tui.services.transfer import Transfer
from positron_tui.services.unprovisioned import Unprovisioned

if TYPE_CHECKING:
    from positron_tui.services.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Operations:
    """The services that people's actions and imports go through."""

    actions: Actions
    intent: Intent
    plans: Plans
    unprovisioned: Unprovisioned
    bulk: Bulk
    transfer: Transfer
    reboots: Reboots
    reader: DeviceReader


def start_operations(parts: Assembly, changes: Changes, closing: AsyncExitStack) -> Operations:
    """Return the services over the shared parts; `closing` ends what they listen to."""
    settings = parts.settings
    reader = DeviceReader(
        fleet=parts.fleet,
        store=parts.store,
        drivers=parts.drivers,
        poller=parts.poller,
        locks=parts.locks,
        clock=parts.clock,
    )
    parts.poller.on_config = reader.keep_polled
    intent = Intent(
        fleet=parts.fleet,
        store=parts.store,
        reader=reader,
        clock=parts.clock,
        concurrency=settings.bulk.concurrency,
    )
    changes.on_verified(intent.record)
    plans = Plans(
        fleet=parts.fleet,
        store=parts.store,
        overhead_percent=settings.provisioning.overhead_percent,
    )
    actions = Actions(
        fleet=parts.fleet,
        plans=plans,
        intent=intent,
        reader=reader,
        settings=settings.provisioning,
    )
    bulk = _bulk(parts, changes, actions)
    closing.push_async_callback(bulk.close)
    unprovisioned = Unprovisioned(
        fleet=parts.fleet,
        store=parts.store,
        events=parts.events,
        tasks=parts.tasks,
        clock=parts.clock,
    )
    closing.callback(unprovisioned.close)
    reboots = _reboots(parts, changes)
    closing.push_async_callback(reboots.close)
    return Operations(
        actions=actions,
        intent=intent,
        plans=plans,
        unprovisioned=unprovisioned,
        bulk=bulk,
        transfer=Transfer(fleet=parts.fleet, intent=intent, actions=actions, reader=reader),
        reboots=reboots,
        reader=reader,
    )


def _bulk(parts: Assembly, changes: Changes, actions: Actions) -> Bulk:
    return Bulk(
        store=parts.store,
        changes=changes,
        actions=actions,
        clock=parts.clock,
        settings=parts.settings.bulk,
        actor=parts.actor,
        holder=parts.holder,
    )


def _reboots(parts: Assembly, changes: Changes) -> Reboots:
    return Reboots(
        fleet=parts.fleet,
        store=parts.store,
        changes=changes,
        drivers=parts.drivers,
        poller=parts.poller,
        locks=parts.locks,
        events=parts.events,
        activity=parts.activity,
        clock=parts.clock,
        config_s=parts.settings.ssh.config_timeout_s,
        actor=parts.actor,
        holder=parts.holder,
    )
