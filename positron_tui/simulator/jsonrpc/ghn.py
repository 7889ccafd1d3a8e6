"""Methods of the G.hn module beside its tables: global settings, ports, endpoint status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from positron_tui.simulator.identity import endpoint_uptime_text
from positron_tui.simulator.jsonrpc import types as t
from positron_tui.simulator.jsonrpc.method import Method, Params
from positron_tui.simulator.state import STATE_WORDS, GhnError, SeenEndpoint

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

FEET_PER_METRE = 3.281


def _global_get(device: SimDevice, _: Params) -> t.Struct:
    return {
        "SubscriberModel": device.running.subscriber_model,
        "DefaultNNIIfIndex": t.uplink_ifindex(device.running.default_uplink),
        "EndpointAutoFwUpgrade": device.running.endpoint_auto_upgrade,
    }


def _struct(value: object) -> t.Struct:
    if not isinstance(value, dict):
        raise t.invalid_params()
    return value


def _global_set(device: SimDevice, params: Params) -> None:
    struct = _struct(params[0])
    if "DefaultNNIIfIndex" in struct:
        device.set_default_uplink(t.read_uplink(device, struct["DefaultNNIIfIndex"]))
    if "EndpointAutoFwUpgrade" in struct:
        device.set_auto_upgrade(t.read_bool(struct["EndpointAutoFwUpgrade"]))
    if "SubscriberModel" in struct:
        device.set_subscriber_model(t.read_text(struct["SubscriberModel"]))


def _port_struct(device: SimDevice, number: int) -> t.Struct:
    port = device.running.ports.get(number)
    if port is None:
        raise GhnError(-5)
    return {
        "IfIndex": t.ghn_ifindex(number),
        "Name": port.name,
        "MacAddress": t.mac_text(device.port_mac(number)),
        "PortMode": port.mode,
        "PortRole": "domainMaster",
        "Rfc5517Mode": "isolated",
        "Rfc5517Community": 1,
        "AllowedVlans": [],
    }


def _port_get(device: SimDevice, params: Params) -> object:
    if params:
        return _port_struct(device, t.read_ghn(params[0]))
    numbers = sorted(device.running.ports)
    return t.pairs([(t.ghn_ifindex(n), _port_struct(device, n)) for n in numbers])


def _port_set(device: SimDevice, params: Params) -> None:
    number, struct = t.read_ghn(params[0]), _struct(params[1])
    port = device.running.ports.get(number)
    if port is None:
        raise GhnError(-5)
    name = t.read_text(struct.get("Name", port.name))
    mode = t.read_text(struct.get("PortMode", port.mode))
    if struct.get("PortRole", "domainMaster") != "domainMaster":
        raise GhnError(-38)
    device.set_port(replace(port, name=name, mode=mode))


def _rows(device: SimDevice, params: Params) -> list[SeenEndpoint]:
    if not params:
        return device.seen_endpoints()
    row = device.seen_by_mac(t.read_mac(params[0]))
    if row is None:
        raise GhnError(-52)
    return [row]


def _brief_struct(row: SeenEndpoint) -> t.Struct:
    sub, profile, config = row.subscriber, row.profile, row.config
    known = 0 <= row.state < len(STATE_WORDS)
    struct: t.Struct = {
        "MacAddress": t.mac_text(row.mac),
        "ConfEndpointId": row.endpoint_id,
        "ConfEndpointName": config.name if config else "",
        "ConfPortIfIndex": t.ghn_ifindex(row.configured_port),
        "ConfAutoPort": config.auto_port if config else False,
        "DetectedPortIfIndex": t.ghn_ifindex(row.detected_port),
        "ConfUserId": sub.subscriber_id if sub else 0,
        "ConfUserName": sub.name if sub else "",
        "ConfUserUid": sub.uid if sub else 0,
        "ConfBwProfileId": profile.profile_id if profile else 0,
        "ConfBwProfileName": profile.name if profile else "",
        "ConfBwProfileUid": profile.uid if profile else 0,
        "State": STATE_WORDS[row.state] if known else str(row.state),
    }
    if row.box is not None:
        struct |= {
            "ModelType": row.box.model_number,
            "ModelString": row.box.model_text,
            "FwMismatch": row.box.firmware_mismatch,
        }
    return struct


def _detailed_struct(device: SimDevice, row: SeenEndpoint) -> t.Struct:
    struct: t.Struct = {"MacAddress": t.mac_text(row.mac), "Alive": row.box is not None}
    box = row.box
    if box is None:
        return struct
    port = device.running.ports[row.detected_port]
    return struct | {
        "DeviceName": row.config.name if row.config else "",
        "HwProduct": box.model_text,
        "SerialNumber": box.serial,
        "Uptime": endpoint_uptime_text(device.endpoint_uptime_s(row.mac)),
        "FwVersion": box.firmware,
        "XputIndicator": box.down_max_mbps,
        "Mode": port.mode,
        "WireLengthMeters": box.wire_length_m,
        "WireLengthFeet": round(box.wire_length_m * FEET_PER_METRE),
        "RxPhyRate": box.down_phy_mbps,
        "TxPhyRate": box.up_phy_mbps,
        "RxAllocBands": box.bands,
        "TxAllocBands": box.bands,
        "RxMaxXput": box.down_max_mbps,
        "TxMaxXput": box.up_max_mbps,
        "RxUsage": 0,
        "TxUsage": 0,
    }


def _brief(device: SimDevice, params: Params) -> object:
    rows = _rows(device, params)
    if params:
        return _brief_struct(rows[0])
    return t.pairs([(t.mac_text(row.mac), _brief_struct(row)) for row in rows])


def _detailed(device: SimDevice, params: Params) -> object:
    rows = _rows(device, params)
    if params:
        return _detailed_struct(device, rows[0])
    return t.pairs([(t.mac_text(row.mac), _detailed_struct(device, row)) for row in rows])


def _mac_of(device: SimDevice, value: object) -> str:
    endpoint = device.running.endpoints.get(t.read_number(value))
    if endpoint is None:
        raise GhnError(-9)
    return endpoint.mac


def _link(device: SimDevice, params: Params) -> t.Struct:
    row = device.seen_by_mac(_mac_of(device, params[0]))
    place = t.read_number(params[1]) - 1
    if row is None or row.box is None or not 0 <= place < len(row.box.ethernet_up):
        return {"Valid": False, "Link": False, "Fdx": False, "Speed": "undefined"}
    speeds = {10: "speed10M", 100: "speed100M", 1000: "speed1G"}
    up = row.box.ethernet_up[place]
    speed = speeds.get(row.box.ethernet_mbps, "undefined") if up else "undefined"
    return {"Valid": True, "Link": up, "Fdx": up, "Speed": speed}


def _system(device: SimDevice, params: Params) -> None:
    mac, struct = _mac_of(device, params[0]), _struct(params[1])
    if struct.get("Reboot") is True:
        device.reboot_endpoint(mac)
    if struct.get("StartFwUpgrade") is True:
        device.upgrade_endpoint(mac)


def _poe(device: SimDevice, params: Params) -> None:
    """Switch the power of port 1 off and on at once; refused where there is none to switch."""
    row = device.seen_by_mac(_mac_of(device, params[0]))
    if row is None or row.box is None:
        raise GhnError(-52)
    if row.subscriber is None or row.subscriber.poe == "disable":
        raise GhnError(-54)


_GLOBAL = "vtss_appl_ghn_agent_global_config_t"
_PORT = "vtss_appl_ghn_agent_port_config_t"
_IF = "vtss_ifindex_t"
_BY_MAC = "ghnAgent.status.endpointByMac"
_BRIEF = "vtss_appl_ghn_agent_endpoint_brief_status_t"
_DETAILED = "vtss_appl_ghn_agent_endpoint_detailed_status_t"
METHODS = [
    Method("ghnAgent.config.global.get", _global_get, "CONFIG_RO", result=_GLOBAL),
    Method("ghnAgent.config.global.set", _global_set, "CONFIG_RW", (_GLOBAL,)),
    Method("ghnAgent.config.port.get", _port_get, "CONFIG_RO", (_IF,), _PORT, optional=1),
    Method("ghnAgent.config.port.set", _port_set, "CONFIG_RW", (_IF, _PORT)),
    Method(f"{_BY_MAC}.brief.get", _brief, "STATUS_RO", ("mesa_mac_t",), _BRIEF, optional=1),
    Method(f"{_BY_MAC}.detailed.get", _detailed, "STATUS_RO", ("mesa_mac_t",), _DETAILED, 1),
    Method("ghnAgent.status.endpoint.link.get", _link, "STATUS_RO", ("uint32_t", "uint32_t")),
    Method("ghnAgent.control.endpoint.system.set", _system, "STATUS_RW", ("uint32_t", "struct")),
    Method("ghnAgent.control.endpoint.poe.set", _poe, "STATUS_RW", ("uint32_t", "struct")),
]
