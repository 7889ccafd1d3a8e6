"""Which accounts have the endpoints that wait for a service, by what billing told last."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable

from positron_tui.domain.mapping import BillingMapping, sold
from positron_tui.services.billing import Billing
from positron_tui.store import Store
from positron_tui.store.billing_services import ToldService

_Index = dict[str, set[str]]


class KnownMacs:
    """Accounts by MAC; a MAC that was compared is not told again until it waited no more."""

    def __init__(self, store: Store, billing: Billing) -> None:
        self._store = store
        self._billing = billing
        self._compared: dict[str, set[str]] = {}
        self._asked: dict[str, set[str]] = {}
        self._indexes: dict[str, _Index] = {}

    async def new_accounts(self, system: str, macs: Collection[str]) -> set[str]:
        """Return the accounts behind MACs that were not compared yet."""
        compared = self._compared.setdefault(system, set())
        compared &= set(macs)
        fresh = set(macs) - compared
        if not fresh:
            return set()
        index = self._indexes.get(system)
        if index is None:
            told = await self._store.billing_services.all(system)
            mapping = await self._billing.mapping(system)
            index = await asyncio.to_thread(_index_of, told.values(), mapping)
            self._indexes[system] = index
        self._asked[system] = fresh & index.keys()
        return {account for mac in fresh for account in index.get(mac, ())}

    def compared(self, system: str) -> None:
        """Remember that billing's word on what was told last was acted on."""
        self._compared.setdefault(system, set()).update(self._asked.pop(system, ()))

    def forget(self) -> None:
        """Read again what billing told, the next time: a run may have read more."""
        self._indexes.clear()


def _index_of(told: Iterable[ToldService], mapping: BillingMapping) -> _Index:
    found: _Index = {}
    for one in told:
        for mac in sold(one.service, mapping).macs:
            found.setdefault(mac, set()).add(one.service.account_id)
    return found
