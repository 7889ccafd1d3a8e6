"""Single values of the API in both directions; what is not understood is None, never an error.

Forms follow the vendor's JSON-RPC document: interfaces, MACs and enums are strings, but numbers
were seen as strings, and enum numbers are those of the vendor's MIB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import UnexpectedReply, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import (
    PORT_INDEX_BASE,
    PortKind,
    PortMode,
    parse_port_name,
    port_name,
)
from positron_tui.domain.subscribers import Poe
from positron_tui.domain.vlans import parse_vlan_list

Struct: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

NO_INTERFACE = "NONE"
NO_MAC = "00:00:00:00:00:00"
_MAX_DIGITS = 20
_LARGEST = 2**64 - 1
_MAX_VLAN = 4095
_MAX_GHN_PORTS = 1_000
_SHOWN = 200

POE_WORDS = {Poe.DISABLE: "disable", Poe.ENABLE: "enable", Poe.FORCE: "force"}
MODE_WORDS = {PortMode.COAX: "coax", PortMode.MIMO: "mimo", PortMode.SISO: "siso"}
MODEL_WORDS = {
    SubscriberModel.ENDPOINT_AWARE: "endpointAware",
    SubscriberModel.PORT_AWARE: "portAware",
}
_STATE_WORDS = {
    EndpointState.NOT_DETECTED: "notDetected",
    EndpointState.OK: "ok",
    EndpointState.QUARANTINED_WRONG_PORT: "quarantinedWrongPort",
    EndpointState.QUARANTINED_UNKNOWN_MAC: "quarantinedUnknownMAC",
}


def _readings(words: Mapping[T, str]) -> dict[str, T]:
    """Return word and MIB number to member; the MIB numbers them in the order of the table."""
    by_word = {word.lower(): member for member, word in words.items()}
    by_number = {str(number): member for number, member in enumerate(words)}
    return by_word | by_number


_POE = _readings(POE_WORDS)
_MODES = _readings(MODE_WORDS)
_MODELS = _readings(MODEL_WORDS)
_STATES = _readings(_STATE_WORDS)


def decode_text(value: object) -> str | None:
    """Return a text as it stands, without the padding of C strings; None when there is none."""
    if not isinstance(value, str):
        return None
    word = value.rstrip("\x00")
    return word.encode("utf-8", "replace").decode("utf-8") or None


def decode_number(value: object) -> int | None:
    """Return a number of up to 64 bits, not negative; digits in a string count as one."""
    if isinstance(value, str):
        word = value.strip()
        fits = word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS
        value = int(word) if fits else None
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST else None


def decode_positive(value: object) -> int | None:
    """Return a number where 0 stands for none."""
    return decode_number(value) or None


def decode_bool(value: object) -> bool | None:
    """Return a truth value, also from 1 and 0 and their words."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        words = {"true": True, "1": True, "false": False, "0": False}
        return words.get(str(value).strip().lower()[:_MAX_DIGITS]) if _short(value) else None
    return None


def _short(value: int | str) -> bool:
    """Huge numbers cannot even be written out."""
    return isinstance(value, str) or abs(value) <= 1


def decode_mac(value: object) -> str | None:
    """Return a MAC in our spelling; all zeros means none."""
    if not isinstance(value, str):
        return None
    try:
        mac = parse_mac(value)
    except UsageError:
        return None
    return None if mac == NO_MAC else mac


def encode_mac(mac: str) -> str:
    """Return a MAC as the API writes it: upper case with colons."""
    return parse_mac(mac).upper()


def decode_ghn_port(value: object) -> str | None:
    """Return the canonical name of a G.hn port; `NONE`, 0 and other interfaces are none."""
    number = _ghn_number(value)
    return port_name(PortKind.GHN, number) if number else None


def _ghn_number(value: object) -> int:
    index = decode_number(value)
    if index is not None:
        inside = PORT_INDEX_BASE < index < PORT_INDEX_BASE + _MAX_GHN_PORTS
        return index - PORT_INDEX_BASE if inside else 0
    kind, number = _port(value)
    return number if kind is PortKind.GHN else 0


def decode_uplink(value: object) -> str | None:
    """Return the canonical name of an uplink; `NONE` and 0 are none, a bare number is unknown."""
    kind, number = _port(value)
    return port_name(kind, number) if kind is PortKind.UPLINK and number else None


def _port(value: object) -> tuple[PortKind | None, int]:
    if not isinstance(value, str) or decode_number(value) is not None:
        return None, 0
    try:
        return parse_port_name(value)
    except (UsageError, ValueError):
        return None, 0


def encode_port(port: str | None) -> str:
    """Return an interface as the API writes it, `NONE` for none; UsageError if it is no port."""
    if port is None:
        return NO_INTERFACE
    kind, number = parse_port_name(port)
    return port_name(kind, number)


def decode_vlans(value: object) -> tuple[int, ...] | None:
    """Return sorted VLAN ids of an array, or of a text such as `10,20-22`."""
    if isinstance(value, str):
        try:
            return parse_vlan_list(value)
        except (UsageError, ValueError):
            return None
    if not isinstance(value, list):
        return None
    vlans = [decode_number(one) for one in value]
    known = [vlan for vlan in vlans if vlan is not None and vlan <= _MAX_VLAN]
    return tuple(sorted(set(known))) if len(known) == len(vlans) else None


def decode_poe(value: object) -> Poe | None:
    return _word(_POE, value)


def decode_port_mode(value: object) -> PortMode | None:
    return _word(_MODES, value)


def decode_subscriber_model(value: object) -> SubscriberModel | None:
    return _word(_MODELS, value)


def decode_state(value: object) -> EndpointState | None:
    return _word(_STATES, value)


def _word(words: Mapping[str, T], value: object) -> T | None:
    """Return the member for a word or number of an enum, None for one nobody knows."""
    if isinstance(value, str):
        return words.get(value.strip().lower())
    number = decode_number(value)
    return words.get(str(number)) if number is not None and number < len(words) else None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `keys` has one key or, in tables with several, all of them."""

    keys: tuple[object, ...]
    values: Struct


@dataclass(frozen=True, slots=True)
class Rows:
    """A whole table; `unreadable` are rows without the known form, as short JSON."""

    rows: tuple[Row, ...]
    unreadable: tuple[str, ...] = ()


def decode_rows(reply: object, method: str) -> Rows:
    """Read the answer of a get without a key; raise UnexpectedReply when it is no table."""
    if not isinstance(reply, list):
        raise UnexpectedReply(
            f"The reply to {method} is not a table of rows; the firmware may be too new.",
            brief(reply),
        )
    rows, unreadable = [], []
    for item in reply:
        row = _row(item)
        if row is None:
            unreadable.append(f"{method}: {brief(item)}")
        else:
            rows.append(row)
    return Rows(tuple(rows), tuple(unreadable))


def _row(item: object) -> Row | None:
    if not isinstance(item, Mapping) or "key" not in item:
        return None
    key, values = item["key"], item.get("val")
    if not isinstance(values, Mapping):
        return None
    return Row(tuple(key) if isinstance(key, list) else (key,), values)


def decode_struct(reply: object, method: str) -> Struct:
    """Read the answer of a get with a key, or of a scalar; raise UnexpectedReply if it is none."""
    if not isinstance(reply, Mapping):
        raise UnexpectedReply(
            f"The reply to {method} is not a set of fields; the firmware may be too new.",
            brief(reply),
        )
    return reply


def brief(value: object) -> str:
    """Return a JSON value as a short text for errors."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def encode_vlans(vlans: Iterable[int] | None) -> list[int]:
    return sorted(set(vlans or ()))


def decode_step(text: str) -> tuple[str, tuple[object, ...]]:
    """Read a call in its canonical text as (method, params); raise UsageError when it is none.

    Stricter than the domain's reader: nothing beside the two members, and any depth is survived.
    """
    try:
        step = json.loads(text)
    except (ValueError, RecursionError):
        step = None
    if not isinstance(step, dict) or step.keys() != {"method", "params"}:
        raise UsageError("The step is no JSON-RPC call; it needs exactly a method and params.")
    method, params = step["method"], step["params"]
    if not isinstance(method, str) or not method or not isinstance(params, list):
        raise UsageError("The step is no JSON-RPC call; its method is a text, its params a list.")
    return method, tuple(params)
