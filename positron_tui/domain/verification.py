"""Compare what was read back with what was wanted, field by field."""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain.provisioning import PlannedService
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Poe, Subscriber


def differences(planned: PlannedService, config: RunningConfig) -> tuple[str, ...]:
    """Return a sentence for each field that is not as planned; nothing = verified."""
    return (*_endpoint(planned.endpoint, config), *_subscriber(planned.subscriber, config))


def nothing_there(planned: PlannedService, config: RunningConfig) -> bool:
    """Return whether no trace of the planned subscriber is in the configuration."""
    wanted = planned.subscriber
    return not any(
        one.name == wanted.name or one.subscriber_id == wanted.subscriber_id
        for one in config.subscribers
    ) and not (planned.creates_endpoint and config.endpoint_by_mac(planned.endpoint.mac or ""))


def _endpoint(wanted: EndpointConfig, config: RunningConfig) -> Iterator[str]:
    found = config.endpoint_by_mac(wanted.mac or "")
    if found is None:
        yield f"The endpoint {wanted.mac} is not configured."
        return
    if found.endpoint_id != wanted.endpoint_id:
        yield f"The endpoint has the id {found.endpoint_id} instead of {wanted.endpoint_id}."
    if wanted.port is not None and found.port != wanted.port:
        yield f"The endpoint is bound to {found.port or 'no port'} instead of {wanted.port}."


def _subscriber(wanted: Subscriber, config: RunningConfig) -> Iterator[str]:
    found = next(
        (one for one in config.subscribers if one.subscriber_id == wanted.subscriber_id), None
    )
    if found is None:
        yield f"The subscriber {wanted.name} is not there."
        return
    for label, is_value, want_value in _compared(found, wanted):
        if is_value != want_value:
            yield f"{label} is {_spell(is_value)} instead of {_spell(want_value)}."


def _compared(found: Subscriber, wanted: Subscriber) -> Iterator[tuple[str, object, object]]:
    """Yield label, found and wanted value; what the device leaves out is at its default."""
    yield "The name", found.name, wanted.name
    yield "The endpoint", found.endpoint_id, wanted.endpoint_id
    yield "The VLAN", found.vlan, wanted.vlan
    yield "Tagged", bool(found.tagged), bool(wanted.tagged)
    yield "The remapped VLAN", found.remapped_vlan or None, wanted.remapped_vlan or None
    yield "The VLAN of port 2", found.port2_vlan or None, wanted.port2_vlan or None
    yield "The allowed VLANs", found.allowed_vlans or (), wanted.allowed_vlans or ()
    yield "The description", found.description or None, wanted.description or None
    yield (
        "The plan's profile",
        found.profile_id or UNTHROTTLED_PROFILE_ID,
        wanted.profile_id or UNTHROTTLED_PROFILE_ID,
    )
    yield "PoE", found.poe or Poe.DISABLE, wanted.poe or Poe.DISABLE


def _spell(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
