"""Reads what billing sold: everything, or some accounts; a list that is not whole is no list."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from positron_tui.billing.contract import BillingAdapter
from positron_tui.domain.billing import BillingService
from positron_tui.domain.clock import Clock
from positron_tui.domain.sync_runs import Link
from positron_tui.store import Store

# Each service that is missing from the list is asked for by itself; more than these look like a
# key that sees only a part.
_MOST_ASKED = 200
# Told how many were read, of how many (None = billing does not say).
OnRead = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What billing told; `gone` are services that it says it has no more, as they were last told.

    `notes` are sentences on what could not be told.
    """

    services: tuple[BillingService, ...]
    gone: tuple[BillingService, ...] = ()
    notes: tuple[str, ...] = ()


class SyncReader:
    """Reads through an adapter, and keeps what it was told."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def everything(self, system: str, adapter: BillingAdapter, on_read: OnRead) -> Told:
        """Read all services; raises BillingError, and then nothing may be concluded."""
        # What changes while the list is read is asked for afterwards.
        began = await adapter.changed(None)
        found: dict[str, BillingService] = {}
        async for page in adapter.pages():
            for one in page.services:
                found[one.service_id] = one
            await self._store.billing_services.keep(system, page.services, self._clock.now())
            on_read(page.done, page.total)
        links = await self._store.billing_services.links(system)
        missing = [link for service_id, link in links.items() if service_id not in found]
        if len(missing) > _MOST_ASKED:
            note = (
                f"{len(missing)} services that are in use are missing from billing's list, too "
                "many to be true: does the key see only a part? Nothing is concluded from it."
            )
            return Told(tuple(found.values()), (), (note,))
        accounts = {link.account_id for link in missing}
        asked = await self._accounts(system, adapter, accounts, links, lambda done, total: None)
        for one in asked.services:
            found.setdefault(one.service_id, one)
        gone = tuple(one for one in asked.gone if one.service_id not in found)
        await self._store.billing.set_cursors(
            system, changed=began.cursor, read_at=self._clock.now()
        )
        return Told(tuple(found.values()), gone)

    async def accounts(
        self, system: str, adapter: BillingAdapter, accounts: Collection[str], on_read: OnRead
    ) -> Told:
        """Read some accounts; raises BillingError."""
        links = await self._store.billing_services.links(system)
        return await self._accounts(system, adapter, accounts, links, on_read)

    async def _accounts(
        self,
        system: str,
        adapter: BillingAdapter,
        accounts: Collection[str],
        links: dict[str, Link],
        on_read: OnRead,
    ) -> Told:
        found: list[BillingService] = []
        for done, account_id in enumerate(sorted(accounts), start=1):
            found += await adapter.account(account_id) or ()
            on_read(done, len(accounts))
        await self._store.billing_services.keep(system, found, self._clock.now())
        here = {one.service_id for one in found}
        gone = [
            link
            for link in links.values()
            if link.account_id in accounts and link.service_id not in here
        ]
        return Told(tuple(found), await self._last_told(system, gone))

    async def _last_told(self, system: str, links: Collection[Link]) -> tuple[BillingService, ...]:
        told = await self._store.billing_services.all(system, {one.account_id for one in links})
        unknown = BillingService("", "", "", "")
        return tuple(
            told[one.service_id].service
            if one.service_id in told
            else replace(unknown, service_id=one.service_id, account_id=one.account_id)
            for one in links
        )
