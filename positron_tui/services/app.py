"""Puts the services together, and takes them apart in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from positron_tui.config import Settings
from positron_tui.domain.clock import Clock
from positron_tui.services.activity import ActivityLog
from positron_tui.services.doctor import Doctor
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.inventory import Inventory
from positron_tui.services.monitor import Monitor
from positron_tui.services.provisioning import Provisioning
from positron_tui.services.vault import VaultStatus
from positron_tui.store import Store


@dataclass(slots=True)
class Services:
    """All use cases of one console, over one store and one vault."""

    settings: Settings
    clock: Clock
    store: Store
    vault_status: VaultStatus
    events: EventBus
    fleet: Fleet
    inventory: Inventory
    monitor: Monitor
    provisioning: Provisioning
    activity: ActivityLog
    doctor: Doctor
    actor: str


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ask_passphrase: Callable[[], str] | None = None,
    actor: str | None = None,
) -> AsyncIterator[Services]:
    """Open the store and the vault and load the fleet; polling starts with `monitor.start()`.

    A vault that does not open does not keep the console shut: `vault_status` says why.
    Raises StoreError, ConfigError.
    """
    raise NotImplementedError
    yield
