"""What is said to a device and what it answers, for the activity log: without any secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

MAX_REPLY = 2_000
HIDDEN = "***"

# Configurations carry passwords and communities, in old builds only encoded: what follows such a
# word is hidden to the end of the line, so that no syntax of it slips through.
_SECRET_TAIL = re.compile(
    r"(\b(?:password|passphrase|community|secret|encrypted|unencrypted)\b[\"']?[ \t:=]+)[^\r\n]+",
    re.IGNORECASE,
)
_KEY_TAIL = re.compile(
    r"(\b(?:snmp-server user|radius-server|tacacs-server)\b[^\r\n]*?"
    r"\b(?:key|md5|sha|sha\d+|priv|aes|des)\b[ \t]+)[^\r\n]+",
    re.IGNORECASE,
)
_URL_SECRET = re.compile(r"(://)[^/@\s]+@")
_CONTROL = re.compile(r"[^\x20-\x7e\n\u00a0-\ud7ff\ue000-\uffef]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `transport` is snmp, cli or jsonrpc; `device` its name or host.

    `reply` is redacted and at most 2,000 characters; None when nothing came back.
    """

    at: datetime
    device: str
    transport: str
    command: str
    reply: str | None
    ok: bool
    duration_s: float


OnExchange: TypeAlias = Callable[[Exchange], None]


def redact(text: str) -> str:
    """Return `text` with the values of passwords, communities, secrets and keys hidden."""
    text = _SECRET_TAIL.sub(rf"\g<1>{HIDDEN}", text)
    text = _KEY_TAIL.sub(rf"\g<1>{HIDDEN}", text)
    return _URL_SECRET.sub(rf"\g<1>{HIDDEN}@", text)


def summary(reply: str) -> str:
    """Return a reply as the log keeps it: redacted, printable, its first 2,000 characters."""
    clean = _CONTROL.sub("?", redact(reply))
    if len(clean) <= MAX_REPLY:
        return clean
    return f"{clean[:MAX_REPLY]}… ({len(clean)} characters)"


def ignore(_exchange: Exchange) -> None:
    """Take an exchange and keep nothing."""
