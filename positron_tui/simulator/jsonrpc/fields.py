"""Which member of an API struct stands for which field of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from positron_tui.simulator.jsonrpc import types as t
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a struct: `encode` reads it off an item, `decode` gives the field's new value.

    A member without `decode` is read-only; what a client sends for it is ignored.
    """

    name: str
    kind: str
    encode: Callable[[SimDevice, Any], object]
    field: str = ""
    decode: Callable[[SimDevice, object], Any] | None = None


def _plain(name: str, kind: str, field: str, read: Callable[[object], Any]) -> Member:
    return Member(
        name, kind, lambda _, item: getattr(item, field), field, lambda _, value: read(value)
    )


def _text(name: str, field: str) -> Member:
    return _plain(name, "string", field, t.read_text)


def _number(name: str, field: str) -> Member:
    return _plain(name, "uint32_t", field, t.read_number)


def _flag(name: str, field: str) -> Member:
    return _plain(name, "vtss_bool_t", field, t.read_bool)


def _shown(name: str, kind: str, encode: Callable[[SimDevice, Any], object]) -> Member:
    return Member(name, kind, encode)


_PORT = Member(
    "PortIfIndex",
    "vtss_ifindex_t",
    lambda _, item: t.ghn_ifindex(item.port),
    "port",
    lambda _, value: t.read_ghn(value),
)

PROFILE = (
    _shown("Id", "uint32_t", lambda _, item: item.profile_id),
    _shown("Uid", "uint32_t", lambda _, item: item.uid),
    _text("Name", "name"),
    _text("Description", "description"),
    _number("DsBw", "down_mbps"),
    _number("UsBw", "up_mbps"),
)
ENDPOINT = (
    _shown("Id", "uint32_t", lambda _, item: item.endpoint_id),
    Member(
        "MacAddress",
        "mesa_mac_t",
        lambda _, item: t.mac_text(item.mac),
        "mac",
        lambda _, value: t.read_mac(value),
    ),
    _text("Name", "name"),
    _text("Description", "description"),
    _PORT,
    _flag("AutoPort", "auto_port"),
    _flag("AllowMgmtVlan", "allow_management"),
)


def _endpoint_of(device: SimDevice, item: Any) -> Any:
    return device.running.endpoints.get(item.endpoint_id)


def _profile_of(device: SimDevice, item: Any) -> Any:
    return device.running.profiles.get(item.profile_id)


def _endpoint_name(device: SimDevice, item: Any) -> str:
    found = _endpoint_of(device, item)
    return str(found.name) if found else ""


def _endpoint_mac(device: SimDevice, item: Any) -> str:
    found = _endpoint_of(device, item)
    return t.mac_text(found.mac) if found else "00:00:00:00:00:00"


def _profile_name(device: SimDevice, item: Any) -> str:
    found = _profile_of(device, item)
    return str(found.name) if found else ""


def _profile_uid(device: SimDevice, item: Any) -> int:
    found = _profile_of(device, item)
    return int(found.uid) if found else 0


def _endpoint_by_name(device: SimDevice, value: object) -> int:
    name = t.read_text(value)
    if not name:
        return 0
    for number, item in device.running.endpoints.items():
        if item.name == name:
            return number
    raise GhnError(-9)


def _profile_by_name(device: SimDevice, value: object) -> int:
    name = t.read_text(value)
    if not name:
        return 0
    for number, item in device.running.profiles.items():
        if item.name == name:
            return number
    raise GhnError(-21)


def _poe(_: SimDevice, value: object) -> str:
    word = t.read_text(value)
    if word not in ("disable", "enable", "force"):
        raise t.invalid_params()
    return word


_USER_TAIL = (
    _number("VlanId", "vlan"),
    _flag("VlanIsTagged", "tagged"),
    _number("RemappedVlanId", "remapped_vlan"),
    _number("Port2VlanId", "port2_vlan"),
    _plain("AllowedTaggedVlans", "vtss_vid_list_t", "allowed_vlans", t.read_vlans),
    _flag("TrunkMode", "trunk"),
    _PORT,
    _flag("DoubleTags", "double_tag"),
    Member(
        "NNIIfIndex",
        "vtss_ifindex_t",
        lambda _, item: t.uplink_ifindex(item.uplink),
        "uplink",
        t.read_uplink,
    ),
    _number("OuterTagVlanId", "outer_vlan"),
)
_USER_HEAD = (
    _shown("Id", "uint32_t", lambda _, item: item.subscriber_id),
    _shown("Uid", "uint32_t", lambda _, item: item.uid),
    _text("Name", "name"),
    _text("Description", "description"),
)
_POE = Member("PoeModeCtrl", "enum", lambda _, item: item.poe, "poe", _poe)
_SHOWN_MAC = _shown("EndpointMacAddress", "mesa_mac_t", _endpoint_mac)
_SHOWN_UID = _shown("BwProfileUid", "uint32_t", _profile_uid)
USER = (
    *_USER_HEAD,
    _number("EndpointId", "endpoint_id"),
    _shown("EndpointName", "string", _endpoint_name),
    _SHOWN_MAC,
    _number("BwProfileId", "profile_id"),
    _shown("BwProfileName", "string", _profile_name),
    _SHOWN_UID,
    *_USER_TAIL,
    _POE,
)
# By name it is the names that can be written, and the ids that are only shown.
USER_BY_NAME = (
    *_USER_HEAD,
    _shown("EndpointId", "uint32_t", lambda _, item: item.endpoint_id),
    Member("EndpointName", "string", _endpoint_name, "endpoint_id", _endpoint_by_name),
    _SHOWN_MAC,
    _shown("BwProfileId", "uint32_t", lambda _, item: item.profile_id),
    Member("BwProfileName", "string", _profile_name, "profile_id", _profile_by_name),
    _SHOWN_UID,
    *_USER_TAIL,
    _POE,
)


def _present(device: SimDevice, member: Member) -> bool:
    return member is not _POE or device.personality.poe_words


def to_struct(device: SimDevice, members: Iterable[Member], item: object) -> t.Struct:
    """Return an item as a struct of the API."""
    return {m.name: m.encode(device, item) for m in members if _present(device, m)}


def to_changes(device: SimDevice, members: Iterable[Member], struct: object) -> dict[str, Any]:
    """Return the fields that a struct writes; missing members keep their value."""
    if not isinstance(struct, dict):
        raise t.invalid_params()
    known = {member.name: member for member in members if _present(device, member)}
    changes = {}
    for name, value in struct.items():
        member = known.get(name)
        if member is None:
            raise t.invalid_params()
        if member.decode is not None:
            changes[member.field] = member.decode(device, value)
    return changes
