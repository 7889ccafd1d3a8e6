"""The cryptography of SNMPv3's user-based security model (RFC 3414, RFC 3826)."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:
    from cryptography.hazmat.primitives.ciphers.modes import CFB

DIGEST_OCTETS = 12
MIN_PASSPHRASE = 8
_HASH = {"md5": "md5", "sha": "sha1"}
_EXPANDED = 1_048_576


class CryptoError(Exception):
    """The octets cannot be decrypted."""


@lru_cache(maxsize=4096)
def localized_key(auth: str, passphrase: bytes, engine_id: bytes) -> bytes:
    """Return the key of a passphrase on one engine (RFC 3414 A.2); a megabyte is hashed once."""
    repeated = (passphrase * (_EXPANDED // len(passphrase) + 1))[:_EXPANDED]
    digest = hashlib.new(_HASH[auth], repeated, usedforsecurity=False).digest()
    return hashlib.new(_HASH[auth], digest + engine_id + digest, usedforsecurity=False).digest()


def digest(auth: str, key: bytes, message: bytes) -> bytes:
    """Return the authentication parameters over a message whose own are zeros."""
    return hmac.new(key, message, _HASH[auth]).digest()[:DIGEST_OCTETS]


def _aes(key: bytes, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
    vector = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
    return Cipher(algorithms.AES(key[:16]), CFB(vector))


def _des(key: bytes, salt: bytes) -> Cipher[modes.CBC]:
    vector = bytes(left ^ right for left, right in zip(key[8:16], salt, strict=True))
    # Triple DES with three equal keys is DES, which the library no longer has by itself.
    return Cipher(TripleDES(key[:8] * 3), modes.CBC(vector))


def encrypt(priv: str, key: bytes, boots: int, time: int, plain: bytes) -> tuple[bytes, bytes]:
    """Return (encrypted octets, privacy parameters)."""
    if priv == "aes":
        salt = os.urandom(8)
        encryptor = _aes(key, boots, time, salt).encryptor()
    else:
        salt = boots.to_bytes(4, "big") + os.urandom(4)
        encryptor = _des(key, salt).encryptor()
        plain += bytes(-len(plain) % 8)
    return encryptor.update(plain) + encryptor.finalize(), salt


def decrypt(priv: str, key: bytes, boots: int, time: int, secret: bytes, salt: bytes) -> bytes:
    """Return the plain octets (DES: with padding behind them); raise CryptoError."""
    if len(salt) != 8 or (priv == "des" and len(secret) % 8):
        raise CryptoError("the privacy parameters do not fit")
    if priv == "aes":
        if not (0 <= boots < 1 << 31 and 0 <= time < 1 << 31):
            raise CryptoError("boots or time are out of range")
        decryptor = _aes(key, boots, time, salt).decryptor()
    else:
        decryptor = _des(key, salt).decryptor()
    return decryptor.update(secret) + decryptor.finalize()
