"""Methods of the other modules: ports, system, firmware, alarms, saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.ports import PortKind
from positron_tui.simulator.jsonrpc import types as t
from positron_tui.simulator.jsonrpc.method import Method, Params
from positron_tui.simulator.state import SimAlarm, SimPort

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

_SPEEDS = {1_000: "speed1G", 2_500: "speed2500M", 10_000: "speed10G"}
_SEVERITIES = ("nr", "na", "mn", "mj", "cr")
_LOG_STATES = ("raising", "clearing", "changed", "transient")
_SUPPLY_STATES = ("active", "standby", "notPresent")
_CONDITIONS = {
    6: "restart",
    8: "linkdown",
    12: "lowsnr",
    13: "los",
    14: "portmismatch",
    15: "hwmismatch",
    16: "swrevmismat",
}
RUNNING, STARTUP = "runningConfig", "startupConfig"


def _find(device: SimDevice, value: object) -> SimPort:
    name = t.read_text(value)
    for port in device.ports():
        if port.name == name:
            return port
    raise t.invalid_params()


def _chosen(device: SimDevice, params: Params) -> list[SimPort]:
    return [_find(device, params[0])] if params else device.ports()


def _one_or_all(params: Params, items: list[tuple[object, t.Struct]]) -> object:
    return items[0][1] if params else t.pairs(items)


def _port_status(device: SimDevice, params: Params) -> object:
    items: list[tuple[object, t.Struct]] = []
    for port in _chosen(device, params):
        uplink = port.kind is PortKind.UPLINK
        struct: t.Struct = {
            "Link": port.oper_up,
            "Fdx": True,
            "Fiber": uplink,
            "Speed": _SPEEDS[port.speed_mbps] if port.oper_up else "undefined",
            "SFPType": "sfp10G" if uplink else "none",
            "Present": uplink,
            "LossOfSignal": uplink and not port.oper_up,
            "TxFault": False,
        }
        items.append((port.name, struct))
    return _one_or_all(params, items)


def _port_config(device: SimDevice, params: Params) -> object:
    items: list[tuple[object, t.Struct]] = [
        (port.name, {"Shutdown": port.shutdown, "Speed": "auto", "MTU": 2_048})
        for port in _chosen(device, params)
    ]
    return _one_or_all(params, items)


def _port_config_set(device: SimDevice, params: Params) -> None:
    port, struct = _find(device, params[0]), params[1]
    if not isinstance(struct, dict):
        raise t.invalid_params()
    if "Shutdown" in struct:
        device.set_shutdown(port.bridge_port, t.read_bool(struct["Shutdown"]))


def _port_statistics(device: SimDevice, params: Params) -> object:
    table = device.traffic_table()
    items: list[tuple[object, t.Struct]] = []
    for port in _chosen(device, params):
        counted = table[port.if_index]
        struct: t.Struct = {
            "RxOctets": counted.in_octets,
            "RxUcastPkts": counted.in_packets,
            "RxErrors": counted.in_errors,
            "TxOctets": counted.out_octets,
            "TxUcastPkts": counted.out_packets,
            "TxErrors": counted.out_errors,
        }
        items.append((port.name, struct))
    return _one_or_all(params, items)


def _uptime(device: SimDevice, _: Params) -> t.Struct:
    return {"SystemUptime": device.uptime_text}


def _board(device: SimDevice, _: Params) -> t.Struct:
    return {
        "BoardMac": t.mac_text(device.base_mac),
        "BoardId": device.model.number,
        "BoardSerial": device.serial,
        "BoardType": device.model.name,
        "HwVersion": device.hardware_version,
    }


def _cpu(device: SimDevice, _: Params) -> t.Struct:
    tenth, second, ten = device.health().cpu_percent
    return {"Average100msec": tenth, "Average1sec": second, "Average10sec": ten}


def _temperatures(device: SimDevice, _: Params) -> list[t.Struct]:
    readings = enumerate(device.health().temperatures, 1)
    return t.pairs([(n, {"Name": name, "Temperature": tenths}) for n, (name, tenths) in readings])


def _fans(device: SimDevice, _: Params) -> list[t.Struct]:
    return t.pairs([(index, {"Speed": rpm}) for index, rpm in device.health().fans])


def _supplies(device: SimDevice, _: Params) -> list[t.Struct]:
    rows = enumerate(device.health().power_supplies, 1)
    return t.pairs(
        [([1, n], {"State": _SUPPLY_STATES[state], "Descr": name}) for n, (name, state) in rows]
    )


def _hostname(device: SimDevice, _: Params) -> t.Struct:
    running = device.running
    return {
        "Hostname": running.hostname,
        "Contact": running.contact,
        "Location": running.location,
    }


def _alarm_struct(device: SimDevice, alarm: SimAlarm) -> t.Struct:
    ports = {port.if_index: port.name for port in device.other_ports()}
    return {
        "IfIndex": ports.get(alarm.if_index, alarm.if_index),
        "UUID": alarm.uuid.hex(),
        "IfDescr": alarm.entity,
        "CondType": _CONDITIONS.get(alarm.condition, "other"),
        "Severity": _SEVERITIES[alarm.severity],
        "ServAff": alarm.service_affecting,
        "OccurTime": alarm.occurred_at.replace(microsecond=0).isoformat(),
        "Details": alarm.description,
    }


def _alarms(device: SimDevice, _: Params) -> list[t.Struct]:
    return t.pairs([(alarm.index, _alarm_struct(device, alarm)) for alarm in device.alarms()])


def _alarm_log(device: SimDevice, _: Params) -> list[t.Struct]:
    items: list[tuple[object, t.Struct]] = []
    for number, entry in enumerate(device.alarm_log(), 1):
        struct = _alarm_struct(device, entry.alarm)
        struct["State"] = _LOG_STATES[entry.state]
        struct["ReportTime"] = entry.reported_at.replace(microsecond=0).isoformat()
        items.append((number, struct))
    return t.pairs(items)


def _firmware_switch(device: SimDevice, _: Params) -> list[t.Struct]:
    struct = {
        "ChipId": "VSC7468",
        "BoardType": device.board_type,
        "PortCnt": device.model.ghn_ports + device.uplinks + 1,
        "Product": device.product,
        "Version": device.software_version,
    }
    return t.pairs([(1, struct)])


def _firmware_image(device: SimDevice, _: Params) -> list[t.Struct]:
    images = (
        ("bootloader", "RedBoot", "version 1_4-18990", "18990"),
        (
            "activeFirmware",
            "linux",
            f"_v{device.personality.firmware}",
            device.personality.revision,
        ),
        ("alternativeFirmware", "linux.bk", f"_v{device.personality.alternate}", ""),
    )
    return t.pairs(
        [
            (n, {"Type": kind, "Name": name, "Version": version, "CodeRevision": revision})
            for n, (kind, name, version, revision) in enumerate(images)
        ]
    )


def _copy(device: SimDevice, params: Params) -> None:
    struct = params[0]
    if not isinstance(struct, dict) or struct.get("Copy") is not True:
        raise t.invalid_params()
    way = (struct.get("SourceConfigType"), struct.get("DestinationConfigType"))
    if way == (RUNNING, STARTUP):
        device.save()
    elif way == (STARTUP, RUNNING):
        device.load_startup()
        device.runtime.copy_status = 1
    else:
        raise t.invalid_params()


def _copy_status(device: SimDevice, _: Params) -> t.Struct:
    return {"Status": ("none", "success")[device.runtime.copy_status]}


def _reboot(device: SimDevice, params: Params) -> None:
    kind = params[1].get("Type") if isinstance(params[1], dict) else None
    if kind not in ("coldReboot", "warmReboot"):
        raise t.invalid_params()
    device.reboot()


_IF = ("vtss_ifindex_t",)
_RO = "STATUS_RO"
METHODS = [
    Method("port.status.get", _port_status, _RO, _IF, "port_status", optional=1),
    Method("port.config.get", _port_config, "CONFIG_RO", _IF, "port_config", optional=1),
    Method("port.config.set", _port_config_set, "CONFIG_RW", (*_IF, "port_config")),
    Method("port.statistics.ifGroup.get", _port_statistics, _RO, _IF, "if_group", optional=1),
    Method("systemUtility.status.systemUptime.get", _uptime, _RO, result="uptime"),
    Method("systemUtility.status.boardInfo.get", _board, _RO, result="board_info"),
    Method("systemUtility.status.cpuLoad.get", _cpu, _RO, result="cpu_load"),
    Method("systemUtility.status.temperatureSensors.get", _temperatures, _RO, result="sensor"),
    Method("systemUtility.status.fan.get", _fans, _RO, result="fan"),
    Method("systemUtility.status.powerSupply.get", _supplies, _RO, result="power_supply"),
    Method("systemUtility.config.systemInfo.get", _hostname, "CONFIG_RO", result="system_info"),
    Method("systemUtility.control.reboot.set", _reboot, "STATUS_RW", ("uint32_t", "reboot")),
    Method("alarm.status.active.get", _alarms, _RO, result="alarm"),
    Method("alarm.status.log.get", _alarm_log, _RO, result="alarm_log"),
    Method("firmware.status.switch.get", _firmware_switch, _RO, result="firmware_switch"),
    Method("firmware.status.image.get", _firmware_image, _RO, result="firmware_image"),
    Method("icfg.control.copy.set", _copy, "STATUS_RW", ("icfg_copy",)),
    Method("icfg.status.copy.get", _copy_status, _RO, result="icfg_copy_status"),
]
