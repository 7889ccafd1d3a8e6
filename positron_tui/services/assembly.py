"""Builds the services over what they share, and closes them in the order that works."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from positron_tui.config import Settings
from positron_tui.domain.clock import Clock
from positron_tui.services import options
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.changes import Changes
from positron_tui.services.doctor import Doctor
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.hook_gate import HookGate
from positron_tui.services.hook_receiver import HookReceiver
from positron_tui.services.inventory import Inventory
from positron_tui.services.leases import holder_name
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.measuring import Measuring
from positron_tui.services.monitor import Monitor
from positron_tui.services.operations import Operations, start_operations
from positron_tui.services.polling import Poller
from positron_tui.services.provisioning import Provisioning
from positron_tui.services.recovery import Recovery
from positron_tui.services.synchronising import Synchronising, start_synchronising
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import Ticker
from positron_tui.services.vault import VaultKeeper
from positron_tui.services.verified import Verified
from positron_tui.services.vlan_pools import VlanPools
from positron_tui.store import Store

_log = logging.getLogger(__name__)


class Assembly:
    """The shared parts of one console; its methods build the services on them."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        store: Store,
        vault: VaultKeeper,
        events: EventBus,
        activity: ActivityLog,
        actor: str,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.store = store
        self.vault = vault
        self.events = events
        self.activity = activity
        self.actor = actor
        self.holder = holder_name(actor)
        self.fleet = Fleet(store, events)
        self.locks = DeviceLocks()
        self.holds = options.ssh_holds(settings, clock)
        self.tasks = TaskKeeper(lambda name, error: _task_failed(activity, name, error))
        self.drivers = DriverPool(
            vault=vault,
            options=options.driver_options(settings),
            activity=activity,
            clock=clock,
            discover_timeout_s=settings.discover.timeout_s,
        )
        self.poller = self._poller()
        self.verified = Verified()
        # Closed from the last to the first: whoever uses a part is gone before the part is.
        self._closing = AsyncExitStack()
        self._closing.push_async_callback(self.drivers.close)
        self._closing.push_async_callback(self.tasks.close)

    async def close(self) -> None:
        """End polling, bring changes to an end, then end tasks and sessions."""
        await self._closing.aclose()

    def start_monitor(self, ticker: Ticker) -> Monitor:
        """Return the monitor, which `close` stops."""
        monitor = Monitor(
            poller=self.poller,
            fleet=self.fleet,
            events=self.events,
            tasks=self.tasks,
            ticker=ticker,
            clock=self.clock,
            pace=options.pace(self.settings),
        )
        self._closing.push_async_callback(monitor.stop)
        return monitor

    def start_changes(self) -> Changes:
        """Return the change engine, whose running changes `close` waits for."""
        changes = Changes(
            fleet=self.fleet,
            store=self.store,
            drivers=self.drivers,
            poller=self.poller,
            locks=self.locks,
            events=self.events,
            activity=self.activity,
            clock=self.clock,
            options=options.run_options(self.settings),
            recovery=self._recovery(),
            verified=self.verified,
            read_only=self.settings.read_only,
            actor=self.actor,
            holder=self.holder,
        )
        self._closing.push_async_callback(changes.close)
        return changes

    def start_operations(self, changes: Changes) -> Operations:
        """Return what stands on the change engine; `close` ends it before the engine."""
        return start_operations(self, changes, self._closing)

    def start_synchronising(
        self, changes: Changes, operations: Operations, ticker: Ticker
    ) -> Synchronising:
        """Return what keeps the plant in step with billing; `close` ends it first."""
        return start_synchronising(self, changes, operations, ticker, self._closing)

    def start_hooks(self, gate: HookGate) -> HookReceiver:
        """Return the receiver of hooks, which listens once it is started; `close` stops it."""
        receiver = HookReceiver(
            settings=self.settings.hooks,
            store=self.store,
            gate=gate,
            events=self.events,
            activity=self.activity,
            tasks=self.tasks,
            clock=self.clock,
        )
        self._closing.push_async_callback(receiver.stop)
        return receiver

    def provisioning(self, changes: Changes) -> Provisioning:
        """Return what puts single subscribers on devices."""
        pools = VlanPools(self.fleet, self.settings.provisioning)
        return Provisioning(fleet=self.fleet, changes=changes, pools=pools)

    def inventory(self) -> Inventory:
        """Return the inventory."""
        return Inventory(
            fleet=self.fleet,
            store=self.store,
            vault=self.vault,
            drivers=self.drivers,
            poller=self.poller,
            locks=self.locks,
            holds=self.holds,
            activity=self.activity,
            clock=self.clock,
            discover_concurrency=self.settings.discover.concurrency,
        )

    def measuring(self) -> Measuring:
        """Return what measures on demand."""
        return Measuring(fleet=self.fleet, drivers=self.drivers, locks=self.locks)

    def doctor(self, log_problem: str | None) -> Doctor:
        """Return the doctor."""
        return Doctor(
            settings=self.settings,
            store=self.store,
            vault=self.vault,
            fleet=self.fleet,
            drivers=self.drivers,
            clock=self.clock,
            log_problem=log_problem,
        )

    def _poller(self) -> Poller:
        return Poller(
            fleet=self.fleet,
            store=self.store,
            drivers=self.drivers,
            locks=self.locks,
            holds=self.holds,
            events=self.events,
            activity=self.activity,
            clock=self.clock,
            options=options.poll_options(self.settings),
        )

    def _recovery(self) -> Recovery:
        return Recovery(
            fleet=self.fleet,
            store=self.store,
            drivers=self.drivers,
            locks=self.locks,
            events=self.events,
            activity=self.activity,
            tasks=self.tasks,
            clock=self.clock,
            verified=self.verified,
            holder=self.holder,
            grace_s=self.settings.provisioning.settle_grace_s,
        )


def _task_failed(activity: ActivityLog, name: str, error: BaseException) -> None:
    _log.error("task %s failed", name, exc_info=error)
    activity.record(
        f"The background task '{name}' failed: {error or type(error).__name__}",
        kind="task",
        outcome=Outcome.FAILED,
    )
