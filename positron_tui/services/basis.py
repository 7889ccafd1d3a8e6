"""Whether a device is still what a plan was made from: only the objects that the plan touches."""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain.provisioning import PlannedService
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

_Touched = EndpointConfig | Subscriber | Profile | None


def basis_differences(
    planned: PlannedService, basis: RunningConfig, now: RunningConfig
) -> tuple[str, ...]:
    """Return a sentence for each touched object that changed between two readings."""
    before, after = dict(_touched(planned, basis)), dict(_touched(planned, now))
    found = [
        f"{label} was {_describe(before[label])} and is now {_describe(after[label])}."
        for label in before
        if before[label] != after[label]
    ]
    if basis.management_vlans != now.management_vlans:
        found.append("The VLANs that manage the unit are others now.")
    return tuple(found)


def _touched(planned: PlannedService, config: RunningConfig) -> Iterator[tuple[str, _Touched]]:
    wanted, endpoint = planned.subscriber, planned.endpoint
    yield f"The endpoint {endpoint.mac}", config.endpoint_by_mac(endpoint.mac or "")
    yield (
        f"The endpoint with the id {endpoint.endpoint_id}",
        next((one for one in config.endpoints if one.endpoint_id == endpoint.endpoint_id), None),
    )
    yield f"The subscriber called {wanted.name}", config.subscriber_by_name(wanted.name)
    yield (
        f"The subscriber with the id {wanted.subscriber_id}",
        next(
            (one for one in config.subscribers if one.subscriber_id == wanted.subscriber_id), None
        ),
    )
    yield (
        "The service of this endpoint",
        next((one for one in config.subscribers if one.endpoint_id == endpoint.endpoint_id), None),
    )
    if wanted.profile_id:
        yield f"The profile {wanted.profile_id}", config.profile_by_id(wanted.profile_id)


def _describe(item: _Touched) -> str:
    if item is None:
        return "not there"
    if isinstance(item, EndpointConfig):
        return f"'{item.name or item.mac}' (id {item.endpoint_id}) on {item.port or 'no port'}"
    if isinstance(item, Subscriber):
        return f"'{item.name}' (id {item.subscriber_id}) with VLAN {item.vlan}"
    rates = f"{item.down_mbps} down, {item.up_mbps} up Mbit/s"
    return f"'{item.name}' ({rates})"
