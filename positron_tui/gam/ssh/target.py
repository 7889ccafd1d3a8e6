"""How a device is reached over SSH, and what its host key looks like."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SshTarget:
    """`pinned_host_key` is an OpenSSH public key line, None = none trusted yet (refused).

    `legacy` adds algorithms that are off by default. `name` is what errors call the device;
    empty = its host.
    """

    host: str
    port: int = 22
    user: str = "admin"
    pinned_host_key: str | None = None
    legacy: bool = False
    connect_timeout_s: float = 10.0
    name: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} ({self.host})" if self.name and self.name != self.host else self.host


@dataclass(frozen=True, slots=True)
class SshCredentials:
    """The password of the target's user; empty is a password too (the factory's)."""

    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host's public key: `openssh` line, `fingerprint` as "SHA256:…", `algorithm` (ssh-rsa …)."""

    openssh: str
    fingerprint: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class SessionTimeouts:
    """Seconds: until the first prompt, for a show, for a command that changes something, for whole
    configurations and copies.

    `settle_s` is the silence after which a likely prompt is one, `stale_s` the one after which a
    prompt counts although a log line came behind it.
    """

    login_s: float = 15.0
    show_s: float = 15.0
    config_s: float = 15.0
    long_s: float = 60.0
    settle_s: float = 0.05
    stale_s: float = 0.8
