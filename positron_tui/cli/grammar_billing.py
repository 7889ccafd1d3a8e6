"""The commands on billing systems and syncs and their options."""

from __future__ import annotations

from positron_tui.cli.grammar_parts import Group, changing_options, filter_option
from positron_tui.cli.parser import Parser, counting_number, whole_number

_SECRETS_HELP = (
    'read the secrets from stdin, as JSON or as lines of name=value: {"key": ..., "secret": ..., '
    '"hook_secret": ...} for Splynx, {"token": ...} for Sonar'
)


def billing(group: Group) -> None:
    """Add the verbs of `billing`."""
    add = group.verb("add", ":add", "look at a billing system and keep it")
    add.add_argument("kind", metavar="splynx|sonar", choices=("splynx", "sonar"))
    add.add_argument("name", metavar="NAME", help="its name here")
    add.add_argument("--url", metavar="U", required=True, help="as https://isp.example")
    add.add_argument("--secrets-stdin", action="store_true", help=_SECRETS_HELP)
    add.add_argument(
        "--login",
        choices=("token", "signed", "basic"),
        default="token",
        help="how to log in to Splynx (default: token)",
    )
    add.add_argument(
        "--allow-http", action="store_true", help="take plain HTTP, which shows the secrets"
    )
    add.add_argument("--ca-file", metavar="FILE", help="the certificate of a private CA (PEM)")
    add.add_argument(
        "--timezone", metavar="Z", default="UTC", help="of the server, as Europe/Berlin"
    )
    group.verb("list", ":list_systems", "all billing systems")
    show = group.verb("show", ":show", "one billing system: connection, mapping, last readings")
    show.add_argument("name", metavar="NAME")
    show.add_argument(
        "--hook-path", action="store_true", help="show the path for its hooks, which is a secret"
    )
    check = group.verb("check", ":check", "look whether it answers and has what a sync needs")
    check.add_argument("name", metavar="NAME")
    secrets = group.verb("secrets", ":secrets", "keep other secrets of a billing system")
    secrets.add_argument("name", metavar="NAME")
    secrets.add_argument("--secrets-stdin", action="store_true", help=_SECRETS_HELP)
    remove = group.verb("remove", ":remove", "forget a billing system, its links and its secrets")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    _map(group.verb("map", "_map:run", "say what its fields, plans and statuses mean here"))


def _map(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME")
    for option, metavar, text in (
        ("--set", "WHAT=FIELD", "where mac, vlan, device, port, description, name or site is read"),
        ("--pattern", "WHAT=REGEX", "the part of that field that counts: the first group"),
        ("--plan", "THEIRS=OURS", "billing's plan (name or number) is ours; 'none' = no limit"),
        ("--status", "STATUS=MEANING", "account:NAME or service:NAME is active, suspended, "
         "cancelled or unknown (no opinion)"),
        ("--owner", "FIELD=OWNER", "whose a field is: billing, console or device"),
        ("--rule", "FIELD=OWNER", "who wins a conflict without asking; 'ask' = nobody"),
        ("--write-back", "WHAT=FIELD", "the field of billing that takes status, plan, mac, vlan, "
         "device, port or result"),
        ("--status-word", "MEANING=WORD", "what a status is written as"),
        ("--unset", "PART.NAME", "take an entry out, as sources.vlan or plans.Gold"),
    ):  # fmt: skip
        parser.add_argument(option, metavar=metavar, action="append", default=[], help=text)
    parser.add_argument(
        "--plans-by-name",
        action="store_true",
        help="map the plans that our catalogue has by the same name",
    )
    notes = parser.add_mutually_exclusive_group()
    notes.add_argument("--notes", action="store_true", help="leave a note for every change")
    notes.add_argument("--no-notes", action="store_true", help="leave no notes")
    parser.add_argument("--show", action="store_true", help="only show the mapping")
    parser.add_argument(
        "--preview",
        metavar="N",
        nargs="?",
        type=counting_number,
        const=10,
        help="show what it makes of N real rows (default: 10)",
    )
    parser.add_argument(
        "--import", dest="import_file", metavar="FILE", help="take the mapping of a file"
    )
    parser.add_argument(
        "--export",
        dest="export_file",
        metavar="FILE|-",
        help="write it to a file: TOML for *.toml, else JSON",
    )
    changing_options(parser)


def sync(group: Group) -> None:
    """Add the verbs of `sync`."""
    run = group.verb("run", ":run", "compare billing with the plant, show it, and carry it out")
    run.add_argument("name", metavar="NAME")
    run.add_argument(
        "--only", metavar="ACCOUNT", action="append", default=[], help="only this account"
    )
    run.add_argument(
        "--allow",
        metavar="N",
        type=whole_number,
        help="suspend or remove up to N services, past the limits of the settings",
    )
    changing_options(run)
    log = group.verb("log", ":log", "the runs, newest first")
    log.add_argument("--system", metavar="NAME", help="only of this billing system")
    log.add_argument("--limit", metavar="N", type=counting_number, default=50)
    show = group.verb("show", ":show", "one run with its items and what billing was told")
    show.add_argument("id", metavar="RUN", type=counting_number)
    show.add_argument(
        "--only-bad",
        action="store_true",
        help="only what a person has to look at, or that did not end well",
    )
    filter_option(show)
    retry = group.verb("retry", ":retry", "compare the accounts of items again, and carry that out")
    retry.add_argument("id", metavar="RUN", type=counting_number)
    retry.add_argument("items", metavar="ITEM", type=whole_number, nargs="*")
    retry.add_argument("--allow", metavar="N", type=whole_number, help="as with 'sync run'")
    changing_options(retry)
    discard = group.verb("discard", ":discard", "say no to a run that waits")
    discard.add_argument("id", metavar="RUN", type=counting_number)
    conflicts = group.verb("conflicts", "_conflicts:conflicts", "what changed on both sides")
    conflicts.add_argument("--system", metavar="NAME", help="only of this billing system")
    conflicts.add_argument("--resolved", action="store_true", help="those that were settled")
    resolve = group.verb("resolve", "_conflicts:resolve", "settle conflicts with one side's value")
    resolve.add_argument("ids", metavar="ID", type=counting_number, nargs="+")
    resolve.add_argument("--take", choices=("billing", "console", "device"), required=True)
    changing_options(resolve)
    hooks = group.verb("hooks", "_story:hooks", "hooks that came in, newest first")
    hooks.add_argument("--system", metavar="NAME", help="only of this billing system")
    hooks.add_argument("--state", choices=("received", "done", "ignored", "failed"))
    hooks.add_argument("--limit", metavar="N", type=counting_number, default=50)
    why = group.verb("why", "_story:why", "what billing, console and unit say of a subscriber")
    why.add_argument("subscriber", metavar="SUBSCRIBER")
    why.add_argument("--device", metavar="D", help="when several units have one of this name")
