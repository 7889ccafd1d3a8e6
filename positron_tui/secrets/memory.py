"""Secrets that live as long as the process."""

from __future__ import annotations

from positron_tui.secrets.vault import SecretKind


class MemoryVault:
    """Keeps secrets in this process alone; they are gone when it ends."""

    name = "memory"
    writable = True

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, SecretKind], str] = {}

    async def unlock(self) -> None:
        """Nothing to unlock."""

    async def get(self, device: str, kind: SecretKind) -> str | None:
        return self._secrets.get((device, kind))

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        self._secrets[device, kind] = value

    async def delete(self, device: str) -> None:
        for kind in SecretKind:
            self._secrets.pop((device, kind), None)

    async def rename(self, old: str, new: str) -> None:
        for kind in SecretKind:
            value = self._secrets.pop((old, kind), None)
            if value is not None:
                self._secrets[new, kind] = value

    async def close(self) -> None:
        self._secrets.clear()
