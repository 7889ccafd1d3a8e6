"""Reading accounts: one, or all of them in parts that cannot slide.

Pages by number lose an account when another one goes while they are read: all that follow move up
by one. So the ids come first, each request going on behind the last id, and the accounts are read
in the stretches between them, several at once. An id of the list that is not among the accounts
is asked for by itself: it is gone, or the list is not whole.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from positron_tui.billing.contract import Page
from positron_tui.billing.sonar import texts, values
from positron_tui.billing.sonar.catalogue import Catalogue, Catalogues
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.nested import completed
from positron_tui.billing.sonar.records import Account, account_of
from positron_tui.billing.sonar.services import services_of
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import BillingAnswer, BillingTimeout, UsageError

Row = Mapping[str, Any]
SMALLEST_PAGE = 5
_IDS, _ACCOUNTS = "reading the account numbers", "reading the accounts"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Accounts behind `after` up to the last of `ids`, which are those that the list had."""

    after: int
    ids: tuple[int, ...]


class Reader:
    """Reads accounts of one Sonar; `page_size` is halved when an answer takes too long."""

    def __init__(
        self, graphql: GraphQL, catalogues: Catalogues, *, page_size: int, in_flight: int
    ) -> None:
        self._graphql = graphql
        self._catalogues = catalogues
        self._most = page_size
        self._size = page_size
        self._in_flight = max(1, in_flight)

    async def account(self, account_id: str) -> Account | None:
        """Return an account that is not archived, None when there is none."""
        if not account_id.isascii() or not account_id.isdigit():
            return None
        return await self._one(account_id, await self._catalogues.get())

    async def services(self, account_id: str) -> tuple[BillingService, ...] | None:
        """Return the services of an account, None when there is no such account."""
        account = await self.account(account_id)
        return services_of(account, await self._catalogues.get()) if account else None

    async def probe(self) -> None:
        """Look whether accounts can be listed as `pages` lists them; raises what it would raise."""
        variables = {"size": SMALLEST_PAGE, "search": _behind(0)}
        data = await self._graphql.read(texts.ACCOUNT_IDS, variables, what=_IDS)
        self._checked(data, 0, SMALLEST_PAGE)

    async def pages(self, resume: str | None) -> AsyncGenerator[Page]:
        """Yield all services in the order of their accounts' ids; BillingAnswer when not whole."""
        after, done = _resumed(resume)
        catalogue = await self._catalogues.get(fresh=True)
        self._size = self._most
        ids = await self._ids(after)
        total = done + len(ids)
        stretches = [
            _Stretch(ids[start - 1] if start else after, tuple(ids[start : start + self._most]))
            for start in range(0, len(ids), self._most)
        ]
        async with aclosing(self._in_order(stretches, catalogue)) as parts:
            async for stretch, accounts in parts:
                done += len(stretch.ids)
                services = [one for account in accounts for one in services_of(account, catalogue)]
                yield Page(tuple(services), f"{stretch.ids[-1]}:{done}", done, total)

    async def _ids(self, after: int) -> list[int]:
        """Return the ids of all accounts behind one, in their order."""
        found: list[int] = []
        while True:
            variables = {"size": self._most, "search": _behind(after)}
            data = await self._graphql.read(texts.ACCOUNT_IDS, variables, what=_IDS)
            rows, more = self._checked(data, after, self._most)
            found += [int(values.ident(row, "id")) for row in rows]
            if not more:
                return found
            after = found[-1]

    async def _in_order(
        self, stretches: Sequence[_Stretch], catalogue: Catalogue
    ) -> AsyncGenerator[tuple[_Stretch, list[Account]]]:
        """Yield stretches in their order, with some read ahead."""
        running: deque[tuple[_Stretch, asyncio.Task[list[Account]]]] = deque()
        waiting = deque(stretches)
        try:
            while waiting or running:
                while waiting and len(running) < self._in_flight:
                    stretch = waiting.popleft()
                    task = asyncio.create_task(
                        self._stretch(stretch, catalogue),
                        name=f"{self._graphql.name}: accounts behind {stretch.after}",
                    )
                    running.append((stretch, task))
                stretch, task = running[0]
                accounts = await task
                running.popleft()
                yield stretch, accounts
        finally:
            tasks = [task for _, task in running]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _stretch(self, stretch: _Stretch, catalogue: Catalogue) -> list[Account]:
        last, after = stretch.ids[-1], stretch.after
        found: dict[int, Account] = {}
        more = True
        while more and after < last:
            rows, more = await self._part(after, catalogue)
            for row in rows:
                number = int(values.ident(row, "id"))
                if number <= last:
                    found[number] = await self._whole(row, catalogue)
                after = max(after, number)
        for number in stretch.ids:
            if number not in found:
                await self._expect_gone(number, catalogue)
        return [found[number] for number in sorted(found)]

    async def _part(self, after: int, catalogue: Catalogue) -> tuple[list[Row], bool]:
        """Return some rows behind an id and whether there are more; less at once if it is slow."""
        while True:
            size = self._size
            variables = {"size": size, "search": _behind(after), "fields": catalogue.search}
            try:
                data = await self._graphql.read(
                    texts.ACCOUNTS, variables, what=_ACCOUNTS, patient=size <= SMALLEST_PAGE
                )
            except BillingTimeout:
                if size <= SMALLEST_PAGE:
                    raise
                # Others may have found out meanwhile.
                self._size = min(self._size, max(SMALLEST_PAGE, size // 2))
                continue
            return self._checked(data, after, size)

    def _checked(self, data: Row, after: int, size: int) -> tuple[list[Row], bool]:
        """Return the rows of an answer and whether there are more; BillingAnswer when it is cut."""
        rows = values.entities(data, "accounts")
        ids = [int(values.ident(row, "id")) for row in rows]
        if any(number <= after for number in ids) or ids != sorted(set(ids)):
            raise self._not_whole("gave accounts that were not asked for, or in no order")
        total = values.count(values.child(data, "accounts"))
        if total is None:
            return rows, len(rows) >= size
        if len(rows) < min(size, total):
            raise self._not_whole(f"gave {len(rows)} accounts where it has {total}")
        return rows, total > len(rows)

    async def _expect_gone(self, number: int, catalogue: Catalogue) -> None:
        if await self._one(str(number), catalogue) is not None:
            raise self._not_whole(f"left account {number} out of its list")

    async def _one(self, account_id: str, catalogue: Catalogue) -> Account | None:
        variables = {"id": account_id, "fields": catalogue.search}
        what = f"reading account {account_id}"
        data = await self._graphql.read(texts.ACCOUNT, variables, what=what)
        rows = values.entities(data, "accounts")
        total = values.count(values.child(data, "accounts"))
        if len(rows) > 1 or (total is not None and len(rows) != total):
            raise self._not_whole(f"gave {len(rows)} rows for account {account_id}")
        if not rows:
            return None
        if int(values.ident(rows[0], "id")) != int(account_id):
            raise self._not_whole(f"gave another account for {account_id}")
        return await self._whole(rows[0], catalogue)

    async def _whole(self, row: Row, catalogue: Catalogue) -> Account:
        return account_of(await completed(self._graphql, row, catalogue.search))

    def _not_whole(self, how: str) -> BillingAnswer:
        return BillingAnswer(
            f"Billing system {self._graphql.name} {how}; the list is not whole, so nothing of it "
            "is used. Try again later."
        )


def _behind(after: int) -> list[Row]:
    condition = {"attribute": "id", "search_value": str(after), "operator": "GT"}
    return [{"integer_fields": [condition]}]


def _resumed(resume: str | None) -> tuple[int, int]:
    """Return the last id and the number of accounts that were read before."""
    if resume is None:
        return 0, 0
    last, _, done = resume.partition(":")
    try:
        return int(last), int(done)
    except ValueError:
        raise UsageError(f"'{resume}' is no place of a list of Sonar's; begin anew.") from None
