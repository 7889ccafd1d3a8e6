"""The store as a whole, opened and closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.store.billing import BillingRepository
from positron_tui.store.billing_services import BillingServices
from positron_tui.store.bulk import BulkRepository
from positron_tui.store.database import Database
from positron_tui.store.devices import DeviceRepository
from positron_tui.store.hooks import HookRepository
from positron_tui.store.intent import IntentRepository
from positron_tui.store.journal import Journal
from positron_tui.store.leases import LeaseRepository
from positron_tui.store.location import parse_url, prepare_file
from positron_tui.store.plans import PlanRepository
from positron_tui.store.readings import ReadingRepository
from positron_tui.store.schema import ensure_schema
from positron_tui.store.sightings import SightingRepository
from positron_tui.store.sync import SyncRepository
from positron_tui.store.ui import UiStateRepository


class Store:
    """All repositories over one database; `shown` names it without a password."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.shown = database.shown
        self.devices = DeviceRepository(database)
        self.readings = ReadingRepository(database)
        self.journal = Journal(database, clock)
        self.leases = LeaseRepository(database, clock)
        self.plans = PlanRepository(database)
        self.intent = IntentRepository(database)
        self.sightings = SightingRepository(database)
        self.bulk = BulkRepository(database)
        self.billing = BillingRepository(database, clock)
        self.billing_services = BillingServices(database)
        self.sync = SyncRepository(database)
        self.hooks = HookRepository(database)
        self.ui = UiStateRepository(database)


@asynccontextmanager
async def open_store(url: str, clock: Clock | None = None) -> AsyncIterator[Store]:
    """Open the database at `url`, create or migrate it, and close it at the end.

    Raises StoreError when it cannot be opened, is damaged, or is from a newer version.
    """
    location = parse_url(url)
    await asyncio.to_thread(prepare_file, location)
    database = Database(location)
    try:
        await ensure_schema(database)
        yield Store(database, clock or SystemClock())
    finally:
        await database.close()
