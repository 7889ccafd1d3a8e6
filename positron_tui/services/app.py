"""Puts the services together, and takes them apart in order."""

from __future__ import annotations

import getpass
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from positron_tui.config import Settings
from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.gam.driver import DriverOptions
from positron_tui.gam.ssh import SessionTimeouts
from positron_tui.services.activity import ActivityLog, Outcome, Redactor
from positron_tui.services.change_run import RunOptions
from positron_tui.services.doctor import Doctor
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import ActivityAdded, EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.inventory import Inventory
from positron_tui.services.leases import holder_name
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.logs import open_log
from positron_tui.services.measuring import Measuring
from positron_tui.services.monitor import Monitor
from positron_tui.services.polling import Poller, PollOptions
from positron_tui.services.provisioning import Provisioning
from positron_tui.services.recovery import Recovery
from positron_tui.services.schedule import Pace
from positron_tui.services.sections import SectionIntervals
from positron_tui.services.ssh_holds import SshHolds
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import LoopTicker, Ticker
from positron_tui.services.vault import Ask, VaultKeeper, VaultStatus, open_keeper
from positron_tui.store import Store, open_store

_log = logging.getLogger(__name__)


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
    provisioning: Provisioning
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
        services = _assemble(
            settings,
            clock=clock,
            ticker=ticker or LoopTicker(clock),
            store=store,
            vault=vault,
            events=events,
            activity=activity,
            actor=actor or _os_user(),
            log_problem=log_problem,
            stack=stack,
        )
        await services.fleet.load()
        yield services


def _assemble(
    settings: Settings,
    *,
    clock: Clock,
    ticker: Ticker,
    store: Store,
    vault: VaultKeeper,
    events: EventBus,
    activity: ActivityLog,
    actor: str,
    log_problem: str | None,
    stack: AsyncExitStack,
) -> Services:
    """Build every service; what must end is pushed on `stack` in the order of its making."""
    fleet = Fleet(store, events)
    locks = DeviceLocks()
    tasks = TaskKeeper(lambda name, error: _task_failed(activity, name, error))
    drivers = DriverPool(
        vault=vault,
        options=_driver_options(settings),
        activity=activity,
        clock=clock,
        discover_timeout_s=settings.discover.timeout_s,
    )
    stack.push_async_callback(drivers.close)
    stack.push_async_callback(tasks.close)
    holds = _holds(settings, clock)
    poller = Poller(
        fleet=fleet,
        store=store,
        drivers=drivers,
        locks=locks,
        holds=holds,
        events=events,
        activity=activity,
        clock=clock,
        options=_poll_options(settings),
    )
    monitor = Monitor(
        poller=poller,
        fleet=fleet,
        events=events,
        tasks=tasks,
        ticker=ticker,
        clock=clock,
        pace=_pace(settings),
    )
    recovery = Recovery(
        fleet=fleet,
        store=store,
        drivers=drivers,
        locks=locks,
        events=events,
        activity=activity,
        tasks=tasks,
        clock=clock,
        holder=holder_name(actor),
    )
    provisioning = Provisioning(
        fleet=fleet,
        store=store,
        drivers=drivers,
        poller=poller,
        locks=locks,
        events=events,
        activity=activity,
        clock=clock,
        options=_run_options(settings),
        recovery=recovery,
        read_only=settings.read_only,
        actor=actor,
        holder=holder_name(actor),
    )
    stack.push_async_callback(provisioning.close)
    stack.push_async_callback(monitor.stop)
    inventory = Inventory(
        fleet=fleet,
        store=store,
        vault=vault,
        drivers=drivers,
        poller=poller,
        locks=locks,
        holds=holds,
        activity=activity,
        clock=clock,
        discover_concurrency=settings.discover.concurrency,
    )
    doctor = Doctor(
        settings=settings,
        store=store,
        vault=vault,
        fleet=fleet,
        drivers=drivers,
        clock=clock,
        log_problem=log_problem,
    )
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        vault=vault,
        events=events,
        fleet=fleet,
        inventory=inventory,
        monitor=monitor,
        provisioning=provisioning,
        measuring=Measuring(fleet=fleet, drivers=drivers, locks=locks),
        activity=activity,
        doctor=doctor,
        tasks=tasks,
        actor=actor,
    )


def _driver_options(settings: Settings) -> DriverOptions:
    snmp, ssh = settings.snmp, settings.ssh
    return DriverOptions(
        snmp_timeout_s=snmp.timeout_s,
        snmp_retries=snmp.retries,
        snmp_engine=snmp.engine.value,
        ssh_connect_timeout_s=ssh.connect_timeout_s,
        timeouts=SessionTimeouts(
            login_s=ssh.connect_timeout_s,
            show_s=ssh.show_timeout_s,
            config_s=ssh.config_timeout_s,
            long_s=max(ssh.show_timeout_s, ssh.copy_timeout_s),
        ),
        idle_close_s=ssh.idle_close_s,
    )


def _holds(settings: Settings, clock: Clock) -> SshHolds:
    monitor = settings.monitor
    return SshHolds(
        clock,
        refused_s=monitor.config_interval_s,
        first_s=monitor.interval_s,
        max_s=monitor.offline_backoff_max_s,
    )


def _poll_options(settings: Settings) -> PollOptions:
    monitor = settings.monitor
    return PollOptions(
        status_s=monitor.device_timeout_s,
        config_s=max(monitor.device_timeout_s, settings.ssh.copy_timeout_s),
        concurrency=monitor.concurrency,
        intervals=SectionIntervals(monitor.identity_interval_s, monitor.config_interval_s),
    )


def _pace(settings: Settings) -> Pace:
    monitor = settings.monitor
    return Pace(monitor.interval_s, monitor.jitter_share, monitor.offline_backoff_max_s)


def _run_options(settings: Settings) -> RunOptions:
    ssh = settings.ssh
    return RunOptions(
        show_s=max(ssh.show_timeout_s, ssh.copy_timeout_s),
        config_s=ssh.config_timeout_s,
        copy_s=ssh.copy_timeout_s,
        save=settings.provisioning.save_after_change,
    )


def _task_failed(activity: ActivityLog, name: str, error: BaseException) -> None:
    _log.error("task %s failed", name, exc_info=error)
    activity.record(
        f"The background task '{name}' failed: {error or type(error).__name__}",
        kind="task",
        outcome=Outcome.FAILED,
    )


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run a user id without a name
        return "unknown"
