"""What a reply means: which `% ` lines are failures (texts of the ICLI switch family)."""

from __future__ import annotations

import re
from enum import Enum

_SYNTAX = re.compile(
    r"^% ?(?:(?:Invalid|Ambiguous) word detected at|Incomplete command)", re.IGNORECASE
)
_SUCCESS = re.compile(
    r"^% ?(?:Saving \d+ bytes to|Rebooting|Cold reload in progress)", re.IGNORECASE
)
_PERCENT = re.compile(r"^% ")
_SESSIONS = r"(?:\w+ )?(?:sessions?|connections?|users|logins|vtys?)\b"
_SESSION_LIMIT = re.compile(
    rf"\b(?:too many|maximum(?: number of)?|no (?:more|free)) {_SESSIONS}"
    r"|\b(?:sessions?|connections?|vty)(?: \w+){0,3} (?:limit|exhausted|exceeded)",
    re.IGNORECASE,
)
_RENAMES = re.compile(r"(?:no\s+)?hostname(?:\s|\Z)")
_MODE_CHANGES = ("configure terminal", "end", "exit", "terminal ")
_READS = ("show ", "more ", "dir", "ping ", "terminal ", "do show ")


class Kind(Enum):
    """READ: changes nothing, its information lines are tolerated. MODE: moves between modes.
    WRITE: changes the device, and any unknown `% ` line is a failure.
    """

    READ = "read"
    MODE = "mode"
    WRITE = "write"


def kind_of(command: str) -> Kind:
    """Return what a command does to the device."""
    if command.startswith(_READS):
        return Kind.READ
    if command.startswith(_MODE_CHANGES):
        return Kind.MODE
    return Kind.WRITE


def renames(command: str) -> bool:
    """Tell whether a command changes the prompt."""
    return _RENAMES.match(command) is not None


def is_long(command: str) -> bool:
    """Tell whether a command belongs to the slow class: whole configurations and copies."""
    return command.startswith(("copy ", "show running-config", "show startup-config", "more "))


def failure_in(reply: str, kind: Kind) -> str | None:
    """Return the device's own words of refusal, or None when the reply is no failure."""
    lines = [line.strip() for line in reply.splitlines()]
    if kind is Kind.READ:
        bad = [line for line in lines if _SYNTAX.match(line)]
    else:
        bad = [
            line
            for line in lines
            if (_PERCENT.match(line) or _SYNTAX.match(line)) and not _SUCCESS.match(line)
        ]
    return " ".join(line.removeprefix("%").strip() for line in bad) or None


def is_session_limit(text: str) -> bool:
    """Tell whether a greeting says that the device has no session left."""
    return _SESSION_LIMIT.search(text) is not None
