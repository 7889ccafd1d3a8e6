"""Whether a GAM's JSON-RPC API answers, found out without sending any credentials."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

_REALM = "positrongam"
_REQUEST = {"method": "systemUtility.status.systemUptime.get", "params": [], "id": "1"}


@dataclass(frozen=True, slots=True)
class JsonRpcProbe:
    """`present`: the API is there; `said`: what came back, in a few words."""

    present: bool
    said: str


async def probe_jsonrpc(host: str, port: int, timeout_s: float) -> JsonRpcProbe:
    """POST a harmless read over plain HTTP without a login, wait `timeout_s` at most; never raises.

    A unit answers 401 with the realm PositronGAM (seen on 1.5.4); the body is not read.
    """
    import httpx

    url = f"http://[{host}]:{port}/json_rpc" if ":" in host else f"http://{host}:{port}/json_rpc"
    try:
        # A jump host's proxy settings are not for the devices beside it.
        async with (
            asyncio.timeout(timeout_s),
            httpx.AsyncClient(timeout=timeout_s, trust_env=False) as client,
            client.stream("POST", url, json=_REQUEST) as reply,
        ):
            status, headers = reply.status_code, reply.headers
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
        return JsonRpcProbe(False, f"no answer ({type(error).__name__})")
    if status == httpx.codes.UNAUTHORIZED:
        ours = _REALM in headers.get("www-authenticate", "").lower()
        return JsonRpcProbe(ours, "401, asks for a login" if ours else "401, of another product")
    is_json = "json" in headers.get("content-type", "")
    return JsonRpcProbe(httpx.codes.is_success(status) and is_json, f"status {status}")
