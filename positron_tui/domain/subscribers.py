"""Subscribers and the bandwidth profiles that carry their plans, as a device runs them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from positron_tui.domain.readings import Source

DEFAULT_PROFILE_ID = 1
UNTHROTTLED_PROFILE_ID = 0


class Poe(StrEnum):
    DISABLE = "disable"
    ENABLE = "enable"
    FORCE = "force"


@dataclass(frozen=True, slots=True)
class Profile:
    """A bandwidth profile of one device: id 1-15, rates in Mbit/s, 0 = no limit."""

    profile_id: int
    name: str
    down_mbps: int | None = None
    up_mbps: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A service as the device runs it; None always means unknown.

    Bound to an endpoint (`endpoint_id`, endpoint-aware) or to a port (`port`, port-aware).
    `profile_id` 0 = unthrottled. `remapped_vlan`, `port2_vlan`, `outer_vlan` are None when unset.
    `unknown_words` keeps running-config keywords that we do not understand, unchanged.
    """

    subscriber_id: int
    name: str
    description: str | None = None
    endpoint_id: int | None = None
    endpoint_mac: str | None = None
    port: str | None = None
    vlan: int | None = None
    tagged: bool | None = None
    remapped_vlan: int | None = None
    port2_vlan: int | None = None
    allowed_vlans: tuple[int, ...] | None = None
    trunk: bool | None = None
    double_tag: bool | None = None
    outer_vlan: int | None = None
    uplink: str | None = None
    profile_id: int | None = None
    poe: Poe | None = None
    unknown_words: tuple[str, ...] = ()
    source: Source | None = None
