"""What billing systems told last of each service, and which subscriber each service is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.billing import BillingService
from positron_tui.domain.sync_runs import Link
from positron_tui.store import tables
from positron_tui.store.billing import system_id
from positron_tui.store.billing_documents import decode_service, encode_service
from positron_tui.store.codec import encode_json, encode_time
from positron_tui.store.database import Database
from positron_tui.store.devices import device_id

_SERVICES = tables.billing["billing_services"]
_LINKS = tables.billing["billing_links"]
_DEVICES = tables.devices
_MANY = 200


@dataclass(frozen=True, slots=True)
class ToldService:
    """A service as billing told it last, when that was, and since when it reads like that."""

    service: BillingService
    read_at: datetime
    changed_at: datetime


class BillingServices:
    """Services and links by system."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, system: str, services: Iterable[BillingService], at: datetime) -> None:
        """Keep services as they were read; when each last read otherwise stays with it."""
        moment = encode_time(at)
        async with self._database.write() as connection:
            key = await system_id(connection, system)
            rows = [
                {
                    "system_id": key,
                    "service_id": one.service_id,
                    "account_id": one.account_id,
                    "document": encode_service(one),
                    "read_at": moment,
                    "changed_at": moment,
                }
                for one in services
            ]
            if rows:
                await connection.execute(_keep_service(connection), rows)

    async def forget(self, system: str, service_ids: Collection[str]) -> None:
        """Drop services that billing has no more."""
        async with self._database.write() as connection:
            key = await system_id(connection, system)
            for one in service_ids:
                await connection.execute(
                    delete(_SERVICES).where(
                        _SERVICES.c.system_id == key, _SERVICES.c.service_id == one
                    )
                )

    async def all(
        self, system: str, accounts: Collection[str] | None = None
    ) -> dict[str, ToldService]:
        """Return what was told of all services, or of those of some accounts, by number."""
        columns = (_SERVICES.c.document, _SERVICES.c.read_at, _SERVICES.c.changed_at)
        async with self._database.read() as connection:
            key = await system_id(connection, system)
            query = select(*columns).where(_SERVICES.c.system_id == key)
            if accounts is not None:
                query = query.where(_SERVICES.c.account_id.in_(list(accounts)))
            rows = (await connection.execute(query)).all()
        if len(rows) > _MANY:  # decoding thousands of documents would hold up the screen
            return await asyncio.to_thread(_told, rows)
        return _told(rows)

    async def links(self, system: str) -> dict[str, Link]:
        """Return the links of a system by the number of the service."""
        columns = [_LINKS.c[name] for name in ("service_id", "account_id")]
        query = select(
            *columns, _DEVICES.c.name, _LINKS.c.subject, _LINKS.c.base, _LINKS.c.linked_at
        ).join_from(_LINKS, _DEVICES)
        async with self._database.read() as connection:
            key = await system_id(connection, system)
            rows = (await connection.execute(query.where(_LINKS.c.system_id == key))).all()
        return {str(row[0]): _link(row) for row in rows}

    async def keep_links(self, system: str, links: Iterable[Link], at: datetime) -> None:
        """Keep links in the place of those of the same services."""
        async with self._database.write(durable=True) as connection:
            key = await system_id(connection, system)
            devices: dict[str, int] = {}
            rows = []
            for one in links:
                if one.device not in devices:
                    devices[one.device] = await device_id(connection, one.device)
                rows.append(
                    {
                        "system_id": key,
                        "service_id": one.service_id,
                        "account_id": one.account_id,
                        "device_id": devices[one.device],
                        "subject": one.subject,
                        "base": encode_json({name: list(two) for name, two in one.base.items()}),
                        "linked_at": encode_time(one.linked_at or at),
                    }
                )
            if rows:
                await connection.execute(_keep_link(connection), rows)

    async def drop_links(self, system: str, service_ids: Collection[str]) -> None:
        """Forget which subscribers these services were."""
        async with self._database.write(durable=True) as connection:
            key = await system_id(connection, system)
            for one in service_ids:
                await connection.execute(
                    delete(_LINKS).where(_LINKS.c.system_id == key, _LINKS.c.service_id == one)
                )


def _told(rows: Sequence[Any]) -> dict[str, ToldService]:
    found = (
        ToldService(
            decode_service(row[0]), datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2])
        )
        for row in rows
    )
    return {one.service.service_id: one for one in found}


def _link(row: Any) -> Link:
    base = {name: (str(two[0]), str(two[1])) for name, two in json.loads(row[4]).items()}
    return Link(row[0], row[1], row[2], row[3], base, datetime.fromisoformat(row[5]))


def _insert(connection: AsyncConnection, table: Any) -> Any:
    """Both databases have the same words for it, in modules of their own."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return make(table)


def _keep_service(connection: AsyncConnection) -> Any:
    statement = _insert(connection, _SERVICES)
    new = statement.excluded
    same = _SERVICES.c.document == new.document
    return statement.on_conflict_do_update(
        index_elements=["system_id", "service_id"],
        set_={
            "account_id": new.account_id,
            "document": new.document,
            "read_at": new.read_at,
            "changed_at": case((same, _SERVICES.c.changed_at), else_=new.changed_at),
        },
    )


def _keep_link(connection: AsyncConnection) -> Any:
    statement = _insert(connection, _LINKS)
    new = statement.excluded
    names = ("account_id", "device_id", "subject", "base", "linked_at")
    return statement.on_conflict_do_update(
        index_elements=["system_id", "service_id"],
        set_={name: getattr(new, name) for name in names},
    )
