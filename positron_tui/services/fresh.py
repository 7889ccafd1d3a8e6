"""Reading afresh what a plan is made from."""

from __future__ import annotations

from positron_tui.domain.canonical import canonical
from positron_tui.domain.devices import Section
from positron_tui.domain.edits import EditContext
from positron_tui.domain.errors import DeviceUnreachable, HostKeyChanged, PositronError
from positron_tui.domain.ports import PortKind
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import with_members
from positron_tui.gam.driver import DeviceDriver
from positron_tui.services.basis import FreshReading
from positron_tui.services.drivers import DriverPool
from positron_tui.services.fleet import Fleet
from positron_tui.services.polling import Poller


async def read_fresh(
    name: str, *, fleet: Fleet, drivers: DriverPool, poller: Poller
) -> FreshReading:
    """Read endpoints and configuration of a device; the caller has its lock.

    The configuration comes over SSH, and is completed over JSON-RPC where the device is marked for
    it and answers there. Raises DeviceUnreachable, HostKeyChanged, CredentialError.
    """
    outcome = await poller.reread(name, {Section.ENDPOINTS})
    if Section.ENDPOINTS not in outcome.sections:
        reason = outcome.failure or outcome.failures.get(Section.ENDPOINTS)
        raise DeviceUnreachable(reason or f"The endpoints of {name} could not be read.")
    driver = await drivers.get(fleet.get(name).device)
    try:
        printed = await driver.running_config()
    except HostKeyChanged as error:
        await poller.block(name, error)
        raise
    running, jsonrpc, warnings = await _completed(name, driver, printed)
    snapshot = fleet.get(name).snapshot
    context = EditContext(
        device=name,
        line=snapshot.identity.line,
        subscriber_model=snapshot.identity.subscriber_model or running.subscriber_model,
        endpoints=snapshot.endpoints,
        ghn_ports=sum(port.kind is PortKind.GHN for port in snapshot.ports) or None,
    )
    return FreshReading(canonical(running), context, jsonrpc, warnings)


async def _completed(
    name: str, driver: DeviceDriver, printed: RunningConfig
) -> tuple[RunningConfig, bool, tuple[str, ...]]:
    """Return the configuration with what only the API tells, and whether the API answered."""
    if driver.jsonrpc is None:
        return printed, False, ()
    try:
        told = await driver.jsonrpc.running_config()
    except PositronError as error:
        text = f"{name} was not read over JSON-RPC, so double tags and the like are not known"
        return printed, False, (f"{text}: {error}",)
    return with_members(printed, told), True, ()
