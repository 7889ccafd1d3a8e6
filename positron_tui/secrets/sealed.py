"""The encrypted file: JSON with a header for the key derivation and one sealed record per secret.

The key comes from the passphrase by scrypt, a record is AES-256-GCM with the device and the kind as
associated data, so that a record cannot be moved to another device. Device names are not hidden.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = "positron-tui secrets"
VERSION = 1
SCRYPT_N = 1 << 17
_SCRYPT_R = 8
_NONCE = 12
_CHECK = b"the passphrase is right"

RecordKey = tuple[str, str]


class DamagedFile(Exception):
    """The content is not what this module writes."""


class WrongPassphrase(Exception):
    """The key does not open the file."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """The parameters that turn a passphrase into the key of one file."""

    salt: bytes
    n: int
    r: int = _SCRYPT_R
    p: int = 1

    @classmethod
    def fresh(cls, n: int = SCRYPT_N) -> Derivation:
        """Return parameters for a new file."""
        return cls(os.urandom(16), n)

    def key(self, passphrase: str) -> bytes:
        """Return the key (blocking, some 0.3 s and 128 MiB: for a worker thread)."""
        kdf = Scrypt(salt=self.salt, length=32, n=self.n, r=self.r, p=self.p)
        return kdf.derive(passphrase.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What stands in the file; records by device and kind, sealed."""

    derivation: Derivation
    check: bytes = field(repr=False)
    records: Mapping[RecordKey, bytes] = field(repr=False, default_factory=dict)

    @classmethod
    def fresh(cls, derivation: Derivation, key: bytes) -> SealedFile:
        """Return a file without records that `key` opens."""
        return cls(derivation, _seal(key, _CHECK, ("", "")))

    def verify(self, key: bytes) -> None:
        """Raise WrongPassphrase unless `key` opens this file."""
        try:
            _unseal(key, self.check, ("", ""))
        except InvalidTag:
            raise WrongPassphrase from None

    def get(self, key: bytes, name: RecordKey) -> str | None:
        """Return one secret; DamagedFile when its record does not open."""
        sealed = self.records.get(name)
        if sealed is None:
            return None
        try:
            return _unseal(key, sealed, name).decode("utf-8")
        except (InvalidTag, UnicodeDecodeError):
            raise DamagedFile from None

    def put(self, key: bytes, name: RecordKey, value: str) -> SealedFile:
        """Return the file with one secret more, or changed."""
        sealed = _seal(key, value.encode("utf-8"), name)
        return replace(self, records={**self.records, name: sealed})

    def without(self, device: str) -> SealedFile:
        """Return the file without the secrets of a device."""
        kept = {name: sealed for name, sealed in self.records.items() if name[0] != device}
        return replace(self, records=kept)


def dump(file: SealedFile) -> bytes:
    """Return the file's content."""
    tree = {
        "format": FORMAT,
        "version": VERSION,
        "kdf": {
            "name": "scrypt",
            "salt": _b64(file.derivation.salt),
            "n": file.derivation.n,
            "r": file.derivation.r,
            "p": file.derivation.p,
        },
        "cipher": "aes-256-gcm",
        "check": _b64(file.check),
        "secrets": [
            {"device": device, "kind": kind, "sealed": _b64(sealed)}
            for (device, kind), sealed in sorted(file.records.items())
        ],
    }
    return (json.dumps(tree, indent=1) + "\n").encode("utf-8")


def parse(content: bytes) -> SealedFile:
    """Read a file's content; DamagedFile when it is anything else, or of a newer version."""
    try:
        tree = json.loads(content)
        if (tree["format"], tree["version"]) != (FORMAT, VERSION):
            raise DamagedFile
        records = {
            (str(item["device"]), str(item["kind"])): _sealed(item["sealed"])
            for item in tree["secrets"]
        }
        return SealedFile(_derivation(tree["kdf"]), _sealed(tree["check"]), records)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DamagedFile from None


def _derivation(tree: Mapping[str, Any]) -> Derivation:
    """Bounded, so that a forged header can neither take all memory nor make the key cheap."""
    n, r, p = (int(tree[name]) for name in ("n", "r", "p"))
    power_of_two = n > 0 and n & (n - 1) == 0
    sane = 1 << 14 <= n <= 1 << 20 and 8 <= r <= 16 and 1 <= p <= 16
    salt = base64.b64decode(tree["salt"], validate=True)
    if tree["name"] != "scrypt" or not power_of_two or not sane or len(salt) < 16:
        raise DamagedFile
    return Derivation(salt, n, r, p)


def _sealed(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) < _NONCE + 16:
        raise DamagedFile
    return raw


def _seal(key: bytes, plain: bytes, name: RecordKey) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _associated(name))


def _unseal(key: bytes, sealed: bytes, name: RecordKey) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(name))


def _associated(name: RecordKey) -> bytes:
    return json.dumps([FORMAT, VERSION, *name]).encode("utf-8")


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
