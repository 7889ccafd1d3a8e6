"""Who says whether a delivered hook is genuine, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from positron_tui.domain.billing import HookEvent


class HookGate(Protocol):
    """Knows the billing systems and the secrets of their hooks.

    `path` is what stands behind the system's name in the address, None for nothing. A wrong one
    is NotFound just as an unknown system is.
    """

    async def admit(self, system: str, path: str | None) -> None:
        """Return when hooks of `system` may come to this address; NotFound, CredentialError."""
        ...

    async def events(
        self, system: str, headers: Mapping[str, str], body: bytes, path: str | None
    ) -> tuple[HookEvent, ...]:
        """Check a delivery and return what it tells; NotFound, HookRefused, CredentialError.

        Header names are in lower case; `body` is as it came.
        """
        ...

    async def systems(self) -> int:
        """Return how many billing systems there are."""
        ...
