"""The SNMP session that everything above uses; which library carries it is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from positron_tui.domain.devices import SnmpVersion
from positron_tui.domain.errors import UnexpectedReply, UsageError

SnmpValue: TypeAlias = int | bytes | str
"""Numbers of every type, octet strings as bytes, object identifiers and addresses as text."""

Rows: TypeAlias = dict[str, SnmpValue]
"""One column: index suffix ("1000001", "0.14.216.28.149.8") to value, in the agent's order."""

EngineChoice: TypeAlias = Literal["auto", "gufo", "pysnmp"]

MAX_ROWS = 5_000
"""The most rows of one column: ten times the largest table of a GAM that is read (384 + ports)."""


class SetKind(StrEnum):
    """The wire types that a GAM's writable objects have."""

    INTEGER = "integer"
    UNSIGNED = "unsigned"
    OCTETS = "octets"


@dataclass(frozen=True, slots=True)
class SnmpSetValue:
    """A value to write with its wire type; `octets` takes bytes, the others a number."""

    kind: SetKind
    value: int | bytes


@dataclass(frozen=True, slots=True)
class SnmpTarget:
    """One agent: `timeout_s` is for each try, `retries` come after the first one.

    `name` is what errors call the device; empty = the host alone.
    """

    host: str
    port: int = 161
    version: SnmpVersion = SnmpVersion.V2C
    timeout_s: float = 5.0
    retries: int = 2
    name: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} ({self.host})" if self.name and self.name != self.host else self.host


@dataclass(frozen=True, slots=True)
class SnmpCredentials:
    """A community (v2c), or a user with its two passphrases (v3); all of it is secret.

    `auth` is sha or md5, `priv` aes, des or none. Without `auth_secret` the user has no keys.
    """

    community: str | None = field(default=None, repr=False)
    user: str | None = None
    auth: str = "sha"
    auth_secret: str | None = field(default=None, repr=False)
    priv: str = "aes"
    priv_secret: str | None = field(default=None, repr=False)


class SnmpSession(Protocol):
    """One agent, one request in flight. All reads raise DeviceUnreachable when nothing answers,
    LoginRefused when the agent says that user or keys are wrong, UnexpectedReply on nonsense.
    """

    async def get(self, oids: Sequence[str]) -> dict[str, SnmpValue]:
        """Return the values of full object identifiers; those that do not exist are left out."""

    async def columns(
        self, oids: Sequence[str], *, max_repetitions: int
    ) -> dict[str, dict[str, SnmpValue]]:
        """Walk whole columns, each to its own end; a column without rows is an empty dict."""

    async def set(self, values: Sequence[tuple[str, SnmpSetValue]]) -> None:
        """Write objects in one request, sent once.

        Raises CommandRejected when the agent refuses and Indeterminate when no answer comes.
        """

    async def close(self) -> None:
        """Free what the session holds; it may be called more than once."""


class ColumnWalk:
    """The guard of one column's walk: keeps the rows, and refuses a walk that cannot end."""

    __slots__ = ("_last", "_seen", "oid", "prefix", "rows", "tail")

    def __init__(self, oid: str) -> None:
        self.oid = oid
        self.prefix = oid + "."
        self.rows: dict[str, SnmpValue] = {}
        self.tail = oid
        self._last: tuple[int, ...] = ()
        self._seen = 0

    def add(self, oid: str, value: object) -> bool:
        """Take the next row; return False when `oid` lies outside of the column (the end).

        A value of a type that no table of ours has (a float, Null) is passed over.
        """
        if not oid.startswith(self.prefix):
            return False
        suffix = oid[len(self.prefix) :]
        index = tuple(map(int, suffix.split(".")))
        if index <= self._last:
            raise UnexpectedReply(
                f"The agent goes in circles below {self.oid}: its answers are not increasing; "
                "the walk was given up.",
                oid,
            )
        self._seen += 1
        if self._seen > MAX_ROWS:
            raise UnexpectedReply(
                f"The agent has more than {MAX_ROWS} rows below {self.oid}; the walk was given up.",
                oid,
            )
        self._last = index
        if isinstance(value, int | bytes | str):
            self.rows[suffix] = value
        self.tail = oid
        return True


async def open_session(
    target: SnmpTarget,
    credentials: SnmpCredentials,
    engine: EngineChoice = "auto",
    *,
    shared: bool = True,
) -> SnmpSession:
    """Return a session on `target`; nothing is sent before its first request.

    auto = gufo where it is installed (it has no wheels for Windows), else pysnmp. `shared=False`
    keeps the credentials out of the engine that other devices with the same ones use: for
    connection tests. Raises DeviceUnreachable when the host name does not resolve.
    """
    _check(target, credentials)
    if engine in ("auto", "gufo"):
        try:
            from positron_tui.gam.snmp.gufo_engine import open_gufo_session

            return await open_gufo_session(target, credentials)
        except ImportError:
            if engine == "gufo":
                raise UsageError(
                    "The SNMP engine gufo is not installed here; choose pysnmp."
                ) from None
    from positron_tui.gam.snmp.pysnmp_engine import open_pysnmp_session

    return await open_pysnmp_session(target, credentials, shared=shared)


def _check(target: SnmpTarget, credentials: SnmpCredentials) -> None:
    if target.version is SnmpVersion.V2C and not credentials.community:
        raise UsageError(f"No SNMP community is known for {target.label}; enter one.")
    if target.version is SnmpVersion.V3 and not credentials.user:
        raise UsageError(f"No SNMPv3 user is known for {target.label}; enter one.")
