"""Every command of the command line and its options.

A leaf's `handler` names the function that runs it as `module:function` below `cli.commands`, so
that nothing is imported before it is needed; None opens the console.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from positron_tui.cli import grammar_billing, grammar_changes, grammar_plant, grammar_services
from positron_tui.cli.grammar_parts import Group, filter_option, global_options, leaf
from positron_tui.cli.parser import Parser, counting_number, network_port, read, whole_number

PROGRAM = "positron-tui"
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
        parents=[global_options()],
        allow_abbrev=False,
    )
    parser.set_defaults(handler=None, leaf=parser)
    nouns = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)
    _device(Group(nouns, "device", "the units of the fleet"))
    grammar_plant.port(Group(nouns, "port", "the ports of a unit"))
    grammar_plant.endpoint(Group(nouns, "endpoint", "the G.hn boxes in the apartments"))
    grammar_services.subscriber(Group(nouns, "subscriber", "the services"))
    grammar_plant.plan(Group(nouns, "plan", "the sold speeds"))
    grammar_changes.change(Group(nouns, "change", "what was changed, and undoing it"))
    grammar_changes.bulk(Group(nouns, "bulk", "changes of several subscribers in one run"))
    grammar_changes.truths(nouns)
    grammar_billing.billing(Group(nouns, "billing", "the billing systems"))
    grammar_billing.sync(Group(nouns, "sync", "keeping the plant in step with billing"))
    leaf(nouns, "doctor", "doctor:run", "check settings, store, secrets and units")
    _daemon(leaf(nouns, "daemon", "daemon:run", "poll, sync and take hooks without a screen"))
    _simulate(leaf(nouns, "simulate", "simulate:run", "run virtual units until SIGTERM"))
    _simulate_billing(
        leaf(
            nouns,
            "simulate-billing",
            "simulate_billing:run",
            "run a stand-in for Splynx or Sonar until SIGTERM",
        )
    )
    _demo(leaf(nouns, "demo", "demo:run", "open the console on a simulated fleet"))
    return parser


def _device(group: Group) -> None:
    add = group.verb("add", "_add:add", "probe a unit and take it into the fleet")
    add.add_argument("host", metavar="HOST", help="address or name of the unit")
    add.add_argument("--name", help="its name here (default: its own name)")
    add.add_argument("--site", default="", help="where it stands")
    _address_options(add)
    add.add_argument("--snmp-version", choices=("2c", "3"), default="2c")
    add.add_argument("--no-ssh", action="store_true", help="read it by SNMP alone")
    add.add_argument(
        "--writable", action="store_true", help="allow changes of it at once (else: read-only)"
    )
    _host_key_option(add)
    _secrets_option(add)

    filter_option(group.verb("list", ":list_devices", "all units"))
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
    parser.add_argument("--https-port", type=network_port, metavar="P")
    parser.add_argument(
        "--json-rpc",
        choices=("http", "https", "off"),
        help="how its API may be used for what the command line cannot do; http shows the "
        "password on the way (default: off)",
    )
    parser.add_argument(
        "--accept-certificate",
        metavar="FINGERPRINT|any",
        help="trust the TLS certificate with this fingerprint, or whichever it shows",
    )


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


def _daemon(daemon: Parser) -> None:
    daemon.add_argument(
        "--hooks-host", metavar="H", help="where hooks come in (default: 127.0.0.1)"
    )
    daemon.add_argument(
        "--hooks-port", metavar="P", type=whole_number, help="0 = any free port (default: 8710)"
    )


def _simulate(simulate: Parser) -> None:
    simulate.add_argument("--devices", metavar="N", type=whole_number, default=1)
    simulate.add_argument("--model", metavar="M", help="as GAM-12-C (default: a mixture)")
    simulate.add_argument(
        "--personality",
        metavar="P",
        help="behaviour of a firmware: current, gam12c-1.5.4, gam4cx-1.5.4 or old-1.2.0",
    )
    simulate.add_argument("--endpoints", metavar="K", type=whole_number, help="for each unit")
    simulate.add_argument("--host", default="127.0.0.1")
    simulate.add_argument(
        "--base-port", metavar="P", type=whole_number, default=0, help="0 = any free ports"
    )
    simulate.add_argument(
        "--https", action="store_true", help="serve the API over TLS too, with own certificates"
    )
    simulate.add_argument(
        "--seed",
        metavar="S",
        type=whole_number,
        help="the same number makes the same units (default: other ones in each process)",
    )
    simulate.add_argument(
        "--fault",
        metavar="NAME=...",
        action="append",
        default=[],
        help="may be repeated: drop=RATIO, slow=SECONDS, refuse-login, session-limit=N, "
        "die-after=N, restart-after=SECONDS, garbage, clock-1970, no-ghn-snmp",
    )
    # For the demo's own child process.
    simulate.add_argument("--demo-fleet", action="store_true", help=argparse.SUPPRESS)
    simulate.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)


def _simulate_billing(simulate: Parser) -> None:
    simulate.add_argument("system", choices=("splynx", "sonar"), help="splynx or sonar")
    simulate.add_argument("--host", default="127.0.0.1")
    simulate.add_argument(
        "--port", metavar="P", type=whole_number, default=0, help="0 = any free port (default)"
    )
    simulate.add_argument(
        "--accounts", metavar="N", type=whole_number, help="customers in its book (default: 100)"
    )
    simulate.add_argument(
        "--seed",
        metavar="S",
        type=whole_number,
        help="the same number makes the same book (default: another one in each process)",
    )
    simulate.add_argument("--hooks", metavar="URL", help="where its hooks are sent to")
    simulate.add_argument(
        "--change-every",
        metavar="SECONDS",
        type=counting_number,
        help="let somebody change a customer that often (default: never)",
    )
    simulate.add_argument(
        "--fault",
        metavar="NAME=...",
        action="append",
        default=[],
        help="may be repeated: error-401, error-403, error-429, error-500, error-503, garbage, "
        "html, half-page, cut-body, hang, drop-before-write, drop-after-write, hooks-lose, "
        "hooks-duplicate, hooks-reorder, hooks-delay, each for all or =RATIO or =NUMBERx; "
        "slow=SECONDS, retry-after=SECONDS, hooks-delay-s=SECONDS",
    )
    # For the demo and for benches: a book that matches what runs on simulated units.
    simulate.add_argument("--fleet", metavar="FILE|-", help=argparse.SUPPRESS)
    simulate.add_argument("--demo-fleet", metavar="SEED", type=whole_number, help=argparse.SUPPRESS)
    simulate.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)


def _demo(demo: Parser) -> None:
    demo.add_argument("--seed", metavar="S", type=whole_number, default=7)
    demo.add_argument("--keep", metavar="DIR", help="keep the store and the log in this directory")
