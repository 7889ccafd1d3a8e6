"""The few signs of the console, in Unicode and in ASCII; every sign has a word beside it."""

from __future__ import annotations

import locale
import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs; all of them one cell wide."""

    ascii_only: bool
    up: str
    degraded: str
    down: str
    missing: str
    quarantined: str
    unknown: str
    blocked: str
    disabled: str
    opened: str
    closed: str
    done: str
    failed: str
    running: str
    pending: str
    ascending: str
    descending: str
    separator: str


UNICODE = Glyphs(
    ascii_only=False,
    up="●",
    degraded="▲",
    down="✖",
    missing="○",
    quarantined="◆",
    unknown="?",
    blocked="■",
    disabled="-",
    opened="▾",
    closed="▸",
    done="✓",
    failed="✖",
    running="»",
    pending="·",
    ascending="▴",
    descending="▾",
    separator="│",
)
ASCII = Glyphs(
    ascii_only=True,
    up="+",
    degraded="!",
    down="X",
    missing="o",
    quarantined="Q",
    unknown="?",
    blocked="#",
    disabled="-",
    opened="v",
    closed=">",
    done="+",
    failed="X",
    running="*",
    pending=".",
    ascending="^",
    descending="v",
    separator="|",
)


def choose(setting: bool | str) -> Glyphs:
    """Return the set to use; "auto" asks the locale and the output what they can carry."""
    if setting is True:
        return ASCII
    if setting is False:
        return UNICODE
    name = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if name in ("C", "POSIX"):
        # Python's UTF-8 mode, which these two switch on, says nothing of the terminal.
        return ASCII
    encoding = (getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding()).lower()
    return UNICODE if encoding.replace("-", "") in ("utf8", "utf16", "utf32") else ASCII
