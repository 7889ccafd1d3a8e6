"""Structs of the G.hn module as domain values, and the structs that a change sends.

Member names follow the vendor's JSON-RPC document; what a firmware leaves out stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.devices import Line
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.models import ENDPOINT_MODELS, ENDPOINT_MODELS_BY_NAME, EndpointModel
from positron_tui.domain.ports import PortMode, parse_port_name
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Profile, Subscriber
from positron_tui.gam.jsonrpc import codec
from positron_tui.gam.jsonrpc.codec import Row, Struct
from positron_tui.gam.parsers.text import seconds

_UNKNOWN_MODEL = 255


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called on a device: the by-name methods want names."""

    endpoints: dict[int, str]
    profiles: dict[int, str]

    @classmethod
    def of(cls, config: RunningConfig) -> Names:
        return cls(
            {one.endpoint_id: one.name for one in config.endpoints if one.name},
            {one.profile_id: one.name for one in config.profiles if one.name},
        )

    def cover(self, subscriber: Subscriber) -> bool:
        """Return whether all that a subscriber refers to has a name."""
        endpoint, profile = subscriber.endpoint_id, subscriber.profile_id
        return (not endpoint or endpoint in self.endpoints) and (
            not profile or profile in self.profiles
        )


def profile_of(row: Row) -> Profile | None:
    """Return a bandwidth profile, None when it has neither id nor name."""
    values = row.values
    profile_id = _id(row)
    name = codec.decode_text(values.get("Name")) or _key_name(row)
    if not profile_id or not name:
        return None
    return Profile(
        profile_id,
        name,
        down_mbps=codec.decode_number(values.get("DsBw")),
        up_mbps=codec.decode_number(values.get("UsBw")),
        description=codec.decode_text(values.get("Description")),
    )


def endpoint_config_of(row: Row) -> EndpointConfig | None:
    """Return a configured endpoint, None when it has no id."""
    values = row.values
    endpoint_id = _id(row)
    if not endpoint_id:
        return None
    return EndpointConfig(
        endpoint_id,
        name=codec.decode_text(values.get("Name")) or _key_name(row),
        mac=codec.decode_mac(values.get("MacAddress")),
        description=codec.decode_text(values.get("Description")),
        port=codec.decode_ghn_port(values.get("PortIfIndex")),
        auto_port=codec.decode_bool(values.get("AutoPort")) or False,
        allow_management=codec.decode_bool(values.get("AllowMgmtVlan")) or False,
    )


def port_config_of(row: Row, shutdown: bool) -> PortConfig | None:
    """Return the settings of a G.hn port, None when it is not clear which one."""
    port = ghn_port_of(row)
    if port is None:
        return None
    return PortConfig(
        number=parse_port_name(port)[1],
        name=codec.decode_text(row.values.get("Name")),
        mode=codec.decode_port_mode(row.values.get("PortMode")),
        shutdown=shutdown,
    )


def ghn_port_of(row: Row) -> str | None:
    """Return the G.hn port that is the key of a row."""
    return codec.decode_ghn_port(row.keys[0] if row.keys else None) or codec.decode_ghn_port(
        row.values.get("IfIndex")
    )


def subscriber_of(row: Row, names: Names) -> Subscriber | None:
    """Return a subscriber, None when it has neither id nor name.

    A port says something on port-aware units only. Where a firmware gives the name of an endpoint
    or profile and not its id, `names` finds it.
    """
    values = row.values
    subscriber_id = _id(row)
    name = codec.decode_text(values.get("Name")) or _key_name(row)
    if not subscriber_id or not name:
        return None
    endpoint_id = _endpoint_id(values, names)
    return Subscriber(
        subscriber_id,
        name,
        description=codec.decode_text(values.get("Description")),
        endpoint_id=endpoint_id,
        endpoint_mac=codec.decode_mac(values.get("EndpointMacAddress")) if endpoint_id else None,
        port=codec.decode_ghn_port(values.get("PortIfIndex")),
        vlan=codec.decode_number(values.get("VlanId")),
        tagged=codec.decode_bool(values.get("VlanIsTagged")),
        remapped_vlan=codec.decode_positive(values.get("RemappedVlanId")),
        port2_vlan=codec.decode_positive(values.get("Port2VlanId")),
        allowed_vlans=codec.decode_vlans(values.get("AllowedTaggedVlans")),
        trunk=codec.decode_bool(values.get("TrunkMode")),
        double_tag=codec.decode_bool(values.get("DoubleTags")),
        outer_vlan=codec.decode_positive(values.get("OuterTagVlanId")),
        uplink=codec.decode_uplink(values.get("NNIIfIndex")),
        profile_id=_profile_id(values, names),
        poe=codec.decode_poe(values.get("PoeModeCtrl")),
        source=Source.JSONRPC,
    )


def port2_tagged_of(row: Row) -> tuple[int, bool] | None:
    """Return (subscriber id, port 2 keeps its tag), None on firmware without the member."""
    tagged = codec.decode_bool(row.values.get("Port2VlanIsTagged"))
    subscriber_id = _id(row)
    return (subscriber_id, tagged) if subscriber_id and tagged is not None else None


def endpoint_of(brief: Struct, detailed: Struct) -> Endpoint | None:
    """Return an endpoint from its brief and detailed status, None without a readable MAC.

    Rx is towards the endpoint. What is said of one that is not alive is old and left out; where
    the device does not say whether it is, a rate of 0 is none.
    """
    mac = codec.decode_mac(brief.get("MacAddress"))
    if mac is None:
        return None
    detected = codec.decode_ghn_port(brief.get("DetectedPortIfIndex"))
    alive = codec.decode_bool(detailed.get("Alive"))
    live: Struct = {} if alive is False else detailed
    rate = codec.decode_number if alive else codec.decode_positive
    return Endpoint(
        mac=mac,
        endpoint_id=codec.decode_positive(brief.get("ConfEndpointId")),
        name=codec.decode_text(brief.get("ConfEndpointName")),
        configured_port=codec.decode_ghn_port(brief.get("ConfPortIfIndex")),
        detected_port=detected,
        auto_port=codec.decode_bool(brief.get("ConfAutoPort")),
        state=codec.decode_state(brief.get("State")),
        model=_model(brief),
        serial=codec.decode_text(live.get("SerialNumber")),
        firmware=codec.decode_text(live.get("FwVersion")),
        firmware_mismatch=codec.decode_bool(brief.get("FwMismatch")) if detected else None,
        down_phy_mbps=rate(live.get("RxPhyRate")),
        up_phy_mbps=rate(live.get("TxPhyRate")),
        down_max_mbps=rate(live.get("RxMaxXput")),
        up_max_mbps=rate(live.get("TxMaxXput")),
        wire_length_m=_wire_length(brief, live),
        uptime_s=seconds(codec.decode_text(live.get("Uptime")) or ""),
        subscriber=codec.decode_text(brief.get("ConfUserName")),
        source=Source.JSONRPC,
    )


def subscriber_struct(
    subscriber: Subscriber, names: Names, *, by_name: bool, port2_tagged: bool | None = None
) -> dict[str, object]:
    """Return all members that a subscriber decides; None in a field with an "off" means off.

    By name the endpoint and the profile go by their names, by id by their ids; members of later
    firmware are left out while nothing is wanted of them.
    """
    struct: dict[str, object] = {"Description": subscriber.description or ""}
    if by_name:
        struct["EndpointName"] = names.endpoints.get(subscriber.endpoint_id or 0, "")
        struct["BwProfileName"] = names.profiles.get(subscriber.profile_id or 0, "")
    else:
        struct["Name"] = subscriber.name
        struct["EndpointId"] = subscriber.endpoint_id or 0
        struct["BwProfileId"] = subscriber.profile_id or UNTHROTTLED_PROFILE_ID
    struct["RemappedVlanId"] = subscriber.remapped_vlan or 0
    struct["Port2VlanId"] = subscriber.port2_vlan or 0
    struct["AllowedTaggedVlans"] = codec.encode_vlans(subscriber.allowed_vlans)
    struct["PortIfIndex"] = codec.encode_port(subscriber.port)
    struct["NNIIfIndex"] = codec.encode_port(subscriber.uplink)
    struct["OuterTagVlanId"] = subscriber.outer_vlan or 0
    known = {
        "VlanId": subscriber.vlan,
        "VlanIsTagged": subscriber.tagged,
        "TrunkMode": subscriber.trunk,
        "DoubleTags": subscriber.double_tag,
        "PoeModeCtrl": codec.POE_WORDS[subscriber.poe] if subscriber.poe else None,
        "Port2VlanIsTagged": port2_tagged,
    }
    return struct | {member: value for member, value in known.items() if value is not None}


def endpoint_struct(config: EndpointConfig) -> dict[str, object]:
    """Return all members of an endpoint but its name and id."""
    struct: dict[str, object] = {
        "Description": config.description or "",
        "PortIfIndex": codec.encode_port(config.port),
        "AutoPort": config.auto_port,
        "AllowMgmtVlan": config.allow_management,
    }
    if config.mac:
        struct["MacAddress"] = codec.encode_mac(config.mac)
    return struct


def profile_struct(profile: Profile) -> dict[str, object]:
    """Return all members of a profile but its name and id; an unknown rate is left out."""
    rates = {"DsBw": profile.down_mbps, "UsBw": profile.up_mbps}
    known = {member: rate for member, rate in rates.items() if rate is not None}
    return {"Description": profile.description or "", **known}


def without_defaults(struct: dict[str, object]) -> dict[str, object]:
    """Leave out of an add what is off; truth values and the profile are always said.

    No document tells which profile a subscriber gets that names none.
    """
    return {
        member: value
        for member, value in struct.items()
        if isinstance(value, bool) or member.startswith("BwProfile") or not _is_off(value)
    }


def _is_off(value: object) -> bool:
    return not value or value == codec.NO_INTERFACE


def changed(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """Return the members of `after` that differ; the others keep their value on the device."""
    return {member: value for member, value in after.items() if before.get(member) != value}


def _id(row: Row) -> int | None:
    """Return a row's id: a member of the struct, else the key of a by-id table."""
    found = codec.decode_positive(row.values.get("Id"))
    key = row.keys[0] if row.keys else None
    return found or (codec.decode_positive(key) if not isinstance(key, str) else None)


def _key_name(row: Row) -> str | None:
    return codec.decode_text(row.keys[0]) if row.keys else None


def _endpoint_id(values: Struct, names: Names) -> int | None:
    if "EndpointId" in values:
        return codec.decode_positive(values["EndpointId"])
    return _named(names.endpoints, values.get("EndpointName"))


def _profile_id(values: Struct, names: Names) -> int | None:
    """Return the profile's id, 0 for unthrottled, None when the device did not say."""
    if "BwProfileId" in values:
        return codec.decode_number(values["BwProfileId"])
    if values.get("BwProfileName") == "":
        return UNTHROTTLED_PROFILE_ID
    return _named(names.profiles, values.get("BwProfileName"))


def _named(names: dict[int, str], value: object) -> int | None:
    wanted = codec.decode_text(value)
    return next((number for number, name in names.items() if name == wanted), None)


def _model(brief: Struct) -> str | None:
    """Return our name of a known model, else what the device calls it."""
    number = codec.decode_number(brief.get("ModelType"))
    known = ENDPOINT_MODELS.get(number) if number is not None else None
    if known:
        return known.name
    own_text = codec.decode_text(brief.get("ModelString"))
    if own_text or number in (None, _UNKNOWN_MODEL):
        return own_text
    return f"model {number}"


def _wire_length(brief: Struct, live: Struct) -> int | None:
    """0 m is an answer on copper only; coax has no estimate."""
    length = codec.decode_number(live.get("WireLengthMeters"))
    known: EndpointModel | None = ENDPOINT_MODELS_BY_NAME.get(_model(brief) or "")
    mode = codec.decode_port_mode(live.get("Mode"))
    if mode is PortMode.COAX or (known and known.line is Line.COAX):
        return None
    if mode is not None or (known and known.line is Line.COPPER):
        return length
    return length or None
