"""Whole lists, page by page by id, with the proof that nothing is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from positron_tui.billing.splynx import errors
from positron_tui.billing.splynx.client import Params, Row, SplynxClient, by_id, where
from positron_tui.billing.splynx.coerce import as_int
from positron_tui.domain.errors import BillingAnswer


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read.

    `newest` is the highest id that was there in the beginning, `done` how many rows up to it
    came: later ones are welcome, but nobody can say how many there should be.
    """

    last: int = 0
    done: int = 0
    newest: int | None = None

    def text(self) -> str:
        return f"{self.last}:{self.done}:{self.newest or 0}"


def read_place(text: str | None) -> Place:
    """Return a place from its text; anything else is the beginning."""
    parts = [as_int(part) for part in (text or "").split(":")]
    if len(parts) != 3 or any(part is None or part < 0 for part in parts):
        return Place()
    last, done, newest = (part or 0 for part in parts)
    return Place(last, done, newest)


@dataclass(frozen=True, slots=True)
class WholeList:
    """One list of Splynx: where it is, what it is called, and what is asked of its rows."""

    path: str
    what: str
    page_size: int
    conditions: Params = ()

    async def pages(
        self, client: SplynxClient, start: Place | None = None
    ) -> AsyncIterator[tuple[list[Row], Place]]:
        """Yield the rows by rising id, and the place behind each page.

        It ends at an empty page only, because a server may give less than it is asked for; then
        the count must be reached. Raises BillingAnswer for a list that is not whole.
        """
        place = start or Place()
        if place.newest is None:
            place = Place(place.last, place.done, await self._newest(client))
        while True:
            params = (*where("id", ">", place.last), *self.conditions, *by_id(limit=self.page_size))
            rows = await client.rows(self.path, self.what, params)
            if not rows:
                break
            place = self._behind(client, rows, place)
            yield rows, place
        await self._prove(client, place, where("id", "<=", place.newest or 0))

    async def at_once(self, client: SplynxClient) -> list[Row]:
        """Return the rows of a short list in one request, if they are as many as are counted."""
        rows = await client.rows(self.path, self.what, (*self.conditions, ("order[id]", "ASC")))
        self._behind(client, rows, Place(newest=0))
        total = await self.total(client)
        if total is None or len(rows) < total:
            return [row async for page, _place in self.pages(client) for row in page]
        return rows

    async def total(self, client: SplynxClient) -> int | None:
        """Return how many rows there are, None where that is not told."""
        return await client.count(self.path, self.what, (*where("id", ">", 0), *self.conditions))

    async def _newest(self, client: SplynxClient) -> int:
        params = (*where("id", ">", 0), *self.conditions, *by_id(limit=1, descending=True))
        rows = await client.rows(self.path, self.what, params)
        ids = [number for row in rows if (number := as_int(row.get("id"))) is not None]
        if not ids:
            # An empty list is believed only when it is counted as empty as well.
            await self._prove(client, Place(newest=0), where("id", ">", 0))
        return max(ids, default=0)

    def _behind(self, client: SplynxClient, rows: list[Row], place: Place) -> Place:
        last, done = place.last, place.done
        for row in rows:
            number = as_int(row.get("id"))
            if number is None or number <= last:
                why = "its rows do not come in the order of their ids"
                raise errors.not_understood(client.name, self.what, why)
            last = number
            done += number <= (place.newest or 0)
        return Place(last, done, place.newest)

    async def _prove(self, client: SplynxClient, place: Place, counted: Params) -> None:
        """Compare with the count of what was there in the beginning and still is."""
        total = await client.count(self.path, self.what, (*counted, *self.conditions))
        if total is not None and place.done < total:
            raise BillingAnswer(
                f"The list of Splynx {client.name} is not whole while {self.what}: {place.done} "
                f"of {total} rows came. Nothing is concluded from it; try again later."
            )
