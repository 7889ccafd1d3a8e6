"""How Splynx wants requests and hooks to be signed. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode


def signature(key: str, secret: str, nonce: int) -> str:
    """Return the signature of a nonce; it covers neither the address nor the body."""
    message = f"{nonce}{key}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest().upper()


def signed_header(key: str, secret: str, nonce: int) -> str:
    """Return the Authorization header of a signed request."""
    words = {"key": key, "signature": signature(key, secret, nonce), "nonce": nonce}
    return f"Splynx-EA ({urlencode(words)})"


def token_header(token: str) -> str:
    """Return the Authorization header of a request with an access token."""
    return f"Splynx-EA ({urlencode({'access_token': token})})"


def basic_header(key: str, secret: str) -> str:
    """Return the Authorization header for a key with unsecure access."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def hook_signature(secret: str, body: bytes) -> str:
    """Return the signature of a hook's body as it came."""
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
