"""Secrets in the operating system's keyring.

The `keyring` package picks a back-end by what is installed, not by what works: one that stores
plain text, loses what it is given, or asks for a password on our terminal may come out. So only
known ones are used, and only after a round trip has shown that they keep a value.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import CredentialError
from positron_tui.secrets.vault import Cache, SecretKind

SERVICE = "positron-tui"
ALLOWED_MODULES = frozenset(
    f"keyring.backends.{name}"
    for name in ("SecretService", "kwallet", "libsecret", "macOS", "Windows")
)
_CHAINER_MODULE = "keyring.backends.chainer"
ALTERNATIVES = (
    "choose another place with --secrets-backend: file (encrypted, with a passphrase), env, "
    "command or memory"
)
T = TypeVar("T")


def usable_backend(found: KeyringBackend, allowed: frozenset[str]) -> KeyringBackend | None:
    """Return `found`, or the best allowed one behind a chain, or None when it must not be used."""
    module = type(found).__module__
    if module == _CHAINER_MODULE:
        # Never through the chain itself: it also asks the members that are not allowed.
        members = getattr(found, "backends", ())
        return next((one for one in members if type(one).__module__ in allowed), None)
    return found if module in allowed else None


def installed_backend() -> KeyringBackend | None:
    """Return the keyring of this machine if it is one that may be used (blocking, 0.2 s)."""
    import keyring

    return usable_backend(keyring.get_keyring(), ALLOWED_MODULES)


async def find_backend(
    timeout_s: float, find: Callable[[], KeyringBackend | None] | None = None
) -> KeyringBackend | None:
    """Return what `find` (the installed one) finds, off the loop and within the time-out."""
    return await _ThreadCaller(timeout_s).run(find or installed_backend)


class KeyringVault:
    """Keeps each secret as one entry: service `positron-tui`, user `<device>/<kind>`."""

    name = "keyring"
    writable = True

    def __init__(self, backend: KeyringBackend, timeout_s: float, clock: Clock) -> None:
        self._backend = backend
        self._caller = _ThreadCaller(timeout_s)
        self._cache = Cache(clock)

    async def probe(self) -> None:
        """Store, read and delete a value of no worth; CredentialError when that fails."""
        user, value = f"probe-{secrets.token_hex(8)}", secrets.token_hex(16)

        def round_trip() -> bool:
            self._backend.set_password(SERVICE, user, value)
            kept = self._backend.get_password(SERVICE, user) == value
            if kept:
                self._backend.delete_password(SERVICE, user)
            return kept

        if not await self._caller.run(round_trip):
            raise CredentialError(
                f"The keyring takes a secret and does not give it back; {ALTERNATIVES}."
            )

    async def unlock(self) -> None:
        """The operating system unlocks it, with a dialog of its own if need be."""

    async def get(self, device: str, kind: SecretKind) -> str | None:
        known = self._cache.find(device, kind)
        if known is not None:
            return known[0]
        user = _user(device, kind)
        value = await self._caller.run(lambda: self._backend.get_password(SERVICE, user))
        self._cache.put(device, kind, value)
        return value

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        self._cache.forget(device)
        user = _user(device, kind)
        await self._caller.run(lambda: self._backend.set_password(SERVICE, user, value))
        self._cache.put(device, kind, value)

    async def delete(self, device: str) -> None:
        self._cache.forget(device)
        await self._caller.run(lambda: self._delete(device))

    async def rename(self, old: str, new: str) -> None:
        """The new entries are complete before the old ones go."""
        if old == new:
            return

        def move() -> None:
            for kind in SecretKind:
                value = self._backend.get_password(SERVICE, _user(old, kind))
                if value is not None:
                    self._backend.set_password(SERVICE, _user(new, kind), value)
            self._delete(old)

        self._cache.forget(old)
        self._cache.forget(new)
        await self._caller.run(move)

    async def close(self) -> None:
        self._cache.clear()

    def _delete(self, device: str) -> None:
        for kind in SecretKind:
            user = _user(device, kind)
            if self._backend.get_password(SERVICE, user) is not None:
                self._backend.delete_password(SERVICE, user)


def _user(device: str, kind: SecretKind) -> str:
    return f"{device}/{kind}"


class _ThreadCaller:
    """Runs blocking keyring calls one after another, each in a thread that may be given up.

    asyncio's own worker threads are waited for at exit, which a dialog that nobody answers would
    never let happen; these are not.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._abandoned: threading.Thread | None = None

    async def run(self, call: Callable[[], T]) -> T:
        """Return the call's result; CredentialError when it fails or takes too long."""
        async with self._turn:
            if self._abandoned is not None and self._abandoned.is_alive():
                raise CredentialError(
                    "The keyring has still not answered an earlier request; unlock it, or "
                    f"{ALTERNATIVES}."
                )
            outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            thread = threading.Thread(
                target=_deliver, args=(call, outcome), name="keyring call", daemon=True
            )
            thread.start()
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await outcome
            except TimeoutError:
                self._abandoned = thread
                raise CredentialError(
                    f"The keyring did not answer in {self._timeout_s:g} s; unlock it, or "
                    f"{ALTERNATIVES}."
                ) from None
            except asyncio.CancelledError:
                self._abandoned = thread
                raise


def _deliver(call: Callable[[], T], outcome: asyncio.Future[T]) -> None:
    """Run in the thread; the future may have been given up, and the loop closed, meanwhile."""
    result: T | None = None
    error: Exception | None = None
    try:
        result = call()
    except Exception as raised:
        error = _refusal(raised)

    def settle() -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result)  # type: ignore[arg-type]

    loop = outcome.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def _refusal(error: Exception) -> CredentialError:
    """What a keyring says may hold anything, so only the kind of failure is passed on."""
    if isinstance(error, NoKeyringError):
        return CredentialError(f"This machine has no keyring that works; {ALTERNATIVES}.")
    if isinstance(error, KeyringLocked | InitError):
        return CredentialError(f"The keyring is locked; unlock it, or {ALTERNATIVES}.")
    if isinstance(error, PasswordDeleteError):
        return CredentialError("The keyring did not delete an entry; delete it there.")
    return CredentialError(
        f"The keyring failed ({type(error).__name__}); unlock or repair it, or {ALTERNATIVES}."
    )
