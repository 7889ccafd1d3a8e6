"""The JSON-RPC envelope of a GAM: 1.0 style, three members, refusals inside (vendor document)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from positron_tui.domain.errors import (
    CapabilityMissing,
    CommandRejected,
    PositronError,
    UsageError,
)
from positron_tui.gam.jsonrpc.refusals import GHN_MODULE, ghn_refusal

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602


class NotUnderstood(Exception):
    """A body that is no answer to the call; the text says why, without any of the body in it."""


class ParamsRejected(CommandRejected):
    """The device does not take these parameters: a member that it lacks, or a wrong type."""


@dataclass(frozen=True, slots=True)
class RpcFault:
    """The `error` member of an answer; `module` and `module_code` only where the device has them.

    `code` is None when the device gave none.
    """

    code: int | None
    message: str
    module: int | None = None
    module_code: int | None = None


def request_body(method: str, params: tuple[object, ...], call_id: str) -> bytes:
    """Return the body of one call; raise UsageError for values that JSON does not have."""
    try:
        request = {"method": method, "params": list(params), "id": call_id}
        return json.dumps(request, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"The parameters of {method} cannot be written as JSON.") from error


def read_answer(body: bytes, call_id: str, *, needs_id: bool = False) -> object | RpcFault:
    """Return the result of a call, or the fault; raise NotUnderstood when it is no answer to it.

    An id that is there must be ours; with `needs_id` it must be there. Units send texts in
    whatever encoding they were typed in, so bad octets are replaced.
    """
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise NotUnderstood("it is not JSON") from None
    if not isinstance(answer, dict) or not answer.keys() & {"result", "error"}:
        raise NotUnderstood("it is not a JSON-RPC answer")
    given = answer.get("id")
    if (given is not None or needs_id) and str(given) != call_id:
        raise NotUnderstood("it belongs to another call")
    error = answer.get("error")
    return answer.get("result") if error is None else _fault(error)


def _fault(error: object) -> RpcFault:
    if not isinstance(error, Mapping):
        raise NotUnderstood("its error is no JSON-RPC error")
    data = error.get("data")
    members: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    message = error.get("message")
    return RpcFault(
        _whole(error.get("code")),
        message if isinstance(message, str) else "",
        _whole(members.get("vtss-failing-module")),
        _whole(members.get("vtss-module-code")),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def rejection(label: str, method: str, said: str, fault: RpcFault) -> PositronError:
    """Return the error for a fault of device `label`; `said` is its message, fit to be shown."""
    if fault.code == METHOD_NOT_FOUND:
        return CapabilityMissing(
            method,
            said,
            f"{label} does not have the JSON-RPC method {method}; its firmware may be too old.",
        )
    if fault.module == GHN_MODULE and fault.module_code is not None:
        return ghn_refusal(label, method, said, fault.module_code)
    code = "" if fault.code is None else f" ({fault.code})"
    sentence = f"{label} refused {method}: {said or 'no reason given'}{code}."
    kind = ParamsRejected if fault.code == INVALID_PARAMS else CommandRejected
    return kind(method, said, sentence)
