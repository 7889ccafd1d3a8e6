"""How the command line is read: argparse whose complaints are sentences with exit code 2."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import NoReturn

from positron_tui.domain.errors import UsageError

_CHOICE = re.compile(r"(?:argument ([^:]+): )?invalid choice: (.*?) \(choose from (.*)\)\Z", re.S)
_ARGUMENT = re.compile(r"argument ([^:]+): (.*)\Z", re.S)
_MISSING = "the following arguments are required: "


class Parser(argparse.ArgumentParser):
    """Raises UsageError with one sentence instead of printing a usage text and leaving."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_complaint(message)} (see '{self.prog} --help').")

    def refuse_unknown(self, word: str) -> NoReturn:
        """Complain about a word that no option or position takes."""
        name = word.split("=", 1)[0]
        if not name.startswith("-"):
            raise UsageError(f"'{word}' is one word too many (see '{self.prog} --help').")
        known = [word for action in self._actions for word in action.option_strings]
        raise UsageError(
            f"'{name}' is not an option of '{self.prog}'{_nearest(name, known)} "
            f"(see '{self.prog} --help')."
        )


def read(parser: Parser, argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `leaf` of the result is the parser of the command that was named."""
    options, unknown = parser.parse_known_args(argv)
    if unknown:
        leaf: Parser = options.leaf
        leaf.refuse_unknown(unknown[0])
    return options


def whole_number(text: str) -> int:
    """Read a number that is not negative, for argparse."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(text)


def counting_number(text: str) -> int:
    """Read a number from 1 on, for argparse."""
    number = whole_number(text)
    if not number:
        raise argparse.ArgumentTypeError("0 is too low, numbers start at 1")
    return number


def network_port(text: str) -> int:
    """Read a UDP or TCP port, for argparse."""
    number = whole_number(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port number (1-65535)")
    return number


def _complaint(message: str) -> str:
    """Turn a complaint of argparse into the start of a sentence."""
    choice = _CHOICE.match(message)
    if choice:
        where, word, known = choice.groups()
        words = [one.strip(" '\"") for one in known.split(",")]
        wrong = word.strip("'\"")
        if where and where.startswith("-"):
            return f"'{wrong}' is not possible for {where}{_nearest(wrong, words)}"
        return f"'{wrong}' is not a command{_nearest(wrong, words)}"
    if message.startswith(_MISSING):
        return _missing(message.removeprefix(_MISSING))
    argument = _ARGUMENT.match(message)
    if argument:
        where, complaint = argument.groups()
        return f"{where}: {complaint}"
    return f"{message[:1].upper()}{message[1:]}"


def _missing(what: str) -> str:
    if what.startswith("{"):
        return f"A word is missing here, one of {what.strip('{}').replace(',', ', ')}"
    return f"Something is missing: {what}"


def _nearest(word: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if found:
        return f"; the nearest is '{found[0]}'"
    return f"; there are {', '.join(known)}"
