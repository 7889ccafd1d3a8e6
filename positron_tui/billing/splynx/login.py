"""Logging in to Splynx: tokens that are renewed once for all, signatures in order, Basic."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from positron_tui.billing.contract import BillingSecrets, Login, NextNonce
from positron_tui.billing.http import Ask, BillingHttp, HttpAnswer
from positron_tui.billing.splynx import errors
from positron_tui.billing.splynx.coerce import as_int, as_object
from positron_tui.billing.splynx.signing import (
    basic_header,
    signature,
    signed_header,
    token_header,
)
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import BillingLoginRefused, CredentialError, PositronError

TOKENS = "/api/2.0/admin/auth/tokens"
_OK, _CREATED = 200, 201
_JSON = {"Content-Type": "application/json"}
# A token is renewed that long before its end.
_MARGIN_S = 30
# What is taken for the life of a token when the server's times make no sense.
_USUAL_LIFE_S = 1_500
_LONGEST_LIFE_S = 86_400
# A login that was turned down is not tried again at once: some servers lock the key.
_QUIET_S = 30.0
_CLOSE_S = 3.0


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A pair of tokens; `good_until` is a time of the monotonic clock."""

    access: str
    refresh: str
    good_until: float


class SplynxLogin:
    """Makes the login of each request; all requests of an adapter share it."""

    def __init__(
        self,
        http: BillingHttp,
        secrets: BillingSecrets,
        next_nonce: NextNonce,
        clock: Clock,
    ) -> None:
        if not secrets.key or not secrets.secret:
            raise CredentialError(
                f"Splynx {http.name} needs the key and the secret of an API key; give both."
            )
        self._key, self._secret = secrets.key, secrets.secret
        self._http = http
        self._next_nonce = next_nonce
        self._clock = clock
        self._kind = http.connection.login
        self._basic = basic_header(self._key, self._secret)
        http.veil.learn(self._basic.removeprefix("Basic "))
        # Splynx may want rising nonces, so what is signed goes out one after the other.
        self._signing = asyncio.Lock()
        self._renewing = asyncio.Lock()
        self._tokens: _Tokens | None = None
        self._refused: tuple[float, str] | None = None

    @property
    def renews(self) -> bool:
        """Whether another try with `spoiled` may help where a login was turned down."""
        return self._kind is Login.TOKEN

    @asynccontextmanager
    async def authorize(self) -> AsyncIterator[Mapping[str, str]]:
        """Yield the headers that log in, for as long as the request takes."""
        if self._kind is Login.BASIC:
            yield {"Authorization": self._basic}
        elif self._kind is Login.SIGNED:
            async with self._signed() as nonce:
                yield {"Authorization": signed_header(self._key, self._secret, nonce)}
        else:
            yield {"Authorization": token_header((await self._valid()).access)}

    def spoiled(self, header: str) -> None:
        """Note that a token was turned down; one that came since is left alone."""
        held = self._tokens
        if held is not None and header == token_header(held.access):
            self._tokens = _Tokens(held.access, held.refresh, float("-inf"))

    async def close(self) -> None:
        """Give the tokens back; that it fails harms nobody."""
        held, self._tokens = self._tokens, None
        if held is None:
            return
        ask = Ask("DELETE", f"{TOKENS}/{held.refresh}", "giving the token back")
        with contextlib.suppress(PositronError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._http.write(ask)

    @asynccontextmanager
    async def _signed(self) -> AsyncIterator[int]:
        """Hold the turn of a nonce, in hundredths of a second, until the answer is there."""
        async with self._signing:
            yield await self._next_nonce(int(self._clock.now().timestamp() * 100))

    async def _valid(self) -> _Tokens:
        """Return tokens that are good now; one task gets new ones, the others wait for it."""
        async with self._renewing:
            held = self._tokens
            if held is not None and self._clock.monotonic() < held.good_until:
                return held
            self._keep_quiet()
            renewed = await self._renewed(held) if held is not None else None
            self._tokens = renewed or await self._new()
            return self._tokens

    def _keep_quiet(self) -> None:
        if self._refused is not None and self._clock.monotonic() < self._refused[0]:
            raise BillingLoginRefused(self._refused[1])

    async def _renewed(self, held: _Tokens) -> _Tokens | None:
        """Return new tokens for the refresh token, None where that is not taken any more."""
        ask = Ask("GET", f"{TOKENS}/{held.refresh}", "renewing the login")
        answer = await self._http.read(ask)
        self._forget(held)
        return self._read(answer) if answer.status == _OK else None

    async def _new(self) -> _Tokens:
        """Log in with the key."""
        answer = await self._http.read_made(self._login_ask)
        if answer.status not in (_OK, _CREATED):
            raise self._turned_down(answer)
        found = self._read(answer)
        if found is None:
            raise errors.not_understood(self._http.name, "logging in", "it holds no tokens")
        self._refused = None
        return found

    @asynccontextmanager
    async def _login_ask(self) -> AsyncIterator[Ask]:
        async with self._signed() as nonce:
            content = {
                "auth_type": "api_key",
                "key": self._key,
                "nonce": nonce,
                "signature": signature(self._key, self._secret, nonce),
            }
            yield Ask("POST", TOKENS, "logging in", json.dumps(content).encode(), _JSON)

    def _turned_down(self, answer: HttpAnswer) -> PositronError:
        error = errors.failure(self._http.name, "logging in", answer, self._http.veil, writes=False)
        if isinstance(error, BillingLoginRefused):
            self._refused = (self._clock.monotonic() + _QUIET_S, str(error))
        return error

    def _read(self, answer: HttpAnswer) -> _Tokens | None:
        try:
            content = as_object(errors.parsed(answer.body))
        except errors.NotJson:
            return None
        access, refresh = content.get("access_token"), content.get("refresh_token")
        expires_at = as_int(content.get("access_token_expiration"))
        if not isinstance(access, str) or not isinstance(refresh, str) or expires_at is None:
            return None
        self._http.veil.learn(access, refresh)
        life_s = expires_at - self._server_now(answer).timestamp()
        if not _MARGIN_S < life_s <= _LONGEST_LIFE_S:
            life_s = _USUAL_LIFE_S
        return _Tokens(access, refresh, self._clock.monotonic() + life_s - _MARGIN_S)

    def _forget(self, held: _Tokens) -> None:
        self._http.veil.forget(held.access)
        self._http.veil.forget(held.refresh)

    def _server_now(self, answer: HttpAnswer) -> datetime:
        """Return the server's time: its clock and ours may differ by more than a token lives."""
        try:
            return parsedate_to_datetime(answer.headers.get("date", ""))
        except (ValueError, TypeError):
            return self._clock.now()
