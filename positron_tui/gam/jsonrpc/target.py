"""How the JSON-RPC API of a device is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JsonRpcTarget:
    """No secret in it. `pinned_certificate` is the fingerprint as `tls.fingerprint` writes it.

    None = none is trusted yet (refused). Without `tls` the password travels in the clear, which
    `allow_plain_http` must permit. `timeout_s` is for one whole call, `connect_timeout_s` for the
    part before anything is sent. `max_reply_bytes` bounds a reply; the largest known one, the
    contract of all methods, has about 2 MB. `name` is what errors call the device; empty = host.
    """

    host: str
    port: int = 80
    user: str = "admin"
    tls: bool = False
    pinned_certificate: str | None = None
    allow_plain_http: bool = False
    timeout_s: float = 45.0
    connect_timeout_s: float = 10.0
    max_reply_bytes: int = 8_000_000
    name: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} ({self.host})" if self.name and self.name != self.host else self.host

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/json_rpc"
