"""A subscriber to be put on a device: the request, what it is checked against, and the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.names import MAX_NAME
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Poe, Subscriber
from positron_tui.domain.vlans import HIGHEST_VLAN, vlan_problem

MAX_ID = 384
ENDPOINTS_PER_PORT = {Line.COAX: 16, Line.COPPER: 1}
DEFAULT_POOL = range(100, HIGHEST_VLAN + 1)


@dataclass(frozen=True, slots=True)
class SubscriberRequest:
    """What a person asks for; exactly one of `endpoint_mac` and `port` (canonical) is given.

    `plan` is the name of a bandwidth profile on the device, None = unthrottled. `trunk`,
    `double_tag`, `outer_vlan` and `uplink` (canonical, None = the unit's default) need JSON-RPC.
    """

    name: str
    device: str
    vlan: int
    endpoint_mac: str | None = None
    port: str | None = None
    plan: str | None = None
    tagged: bool = False
    remapped_vlan: int | None = None
    port2_vlan: int | None = None
    allowed_vlans: tuple[int, ...] = ()
    poe: Poe | None = None
    description: str | None = None
    trunk: bool = False
    double_tag: bool = False
    outer_vlan: int | None = None
    uplink: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """The fresh reading of a device that a plan is made from; `ghn_ports` None = unknown."""

    line: Line | None
    running: RunningConfig
    endpoints: tuple[Endpoint, ...]
    subscriber_model: SubscriberModel | None = None
    ghn_ports: int | None = None

    def endpoint(self, mac: str) -> Endpoint | None:
        """Return the endpoint as it is seen, else as it is configured."""
        seen = next((one for one in self.endpoints if one.mac == mac), None)
        if seen is not None:
            return seen
        config = self.running.endpoint_by_mac(mac)
        if config is None:
            return None
        return Endpoint(
            mac=mac,
            endpoint_id=config.endpoint_id,
            name=config.name,
            configured_port=config.port,
            auto_port=config.auto_port,
        )

    def subscriber_on(self, endpoint_id: int) -> Subscriber | None:
        return next(
            (one for one in self.running.subscribers if one.endpoint_id == endpoint_id), None
        )

    def without_service(self, port: str) -> tuple[Endpoint, ...]:
        """Return the endpoints seen on a port that carry no subscriber."""
        return tuple(
            one
            for one in self.endpoints
            if one.detected_port == port
            and (one.endpoint_id is None or self.subscriber_on(one.endpoint_id) is None)
        )


def target_endpoint(request: SubscriberRequest, view: ServiceView) -> Endpoint | None:
    """Return the endpoint that the request means, or None when that is not clear."""
    if request.endpoint_mac:
        return view.endpoint(request.endpoint_mac)
    if request.port:
        free = view.without_service(request.port)
        return free[0] if len(free) == 1 else None
    return None


def free_id(taken: set[int]) -> int | None:
    """Return the lowest free id of 1-384, or None when the unit is full."""
    return next((one for one in range(1, MAX_ID + 1) if one not in taken), None)


def next_free_vlan(
    running: RunningConfig, pool: Iterable[int] = DEFAULT_POOL, taken: Collection[int] = ()
) -> int | None:
    """Return the first VLAN of `pool` that no subscriber of the device uses and is not `taken`."""
    used = {one.vlan for one in running.subscribers} | set(taken)
    return next(
        (
            vlan
            for vlan in pool
            if vlan not in used and vlan_problem(vlan, running.management_vlans) is None
        ),
        None,
    )


def free_endpoint_name(subscriber_name: str, mac: str, running: RunningConfig) -> str:
    """Return the subscriber's name for its endpoint, with the MAC's end where that is taken."""
    taken = {one.name for one in running.endpoints}
    if subscriber_name not in taken:
        return subscriber_name
    tail = " " + mac.replace(":", "")[-6:]
    return subscriber_name[: MAX_NAME - len(tail)].rstrip() + tail


def service_warnings(
    request: SubscriberRequest,
    endpoint: Endpoint | None,
    view: ServiceView,
    own_id: int | None = None,
) -> tuple[str, ...]:
    """Return what is allowed and worth knowing; `own_id` is the subscriber itself if it exists."""
    found: list[str] = []
    if endpoint is not None and endpoint.detected_port is None:
        found.append(
            f"The endpoint {endpoint.mac} is not seen right now: the configuration can be "
            "verified, the link cannot."
        )
    sharing = [
        one.name
        for one in view.running.subscribers
        if one.vlan == request.vlan and one.subscriber_id != own_id
    ]
    if sharing:
        others = ", ".join(sharing[:3]) + (" ..." if len(sharing) > 3 else "")
        found.append(f"VLAN {request.vlan} is already used on this unit by {others}.")
    if endpoint is not None and endpoint.firmware_mismatch:
        found.append("The endpoint's firmware differs from the one that this unit brings.")
    if view.running.unreadable_lines:
        found.append(
            f"{len(view.running.unreadable_lines)} lines of the unit's configuration could not "
            "be understood; they were not taken into account."
        )
    return tuple(found)
