"""One word for the state of a device and of a port; never a guess from an old reading."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from positron_tui.domain.devices import Device, Snapshot
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortKind


class DeviceStatus(StrEnum):
    """up; degraded (answers, and complains); unknown (does not answer: nothing is known now);
    blocked (shows another SSH host key); never_polled."""

    UP = "up"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    NEVER_POLLED = "never_polled"


class PortStatus(StrEnum):
    """The states of the unit's own overview page, and two more.

    service_lost: it works for some endpoints, and one with a service is gone. unknown: not told.
    """

    UP = "up"
    SERVICE_LOST = "service_lost"
    DOWN_SERVICE_AFFECTING = "down_service_affecting"
    DOWN = "down"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


def device_status(device: Device, snapshot: Snapshot, poll: PollState) -> DeviceStatus:
    """Return the device's status from its last poll."""
    if device.offered_key_fingerprint:
        return DeviceStatus.BLOCKED
    if poll.reachable is None:
        return DeviceStatus.NEVER_POLLED
    if not poll.reachable:
        return DeviceStatus.UNKNOWN
    serious = any(alarm.severity in ("cr", "mj") for alarm in snapshot.alarms)
    return DeviceStatus.DEGRADED if serious else DeviceStatus.UP


def port_status(port: Port, endpoints: Iterable[Endpoint]) -> PortStatus:
    """Return a port's status; `endpoints` are those seen on it or configured for it.

    The unit's own outage flags tell of a lost service where it gives them, else a missing
    endpoint with a subscriber does. A port with a living endpoint is never called down.
    """
    if port.admin is Admin.DOWN:
        return PortStatus.DISABLED
    here = list(endpoints)
    alive = any(one.state is EndpointState.OK for one in here)
    if port.outage_service_affecting:
        return PortStatus.SERVICE_LOST if alive else PortStatus.DOWN_SERVICE_AFFECTING
    if port.outage_other and not alive:
        return PortStatus.DOWN
    if port.kind is PortKind.GHN and here:
        return _status_by_endpoints(here)
    if port.oper is None:
        return PortStatus.UNKNOWN
    return PortStatus.UP if port.oper is Oper.UP else PortStatus.DOWN


def _status_by_endpoints(endpoints: list[Endpoint]) -> PortStatus:
    missing = [one for one in endpoints if one.state is EndpointState.NOT_DETECTED]
    if any(one.subscriber for one in missing):
        alive = any(one.state is EndpointState.OK for one in endpoints)
        return PortStatus.SERVICE_LOST if alive else PortStatus.DOWN_SERVICE_AFFECTING
    if len(missing) == len(endpoints):
        return PortStatus.DOWN
    return PortStatus.UP
