"""The one face of a billing system: list, read one, write back, note, verify a hook.

Every failure is a BillingError with a sentence; none of them means "there is nothing". Only an
answer of the system itself that an object is gone is told, as None. Reads may be repeated by the
adapter, writes never are.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from positron_tui.domain.billing import (
    BillingKind,
    BillingPlan,
    BillingService,
    BillingStatus,
    FieldInfo,
    HookEvent,
)

# Waits some seconds; tests give one that does not.
Sleep = Callable[[float], Awaitable[None]]
# Returns a nonce that is at least the given one and above all that were ever given out.
NextNonce = Callable[[int], Awaitable[int]]


class Login(StrEnum):
    """How to log in to Splynx: access tokens, a signature on each request, or HTTP Basic.

    Sonar has its bearer token only.
    """

    TOKEN = "token"  # noqa: S105
    SIGNED = "signed"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a billing system is and how carefully it is asked; times in seconds.

    `url` is the address of the instance without a path (`https://isp.example`). `allow_http`
    names the one case in which plain HTTP is taken. `ca_file` is a private CA's certificate.
    `timezone` is that of the server, for systems that tell naive local times.
    """

    name: str
    kind: BillingKind
    url: str
    login: Login = Login.TOKEN
    allow_http: bool = False
    ca_file: Path | None = None
    timezone: str = "UTC"
    connect_timeout_s: float = 10
    read_timeout_s: float = 60
    max_in_flight: int = 4
    requests_per_s: float = 5
    page_size: int = 100


@dataclass(frozen=True, slots=True)
class BillingSecrets:
    """What opens a billing system and its hooks; what is None is not set.

    Splynx: `key` and `secret` of the API key, `hook_secret` of the hook. Sonar: `token`, and
    `hook_path`, the part of the receiver's address that nobody can guess.
    """

    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    hook_secret: str | None = field(default=None, repr=False)
    hook_path: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    """What a look at the system showed: who we are there, what it has, and what is wrong.

    `problems` are sentences, each with what to do; they do not stop the use of the rest.
    """

    identity: str
    version: str | None
    services: int | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the whole list of services.

    `resume` goes on behind this page when it is given to `pages` again; `total` is the number of
    services or accounts that the system announces, None = it does not; `done` how many were read.
    """

    services: tuple[BillingService, ...]
    resume: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """Accounts that changed since a cursor, and the cursor for the next time.

    It is a hint: systems do not tell all changes, which is what full runs are for.
    """

    account_ids: tuple[str, ...]
    cursor: str


class BillingAdapter(Protocol):
    """One billing system; all of it may be used by several tasks at once."""

    @property
    def connection(self) -> Connection: ...

    async def check(self) -> Check:
        """Look whether the system answers, lets us in and has what a sync needs."""
        ...

    async def fields(self) -> tuple[FieldInfo, ...]:
        """Return the fields that a mapping may name, those that operators added included."""
        ...

    async def plans(self) -> tuple[BillingPlan, ...]: ...

    async def statuses(self) -> tuple[BillingStatus, ...]: ...

    def pages(self, resume: str | None = None) -> AsyncIterator[Page]:
        """Yield all services of all accounts; a list that is not whole ends with a BillingError."""
        ...

    async def changed(self, cursor: str | None) -> Changed:
        """Return the accounts that changed since `cursor`; None begins now, with no account."""
        ...

    async def account(self, account_id: str) -> tuple[BillingService, ...] | None:
        """Return an account's services as they are now, None when the system has no such one."""
        ...

    async def write(self, service: BillingService, values: Mapping[str, str]) -> None:
        """Write fields by their dotted names, and nothing else.

        Raises BillingRejected when the system refuses them, BillingIndeterminate when nobody
        knows whether they were taken: read the account before anything is repeated.
        """
        ...

    async def add_note(self, account_id: str, text: str) -> None:
        """Put a note on an account; errors as those of `write`."""
        ...

    async def has_note(self, account_id: str, marker: str) -> bool | None:
        """Return whether a note of the account holds `marker`, None when notes cannot be read."""
        ...

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[HookEvent, ...]:
        """Check a delivered hook and return what it tells; HookRefused when it is not genuine.

        Header names are in lower case; `body` is as it came.
        """
        ...

    async def missed_hooks(self, cursor: str | None) -> tuple[tuple[HookEvent, ...], str | None]:
        """Return deliveries that the system stored since `cursor`, and the next cursor.

        A system that stores none returns nothing.
        """
        ...

    async def close(self) -> None: ...
