"""Faults that can be switched on by name, on the command line and from tests."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.errors import UsageError


@dataclass(slots=True)
class Faults:
    """What is wrong with a unit right now; every field may change while it runs.

    drop: share of SNMP requests that get no answer (0..1). slow_s: delay of every answer on every
    transport. refuse_login: SSH and HTTP turn every password down. session_limit: at most N SSH
    sessions. die_after: an SSH session breaks when it has received N commands, before answering
    the last. restart_after_s: the unit restarts once, that long after it began to listen.
    garbage: a syslog line is printed in the middle of terminal output. clock_1970: the unit's
    clock was never set. no_ghn_snmp: the G.hn agent tables do not answer over SNMP.
    """

    drop: float = 0.0
    slow_s: float = 0.0
    refuse_login: bool = False
    session_limit: int | None = None
    die_after: int | None = None
    restart_after_s: float | None = None
    garbage: bool = False
    clock_1970: bool = False
    no_ghn_snmp: bool = False


_NUMBERS = {
    "drop": float,
    "slow": float,
    "session-limit": int,
    "die-after": int,
    "restart-after": float,
}
_FIELD = {"slow": "slow_s", "restart-after": "restart_after_s"}
_SWITCHES = ("refuse-login", "garbage", "clock-1970", "no-ghn-snmp")
FAULT_NAMES = (*_NUMBERS, *_SWITCHES)


def set_fault(faults: Faults, text: str) -> None:
    """Switch on one fault written as `drop=0.1` or `garbage`; raise UsageError if unknown."""
    name, _, value = text.partition("=")
    if name in _SWITCHES:
        setattr(faults, name.replace("-", "_"), value not in ("0", "off", "false"))
        return
    if name not in _NUMBERS:
        raise UsageError(f"'{name}' is not a fault; known are: {', '.join(FAULT_NAMES)}.")
    try:
        number = _NUMBERS[name](value)
    except ValueError:
        raise UsageError(f"Fault {name} needs a number, as in {name}=1; got '{value}'.") from None
    if number < 0 or (name == "drop" and number > 1):
        raise UsageError(f"Fault {name}={value} is out of range.")
    setattr(faults, _FIELD.get(name, name.replace("-", "_")), number)
