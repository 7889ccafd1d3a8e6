"""What the parts of the grammar share: nouns with verbs, leaves, and options of many commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from positron_tui.cli.parser import Parser

SECRETS_BACKENDS = ("keyring", "file", "env", "command", "memory")
NONE = "none"
_Value = TypeVar("_Value")


def global_options() -> Parser:
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


class Group:
    """A noun whose verbs are commands."""

    def __init__(self, nouns: argparse._SubParsersAction[Parser], noun: str, summary: str) -> None:
        self._noun = noun
        group = nouns.add_parser(
            noun, help=summary, description=summary, parents=[global_options()], allow_abbrev=False
        )
        group.set_defaults(leaf=group)
        self._verbs = group.add_subparsers(title="commands", required=True, parser_class=Parser)

    def verb(self, verb: str, function: str, summary: str) -> Parser:
        """Add a command; its handler is `function` behind the noun, as `_add:add`."""
        return leaf(self._verbs, verb, f"{self._noun}{function}", summary)


def leaf(
    commands: argparse._SubParsersAction[Parser], word: str, handler: str, summary: str
) -> Parser:
    """Add a command that `handler` runs, as `module:function`."""
    parser = commands.add_parser(
        word, help=summary, description=summary, parents=[global_options()], allow_abbrev=False
    )
    parser.set_defaults(handler=handler, leaf=parser)
    return parser


def or_none(read: Callable[[str], _Value]) -> Callable[[str], _Value | None]:
    """Return a reader that also takes the word `none`, for argparse."""

    def read_or_none(text: str) -> _Value | None:
        return None if text == NONE else read(text)

    return read_or_none


def filter_option(parser: Parser) -> None:
    parser.add_argument(
        "--filter", metavar="TEXT", help="only what matches: words, field:value, ! inverts"
    )


def device_option(parser: Parser) -> None:
    parser.add_argument("--device", metavar="D", help="when several units have one of this name")


def changing_options(parser: Parser) -> None:
    """Options of everything that writes to a unit or to the records."""
    parser.add_argument("--dry-run", action="store_true", help="show the plan and stop")
    parser.add_argument("--yes", action="store_true", help="do not ask")
