"""The JSON of the command line: views as dictionaries whose field names are fixed.

Other programs build on these names. Units stand in the names, unknown is None, times are UTC in
ISO 8601 with a Z.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from positron_tui.domain.changes import Change
from positron_tui.domain.devices import Address, Capabilities, Firmware, Health, Identity
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Subscriber
from positron_tui.services.views import DeviceView

if TYPE_CHECKING:
    from positron_tui.services.discovery import Found
    from positron_tui.services.doctor import Check
    from positron_tui.services.monitor import PollOutcome

Shape = dict[str, Any]


def device_shape(view: DeviceView) -> Shape:
    """Return a device with its ports, as `device show` prints it."""
    identity = view.snapshot.identity
    device = view.device
    return {
        "name": device.name,
        "site": device.site or None,
        "host": device.address.host,
        "status": view.status.value,
        "read_only": device.read_only,
        "json_rpc": "https" if device.address.https else _plain_http(device.address),
        "model": identity.model,
        "line": identity.line.value if identity.line else None,
        "serial": identity.serial,
        "firmware": firmware_shape(identity.firmware),
        "sys_name": identity.sys_name,
        **_health(view.snapshot.health),
        "capabilities": capabilities_shape(device.capabilities),
        "reachable": view.poll.reachable,
        "last_poll": timestamp(view.poll.last_poll_at),
        "ports": [port_shape(port, view) for port in view.snapshot.ports],
    }


def _plain_http(address: Address) -> str:
    return "http" if address.http_allowed else "off"


def _health(health: Health) -> Shape:
    return {
        "uptime_s": health.uptime_s,
        "cpu_percent": health.cpu_percent,
        "temperatures": [{"name": one.name, "celsius": one.celsius} for one in health.temperatures],
        "fans": [{"index": one.index, "rpm": one.rpm} for one in health.fans],
        "power_supplies": [{"name": one.name, "state": one.state} for one in health.power_supplies],
    }


def firmware_shape(firmware: Firmware) -> Shape:
    return {"active": firmware.active, "alternate": firmware.alternate}


def capabilities_shape(capabilities: Capabilities) -> Shape:
    """Return what was probed at onboarding; None = not probed."""
    return {
        "snmp": capabilities.snmp,
        "ghn_snmp": capabilities.ghn_snmp,
        "ssh": capabilities.ssh,
        "ghn_cli": capabilities.ghn_cli,
        "jsonrpc": capabilities.jsonrpc,
        "poe": capabilities.poe,
        "firmware": capabilities.firmware,
    }


def identity_shape(identity: Identity) -> Shape:
    """Return the part of an identity that a scan prints."""
    return {
        "model": identity.model,
        "line": identity.line.value if identity.line else None,
        "serial": identity.serial,
        "firmware": firmware_shape(identity.firmware),
        "sys_name": identity.sys_name,
    }


def port_shape(port: Port, view: DeviceView) -> Shape:
    """Return a port as `port show` prints it; `endpoints` are those seen on it."""
    counters = port.counters
    return {
        "name": port.name,
        "if_index": port.if_index,
        "kind": port.kind.value,
        "admin": port.admin.value if port.admin else None,
        "oper": port.oper.value if port.oper else None,
        "speed_mbps": port.speed_mbps,
        "mode": port.mode.value if port.mode else None,
        "mac": port.mac,
        "in_octets": counters.in_octets,
        "out_octets": counters.out_octets,
        "in_errors": counters.in_errors,
        "out_errors": counters.out_errors,
        "endpoints": [one.mac for one in view.endpoints_on(port.name)],
    }


def endpoint_shape(endpoint: Endpoint, view: DeviceView) -> Shape:
    """Return an endpoint as `endpoint show` prints it."""
    subscriber = view.subscriber_of(endpoint)
    return {
        "mac": endpoint.mac,
        "device": view.name,
        "name": endpoint.name,
        "port": endpoint.port,
        "state": endpoint.state.value if endpoint.state else None,
        "model": endpoint.model,
        "serial": endpoint.serial,
        "firmware": endpoint.firmware,
        "firmware_mismatch": endpoint.firmware_mismatch,
        "down_phy_mbps": endpoint.down_phy_mbps,
        "up_phy_mbps": endpoint.up_phy_mbps,
        "down_max_mbps": endpoint.down_max_mbps,
        "up_max_mbps": endpoint.up_max_mbps,
        "wire_length_m": endpoint.wire_length_m,
        "uptime_s": endpoint.uptime_s,
        "subscriber": subscriber.name if subscriber else endpoint.subscriber,
    }


def subscriber_shape(subscriber: Subscriber, view: DeviceView) -> Shape:
    """Return a subscriber as `subscriber show` prints it.

    `port` is the one it is bound to, or the one on which its endpoint is.
    """
    endpoint = view.endpoint_of(subscriber)
    allowed = subscriber.allowed_vlans
    port_aware = subscriber.endpoint_id is None and subscriber.endpoint_mac is None
    return {
        "name": subscriber.name,
        "device": view.name,
        "endpoint_mac": subscriber.endpoint_mac
        or (endpoint.mac if endpoint and not port_aware else None),
        "port": subscriber.port or (endpoint.port if endpoint else None),
        "vlan": subscriber.vlan,
        "tagged": subscriber.tagged,
        "remapped_vlan": subscriber.remapped_vlan,
        "port2_vlan": subscriber.port2_vlan,
        "allowed_vlans": None if allowed is None else list(allowed),
        "trunk": subscriber.trunk,
        "double_tag": subscriber.double_tag,
        "outer_vlan": subscriber.outer_vlan,
        "uplink": subscriber.uplink,
        "description": subscriber.description,
        "plan": plan_shape(subscriber, view),
        "poe": subscriber.poe.value if subscriber.poe else None,
        "source": subscriber.source.value if subscriber.source else None,
    }


def plan_shape(subscriber: Subscriber, view: DeviceView) -> Shape | None:
    """Return the plan; None when the service is unthrottled or nothing is known of a plan.

    A rate of 0 is the device's own "no limit". A profile that was not read has no name and rates.
    """
    if subscriber.profile_id in (None, UNTHROTTLED_PROFILE_ID):
        return None
    profile = view.profile_of(subscriber)
    if profile is None:
        return {"name": None, "down_mbps": None, "up_mbps": None}
    return {"name": profile.name, "down_mbps": profile.down_mbps, "up_mbps": profile.up_mbps}


def poll_shape(outcome: PollOutcome) -> Shape:
    """Return how one poll went; `sections` are those that were read, `failure` a sentence."""
    failure = outcome.failure or " ".join(outcome.failures.values()) or None
    return {
        "name": outcome.name,
        "reachable": outcome.reachable,
        "duration_s": round(outcome.duration_s, 3),
        "sections": sorted(section.value for section in outcome.sections),
        "failure": failure,
    }


def found_shape(found: Found) -> Shape:
    """Return one answer of a scan; `known_as` is its name in the fleet."""
    return {
        "host": found.host,
        "is_gam": found.is_gam,
        **identity_shape(found.identity),
        "known_as": found.known_as,
    }


def check_shape(check: Check) -> Shape:
    return {"name": check.name, "ok": check.ok, "sentence": check.sentence}


def change_shape(
    change: Change, *, subscriber: Shape | None = None, warnings: Sequence[str] = ()
) -> Shape:
    """Return a change with its commands, as every changing command prints it.

    `id` None = not in the journal; `inverse_of` is the id of the change that it takes back.
    """
    return {
        "id": change.id or None,
        "device": change.device,
        "kind": change.kind,
        "subject": change.subject,
        "state": change.state.value,
        "actor": change.actor,
        "requested_at": timestamp(change.requested_at),
        "saved": change.saved,
        "verified_at": timestamp(change.verified_at),
        "steps": [
            {
                "transport": step.transport,
                "command": step.command,
                "reply": step.reply,
                "state": step.state.value,
            }
            for step in change.steps
        ],
        "before": dict(change.before),
        "after": dict(change.after),
        "inverse_of": change.inverse_of,
        "message": change.message,
        "warnings": list(warnings),
        "subscriber": subscriber,
    }


def timestamp(moment: datetime | None) -> str | None:
    """Return a time as `2026-03-02T09:30:00Z`, to the second."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
