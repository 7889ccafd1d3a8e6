"""Changes of a unit's running configuration; each checks first and changes all or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from positron_tui.domain.devices import Line
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID
from positron_tui.simulator import rules
from positron_tui.simulator.config import (
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.plant import PORT_AWARE, adopt, seen_endpoints, settle
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice


def _take_id(
    wanted: int, used: dict[int, object], highest: int, codes: tuple[int, int, int]
) -> int:
    """Return a free id; `codes` are the errors for out of range, taken and none left."""
    invalid, taken, full = codes
    if wanted in used:
        raise GhnError(taken)
    if not 0 <= wanted <= highest:
        raise GhnError(invalid)
    free = wanted or next((n for n in range(1, highest + 1) if n not in used), 0)
    if not free:
        raise GhnError(full)
    return free


def add_endpoint(device: SimDevice, new: SimEndpointConfig) -> int:
    used: dict[int, object] = {**device.running.endpoints}
    number = _take_id(new.endpoint_id, used, rules.MAX_ID, (-8, -45, -33))
    item = replace(new, endpoint_id=number)
    rules.check_endpoint(device, item)
    device.running.endpoints[number] = item
    settle(device)
    return number


def set_endpoint(device: SimDevice, new: SimEndpointConfig) -> None:
    _require(new.endpoint_id, device.running.endpoints, rules.MAX_ID, (-8, -9))
    rules.check_endpoint(device, new)
    device.running.endpoints[new.endpoint_id] = replace(new)
    settle(device)


def delete_endpoint(device: SimDevice, endpoint_id: int) -> None:
    """Remove an endpoint; a subscriber bound to it stays, without an endpoint."""
    _require(endpoint_id, device.running.endpoints, rules.MAX_ID, (-8, -9))
    del device.running.endpoints[endpoint_id]
    for subscriber in device.running.subscribers.values():
        if subscriber.endpoint_id == endpoint_id:
            subscriber.endpoint_id = 0


def add_profile(device: SimDevice, new: SimProfile) -> int:
    used: dict[int, object] = {**device.running.profiles}
    number = _take_id(new.profile_id, used, rules.MAX_PROFILES, (-20, -46, -34))
    item = replace(new, profile_id=number, uid=device.next_uid())
    rules.check_profile(device, item)
    device.running.profiles[number] = item
    return number


def set_profile(device: SimDevice, new: SimProfile) -> None:
    _require(new.profile_id, device.running.profiles, rules.MAX_PROFILES, (-20, -21))
    rules.check_profile(device, new)
    device.running.profiles[new.profile_id] = replace(new)


def delete_profile(device: SimDevice, profile_id: int) -> None:
    """Remove a profile; the default one and one in use are refused."""
    _require(profile_id, device.running.profiles, rules.MAX_PROFILES, (-20, -21))
    in_use = any(item.profile_id == profile_id for item in device.running.subscribers.values())
    if profile_id == DEFAULT_PROFILE_ID or in_use:
        raise GhnError(-20)
    del device.running.profiles[profile_id]


def add_subscriber(device: SimDevice, new: SimSubscriber) -> int:
    used: dict[int, object] = {**device.running.subscribers}
    number = _take_id(new.subscriber_id, used, rules.MAX_ID, (-6, -47, -35))
    item = replace(
        new,
        subscriber_id=number,
        uid=device.next_uid(),
        allowed_vlans=sorted(set(new.allowed_vlans)),
    )
    rules.check_subscriber(device, item)
    device.running.subscribers[number] = item
    return number


def set_subscriber(device: SimDevice, new: SimSubscriber) -> None:
    _require(new.subscriber_id, device.running.subscribers, rules.MAX_ID, (-6, -7))
    rules.check_subscriber(device, new)
    item = replace(new, allowed_vlans=sorted(set(new.allowed_vlans)))
    device.running.subscribers[new.subscriber_id] = item


def delete_subscriber(device: SimDevice, subscriber_id: int) -> None:
    _require(subscriber_id, device.running.subscribers, rules.MAX_ID, (-6, -7))
    del device.running.subscribers[subscriber_id]


def _require(
    number: int,
    table: dict[int, SimEndpointConfig] | dict[int, SimProfile] | dict[int, SimSubscriber],
    highest: int,
    codes: tuple[int, int],
) -> None:
    invalid, missing = codes
    if not 1 <= number <= highest:
        raise GhnError(invalid)
    if number not in table:
        raise GhnError(missing)


def set_port(device: SimDevice, new: SimPortConfig) -> None:
    rules.check_port(device, new)
    device.running.ports[new.number] = replace(new)


def set_shutdown(device: SimDevice, bridge_port: int, shutdown: bool) -> None:
    """Switch any port off or on."""
    if bridge_port in device.running.ports:
        device.running.ports[bridge_port].shutdown = shutdown
        return
    port = next((p for p in device.other_ports() if p.bridge_port == bridge_port), None)
    if port is None:
        raise GhnError(-5)
    if shutdown:
        device.running.ports_shut.add(port.name)
    else:
        device.running.ports_shut.discard(port.name)


def set_notch(device: SimDevice, new: SimNotch) -> None:
    rules.check_notch(device, new)
    device.running.notches[new.notch_id] = replace(new)


def delete_notch(device: SimDevice, notch_id: int) -> None:
    if notch_id not in device.running.notches:
        raise GhnError(-49)
    del device.running.notches[notch_id]


def set_default_uplink(device: SimDevice, uplink: int) -> None:
    if not 1 <= uplink <= device.uplinks:
        raise GhnError(-41)
    device.running.default_uplink = uplink


def set_subscriber_model(device: SimDevice, model: str) -> None:
    """Change between endpointAware and portAware (copper only) and move the bindings along."""
    if model not in ("endpointAware", PORT_AWARE):
        raise GhnError(-57)
    if model == PORT_AWARE and device.model.line is Line.COAX:
        raise GhnError(-57)
    if model == device.running.subscriber_model:
        return
    if model == PORT_AWARE:
        _to_port_aware(device)
    else:
        _to_endpoint_aware(device)
    settle(device)


def _to_port_aware(device: SimDevice) -> None:
    running = device.running
    running.subscriber_model = PORT_AWARE
    for subscriber in running.subscribers.values():
        endpoint = running.endpoints.get(subscriber.endpoint_id)
        subscriber.port = endpoint.port if endpoint else 0
        subscriber.endpoint_id = 0
    for endpoint in running.endpoints.values():
        endpoint.port = 0


def _to_endpoint_aware(device: SimDevice) -> None:
    running = device.running
    live = {row.detected_port: row for row in seen_endpoints(device) if row.box}
    running.subscriber_model = "endpointAware"
    for row in live.values():
        if row.config:
            row.config.port = row.detected_port
    for subscriber in running.subscribers.values():
        found = live.get(subscriber.port)
        subscriber.endpoint_id = found.endpoint_id if found else 0
        subscriber.port = 0
    for endpoint in running.endpoints.values():
        endpoint.auto_port = endpoint.auto_port or not endpoint.port


def plug(device: SimDevice, mac: str, port: int) -> None:
    """Plug a box of the plant into a port, 0 = take it out."""
    device.plant[mac].port = port
    settle(device)
    configured = {item.mac for item in device.running.endpoints.values()}
    if port and device.running.subscriber_model == PORT_AWARE and mac not in configured:
        adopt(device, mac)


def reboot_endpoint(device: SimDevice, mac: str) -> None:
    """Restart a box: it is away for `endpoint_restart_s`, its uptime starts when it is back."""
    box = device.plant.get(mac)
    if box is None or not box.port:
        raise GhnError(-52)
    now = device.clock.monotonic()
    if now < box.away_until:
        raise GhnError(-53)
    box.away_until = box.booted_at = now + device.endpoint_restart_s


def upgrade_endpoint(device: SimDevice, mac: str) -> None:
    """Bring a box to the unit's own firmware revision; it restarts."""
    reboot_endpoint(device, mac)
    box = device.plant[mac]
    stem = box.firmware.rpartition("_")[0]
    box.firmware = f"{stem}_{device.personality.revision}"
    box.firmware_mismatch = False
