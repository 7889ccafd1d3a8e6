"""The credential back-end as the services use it: one that may be absent, with a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """Which back-end keeps the secrets, whether it can be used, and a sentence on it."""

    backend: str
    usable: bool
    sentence: str
