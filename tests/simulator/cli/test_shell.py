"""The shell without a terminal: grammar, modes, errors, and what each command does."""

from __future__ import annotations

import pytest

from positron_tui.simulator.cli.commands import grammars
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.device import SimDevice
from tests.simulator.units import box, mac, make_unit

INVALID = "% Invalid word detected at '^' marker."


def _shell(device: SimDevice | None = None, config: bool = False) -> Shell:
    device = device or make_unit()
    shell = Shell(device, grammars(device.personality.poe_words))
    if config:
        shell.execute("configure terminal")
    return shell


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("show foo", ["               ^", INVALID, ""]),
        ("frobnicate", ["          ^", INVALID, ""]),
        ("show ghn port 25 status", ["                        ^", INVALID, ""]),
        ("show", ["% Incomplete command.", ""]),
        ("show ghn endpoint", ["% Incomplete command.", ""]),
        (
            "show s",
            ["               ^", "% Ambiguous word detected at '^' marker.", ""],
        ),
        ('show ghn "port" 1', ["                   ^", INVALID, ""]),
        ('show "unfinished', ["               ^", INVALID, ""]),
        ("show version | count x", ["                         ^", INVALID, ""]),
        ("show version | include", ["% Incomplete command.", ""]),
        ("| include x", ["          ^", INVALID, ""]),
        ("", []),
        ("! a comment", []),
    ],
)
def test_syntax_errors_point_at_the_word(line: str, output: list[str]) -> None:
    assert _shell().execute(line) == output


def test_unique_abbreviations_are_understood() -> None:
    shell = _shell()
    assert shell.execute("sh gh disc all") == shell.execute("show ghn discover all")


def test_modes_and_prompts() -> None:
    shell = _shell()
    seen = [shell.prompt]
    for line in (
        "configure terminal",
        "interface vlan 100",
        "exit",
        "vlan 300",
        "interface 10GigabitEthernet 1/1",
        "line vty 0-3",
        "hostname other",
        "interface G.hn 1/1-2",
        "end",
    ):
        assert shell.execute(line) == []
        seen.append(shell.prompt)
    assert seen == [
        "gam-test# ",
        "gam-test(config)# ",
        "gam-test(config-if-vlan)# ",
        "gam-test(config)# ",
        "gam-test(config-vlan)# ",
        "gam-test(config-if)# ",
        "gam-test(config-line)# ",
        "other(config)# ",
        "other(config-if)# ",
        "other# ",
    ]
    assert not shell.closing
    shell.execute("exit")
    assert shell.closing


def test_a_unit_without_a_name_has_a_bare_prompt() -> None:
    assert _shell(make_unit(hostname="")).prompt == "# "


def test_do_runs_exec_commands_in_configuration_mode() -> None:
    shell = _shell(config=True)
    assert shell.execute("do show ghn bw-profile 2")[0] == "Name: 100M"
    assert shell.execute("show ghn bw-profile 2")[1] == INVALID


@pytest.mark.parametrize(
    ("modifier", "count"), [("include DS", 1), ("exclude DS", 3), ("begin DS", 2)]
)
def test_output_modifiers(modifier: str, count: int) -> None:
    assert len(_shell().execute(f"show ghn bw-profile 2 | {modifier}")) == count


def test_help_lists_what_may_follow() -> None:
    shell = _shell(config=True)
    assert [text.strip() for text in shell.help("no ghn ")] == [
        "bw-profile",
        "endpoint",
        "notch",
        "port",
        "subscriber",
    ]
    assert "<1-384>" in shell.help("ghn endpoint ")[0]
    assert shell.help("nonsense ") == [INVALID]


def test_a_first_service_by_command_line() -> None:
    device = make_unit()
    device.plant[mac(3)] = box(3, 3)
    shell = _shell(device, config=True)
    for line in (
        f'ghn endpoint 3 name "Apt 3" mac-address {mac(3)} description "riser B" port 3',
        'ghn bw-profile 3 name "300M" rate-downstream 318 rate-upstream 318',
        'ghn subscriber 3 vid 300 bw-profile 3 tagged name "Apt 3" endpoint 3 poe enable',
    ):
        assert shell.execute(line) == []
    sub = device.running.subscribers[3]
    assert (sub.vlan, sub.profile_id, sub.tagged, sub.poe) == (300, 3, True, "enable")
    assert shell.execute("do show ghn subscriber 3") == [
        "Name: Apt 3",
        "Description: ",
        "Vlan: 300 Tagged",
        "Endpoint Id: 3",
        "BW profile Id: 3",
        "Allowed Vlan: ",
        "PoE: enable",
    ]
    assert shell.execute("ghn subscriber 3 untagged allowed-vlan 301-303,310 port2-vid 40") == []
    assert (sub := device.running.subscribers[3]).allowed_vlans == [301, 302, 303, 310]
    assert (sub.tagged, sub.port2_vlan, sub.vlan) == (False, 40, 300)
    shell.execute("ghn subscriber 3 allowed-vlan none port2-vid none bw-profile unthrottled")
    assert (sub := device.running.subscribers[3]).allowed_vlans == []
    assert (sub.port2_vlan, sub.profile_id) == (0, 0)
    assert shell.execute("no ghn subscriber 3 endpoint") == []
    assert device.running.subscribers[3].endpoint_id == 0
    assert shell.execute("no ghn subscriber 3") == []
    assert shell.execute("no ghn endpoint 3 port") == []
    assert device.running.endpoints[3].port == 0
    assert shell.execute("no ghn endpoint 3") == []
    assert shell.execute("no ghn bw-profile 3") == []


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (f"ghn endpoint 3 mac-address {mac(1)}", "% Non-unique G.hn endpoint MAC address"),
        ("ghn endpoint 3 name x", "% Invalid G.hn endpoint MAC address"),
        ("ghn subscriber 9 vid 20", "% Invalid G.hn subscriber name"),
        ("ghn subscriber 9 name x vid 1", "% Invalid G.hn data VLAN id"),
        ("no ghn subscriber 9", "% Non-existing G.hn subscriber"),
        ("ghn port 5 name x", "% Invalid G.hn port"),
        ("ghn port 1 mode siso", "% Invalid G.hn port mode"),
        ("no ghn bw-profile 2", "% Invalid G.hn bandwidth profile"),
        ("no ghn notch 1", "% Invalid G.hn powermask notch Id"),
    ],
)
def test_refusals_carry_the_modules_own_words(line: str, reply: str) -> None:
    assert _shell(config=True).execute(line) == [reply]


def test_names_that_look_like_words_of_the_grammar_stay_names() -> None:
    shell = _shell(config=True)
    shell.execute('ghn subscriber 2 name "none" description "unthrottled"')
    sub = shell.device.running.subscribers[2]
    assert (sub.name, sub.description) == ("none", "unthrottled")


def test_poe_is_unknown_to_older_firmware() -> None:
    shell = _shell(make_unit("GAM-4-MX", "old-1.2.0"), config=True)
    assert shell.execute("ghn subscriber 1 poe enable")[1] == INVALID


def test_ports_and_notches() -> None:
    device = make_unit("GAM-4-MX")
    shell = _shell(device, config=True)
    assert shell.execute('ghn port 1 mode siso name "riser" shutdown') == []
    assert device.running.ports[1].shutdown
    assert "Mode: SISO" in shell.execute("do show ghn port 1 configuration")
    shell.execute("no ghn port 1 shutdown")
    assert not device.running.ports[1].shutdown
    assert shell.execute("ghn notch 1 startfreq 5 stopfreq 6.5 depth 20") == []
    assert shell.execute("ghn notch 2 startfreq 7 stopfreq 8 depth remove") == []
    rows = shell.execute("do show ghn notch configuration")[2:]
    assert [row.split() for row in rows[:3]] == [
        ["1", "5", "6.5", "20"],
        ["2", "7", "8", "remove"],
        ["3", "0", "0", "0"],
    ]


def test_discovery_in_both_layouts() -> None:
    device = make_unit()
    device.plant[mac(3)] = box(3, 3)
    device.plug(mac(2), 0)
    assert _shell(device).execute("show ghn discover all") == [
        "Port  MACAddress         Configured  IsUP",
        "-----------------------------------------",
        f" 1    {mac(1).upper()}  yes         yes",
        f" 2    {mac(2).upper()}  yes         no",
        f" 3    {mac(3).upper()}  no          yes",
    ]
    old = make_unit("GAM-4-MX", "old-1.2.0")
    assert _shell(old).execute("show ghn discover all")[2] == f"1 {mac(1).upper()} yes yes"


def test_endpoint_status_on_both_lines() -> None:
    coax = _shell().execute("show ghn endpoint 1 status detail")
    assert coax[0] == "Discovered Endpoint on G.hn port 1"
    assert " Downstream Current Allocated Bandwidth  : 1700 Mbps" in coax
    assert not any("Wire Length" in line for line in coax)
    copper = make_unit("GAM-4-MX")
    copper.plant[mac(1)].wire_length_m = 162
    lines = _shell(copper).execute("show ghn endpoint 1 status detail")
    assert " Estimated Wire Length                   : 162 m" in lines


def test_snr_needs_an_endpoint_that_answers() -> None:
    device = make_unit("GAM-4-MX")
    shell = _shell(device)
    line = f"show ghn maxsnr endpoint-mac {mac(1)} downstream"
    assert shell.execute(line) == ["Max SNR for line #1: 43.5dBm", "Max SNR for line #2: 42.5dBm"]
    device.plug(mac(1), 0)
    assert shell.execute(line) == ["% Error querying G.hn device. May be missing or busy."]
    assert shell.execute("show ghn endpoint 1 status") == ["% Endpoint not found on any ports"]


def test_vectorboost_is_a_matter_of_copper() -> None:
    device = make_unit("GAM-4-MX")
    device.booted_at -= 100
    assert _shell(device).execute("show ghn vectorboost state") == ["READY"]
    assert _shell().execute("show ghn vectorboost state")[0].startswith("% ")


def test_saving_is_a_step_of_its_own() -> None:
    device = make_unit()
    shell = _shell(device, config=True)
    shell.execute('ghn subscriber 2 name "new" vid 22')
    assert not any("new" in line for line in shell.execute("do show startup-config"))
    size = len(device.running_text().encode())
    assert shell.execute("do copy running-config startup-config") == [
        "Building configuration...",
        f"% Saving {size} bytes to flash:startup-config",
    ]
    assert any('"new"' in line for line in shell.execute("do show startup-config"))


def test_reload_loses_what_was_not_saved() -> None:
    device = make_unit()
    shell = _shell(device, config=True)
    shell.execute('ghn subscriber 2 name "new" vid 22')
    reply = shell.execute("do reload cold")
    assert reply == ["% Cold reload in progress, please stand by."]
    assert 2 not in device.running.subscribers


def test_running_config_by_feature_and_interface() -> None:
    shell = _shell()
    ghn = shell.execute("show running-config feature ghn")
    assert ghn[0] == "Building configuration..."
    assert all(line.startswith(("ghn ", "!", "end")) for line in ghn[1:])
    uplink = shell.execute("show running-config interface 10GigabitEthernet 1/1")
    assert uplink[1] == "interface 10GigabitEthernet 1/1"
    assert shell.execute("show running-config vlan 100")[1] == "interface vlan 100"


def test_older_firmware_has_no_word_for_the_ghn_block() -> None:
    shell = _shell(make_unit("GAM-4-MX", "old-1.2.0"))
    assert shell.execute("show running-config feature ghn")[1] == INVALID
    assert any(line.startswith("ghn ") for line in shell.execute("show running-config"))


def test_shutting_an_uplink_is_configuration() -> None:
    device = make_unit()
    shell = _shell(device, config=True)
    shell.execute("interface 10GigabitEthernet 1/1")
    shell.execute("shutdown")
    assert "10G 1/1    disabled" in "\n".join(shell.execute("do show interface * status"))
    shell.execute("no shutdown")
    assert device.running.ports_shut == set()


def test_alarms_and_health() -> None:
    device = make_unit("GAM-12-C", "gam12c-1.5.4")
    device.plug(mac(1), 0)
    shell = _shell(device)
    row = shell.execute("show alarm active")[2]
    assert row.split(maxsplit=5)[:4] == ["MJ", "YES", "CPE-1", "LOS"]
    assert row.endswith("Endpoint (CPE) loss of signal (missing)")
    assert shell.execute("show alarm log")[-1].split()[5] == "raising"
    assert len(shell.execute("show system fan status")) == 4
    assert shell.execute("show system cpu status")[0].startswith("Average load in 100 ms :")
    assert "(C)" in shell.execute("show system temperature status")[0]
    assert shell.execute("show system led status") == [
        "System LED: red, solid, major or critical alarm."
    ]


def test_version_does_not_tell_the_model() -> None:
    lines = _shell(make_unit("GAM-12-C", "gam12c-1.5.4")).execute("show version")
    assert "Software Version : GAM-12/24-C_v1.5.4" in lines
    assert "MAC Address      : 00-0e-d8-13-00-00" in lines
    assert "Port Count       : 15" in lines
    assert not any("GAM-12-C" in line for line in lines)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("show vlan", "VLAN  Name                              Interfaces"),
        ("show ip interface brief", "Interface   Address              Status"),
        ("ping ip 10.0.0.1 repeat 1", "64 bytes from 10.0.0.1: icmp_seq=0, time=1ms"),
        ("dir", "Directory of flash:"),
        ("show ghn port 1 statistics", "Port: 1"),
        ("show ghn endpoint 1 statistics", "Endpoint: 1"),
        ("show ghn port 1 status", " Active Links: 1"),
        ("show terminal", "Line is vty."),
        ("reboot ghn endpoint 1", f"% Rebooting G.hn Endpoint 1 with MAC: {mac(1)}"),
    ],
)
def test_other_commands_answer(line: str, first: str) -> None:
    assert _shell().execute(line)[0] == first


def test_clearing_statistics() -> None:
    device = make_unit()
    device.booted_at -= 1_000
    shell = _shell(device)
    assert device.port_traffic(1_000_001).out_octets > 0
    assert shell.execute("clear statistics G.hn 1/1") == []
    assert device.port_traffic(1_000_001).out_octets == 0
