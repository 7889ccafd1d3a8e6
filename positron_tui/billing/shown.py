"""Foreign text and secrets: what may stand in a sentence of ours."""

from __future__ import annotations

from collections.abc import Iterable

HIDDEN = "***"
_SENTENCE = 200
_LOOKED_AT = 4_000
_SHORTEST = 4


class Veil:
    """Takes secrets out of texts; it learns those that come up later, as access tokens."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._secrets: list[str] = []
        self.learn(*secrets)

    def learn(self, *secrets: str | None) -> None:
        """Hide these as well; a very short one is part of any text and hides nothing."""
        for secret in secrets:
            if secret and len(secret) >= _SHORTEST and secret not in self._secrets:
                self._secrets.append(secret)
        self._secrets.sort(key=len, reverse=True)

    def forget(self, secret: str) -> None:
        """Hide this one no longer: it is worth nothing any more."""
        if secret in self._secrets:
            self._secrets.remove(secret)

    def without(self, text: str) -> str:
        """Return a text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def sentence(self, text: str) -> str:
        """Return a foreign text as one short printable line without secrets."""
        line = " ".join(self.without(text[:_LOOKED_AT]).split())
        if len(line) > _SENTENCE:
            line = line[:_SENTENCE] + "…"
        return "".join(character if character.isprintable() else "?" for character in line)
