"""What the screens remember from one start to the next: sorting, filters, what is open."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

Write = Coroutine[Any, Any, None]


class UiStore(Protocol):
    """The part of the store that keeps the face's own state; values are JSON types."""

    async def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any) -> Write: ...


class Memory:
    """A copy in memory that is read once and written behind; losing it loses no work."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._store: UiStore | None = None
        self._later: Callable[[Write], None] | None = None

    async def load(self, store: UiStore, later: Callable[[Write], None]) -> None:
        """Read everything that was kept; `later` runs the writes in the background."""
        kept = await store.get(_KEY)
        if isinstance(kept, dict):
            self._values = {**kept, **self._values}
        self._store = store
        self._later = later

    def text(self, name: str) -> str:
        value = self._values.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._values.get(name)
        if not isinstance(value, (list, tuple)):
            return ()
        return tuple(one for one in value if isinstance(one, str))

    def keep(self, name: str, value: str | list[str]) -> None:
        """Remember a value; written only when it is another one."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        if self._store is not None and self._later is not None:
            self._later(self._store.set(_KEY, dict(self._values)))


_KEY = "screens"
