"""Wire forms of the API: interface names, MAC addresses, rates, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import PortKind, parse_port_name, port_name
from positron_tui.simulator.messages import message
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

GHN_MODULE = 143
_BASE_CODE = -9_437_184
NONE = "NONE"
Struct = dict[str, Any]


class RpcError(Exception):
    """An error of the envelope: code and message of the JSON-RPC standard."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def invalid_params() -> RpcError:
    return RpcError(-32602, "Invalid params")


def error_struct(error: GhnError | RpcError) -> Struct:
    """Return the `error` member for an error."""
    if isinstance(error, RpcError):
        return {"code": error.code, "message": error.text}
    data = {
        "vtss-error-code": _BASE_CODE - error.code,
        "vtss-failing-function-ptr": 67_234_856,
        "vtss-failing-module": GHN_MODULE,
        "vtss-module-code": error.code,
    }
    return {"code": -32603, "message": message(error.code), "data": data}


def mac_text(mac: str) -> str:
    return mac.upper()


def read_mac(value: object) -> str:
    if not isinstance(value, str):
        raise invalid_params()
    try:
        return parse_mac(value)
    except UsageError:
        raise GhnError(-31) from None


def ghn_ifindex(number: int) -> str:
    """Return `G.hn 1/4`, or `NONE` for 0."""
    return port_name(PortKind.GHN, number) if number else NONE


def uplink_ifindex(number: int) -> str:
    return port_name(PortKind.UPLINK, number) if number else NONE


def _read_ifindex(value: object) -> tuple[PortKind, int] | None:
    """Read an interface; a number is refused, as real units do."""
    if not isinstance(value, str):
        raise invalid_params()
    if value in (NONE, ""):
        return None
    try:
        return parse_port_name(value)
    except UsageError:
        raise invalid_params() from None


def read_ghn(value: object) -> int:
    found = _read_ifindex(value)
    if found is None:
        return 0
    if found[0] is not PortKind.GHN:
        raise GhnError(-5)
    return found[1]


def read_uplink(device: SimDevice, value: object) -> int:
    found = _read_ifindex(value)
    if found is None:
        return 0
    if found[0] is not PortKind.UPLINK:
        raise GhnError(-43)
    if found[1] > device.uplinks:
        raise GhnError(-41)
    return found[1]


def read_number(value: object) -> int:
    """Read a number; a client was seen to send rates as digits in a string."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise invalid_params()
    return value


def read_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid_params()
    return value


def read_text(value: object) -> str:
    if not isinstance(value, str):
        raise invalid_params()
    return value


def read_vlans(value: object) -> list[int]:
    if not isinstance(value, list):
        raise invalid_params()
    return [read_number(item) for item in value]


def pairs(items: list[tuple[object, Struct]]) -> list[Struct]:
    """Return a whole table in the form of a get without a key."""
    return [{"key": key, "val": value} for key, value in items]
