"""What the settings mean for each service."""

from __future__ import annotations

from positron_tui.config import Settings
from positron_tui.domain.clock import Clock
from positron_tui.gam.driver import DriverOptions
from positron_tui.gam.ssh import SessionTimeouts
from positron_tui.services.device_lines import RunOptions
from positron_tui.services.polling import PollOptions
from positron_tui.services.schedule import Pace
from positron_tui.services.sections import SectionIntervals
from positron_tui.services.ssh_holds import SshHolds


def driver_options(settings: Settings) -> DriverOptions:
    """Return the time-outs of drivers."""
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
        jsonrpc_timeout_s=settings.jsonrpc.timeout_s,
    )


def ssh_holds(settings: Settings, clock: Clock) -> SshHolds:
    """Return the memory of when SSH rests."""
    monitor = settings.monitor
    return SshHolds(
        clock,
        refused_s=monitor.config_interval_s,
        first_s=monitor.interval_s,
        max_s=monitor.offline_backoff_max_s,
    )


def poll_options(settings: Settings) -> PollOptions:
    """Return the budgets of polls."""
    monitor = settings.monitor
    return PollOptions(
        status_s=monitor.device_timeout_s,
        config_s=max(monitor.device_timeout_s, settings.ssh.copy_timeout_s),
        concurrency=monitor.concurrency,
        intervals=SectionIntervals(monitor.identity_interval_s, monitor.config_interval_s),
    )


def pace(settings: Settings) -> Pace:
    """Return how often devices are polled."""
    monitor = settings.monitor
    return Pace(monitor.interval_s, monitor.jitter_share, monitor.offline_backoff_max_s)


def run_options(settings: Settings) -> RunOptions:
    """Return the time-outs of changes, and whether they are saved."""
    ssh = settings.ssh
    return RunOptions(
        show_s=max(ssh.show_timeout_s, ssh.copy_timeout_s),
        config_s=ssh.config_timeout_s,
        copy_s=ssh.copy_timeout_s,
        save=settings.provisioning.save_after_change,
    )
