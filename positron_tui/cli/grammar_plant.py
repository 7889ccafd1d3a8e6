"""The commands on ports, endpoints and plans and their options."""

from __future__ import annotations

from positron_tui.cli.grammar_parts import (
    Group,
    changing_options,
    filter_option,
)
from positron_tui.cli.parser import Parser, whole_number
from positron_tui.domain.edits import KEEP
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import PortMode, canonical_port_name

AUTO = "auto"
NONE = "none"


def port(group: Group) -> None:
    """Add the verbs of `port`."""
    ports = group.verb("list", ":list_ports", "all ports of a unit")
    ports.add_argument("device", metavar="DEVICE")
    filter_option(ports)
    _named_port(group.verb("show", ":show", "one port and its endpoints"))
    change = group.verb("set", "_set:set_port", "enable, disable or name a port, choose its mode")
    _named_port(change)
    state = change.add_mutually_exclusive_group()
    change.set_defaults(enabled=KEEP)
    state.add_argument("--enable", dest="enabled", action="store_const", const=True)
    state.add_argument(
        "--disable",
        dest="enabled",
        action="store_const",
        const=False,
        help="watch it no longer; services on it go on",
    )
    change.add_argument("--name", metavar="TEXT", default=KEEP, help='"" clears it')
    change.add_argument("--mode", choices=[one.value for one in PortMode], default=KEEP)
    changing_options(change)


def endpoint(group: Group) -> None:
    """Add the verbs of `endpoint`."""
    endpoints = group.verb("list", ":list_endpoints", "all endpoints, or those of a unit")
    endpoints.add_argument("device", metavar="DEVICE", nargs="?")
    filter_option(endpoints)
    _named_endpoint(group.verb("show", ":show", "one endpoint"))
    _endpoint_add(group.verb("add", "_change:add", "configure an endpoint, also an absent one"))
    _endpoint_edit(group.verb("edit", "_change:edit", "rename, describe or rebind an endpoint"))
    remove = group.verb("remove", "_change:remove", "take an endpoint out of the configuration")
    _named_endpoint(remove)
    remove.add_argument(
        "--with-subscriber", action="store_true", help="remove its subscriber as well"
    )
    changing_options(remove)
    reboot = group.verb("reboot", "_change:reboot", "restart an endpoint")
    _named_endpoint(reboot)
    changing_options(reboot)
    waiting = group.verb(
        "unprovisioned", "_unprovisioned:list_rows", "endpoints that are seen and have no service"
    )
    waiting.add_argument("device", metavar="DEVICE", nargs="?")


def _endpoint_add(add: Parser) -> None:
    add.add_argument("mac", metavar="MAC", type=parse_mac)
    add.add_argument("--device", metavar="D", required=True)
    add.add_argument("--name", metavar="TEXT", required=True)
    add.add_argument(
        "--port",
        metavar="P|auto",
        type=_port_or_auto,
        help="where it belongs (default: where it is seen); auto = where it shows up first",
    )
    add.add_argument("--description", metavar="T")
    add.add_argument("--allow-management", action="store_true", help="its own web page answers")
    changing_options(add)


def _endpoint_edit(edit: Parser) -> None:
    _named_endpoint(edit)
    edit.set_defaults(allow_management=KEEP)
    edit.add_argument("--name", metavar="TEXT", default=KEEP)
    edit.add_argument("--description", metavar="T", default=KEEP, help='"" clears it')
    edit.add_argument(
        "--port",
        metavar="P|auto|none",
        type=_port_auto_or_none,
        help="another port; auto = where it shows up first; none = it belongs nowhere",
    )
    page = edit.add_mutually_exclusive_group()
    page.add_argument(
        "--allow-management", action="store_const", const=True, help="its own web page answers"
    )
    page.add_argument("--no-management", dest="allow_management", action="store_const", const=False)
    changing_options(edit)


def plan(group: Group) -> None:
    """Add the verbs of `plan`."""
    plans = group.verb("list", ":list_plans", "sold plans and how they stand on the units")
    plans.add_argument("--device", metavar="D", help="only how they stand on this unit")
    plans.add_argument(
        "--strays",
        action="store_true",
        help="instead the profiles that no plan names or nobody uses",
    )
    add = group.verb("add", "_change:add", "put a sold plan into the catalogue")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--down", metavar="MBPS", type=whole_number, required=True, help="sold Mbit/s")
    add.add_argument("--up", metavar="MBPS", type=whole_number, required=True, help="sold Mbit/s")
    changing_options(add)
    edit = group.verb("edit", "_change:edit", "change a plan; 'plan push' brings it to the units")
    edit.add_argument("name", metavar="NAME")
    edit.add_argument("--name", dest="new_name", metavar="NEW", help="another name")
    edit.add_argument("--down", metavar="MBPS", type=whole_number, help="sold Mbit/s")
    edit.add_argument("--up", metavar="MBPS", type=whole_number, help="sold Mbit/s")
    changing_options(edit)
    remove = group.verb(
        "remove", "_change:remove", "take a plan out of the catalogue, or a profile off a unit"
    )
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--device", metavar="D", help="remove the profile of this name there")
    changing_options(remove)
    push = group.verb("push", "_change:push", "create or correct a plan's profile on units")
    push.add_argument("name", metavar="NAME")
    push.add_argument("devices", metavar="DEVICE", nargs="*")
    push.add_argument("--all", action="store_true", help="on every unit")
    changing_options(push)


def _named_port(parser: Parser) -> None:
    parser.add_argument("device", metavar="DEVICE")
    parser.add_argument("port", metavar="PORT", type=canonical_port_name, help="4, 10G 1/1 or mgmt")


def _named_endpoint(parser: Parser) -> None:
    parser.add_argument("mac", metavar="MAC", type=parse_mac)
    parser.add_argument("--device", metavar="D", help="when several units know it")


def _port_or_auto(text: str) -> str:
    return AUTO if text == AUTO else canonical_port_name(text)


def _port_auto_or_none(text: str) -> str:
    return NONE if text == NONE else _port_or_auto(text)
