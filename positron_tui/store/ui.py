"""What the screens remember between two starts: sort order, filter, columns."""

from __future__ import annotations

import json
from typing import Any

from positron_tui.store import tables
from positron_tui.store.codec import encode_json
from positron_tui.store.database import Database


class UiStateRepository:
    """Values of JSON's types by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> Any:
        """Return the remembered value, None when there is none."""
        table = tables.ui_state
        async with self._database.read() as connection:
            text = await connection.scalar(
                table.select().with_only_columns(table.c.value).where(table.c.key == key)
            )
        return None if text is None else json.loads(text)

    async def set(self, key: str, value: Any) -> None:
        """Remember a value in the place of the one before; None forgets it."""
        table = tables.ui_state
        async with self._database.write() as connection:
            await connection.execute(table.delete().where(table.c.key == key))
            if value is not None:
                await connection.execute(table.insert().values(key=key, value=encode_json(value)))
