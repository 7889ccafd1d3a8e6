"""From a request body to a response object; the envelope is JSON-RPC 1.0 with three members."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from positron_tui.simulator.jsonrpc import ghn, system, tables
from positron_tui.simulator.jsonrpc.method import Method, Params
from positron_tui.simulator.jsonrpc.types import RpcError, Struct, error_struct, invalid_params
from positron_tui.simulator.messages import MESSAGES
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

_INVENTORY = "jsonRpc.status.introspection.generic.inventory.get"


def _inventory(_: SimDevice, __: Params) -> Struct:
    return specification()


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        *tables.METHODS,
        *ghn.METHODS,
        *system.METHODS,
        Method(_INVENTORY, _inventory, "STATUS_RO", ("string",), "inventory"),
    )
}


def answer(device: SimDevice, body: bytes) -> Struct:
    """Return the response to one request; the id comes back as it was."""
    identity: object = None
    try:
        request = _request(body)
        identity = request.get("id")
        result = _call(device, request)
    except (GhnError, RpcError) as error:
        return {"id": identity, "error": error_struct(error), "result": None}
    return {"id": identity, "error": None, "result": result}


def _request(body: bytes) -> Struct:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise RpcError(-32700, "Parse error") from None
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        raise RpcError(-32600, "Invalid Request")
    return request


def _call(device: SimDevice, request: Struct) -> object:
    method = METHODS.get(request["method"])
    if method is None:
        raise RpcError(-32601, "Method not found")
    params = request.get("params", [])
    if not isinstance(params, list) or not method.accepts(len(params)):
        raise invalid_params()
    return method.run(device, params)


def specification() -> Struct:
    """Return the contract of all methods here, in the form of the introspection answer."""
    methods = [
        {
            "method-name": method.name,
            "description": f"{method.name} of this unit",
            "group-name": "GhnAgent" if method.name.startswith("ghnAgent.") else "System",
            "web-privilege": {"id": method.name.split(".")[0], "type": method.privilege},
            "params": [
                {"name": f"argument{n}", "type": kind} for n, kind in enumerate(method.params)
            ],
            "result": [{"name": "result", "type": method.result}] if method.result else [],
        }
        for method in METHODS.values()
    ]
    errors = [{"code": -n, "message": text} for n, text in enumerate(MESSAGES, 1)]
    module = {
        "vtss-module-name": "VTSS_MODULE_ID_GHN_AGENT",
        "vtss-module-id": 143,
        "vtss-error-codes": errors,
    }
    return {"methods": methods, "types": [], "modules": [module]}
