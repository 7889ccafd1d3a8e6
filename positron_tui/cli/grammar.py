"""Every command of the command line and its options.

A leaf's `handler` names the function that runs it as `module:function` below `cli.commands`, so
that nothing is imported before it is needed; None opens the console.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from positron_tui.cli.parser import Parser, network_port, read, whole_number
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.vlans import parse_vlan_list

PROGRAM = "positron-tui"
SECRETS_BACKENDS = ("keyring", "file", "env", "command", "memory")
_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 device unreachable, 4 refused (validation, "
    "read-only, host key), 5 indeterminate. The options above may stand before or after the "
    "command; each may also come from the environment, as POSITRON_TUI_JSON=1."
)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; global options are there only where they were given."""
    return read(build_parser(), argv)


def build_parser() -> Parser:
    """Return the whole grammar."""
    parser = Parser(
        prog=PROGRAM,
        description="Runs a fleet of Positron GAMs. Without a command it opens the console.",
        epilog=_EPILOG,
        parents=[_global_options()],
        allow_abbrev=False,
    )
    parser.set_defaults(handler=None, leaf=parser)
    nouns = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)
    _device(_Group(nouns, "device", "the units of the fleet"))
    _port(_Group(nouns, "port", "the ports of a unit"))
    _endpoint(_Group(nouns, "endpoint", "the G.hn boxes in the apartments"))
    _subscriber(_Group(nouns, "subscriber", "the services"))
    _leaf(nouns, "doctor", "doctor:run", "check settings, store, secrets and units")
    _simulate(_leaf(nouns, "simulate", "simulate:run", "run virtual units until SIGTERM"))
    _demo(_leaf(nouns, "demo", "demo:run", "open the console on a simulated fleet"))
    return parser


def _global_options() -> Parser:
    """Options of every command; without a default, so that a second level does not undo them."""
    options = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = options.add_argument_group("for every command")
    group.add_argument("--config", metavar="FILE", help="the settings file")
    group.add_argument("--db", metavar="URL", help="the database: a URL or a SQLite file")
    group.add_argument(
        "--secrets-backend", choices=SECRETS_BACKENDS, help="where communities and passwords are"
    )
    group.add_argument("--json", action="store_true", help="print JSON instead of tables")
    group.add_argument("--no-color", action="store_true", help="no colours in the console")
    group.add_argument("--version", action="store_true", help="print the version")
    return options


class _Group:
    """A noun whose verbs are commands."""

    def __init__(self, nouns: argparse._SubParsersAction[Parser], noun: str, summary: str) -> None:
        self._noun = noun
        group = nouns.add_parser(
            noun, help=summary, description=summary, parents=[_global_options()], allow_abbrev=False
        )
        group.set_defaults(leaf=group)
        self._verbs = group.add_subparsers(title="commands", required=True, parser_class=Parser)

    def verb(self, verb: str, function: str, summary: str) -> Parser:
        return _leaf(self._verbs, verb, f"{self._noun}{function}", summary)


def _leaf(
    commands: argparse._SubParsersAction[Parser], word: str, handler: str, summary: str
) -> Parser:
    parser = commands.add_parser(
        word, help=summary, description=summary, parents=[_global_options()], allow_abbrev=False
    )
    parser.set_defaults(handler=handler, leaf=parser)
    return parser


def _device(group: _Group) -> None:
    add = group.verb("add", "_add:add", "probe a unit and take it into the fleet")
    add.add_argument("host", metavar="HOST", help="address or name of the unit")
    add.add_argument("--name", help="its name here (default: its own name)")
    add.add_argument("--site", default="", help="where it stands")
    _address_options(add)
    add.add_argument("--snmp-version", choices=("2c", "3"), default="2c")
    add.add_argument("--no-ssh", action="store_true", help="read it by SNMP alone")
    _host_key_option(add)
    _secrets_option(add)

    _filter_option(group.verb("list", ":list_devices", "all units"))
    show = group.verb("show", ":show", "one unit with its ports, from the last readings")
    show.add_argument("name", metavar="NAME")
    _edit(group.verb("edit", "_edit:edit", "change what is known of a unit"))
    remove = group.verb("remove", "_edit:remove", "forget a unit, its readings and its secrets")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    poll = group.verb("poll", "_poll:poll", "read a unit now")
    poll.add_argument("name", metavar="NAME", nargs="?")
    poll.add_argument("--all", action="store_true", help="every unit, side by side")
    discover = group.verb("discover", "_discover:discover", "ask a range of addresses who they are")
    discover.add_argument("cidr", metavar="CIDR", help="as 10.20.0.0/24")
    discover.add_argument("--snmp-port", type=network_port, default=161, metavar="P")
    source = discover.add_mutually_exclusive_group()
    source.add_argument(
        "--community-stdin", action="store_true", help="read communities, one a line, from stdin"
    )
    source.add_argument(
        "--secrets-stdin", action="store_true", help='read {"snmp_community": ...} from stdin'
    )


def _edit(edit: Parser) -> None:
    edit.add_argument("name", metavar="NAME")
    edit.add_argument("--name", dest="new_name", metavar="NEW", help="another name")
    edit.add_argument("--site", help="where it stands")
    edit.add_argument("--host", help="another address")
    _address_options(edit)
    mode = edit.add_mutually_exclusive_group()
    mode.add_argument("--read-only", action="store_true", help="refuse every change of it")
    mode.add_argument("--writable", action="store_true", help="allow changes of it")
    _host_key_option(edit)
    _secrets_option(edit)


def _address_options(parser: Parser) -> None:
    parser.add_argument("--snmp-port", type=network_port, metavar="P")
    parser.add_argument("--snmp-user", metavar="U", help="user of SNMPv3")
    parser.add_argument("--snmp-auth", choices=("md5", "sha"), help="of SNMPv3 (default: sha)")
    parser.add_argument("--snmp-priv", choices=("des", "aes", "none"), help="of SNMPv3")
    parser.add_argument("--ssh-port", type=network_port, metavar="P")
    parser.add_argument("--ssh-user", metavar="U")
    parser.add_argument(
        "--ssh-legacy",
        action="store_true",
        default=None,
        help="allow outdated SSH algorithms with this unit",
    )
    parser.add_argument("--http-port", type=network_port, metavar="P")


def _host_key_option(parser: Parser) -> None:
    parser.add_argument(
        "--accept-host-key",
        metavar="FINGERPRINT|any",
        help="trust the SSH host key with this fingerprint (SHA256:...), or whichever it shows",
    )


def _secrets_option(parser: Parser) -> None:
    parser.add_argument(
        "--secrets-stdin",
        action="store_true",
        help='read {"snmp_community": ..., "snmp_write_community": ..., "ssh_password": ...} '
        "from stdin; SNMPv3 takes snmp_auth_password and snmp_priv_password",
    )


def _filter_option(parser: Parser) -> None:
    parser.add_argument(
        "--filter", metavar="TEXT", help="only what matches: words, field:value, ! inverts"
    )


def _port(group: _Group) -> None:
    ports = group.verb("list", ":list_ports", "all ports of a unit")
    ports.add_argument("device", metavar="DEVICE")
    _filter_option(ports)
    show = group.verb("show", ":show", "one port and its endpoints")
    show.add_argument("device", metavar="DEVICE")
    show.add_argument("port", metavar="PORT", type=canonical_port_name, help="4, 10G 1/1 or mgmt")


def _endpoint(group: _Group) -> None:
    endpoints = group.verb("list", ":list_endpoints", "all endpoints, or those of a unit")
    endpoints.add_argument("device", metavar="DEVICE", nargs="?")
    _filter_option(endpoints)
    show = group.verb("show", ":show", "one endpoint")
    show.add_argument("mac", metavar="MAC", type=parse_mac)
    show.add_argument("--device", metavar="D", help="when several units know it")


def _subscriber(group: _Group) -> None:
    subscribers = group.verb("list", ":list_subscribers", "all subscribers, or those of a unit")
    subscribers.add_argument("device", metavar="DEVICE", nargs="?")
    _filter_option(subscribers)
    show = group.verb("show", ":show", "one subscriber")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--device", metavar="D", help="when several units have one of this name")
    _subscriber_add(group.verb("add", "_add:add", "put a subscriber on an endpoint"))


def _subscriber_add(add: Parser) -> None:
    add.add_argument("name", metavar="NAME")
    add.add_argument("--device", metavar="D", required=True)
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", metavar="MAC", type=parse_mac)
    where.add_argument("--port", metavar="P", type=canonical_port_name)
    add.add_argument("--vlan", metavar="N", type=whole_number, required=True)
    add.add_argument("--plan", metavar="PLAN", help="a profile of the unit (default: no limit)")
    add.add_argument("--tagged", action="store_true", help="keep the tag towards the subscriber")
    add.add_argument("--remap", metavar="N", type=whole_number, help="VLAN on the endpoint's side")
    add.add_argument("--port2-vlan", metavar="N", type=whole_number, help="VLAN of Ethernet port 2")
    add.add_argument(
        "--allow", metavar="LIST", type=parse_vlan_list, help="more VLANs, as 10,20-22"
    )
    add.add_argument("--poe", choices=("disable", "enable", "force"))
    add.add_argument("--description", metavar="T")
    add.add_argument("--dry-run", action="store_true", help="show the plan and stop")
    add.add_argument("--yes", action="store_true", help="do not ask")


def _simulate(simulate: Parser) -> None:
    simulate.add_argument("--devices", metavar="N", type=whole_number, default=1)
    simulate.add_argument("--model", metavar="M", help="as GAM-12-C (default: a mixture)")
    simulate.add_argument("--personality", metavar="P", help="behaviour of a firmware")
    simulate.add_argument("--endpoints", metavar="K", type=whole_number, help="for each unit")
    simulate.add_argument("--host", default="127.0.0.1")
    simulate.add_argument(
        "--base-port", metavar="P", type=whole_number, default=0, help="0 = any free ports"
    )
    simulate.add_argument("--seed", metavar="S", type=whole_number, default=1)
    simulate.add_argument("--fault", metavar="NAME=...", action="append", default=[])
    # For the demo's own child process.
    simulate.add_argument("--demo-fleet", action="store_true", help=argparse.SUPPRESS)
    simulate.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)


def _demo(demo: Parser) -> None:
    demo.add_argument("--seed", metavar="S", type=whole_number, default=7)
    demo.add_argument("--keep", metavar="DIR", help="keep the store and the log in this directory")
