"""What keeps the plant in step with billing: systems, runs, conflicts, the log, the worker."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positron_tui.billing.opening import open_adapter
from positron_tui.services.billing import Billing, MakeAdapter
from positron_tui.services.changes import Changes
from positron_tui.services.mapping_guide import MappingGuide
from positron_tui.services.operations import Operations
from positron_tui.services.sync import Sync
from positron_tui.services.sync_compare import Comparer
from positron_tui.services.sync_conflicts import Conflicts
from positron_tui.services.sync_edits import SyncEdits
from positron_tui.services.sync_follow import Follower
from positron_tui.services.sync_leases import SyncLeases
from positron_tui.services.sync_log import SyncLog
from positron_tui.services.sync_plant import PlantReader
from positron_tui.services.sync_reading import SyncReader
from positron_tui.services.sync_recovery import SyncRecovery
from positron_tui.services.sync_status import SyncStatus
from positron_tui.services.sync_worker import SyncWorker
from positron_tui.services.sync_writes import Writes
from positron_tui.services.ticker import Ticker
from positron_tui.services.vlan_pools import VlanPools

if TYPE_CHECKING:
    from positron_tui.services.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Synchronising:
    """The services around billing."""

    billing: Billing
    guide: MappingGuide
    sync: Sync
    conflicts: Conflicts
    log: SyncLog
    status: SyncStatus
    recovery: SyncRecovery
    worker: SyncWorker


def start_synchronising(
    parts: Assembly,
    changes: Changes,
    operations: Operations,
    ticker: Ticker,
    closing: AsyncExitStack,
    make_adapter: MakeAdapter = open_adapter,
) -> Synchronising:
    """Return the services over the shared parts; `closing` ends them before the change engine."""
    billing = Billing(
        store=parts.store,
        vault=parts.vault,
        clock=parts.clock,
        settings=parts.settings.billing,
        make_adapter=make_adapter,
    )
    closing.push_async_callback(billing.close)
    plant = PlantReader(
        fleet=parts.fleet,
        intent=operations.intent,
        store=parts.store,
        overhead_percent=parts.settings.provisioning.overhead_percent,
    )
    writes = Writes(store=parts.store, clock=parts.clock)
    follower = Follower(store=parts.store, writes=writes, clock=parts.clock)
    edits = _edits(parts, operations)
    comparer = _comparer(parts, operations, plant, edits)
    sync = _sync(parts, changes, ticker, billing, comparer, edits, writes, follower)
    closing.push_async_callback(sync.close)
    recovery = SyncRecovery(
        store=parts.store,
        billing=billing,
        changes=changes,
        follower=follower,
        clock=parts.clock,
        holder=parts.holder,
    )
    worker = SyncWorker(
        store=parts.store,
        billing=billing,
        sync=sync,
        recovery=recovery,
        unprovisioned=operations.unprovisioned,
        events=parts.events,
        activity=parts.activity,
        tasks=parts.tasks,
        ticker=ticker,
        clock=parts.clock,
        settings=parts.settings.billing,
    )
    closing.push_async_callback(worker.stop)
    conflicts = Conflicts(
        store=parts.store,
        billing=billing,
        sync=sync,
        intent=operations.intent,
        clock=parts.clock,
        actor=parts.actor,
        holder=parts.holder,
    )
    log = SyncLog(
        store=parts.store,
        billing=billing,
        sync=sync,
        plant=plant,
        intent=operations.intent,
        fleet=parts.fleet,
    )
    status = SyncStatus(store=parts.store, clock=parts.clock, settings=parts.settings.billing)
    guide = MappingGuide(store=parts.store, billing=billing, comparer=comparer, clock=parts.clock)
    return Synchronising(billing, guide, sync, conflicts, log, status, recovery, worker)


def _edits(parts: Assembly, operations: Operations) -> SyncEdits:
    settings = parts.settings
    return SyncEdits(
        fleet=parts.fleet,
        actions=operations.actions,
        intent=operations.intent,
        reader=operations.reader,
        pools=VlanPools(parts.fleet, settings.provisioning),
        name_template=settings.billing.name_template,
    )


def _comparer(
    parts: Assembly, operations: Operations, plant: PlantReader, edits: SyncEdits
) -> Comparer:
    return Comparer(
        store=parts.store,
        plant=plant,
        intent=operations.intent,
        edits=edits,
        fleet=parts.fleet,
        settings=parts.settings.billing,
        read_only=parts.settings.read_only,
    )


def _sync(
    parts: Assembly,
    changes: Changes,
    ticker: Ticker,
    billing: Billing,
    comparer: Comparer,
    edits: SyncEdits,
    writes: Writes,
    follower: Follower,
) -> Sync:
    settings = parts.settings
    return Sync(
        store=parts.store,
        billing=billing,
        changes=changes,
        comparer=comparer,
        edits=edits,
        follower=follower,
        writes=writes,
        leases=SyncLeases(
            store=parts.store,
            clock=parts.clock,
            ticker=ticker,
            tasks=parts.tasks,
            holder=parts.holder,
        ),
        reader=SyncReader(store=parts.store, clock=parts.clock),
        events=parts.events,
        clock=parts.clock,
        ticker=ticker,
        settings=settings.billing,
        concurrency=settings.bulk.concurrency,
        actor=parts.actor,
        holder=parts.holder,
    )
