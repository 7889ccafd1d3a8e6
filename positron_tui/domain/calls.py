"""The JSON-RPC calls that carry what the command line has no words for, as canonical text.

A call is `{"method": ..., "params": [...]}` without an id, which belongs to the transport. Method
and member names are those of the integrator document (user table, keyed by name).
"""

from __future__ import annotations

import json
from typing import Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.subscribers import Subscriber

SET_USER = "ghnAgent.config.userByName.set"
NO_INTERFACE = "NONE"


def call_text(method: str, *params: object) -> str:
    """Return a call as text: keys sorted, no blanks, ASCII only."""
    return json.dumps({"method": method, "params": params}, sort_keys=True, separators=(",", ":"))


def read_call(text: str) -> tuple[str, list[Any]]:
    """Return method and params of a call's text; raise UsageError if it is none."""
    try:
        call = json.loads(text)
        method, params = call["method"], call["params"]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"'{text}' is not a JSON-RPC call.") from error
    if not isinstance(method, str) or not isinstance(params, list):
        raise UsageError(f"'{text}' is not a JSON-RPC call.")
    return method, params


def set_user(name: str, before: Subscriber, after: Subscriber) -> str | None:
    """Return the call that changes the members in which two subscribers differ, None for none."""
    old, new = user_members(before), user_members(after)
    changed = {member: value for member, value in new.items() if old[member] != value}
    return call_text(SET_USER, name, changed) if changed else None


def user_members(subscriber: Subscriber) -> dict[str, object]:
    """Return the members of a user struct that only JSON-RPC can write."""
    return {
        "DoubleTags": bool(subscriber.double_tag),
        "NNIIfIndex": subscriber.uplink or NO_INTERFACE,
        "OuterTagVlanId": subscriber.outer_vlan or 0,
        "PortIfIndex": subscriber.port or NO_INTERFACE,
        "TrunkMode": bool(subscriber.trunk),
    }


def needs_calls(subscriber: Subscriber) -> bool:
    """Return whether a subscriber has anything that the command line cannot set."""
    return user_members(subscriber) != _PLAIN


_PLAIN = user_members(Subscriber(0, ""))
