"""Keywords of the `ghn` lines and the fields behind them, for both directions.

Order and quoting are those of lines seen on real units. The words for port-aware binding, trunk
mode, double tags and uplink choice are not documented anywhere; these are plausible stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Encode = Callable[[Any], str | None]
Decode = Callable[[str], Any]
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Word:
    """One keyword: `encode` gives the value's text or None to leave the keyword out.

    A flag has no value: `decode` is None, it is printed when its field is true.
    """

    text: str
    field: str
    encode: Encode
    decode: Decode | None


def split_words(line: str) -> list[str]:
    """Split a line at blanks; what stands in double quotes is one word without them."""
    return [match[1] if match[1] is not None else match[2] for match in _TOKEN.finditer(line)]


def format_vlans(vlans: Iterable[int]) -> str:
    """Return `15-20,100` for a list of VLAN ids."""
    runs: list[list[int]] = []
    for vlan in sorted(set(vlans)):
        if runs and vlan == runs[-1][1] + 1:
            runs[-1][1] = vlan
        else:
            runs.append([vlan, vlan])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def parse_vlans(text: str) -> list[int]:
    """Read `15-20,100`, or `none`; raise ValueError for anything else."""
    if text == "none":
        return []
    vlans: list[int] = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        first, last = int(low), int(high or low)
        if not 0 < first <= last < 4096:
            raise ValueError(text)
        vlans.extend(range(first, last + 1))
    return sorted(set(vlans))


def _quoted(value: str) -> str | None:
    return f'"{value}"' if value else None


def _nonzero(value: int) -> str | None:
    return str(value) if value else None


def _always(value: object) -> str:
    return str(value)


def _profile(value: int) -> str:
    return str(value) if value else "unthrottled"


def _read_profile(text: str) -> int:
    return 0 if text == "unthrottled" else int(text)


def _vlans(value: list[int]) -> str | None:
    return format_vlans(value) or None


def _flag(text: str, field: str) -> Word:
    return Word(text, field, lambda value: "" if value else None, None)


def _text(text: str, field: str) -> Word:
    return Word(text, field, _quoted, str)


def _number(text: str, field: str, encode: Encode = _nonzero) -> Word:
    return Word(text, field, encode, int)


PORT_WORDS = (_text("name", "name"), _flag("shutdown", "shutdown"))
ENDPOINT_WORDS = (
    _text("name", "name"),
    Word("mac-address", "mac", _always, str),
    _number("port", "port"),
    _flag("auto-port", "auto_port"),
    _text("description", "description"),
    _flag("allow-management-access", "allow_management"),
)
PROFILE_WORDS = (
    _text("name", "name"),
    _number("rate-downstream", "down_mbps", _always),
    _number("rate-upstream", "up_mbps", _always),
    _text("description", "description"),
)
SUBSCRIBER_WORDS = (
    _text("name", "name"),
    Word("vid", "vlan", lambda vlan: None if vlan == 4094 else str(vlan), int),
    _flag("tagged", "tagged"),
    _number("endpoint", "endpoint_id"),
    _number("port", "port"),
    _number("remapped-vid", "remapped_vlan"),
    Word("allowed-vlan", "allowed_vlans", _vlans, parse_vlans),
    _number("port2-vid", "port2_vlan"),
    _flag("trunk-mode", "trunk"),
    _flag("double-tag", "double_tag"),
    _number("outer-vid", "outer_vlan"),
    _number("nni", "uplink"),
    Word("bw-profile", "profile_id", _profile, _read_profile),
    Word("poe", "poe", _always, str),
    _text("description", "description"),
)


def format_mhz(value: float) -> str:
    return f"{value:g}"


NOTCH_WORDS = (
    Word("startfreq", "start_mhz", format_mhz, float),
    Word("stopfreq", "stop_mhz", format_mhz, float),
    Word(
        "depth",
        "depth_db",
        lambda depth: format_mhz(depth) if depth else "remove",
        lambda text: 0.0 if text == "remove" else float(text),
    ),
)


def render_words(words: Iterable[Word], item: object, leave_out: Iterable[str] = ()) -> str:
    """Return the keywords of one object, each with a blank in front."""
    parts = []
    for word in words:
        value = word.encode(getattr(item, word.field))
        if value is not None and word.text not in leave_out:
            parts.append(f" {word.text} {value}" if value else f" {word.text}")
    return "".join(parts)


def read_words(words: Iterable[Word], tokens: list[str]) -> dict[str, Any]:
    """Return field values of a line's tokens; unknown keywords and bad values: ValueError."""
    table = {word.text: word for word in words}
    values: dict[str, Any] = {}
    rest = iter(tokens)
    for token in rest:
        word = table.get(token)
        if word is None:
            raise ValueError(f"unknown keyword {token}")
        if word.decode is None:
            values[word.field] = True
            continue
        value = next(rest, None)
        if value is None:
            raise ValueError(f"{token} has no value")
        values[word.field] = word.decode(value)
    return values
