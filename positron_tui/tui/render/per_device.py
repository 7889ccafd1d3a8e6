"""Remembers what was made of a device until there is a newer view of it.

A fleet of 50 devices has 5,000 endpoints; after a poll of one device, 100 rows are made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from positron_tui.services.views import DeviceView

T = TypeVar("T")


class PerDevice(Generic[T]):
    """One made thing for each device; `circumstances` are what else it was made from."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[DeviceView, object, T]] = {}

    def get(self, view: DeviceView, circumstances: object, make: Callable[[], T]) -> T:
        """Return what was made of this very view under these circumstances, made once."""
        kept = self._kept.get(view.name)
        if kept is not None and kept[0] is view and kept[1] == circumstances:
            return kept[2]
        made = make()
        self._kept[view.name] = (view, circumstances, made)
        return made
