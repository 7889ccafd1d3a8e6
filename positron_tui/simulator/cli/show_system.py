"""`show` commands about the unit itself: version, configuration, health, alarms."""

from __future__ import annotations

from datetime import datetime

from positron_tui.simulator.alarms import CONDITION_WORDS
from positron_tui.simulator.cli.grammar import Handler, Values
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.configtext.render import Block, config_blocks, render_blocks
from positron_tui.simulator.state import SEVERITY_WORDS, SimAlarm

_STATES = ("raising", "clearing", "changed", "transient")
_BUILT = "2022-05-11T09:12:44-04:00"


def _when(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def show_version(shell: Shell, _: Values) -> list[str]:
    device, rule = shell.device, "------------------"
    total_ports = device.model.ghn_ports + device.uplinks + 1
    fields: list[tuple[str, str] | str] = [
        ("MAC Address", device.base_mac.replace(":", "-")),
        ("Previous Restart", "Cold"),
        "",
        ("System Contact", device.running.contact),
        ("System Name", device.running.hostname),
        ("System Location", device.running.location),
        ("System Time", _when(device.now())),
        ("System Uptime", device.uptime_text),
        "",
        "Bootloader",
        "----------",
        ("Image", "RedBoot (bootloader)"),
        ("Version", "version 1_4-18990"),
        ("Date", "13:09:38, Jul 25 2019"),
        *_image("Active Image", "linux (primary)", device.personality.firmware),
        *_image("Backup Image", "linux.bk (backup)", device.personality.alternate),
        "",
        rule,
        "SID : 1",
        rule,
        ("Chipset ID", "VSC7468"),
        ("Board Type", device.board_type),
        ("Port Count", str(total_ports)),
        ("Product", device.product),
        ("Software Version", device.software_version),
        ("Build Date", _BUILT),
        ("Code Revision", device.personality.revision),
        "",
    ]
    return [item if isinstance(item, str) else f"{item[0]:<16} : {item[1]}" for item in fields]


def _image(title: str, image: str, version: str) -> list[tuple[str, str] | str]:
    return [
        "",
        title,
        "-" * len(title),
        ("Image", image),
        ("Version", f"_v{version}"),
        ("Date", _BUILT),
        ("Upload filename", "ce_jr2_mimo.mfip"),
    ]


def _config_lines(shell: Shell, blocks: list[Block]) -> list[str]:
    return render_blocks(blocks).splitlines()


def show_running(shell: Shell, values: Values) -> list[str]:
    """Show the running configuration, all of it, of one feature, or of one interface."""
    blocks = config_blocks(shell.device, shell.device.running)
    if feature := values.get("feature"):
        blocks = [block for block in blocks if block.feature == feature]
    if "type" in values:
        heads = {f"interface {values['type']} 1/{number}" for number in values["list"]}
        blocks = [b for b in blocks if _is_interface(b, str(values["type"]), heads)]
    if "vlan" in values:
        heads = {f"{head} {n}" for n in values["vlan"] for head in ("vlan", "interface vlan")}
        blocks = [block for block in blocks if block.lines[0] in heads]
    return _config_lines(shell, blocks)


def _is_interface(block: Block, kind: str, heads: set[str]) -> bool:
    head = block.lines[0]
    return head in heads or (len(heads) == 0 and head.startswith(f"interface {kind} "))


def show_startup(shell: Shell, _: Values) -> list[str]:
    return shell.device.startup_text().splitlines()


def show_cpu(shell: Shell, _: Values) -> list[str]:
    tenth, second, ten = shell.device.health().cpu_percent
    return [
        f"Average load in 100 ms : {tenth:3d}%",
        f"                1 sec  : {second:3d}%",
        f"               10 sec  : {ten:3d}%",
    ]


def show_fan(shell: Shell, _: Values) -> list[str]:
    return [f"Fan #{index + 1}  {rpm}  ok" for index, rpm in shell.device.health().fans]


def show_temperature(shell: Shell, _: Values) -> list[str]:
    lines = []
    for name, tenths in shell.device.health().temperatures:
        celsius = tenths / 10
        lines.append(f"{name + ':':<12} {celsius:.1f}(C), {celsius * 1.8 + 32:.1f}(F)")
    return lines


def show_led(shell: Shell, _: Values) -> list[str]:
    return [f"System LED: {shell.device.health().led}"]


def _alarm_row(alarm: SimAlarm, state: str = "") -> str:
    affecting = "YES" if alarm.service_affecting else "NO"
    word = CONDITION_WORDS.get(alarm.condition, "OTHER")
    return (
        f"{SEVERITY_WORDS[alarm.severity]:<3} {affecting:<5} {alarm.entity:<10} {word:<15} "
        f"{_when(alarm.occurred_at):<25} {state}{alarm.description}"
    )


def show_alarm_active(shell: Shell, _: Values) -> list[str]:
    return [
        "Sev SvAff Entity     Alarm           Occurrence Date/Time      Description",
        "--- ----- ---------- --------------- ------------------------- -----------",
        *(_alarm_row(alarm) for alarm in shell.device.alarms()),
    ]


def show_alarm_log(shell: Shell, _: Values) -> list[str]:
    return [
        "Sev SvAff Entity     Alarm           Occurrence Date/Time      State     Description",
        "--- ----- ---------- --------------- ------------------------- --------- -----------",
        *(
            _alarm_row(entry.alarm, f"{_STATES[entry.state]:<9} ")
            for entry in shell.device.alarm_log()
        ),
    ]


_FEATURES = "show running-config feature {feature:system|user|vlan|ip|snmp|port}"
_GHN_FEATURE = "show running-config feature {feature:ghn}"
_BASE: list[tuple[str, Handler]] = [
    ("show version", show_version),
    ("show running-config", show_running),
    ("show running-config all-defaults", show_running),
    (_FEATURES, show_running),
    (f"{_FEATURES} all-defaults", show_running),
    (
        "show running-config interface {type:GigabitEthernet|10GigabitEthernet|G.hn} <list:ports>",
        show_running,
    ),
    ("show running-config interface vlan <vlan:vlans>", show_running),
    ("show running-config vlan <vlan:vlans>", show_running),
    ("show startup-config", show_startup),
    ("show system cpu status", show_cpu),
    ("show system fan status", show_fan),
    ("show system temperature status", show_temperature),
    ("show system led status", show_led),
    ("show alarm active", show_alarm_active),
    ("show alarm log", show_alarm_log),
]


def commands(recent: bool) -> list[tuple[str, Handler]]:
    """Return the commands; whether units know the feature word `ghn` is not documented.

    Recent firmware does here and older does not, so that clients have to cope with both.
    """
    extra: list[tuple[str, Handler]] = [
        (_GHN_FEATURE, show_running),
        (f"{_GHN_FEATURE} all-defaults", show_running),
    ]
    return _BASE + extra if recent else _BASE
