"""One job at a time on a device, inside this process."""

from __future__ import annotations

import asyncio


class DeviceLocks:
    """A lock for each device name: polls and changes take turns instead of colliding."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    def of(self, name: str) -> asyncio.Lock:
        """Return the lock of a device, the same one at every call."""
        return self._locks.setdefault(name, asyncio.Lock())
