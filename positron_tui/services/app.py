"""Puts the services together, and takes them apart in order."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from positron_tui.config import Settings
from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.services.actions import Actions
from positron_tui.services.activity import ActivityLog, Redactor
from positron_tui.services.assembly import Assembly
from positron_tui.services.billing import Billing
from positron_tui.services.bulk import Bulk
from positron_tui.services.changes import Changes
from positron_tui.services.doctor import Doctor
from positron_tui.services.events import ActivityAdded, EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.hook_receiver import HookReceiver
from positron_tui.services.intent import Intent
from positron_tui.services.inventory import Inventory
from positron_tui.services.logs import open_log
from positron_tui.services.mapping_guide import MappingGuide
from positron_tui.services.measuring import Measuring
from positron_tui.services.monitor import Monitor
from positron_tui.services.plans import Plans
from positron_tui.services.provisioning import Provisioning
from positron_tui.services.reboot import Reboots
from positron_tui.services.sync import Sync
from positron_tui.services.sync_conflicts import Conflicts
from positron_tui.services.sync_log import SyncLog
from positron_tui.services.sync_recovery import SyncRecovery
from positron_tui.services.sync_status import SyncStatus
from positron_tui.services.sync_worker import SyncWorker
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import LoopTicker, Ticker
from positron_tui.services.transfer import Transfer
from positron_tui.services.unprovisioned import Unprovisioned
from positron_tui.services.vault import Ask, VaultKeeper, VaultStatus, open_keeper
from positron_tui.store import Store, open_store


@dataclass(slots=True)
class Services:
    """All use cases of one console, over one store and one vault."""

    settings: Settings
    clock: Clock
    store: Store
    vault: VaultKeeper
    events: EventBus
    fleet: Fleet
    inventory: Inventory
    monitor: Monitor
    changes: Changes
    provisioning: Provisioning
    actions: Actions
    intent: Intent
    plans: Plans
    unprovisioned: Unprovisioned
    bulk: Bulk
    transfer: Transfer
    reboots: Reboots
    billing: Billing
    mapping_guide: MappingGuide
    sync: Sync
    conflicts: Conflicts
    sync_log: SyncLog
    sync_status: SyncStatus
    sync_recovery: SyncRecovery
    sync_worker: SyncWorker
    hooks: HookReceiver
    measuring: Measuring
    activity: ActivityLog
    doctor: Doctor
    tasks: TaskKeeper
    actor: str

    @property
    def vault_status(self) -> VaultStatus:
        return self.vault.status


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ask_passphrase: Ask | None = None,
    actor: str | None = None,
    ticker: Ticker | None = None,
) -> AsyncIterator[Services]:
    """Open the store and the vault and load the fleet; polling starts with `monitor.start()`.

    A vault that does not open does not keep the console shut: `vault_status` says why.
    `ask_passphrase` is called when the vault needs it, and may be a coroutine function.
    Raises StoreError.
    """
    clock = clock or SystemClock()
    redactor = Redactor()
    async with AsyncExitStack() as stack:
        close_log, log_problem = open_log(settings.log.file, settings.log.level, redactor)
        stack.callback(close_log)
        events = EventBus()
        activity = ActivityLog(clock, redactor)
        activity.on_added = lambda entry: events.publish(ActivityAdded(entry))
        store = await stack.enter_async_context(open_store(settings.db, clock))
        vault = await open_keeper(settings.secrets, ask_passphrase, clock, redactor)
        stack.push_async_callback(vault.close)
        parts = Assembly(
            settings=settings,
            clock=clock,
            store=store,
            vault=vault,
            events=events,
            activity=activity,
            actor=actor or _os_user(),
        )
        stack.push_async_callback(parts.close)
        services = _services(parts, ticker or LoopTicker(clock), log_problem)
        await services.fleet.load()
        await services.unprovisioned.load()
        yield services


def _services(parts: Assembly, ticker: Ticker, log_problem: str | None) -> Services:
    monitor = parts.start_monitor(ticker)
    changes = parts.start_changes()
    operations = parts.start_operations(changes)
    synchronising = parts.start_synchronising(changes, operations, ticker)
    return Services(
        settings=parts.settings,
        clock=parts.clock,
        store=parts.store,
        vault=parts.vault,
        events=parts.events,
        fleet=parts.fleet,
        inventory=parts.inventory(),
        monitor=monitor,
        changes=changes,
        provisioning=parts.provisioning(changes),
        actions=operations.actions,
        intent=operations.intent,
        plans=operations.plans,
        unprovisioned=operations.unprovisioned,
        bulk=operations.bulk,
        transfer=operations.transfer,
        reboots=operations.reboots,
        billing=synchronising.billing,
        mapping_guide=synchronising.guide,
        sync=synchronising.sync,
        conflicts=synchronising.conflicts,
        sync_log=synchronising.log,
        sync_status=synchronising.status,
        sync_recovery=synchronising.recovery,
        sync_worker=synchronising.worker,
        hooks=parts.start_hooks(synchronising.billing),
        activity=parts.activity,
        measuring=parts.measuring(),
        doctor=parts.doctor(log_problem),
        tasks=parts.tasks,
        actor=parts.actor,
    )


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run a user id without a name
        return "unknown"
