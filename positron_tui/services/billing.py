"""The billing systems of this console: where they are, how they are read, and their adapters."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets as random_secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from positron_tui.billing.contract import (
    BillingAdapter,
    BillingSecrets,
    Check,
    Connection,
    Login,
    NextNonce,
)
from positron_tui.config import BillingSettings
from positron_tui.domain.billing import BillingKind, HookEvent
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import (
    CredentialError,
    NotFound,
    Refused,
    UsageError,
)
from positron_tui.domain.mapping import BillingMapping, default_mapping
from positron_tui.domain.mapping_document import mapping_document, read_mapping
from positron_tui.domain.sync_runs import BillingSystem
from positron_tui.services.vault import VaultKeeper
from positron_tui.store import Store

# Makes the adapter of a connection; a test may give another one.
MakeAdapter = Callable[[Connection, BillingSecrets, NextNonce], BillingAdapter]
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}\Z")
_MAPPING = "mapping"
_CONFIRMED = "confirmed_at"
_HOOK_PATH_BYTES = 24


@dataclass(frozen=True, slots=True)
class NewSystem:
    """A billing system that is to be added."""

    kind: BillingKind
    name: str
    url: str
    login: Login = Login.TOKEN
    allow_http: bool = False
    ca_file: Path | None = None
    timezone: str = "UTC"


class Billing:
    """Systems by name; an adapter is made once and closed at the end."""

    def __init__(
        self,
        *,
        store: Store,
        vault: VaultKeeper,
        clock: Clock,
        settings: BillingSettings,
        make_adapter: MakeAdapter,
    ) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._settings = settings
        self._make = make_adapter
        self._adapters: dict[str, BillingAdapter] = {}
        self._paths: dict[str, str | None] = {}
        self._opening = asyncio.Lock()

    async def add(self, new: NewSystem, secrets: BillingSecrets) -> Check:
        """Keep a system with its secrets, after a look at it; BillingError when that fails.

        A system without a hook secret of its own gets a path for its hooks that nobody guesses.
        """
        _check_new(new, secrets)
        if new.name in [one.name for one in await self._store.billing.list()]:
            raise Refused(f"There is already a billing system '{new.name}'; choose another name.")
        if new.kind is BillingKind.SONAR and secrets.hook_path is None:
            secrets = replace(secrets, hook_path=random_secrets.token_urlsafe(_HOOK_PATH_BYTES))
        connection = self._connection(new.name, new.kind, new.url, _document(new))
        check = await self._looked_at(connection, secrets)
        await self._vault.keep_billing(new.name, secrets)
        document = _document(new)
        system = BillingSystem(new.name, new.kind, new.url, document, self._clock.now())
        await self._store.billing.add(system)
        return check

    async def edit(self, name: str, secrets: BillingSecrets) -> Check:
        """Keep what is given of other secrets, after a look with them; BillingError."""
        system = await self._store.billing.get(name)
        held = await self._vault.billing_secrets(name)
        given = {one.name: getattr(secrets, one.name) for one in fields(secrets)}
        merged = replace(held, **{word: value for word, value in given.items() if value})
        _require_secrets(name, system.kind, merged)
        connection = self._connection(name, system.kind, system.url, system.document)
        check = await self._looked_at(connection, merged)
        await self._vault.keep_billing(name, secrets)
        await self._drop(name)
        return check

    async def remove(self, name: str) -> None:
        """Forget a system, its links and secrets; nothing changes on devices or there."""
        await self._store.billing.remove(name)
        await self._drop(name)
        await self._vault.forget_billing(name)

    async def list(self) -> tuple[BillingSystem, ...]:
        """Return all systems by name."""
        return await self._store.billing.list()

    async def get(self, name: str) -> BillingSystem:
        """Return one system; NotFound names what there is."""
        return await self._store.billing.get(name)

    async def mapping(self, name: str) -> BillingMapping:
        """Return how a system is read."""
        return mapping_of(await self.get(name))

    async def set_mapping(self, name: str, mapping: BillingMapping) -> None:
        """Read a system like this from now on; a person has to say yes to a whole sync again."""
        await self._store.billing.update(with_mapping(await self.get(name), mapping))

    async def confirm(self, name: str) -> None:
        """Remember that a person said yes to a whole sync: from now on it may act by itself."""
        system = await self.get(name)
        if not is_confirmed(system):
            document = {**system.document, _CONFIRMED: self._clock.now().isoformat()}
            await self._store.billing.update(replace(system, document=document))

    async def check(self, name: str) -> Check:
        """Look whether a system answers, lets us in and has what a sync needs."""
        return await (await self.adapter(name)).check()

    async def adapter(self, name: str) -> BillingAdapter:
        """Return the adapter of a system; NotFound, CredentialError."""
        known = self._adapters.get(name)
        if known is not None:
            return known
        system = await self.get(name)  # outside the lock: strangers ask for any name
        async with self._opening:
            held = self._adapters.get(name)
            if held is None:
                connection = self._connection(name, system.kind, system.url, system.document)
                secrets = await self._vault.billing_secrets(name)
                _require_secrets(name, system.kind, secrets)
                held = self._make(connection, secrets, self._nonces(name))
                self._adapters[name] = held
                self._paths[name] = secrets.hook_path
            return held

    async def hook_url_path(self, name: str) -> str:
        """Return the path at our receiver that the system's hooks are to be sent to."""
        await self.adapter(name)
        path = self._paths[name]
        return f"/hooks/{name}/{path}" if path else f"/hooks/{name}"

    async def events(
        self, system: str, headers: Mapping[str, str], body: bytes, path: str | None
    ) -> tuple[HookEvent, ...]:
        """Check a delivered hook; NotFound for a wrong path, HookRefused when it is not genuine."""
        await self.admit(system, path)
        return (await self.adapter(system)).hook(headers, body)

    async def admit(self, system: str, path: str | None) -> None:
        """Return when hooks of a system may come to this path; NotFound."""
        await self.adapter(system)
        wanted = self._paths[system]
        if wanted is not None or path is not None:
            right = hmac.compare_digest((wanted or "").encode(), (path or "").encode())
            if not right or not wanted:
                raise NotFound(f"There is no such path for hooks of '{system}'.")

    async def systems(self) -> int:
        """Return how many systems there are."""
        return len(await self.list())

    async def close(self) -> None:
        """Close the connections."""
        for name in list(self._adapters):
            await self._drop(name)

    async def _drop(self, name: str) -> None:
        self._paths.pop(name, None)
        held = self._adapters.pop(name, None)
        if held is not None:
            await held.close()

    async def _looked_at(self, connection: Connection, secrets: BillingSecrets) -> Check:
        """A nonce counts for the key, which may have been used before: the clock goes on."""
        latest = 0

        async def next_nonce(floor: int) -> int:
            nonlocal latest
            latest = max(floor, latest + 1)
            return latest

        adapter = self._make(connection, secrets, next_nonce)
        try:
            return await adapter.check()
        finally:
            await adapter.close()

    def _nonces(self, name: str) -> NextNonce:
        async def next_nonce(floor: int) -> int:
            return await self._store.billing.next_nonce(name, floor)

        return next_nonce

    def _connection(
        self, name: str, kind: BillingKind, url: str, document: Mapping[str, Any]
    ) -> Connection:
        ca_file = document.get("ca_file")
        return Connection(
            name=name,
            kind=kind,
            url=url,
            login=Login(document.get("login", Login.TOKEN)),
            allow_http=bool(document.get("allow_http")),
            ca_file=Path(ca_file) if ca_file else None,
            timezone=str(document.get("timezone", "UTC")),
            connect_timeout_s=self._settings.connect_timeout_s,
            read_timeout_s=self._settings.read_timeout_s,
            max_in_flight=self._settings.max_in_flight,
            requests_per_s=self._settings.requests_per_s,
        )


def mapping_of(system: BillingSystem) -> BillingMapping:
    """Return how a system is read: as it was configured, else by its own words."""
    document = system.document.get(_MAPPING)
    return read_mapping(document) if isinstance(document, Mapping) else default_mapping(system.kind)


def with_mapping(system: BillingSystem, mapping: BillingMapping) -> BillingSystem:
    """Return a system that is read like this, and that nobody said yes to yet."""
    document = {**system.document, _MAPPING: mapping_document(mapping)}
    document.pop(_CONFIRMED, None)
    return replace(system, document=document)


def is_confirmed(system: BillingSystem) -> bool:
    """Return whether a person ever said yes to a whole sync of a system."""
    return _CONFIRMED in system.document


def _document(new: NewSystem) -> dict[str, object]:
    return {
        "login": new.login.value,
        "allow_http": new.allow_http,
        "ca_file": str(new.ca_file) if new.ca_file else None,
        "timezone": new.timezone,
    }


def _check_new(new: NewSystem, secrets: BillingSecrets) -> None:
    if not _NAME.match(new.name):
        raise UsageError(
            f"'{new.name}' cannot be the name of a billing system; use small letters, digits, "
            "- and _, 31 at most."
        )
    address = urlsplit(new.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise UsageError(f"'{new.url}' is no address; write it as https://billing.example.")
    if address.username or address.password:
        raise UsageError("The address holds a password; give secrets with --secrets-stdin.")
    if address.scheme == "http" and not new.allow_http:
        raise Refused(
            f"{new.url} would send the secrets in the clear; use https, or allow it by name with "
            "--allow-http."
        )
    _require_secrets(new.name, new.kind, secrets)


def _require_secrets(name: str, kind: BillingKind, secrets: BillingSecrets) -> None:
    if kind is BillingKind.SONAR and not secrets.token:
        raise CredentialError(
            f"'{name}' has no access token; give one with 'billing add ... --secrets-stdin'."
        )
    if kind is BillingKind.SPLYNX and not (secrets.key and secrets.secret):
        raise CredentialError(
            f"'{name}' needs the key and the secret of an API key; give both with 'billing add "
            "... --secrets-stdin'."
        )


__all__ = ["Billing", "MakeAdapter", "NewSystem", "is_confirmed", "mapping_of", "with_mapping"]
