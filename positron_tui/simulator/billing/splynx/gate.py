"""Who may come in: signatures with nonces, access tokens, Basic."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from positron_tui.domain.clock import Clock
from positron_tui.simulator.billing.splynx.answers import Refusal
from positron_tui.simulator.billing.splynx.quirks import Quirks

TOKEN_LIFE_S = 1_800
REFRESH_LIFE_S = 5_000_000
_SIGNED = re.compile(r"Splynx-EA \((.*)\)\Z")


@dataclass(frozen=True, slots=True)
class _Token:
    """A pair of tokens, bound to the User-Agent that asked for it; times in Unix seconds."""

    access: str
    refresh: str
    expires_at: int
    refresh_expires_at: int
    agent: str


class Gate:
    """One API key. `refused` counts logins that were turned down, `issued` the pairs of tokens.

    `nonces` and `all_tokens` have what was ever used, for tests.
    """

    def __init__(self, key: str, secret: str, quirks: Quirks, clock: Clock) -> None:
        self.key, self.secret = key, secret
        self.refused = 0
        self.issued = 0
        self.nonces: list[int] = []
        self.all_tokens: list[str] = []
        self._quirks = quirks
        self._clock = clock
        self._by_access: dict[str, _Token] = {}
        self._by_refresh: dict[str, _Token] = {}

    def check(self, header: str | None, agent: str) -> None:
        """Let a request in, or raise a Refusal."""
        try:
            self._check(header, agent)
        except Refusal:
            self.refused += 1
            raise

    def issue(self, content: Mapping[str, Any], agent: str) -> dict[str, Any]:
        """Return tokens for a signed request for some."""
        if content.get("auth_type") != "api_key":
            raise _no("INVALID_AUTH_TYPE", "Unknown auth type.")
        try:
            self._check_signature({name: str(value) for name, value in content.items()})
        except Refusal:
            self.refused += 1
            raise
        return {**self._new_pair(agent), "permissions": []}

    def renew(self, refresh: str, agent: str) -> dict[str, Any]:
        """Return new tokens for a refresh token, which is used up."""
        old = self._by_refresh.pop(refresh, None)
        if old is None:
            raise Refusal(404, "NOT_FOUND", "Token not found.")
        self._by_access.pop(old.access, None)
        if old.refresh_expires_at <= self._now():
            raise _no("EXPIRED_REFRESH_TOKEN", "Refresh token has expired.")
        if old.agent != agent:
            raise _no("USER_AGENT_CHANGED", "User agent has changed.")
        return self._new_pair(agent)

    def revoke(self, refresh: str) -> None:
        old = self._by_refresh.pop(refresh, None)
        if old is None:
            raise Refusal(404, "NOT_FOUND", "Token not found.")
        self._by_access.pop(old.access, None)

    def forget_tokens(self, *, refresh_too: bool = False) -> None:
        """Let all access tokens expire at once, as a restarted server may."""
        self._by_access.clear()
        if refresh_too:
            self._by_refresh.clear()

    def _check(self, header: str | None, agent: str) -> None:
        if header is None:
            raise _no("MISSED_AUTHORIZATION_HEADER", "Authorization header is missing.")
        if header.startswith("Basic "):
            self._check_basic(header)
            return
        found = _SIGNED.match(header)
        if found is None:
            raise _no("UNAUTHORIZED", "Your request was made with invalid credentials.")
        params = dict(parse_qsl(found.group(1)))
        if "access_token" in params:
            self._check_token(params["access_token"], agent)
        else:
            self._check_signature(params)

    def _check_basic(self, header: str) -> None:
        if not self._quirks.unsecure_access:
            raise _no("UNAUTHORIZED", "Unsecure access is disabled for this API key.")
        try:
            given = base64.b64decode(header.removeprefix("Basic "), validate=True)
        except (binascii.Error, ValueError):
            given = b""
        if not hmac.compare_digest(given, f"{self.key}:{self.secret}".encode()):
            raise _no("UNAUTHORIZED", "Your request was made with invalid credentials.")

    def _check_token(self, access: str, agent: str) -> None:
        token = self._by_access.get(access)
        if token is None or token.expires_at <= self._now():
            raise _no("EXPIRED_ACCESS_TOKEN", "Access token has expired.")
        if token.agent != agent:
            raise _no("USER_AGENT_CHANGED", "User agent has changed.")

    def _check_signature(self, params: Mapping[str, str]) -> None:
        nonce = params.get("nonce", "")
        message = f"{nonce}{params.get('key', '')}".encode()
        wanted = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest().upper()
        right = hmac.compare_digest(params.get("signature", "").encode(), wanted.encode())
        if not right or params.get("key") != self.key or not nonce.isdigit():
            raise _no("UNAUTHORIZED", "Your request was made with invalid credentials.")
        if self._quirks.strict_nonce and self.nonces and int(nonce) <= self.nonces[-1]:
            raise _no("INVALID_SASH", "Nonce must be greater than the previous one.")
        self.nonces.append(int(nonce))

    def _new_pair(self, agent: str) -> dict[str, Any]:
        now = self._now()
        token = _Token(
            secrets.token_hex(16),
            secrets.token_hex(16),
            now + TOKEN_LIFE_S,
            now + REFRESH_LIFE_S,
            agent,
        )
        self._by_access[token.access] = self._by_refresh[token.refresh] = token
        self.issued += 1
        self.all_tokens += [token.access, token.refresh]
        return {
            "access_token": token.access,
            "access_token_expiration": token.expires_at,
            "refresh_token": token.refresh,
            "refresh_token_expiration": token.refresh_expires_at,
        }

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _no(internal_code: str, message: str) -> Refusal:
    return Refusal(401, internal_code, message)
