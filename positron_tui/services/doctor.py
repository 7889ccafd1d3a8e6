"""Checks of the console's own surroundings, each with a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok` None = worth knowing, neither good nor bad."""

    name: str
    ok: bool | None
    sentence: str


class Doctor:
    """Looks at the machine, the settings, the store, the vault and every device."""

    def checks(self) -> AsyncIterator[Check]:
        """Yield the checks one by one, the quick ones first."""
        raise NotImplementedError
