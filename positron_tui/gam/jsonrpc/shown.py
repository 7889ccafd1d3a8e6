"""Calls and replies as the activity log keeps them: short, and without any secret."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping

from positron_tui.gam.exchange import HIDDEN, redact, summary

_SHOWN_ROWS = 8
_SHOWN_DEPTH = 12
_SHORTEST_SECRET = 4
_SENTENCE = 200
# Names of struct members; "key" alone is the key of a table row, a community number is no secret.
_SECRET_NAME = re.compile(r"passw|passphrase|secret|credential|token|community\Z|.key\Z", re.I)
_NO_SECRET = frozenset({"rfc5517community"})


class Veil:
    """Hides one login and everything that is named like a secret."""

    def __init__(self, user: str, password: str) -> None:
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        # A very short password is part of any text.
        self._login = (encoded, password) if len(password) >= _SHORTEST_SECRET else (encoded,)

    def call(self, method: str, params: object) -> str:
        """Return a call as `method [params]`."""
        return self._without(f"{method} {json.dumps(_hidden(params, 0))}")

    def result(self, result: object) -> str:
        """Return a result as JSON; of a long table the first rows."""
        rest = ""
        if isinstance(result, list) and len(result) > _SHOWN_ROWS:
            result, rest = result[:_SHOWN_ROWS], f" … ({len(result)} rows)"
        return self.text(json.dumps(_hidden(result, 0), ensure_ascii=False) + rest)

    def text(self, text: str) -> str:
        """Return a text of the device, redacted, printable and short."""
        return summary(self._without(text))

    def sentence(self, text: str, *, fixed: bool = False) -> str:
        """Return a message of the device in one printable line.

        `fixed` = its wording is the firmware's own, so that its word "community" hides nothing.
        """
        clean = self._without(text) if fixed else self.text(text)
        line = " ".join(clean[: 2 * _SENTENCE].split())[:_SENTENCE]
        return "".join(character if character.isprintable() else "?" for character in line)

    def _without(self, text: str) -> str:
        return _replaced(text, self._login)


def _replaced(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _hidden(value: object, depth: int) -> object:
    if depth > _SHOWN_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if _is_secret(str(name)) else _hidden(inner, depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_hidden(inner, depth + 1) for inner in value]
    return redact(value) if isinstance(value, str) else value


def _is_secret(name: str) -> bool:
    return name.lower() not in _NO_SECRET and bool(_SECRET_NAME.search(name))
