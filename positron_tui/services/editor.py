"""What the subscriber editor offers for a device, from its last readings. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from positron_tui.domain.devices import Line, Section, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port, PortKind
from positron_tui.domain.provisioning import DEFAULT_POOL, next_free_vlan
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.services.views import DeviceView, blocked_sentence


@dataclass(frozen=True, slots=True)
class EditorChoices:
    """What a person can choose from when adding a subscriber, from the last readings.

    `free_endpoints` have no service yet, configured or only seen. `ports` are the G.hn ports,
    `jsonrpc` whether the device is marked for its JSON-RPC API, `poe` whether its firmware has a
    word for power over Ethernet (None = unknown).
    """

    device: str
    line: Line | None
    subscriber_model: SubscriberModel | None
    free_endpoints: tuple[Endpoint, ...]
    ports: tuple[Port, ...]
    plans: tuple[Profile, ...]
    next_free_vlan: int | None
    read_only: bool
    hints: tuple[str, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    management_vlans: tuple[int, ...] = ()
    uplinks: tuple[str, ...] = ()
    jsonrpc: bool = False
    poe: bool | None = None


def editor_choices(
    view: DeviceView,
    *,
    console_read_only: bool,
    pool: Iterable[int] = DEFAULT_POOL,
    taken: Collection[int] = (),
) -> EditorChoices:
    """Return the choices for one device; `hints` say what stands in the way.

    The next VLAN is one of `pool` that is not `taken` by others of its site.
    """
    snapshot = view.snapshot
    known = Section.CONFIG in snapshot.provenance
    free = [one for one in snapshot.endpoints if view.subscriber_of(one) is None]
    # Those that are plugged in first, in the order of their ports.
    free.sort(key=lambda one: (one.detected_port is None, _port_number(view, one), one.mac))
    return EditorChoices(
        device=view.name,
        line=snapshot.identity.line,
        subscriber_model=snapshot.identity.subscriber_model,
        free_endpoints=tuple(free),
        ports=tuple(port for port in snapshot.ports if port.kind is PortKind.GHN),
        plans=snapshot.profiles,
        next_free_vlan=(
            next_free_vlan(
                RunningConfig(
                    subscribers=snapshot.subscribers,
                    management_vlans=frozenset(snapshot.management_vlans),
                ),
                pool,
                taken,
            )
            if known
            else None
        ),
        read_only=console_read_only or view.device.read_only,
        hints=tuple(_hints(view, console_read_only=console_read_only, known=known)),
        subscribers=snapshot.subscribers,
        management_vlans=snapshot.management_vlans,
        uplinks=tuple(one.name for one in snapshot.ports if one.kind is PortKind.UPLINK),
        jsonrpc=view.device.address.jsonrpc,
        poe=view.device.capabilities.poe,
    )


def _hints(view: DeviceView, *, console_read_only: bool, known: bool) -> Iterator[str]:
    blocked = blocked_sentence(view.device)
    if blocked:
        yield blocked
    if console_read_only:
        yield "This console is read-only: a plan can be made, not run."
    elif view.device.read_only:
        yield (
            f"{view.name} is read-only: a plan can be made, not run. Lift that with 'device edit "
            f"{view.name} --writable'."
        )
    if view.device.address.ssh_port is None:
        yield f"{view.name} was added without SSH and cannot be changed."
    if not known:
        yield "The configuration of this unit was never read; plans and VLANs are not known yet."
    port_aware = view.snapshot.identity.subscriber_model is SubscriberModel.PORT_AWARE
    if port_aware and not view.device.address.jsonrpc:
        yield (
            "This unit binds subscribers to ports, which its command line cannot change; allow "
            f"JSON-RPC with 'device edit {view.name} --json-rpc https'."
        )


def _port_number(view: DeviceView, endpoint: Endpoint) -> int:
    port = view.port_by_name(endpoint.port) if endpoint.port else None
    return port.number if port else 0
