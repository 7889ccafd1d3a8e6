"""The commands on subscribers and their options."""

from __future__ import annotations

from positron_tui.cli.grammar_parts import (
    Group,
    changing_options,
    device_option,
    filter_option,
    or_none,
)
from positron_tui.cli.parser import Parser, whole_number
from positron_tui.domain.edits import KEEP
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.subscribers import Poe
from positron_tui.domain.vlans import parse_vlan_list

_POE = tuple(one.value for one in Poe)


def subscriber(group: Group) -> None:
    """Add the verbs of `subscriber`."""
    subscribers = group.verb("list", ":list_subscribers", "all subscribers, or those of a unit")
    subscribers.add_argument("device", metavar="DEVICE", nargs="?")
    filter_option(subscribers)
    show = group.verb("show", ":show", "one subscriber")
    show.add_argument("name", metavar="NAME")
    device_option(show)
    _add(group.verb("add", "_add:add", "put a subscriber on an endpoint or a port"))
    _edit(group.verb("edit", "_edit:edit", "change fields of a subscriber, or of several"))
    _on_several(
        group.verb(
            "suspend", "_state:suspend", "move a service to the walled garden, keep its data"
        )
    )
    _on_several(group.verb("resume", "_state:resume", "give a suspended service back what it had"))
    remove = group.verb("remove", "_state:remove", "take a service off its unit")
    _on_several(remove)
    remove.add_argument("--with-endpoint", action="store_true", help="release its endpoint as well")
    _swap(group.verb("swap", "_move:swap", "put another box in the place of the endpoint"))
    _move(group.verb("move", "_move:move", "move a service to another endpoint, port or unit"))
    _import(group.verb("import", "_transfer:import_csv", "put the subscribers of a CSV file on"))
    _export(group.verb("export", "_transfer:export_csv", "write all subscribers as CSV"))


def _add(add: Parser) -> None:
    add.add_argument("name", metavar="NAME")
    add.add_argument("--device", metavar="D", required=True)
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", metavar="MAC", type=parse_mac)
    where.add_argument("--port", metavar="P", type=canonical_port_name)
    add.add_argument("--vlan", metavar="N", type=whole_number, required=True)
    tag = add.add_mutually_exclusive_group()
    tag.add_argument("--tagged", action="store_true", help="keep the tag towards the subscriber")
    tag.add_argument(
        "--untagged", dest="tagged", action="store_false", help="take the tag off (default)"
    )
    add.add_argument("--remap", metavar="N", type=whole_number, help="VLAN on the endpoint's side")
    add.add_argument("--port2-vlan", metavar="N", type=whole_number, help="VLAN of Ethernet port 2")
    add.add_argument(
        "--allow", metavar="LIST", type=parse_vlan_list, default=(), help="more VLANs, as 10,20-22"
    )
    add.add_argument("--trunk", action="store_true", help="carry every VLAN (JSON-RPC)")
    add.add_argument(
        "--outer-vlan", metavar="N", type=whole_number, help="outer tag of double tags (JSON-RPC)"
    )
    add.add_argument(
        "--uplink", metavar="P", type=canonical_port_name, help="as 10G 1/1 (JSON-RPC)"
    )
    plan = add.add_mutually_exclusive_group()
    plan.add_argument("--plan", metavar="PLAN", help="a sold plan, or a profile of the unit")
    plan.add_argument(
        "--unthrottled", dest="plan", action="store_const", const=None, help="no limit (default)"
    )
    add.add_argument("--poe", choices=_POE)
    add.add_argument("--description", metavar="T")
    changing_options(add)


def _edit(edit: Parser) -> None:
    """Without an option a field stays as it is, with `none` it is cleared."""
    _targets(edit)
    edit.add_argument("--name", dest="new_name", metavar="NEW", default=KEEP, help="another name")
    edit.add_argument("--vlan", metavar="N", type=whole_number, default=KEEP)
    for option, text in (
        ("--remap", "VLAN on the endpoint's side"),
        ("--port2-vlan", "VLAN of Ethernet port 2"),
        ("--outer-vlan", "outer tag of double tags; none = single tags (JSON-RPC)"),
    ):
        edit.add_argument(
            option, metavar="N|none", type=or_none(whole_number), default=KEEP, help=text
        )
    edit.add_argument(
        "--allow",
        metavar="LIST|none",
        type=parse_vlan_list,
        default=KEEP,
        help="more VLANs, as 10,20-22",
    )
    edit.add_argument(
        "--uplink",
        metavar="P|none",
        type=or_none(canonical_port_name),
        default=KEEP,
        help="as 10G 1/1; none = the unit's own choice (JSON-RPC)",
    )
    edit.add_argument("--poe", choices=_POE, default=KEEP)
    edit.add_argument("--description", metavar="T", default=KEEP, help='"" clears it')
    _edit_pairs(edit)
    changing_options(edit)


def _edit_pairs(edit: Parser) -> None:
    """Fields with an option for each of their two ends."""
    edit.set_defaults(tagged=KEEP, trunk=KEEP, plan=KEEP)
    tag = edit.add_mutually_exclusive_group()
    tag.add_argument("--tagged", action="store_const", const=True, help="keep the tag")
    tag.add_argument(
        "--untagged", dest="tagged", action="store_const", const=False, help="take the tag off"
    )
    trunk = edit.add_mutually_exclusive_group()
    trunk.add_argument(
        "--trunk", action="store_const", const=True, help="carry every VLAN (JSON-RPC)"
    )
    trunk.add_argument("--no-trunk", dest="trunk", action="store_const", const=False)
    plan = edit.add_mutually_exclusive_group()
    plan.add_argument("--plan", metavar="PLAN", help="a sold plan, or a profile of the unit")
    plan.add_argument(
        "--unthrottled", dest="plan", action="store_const", const=None, help="no limit"
    )


def _on_several(parser: Parser) -> None:
    _targets(parser)
    changing_options(parser)


def _targets(parser: Parser) -> None:
    """Name the subscribers: by name, by a filter, or by both a filter and a unit."""
    parser.add_argument("names", metavar="NAME", nargs="*")
    parser.add_argument("--device", metavar="D", help="only on this unit")
    parser.add_argument(
        "--filter", metavar="TEXT", help="all that match instead of names: words, field:value"
    )


def _swap(swap: Parser) -> None:
    swap.add_argument("name", metavar="NAME")
    swap.add_argument(
        "--endpoint", metavar="MAC", type=parse_mac, required=True, help="the new box"
    )
    device_option(swap)
    changing_options(swap)


def _move(move: Parser) -> None:
    move.add_argument("name", metavar="NAME")
    move.add_argument("--to", metavar="DEVICE", help="another unit (default: the same)")
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", metavar="MAC", type=parse_mac)
    where.add_argument("--port", metavar="P", type=canonical_port_name)
    device_option(move)
    changing_options(move)


def _import(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a CSV file with a head, - reads stdin")
    changing_options(parser)


def _export(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="where to (default: stdout)")
    parser.add_argument("--device", metavar="D", help="only those of this unit")
