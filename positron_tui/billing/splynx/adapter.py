"""The adapter of Splynx: the contract over its REST API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from positron_tui.billing.contract import (
    BillingSecrets,
    Changed,
    Check,
    Connection,
    NextNonce,
    Page,
    Sleep,
)
from positron_tui.billing.http import BillingHttp
from positron_tui.billing.splynx import errors, join
from positron_tui.billing.splynx.changes import ChangeCursor, following, read_cursor
from positron_tui.billing.splynx.checking import looked_at
from positron_tui.billing.splynx.client import Row, SplynxClient, where
from positron_tui.billing.splynx.coerce import as_int, as_text
from positron_tui.billing.splynx.hooks import read_hook
from positron_tui.billing.splynx.join import Customer
from positron_tui.billing.splynx.layout import ACCOUNT, SERVICE, Layout, read_entity
from positron_tui.billing.splynx.listing import WholeList, read_place
from positron_tui.billing.splynx.login import SplynxLogin
from positron_tui.billing.splynx.writing import puts
from positron_tui.domain.billing import (
    BillingPlan,
    BillingService,
    BillingStatus,
    FieldInfo,
    HookEvent,
)
from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingError,
    BillingIndeterminate,
    ConfigError,
)

CUSTOMERS = "customers/customer"
ALL_SERVICES = "customers/customer/0/internet-services"
TARIFFS = "tariffs/internet"
CHANGES = "logs/changes"
NOTES = "customers/customer-notes"
_NOTE_TITLE = "positron-tui"
# Plans change rarely, and an unknown one is looked for at once.
_PLANS_GOOD_FOR_S = 300.0
_STATUSES = (
    *(BillingStatus(ACCOUNT, name) for name in ("new", "active", "blocked", "disabled")),
    *(
        BillingStatus(SERVICE, name)
        for name in ("active", "stopped", "disabled", "hidden", "pending")
    ),
)


@dataclass(frozen=True, slots=True)
class _Plans:
    """The tariffs by number, and until when they are good (monotonic)."""

    by_number: Mapping[str, BillingPlan]
    good_until: float


class SplynxAdapter:
    """One Splynx. Raises ConfigError for an address or time zone that cannot be used."""

    def __init__(
        self,
        connection: Connection,
        secrets: BillingSecrets,
        next_nonce: NextNonce,
        *,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._clock = clock or SystemClock()
        self._zone = _zone(connection)
        known = (secrets.key, secrets.secret, secrets.hook_secret)
        self._http = BillingHttp(connection, secrets=known, clock=self._clock, sleep=sleep)
        self._login = SplynxLogin(self._http, secrets, next_nonce, self._clock)
        self._client = SplynxClient(self._http, self._login, sleep)
        self._key = secrets.key or ""
        self._hook_secret = secrets.hook_secret
        self._layout: Layout | None = None
        self._plans: _Plans | None = None

    @property
    def connection(self) -> Connection:
        return self._http.connection

    async def check(self) -> Check:
        """Look whether it answers, lets us in and has what a sync needs."""
        self._layout = None
        content = await self._client.get("api/check", "checking the API")
        if not isinstance(content, dict) or content.get("status") != "ok":
            raise errors.not_understood(
                self._client.name, "checking the API", "it does not say that the API is valid"
            )
        problems = await looked_at(self._client, await self._known_layout())
        services = await self._list(ALL_SERVICES, "counting the services").total(self._client)
        return Check(f"API key …{self._key[-4:]}", None, services, problems)

    async def fields(self) -> tuple[FieldInfo, ...]:
        """Return the fields that a mapping may name, those that operators added included."""
        self._layout = None
        return (await self._known_layout()).infos()

    async def plans(self) -> tuple[BillingPlan, ...]:
        return tuple((await self._read_plans()).values())

    async def statuses(self) -> tuple[BillingStatus, ...]:
        """Return the documented statuses; Splynx itself does not say what they activate."""
        return _STATUSES

    async def pages(self, resume: str | None = None) -> AsyncIterator[Page]:
        """Yield all services by their ids; `total` counts services."""
        # Fields come and go; a run takes them as they are now.
        self._layout = None
        layout = await self._known_layout()
        plans = await self._read_plans()
        customers = await self._all_customers(layout)
        listed = self._list(ALL_SERVICES, "reading the services")
        total = await listed.total(self._client)
        async for rows, place in listed.pages(self._client, read_place(resume) if resume else None):
            found = [await self._joined(row, customers, plans, layout) for row in rows]
            services = tuple(one for one in found if one is not None)
            yield Page(services, place.text(), place.done, total)

    async def changed(self, cursor: str | None) -> Changed:
        """Return the accounts whose status or plan changed; other edits are not in the log."""
        today = self._clock.now().astimezone(self._zone).date()
        old = read_cursor(cursor) if cursor else None
        asked = old or ChangeCursor(today)
        since = where("date", ">=", asked.since.isoformat())
        listed = self._list(CHANGES, "reading the log of changes", since)
        rows = [row async for page, _place in listed.pages(self._client) for row in page]
        accounts = dict.fromkeys(
            str(customer)
            for row in rows
            if as_int(row.get("id")) not in asked.seen and (customer := join.customer_of(row))
        )
        found = tuple(accounts) if old is not None else ()
        return Changed(found, following(asked, today, rows).text())

    async def account(self, account_id: str) -> tuple[BillingService, ...] | None:
        """Return an account's services as they are now, None when Splynx has no such account."""
        number = self._number(account_id)
        layout = await self._known_layout()
        row = await self._client.item(f"{CUSTOMERS}/{number}", f"reading customer {number}")
        if row is None:
            await self._check_gone(number)
            return None
        customer = join.read_customer(row, layout, self._zone)
        path = f"{CUSTOMERS}/{number}/internet-services"
        listed = self._list(path, f"reading the services of customer {number}")
        rows = await listed.at_once(self._client)
        plans = await self._plans_for(rows)
        return tuple(join.join(one, customer, plans, layout) for one in rows)

    async def write(self, service: BillingService, values: Mapping[str, str]) -> None:
        """Write fields by their dotted names, and nothing else; a part of them is Indeterminate."""
        layout = await self._known_layout()
        written = False
        for put in puts(self._client.name, service, values, layout):
            try:
                await self._client.put(put.path, put.content, put.what)
            except BillingError as error:
                if written:
                    raise BillingIndeterminate(f"Only a part was written: {error}") from error
                raise
            written = True

    async def add_note(self, account_id: str, text: str) -> None:
        """Put a note on an account; errors as those of `write`."""
        number = self._number(account_id)
        content = {
            "customer_id": number,
            "type": "service",
            "class": "info",
            "title": _NOTE_TITLE,
            "comment": text,
        }
        await self._client.post(NOTES, content, f"adding a note to customer {number}")

    async def has_note(self, account_id: str, marker: str) -> bool | None:
        """Return whether a note holds `marker`; None where Splynx does not list its notes."""
        number = self._number(account_id)
        what = f"reading the notes of customer {number}"
        of_customer = where("customer_id", "=", number)
        answer = await self._client.attempt(NOTES, what, (*of_customer, ("limit", "1")))
        if answer.status != 200:
            return None
        listed = self._list(NOTES, what, of_customer)
        try:
            rows = [row async for page, _place in listed.pages(self._client) for row in page]
        except BillingAnswer:
            return None
        return any(
            join.customer_of(row) == number and marker in as_text(row.get("comment"))
            for row in rows
        )

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[HookEvent, ...]:
        """Check a delivered hook and return what it tells; HookRefused when it is not genuine."""
        return (read_hook(headers, body, self._hook_secret),)

    async def missed_hooks(self, cursor: str | None) -> tuple[tuple[HookEvent, ...], str | None]:
        """Return nothing: Splynx does not keep what it delivered."""
        return (), cursor

    async def close(self) -> None:
        """Give the login back and close the connections."""
        await self._login.close()
        await self._http.aclose()

    def _list(
        self, path: str, what: str, conditions: tuple[tuple[str, str], ...] = ()
    ) -> WholeList:
        return WholeList(path, what, self.connection.page_size, conditions)

    async def _known_layout(self) -> Layout:
        if self._layout is None:
            what = "reading which fields there are"
            account = await self._client.options(CUSTOMERS, what)
            service = await self._client.options(ALL_SERVICES, what)
            self._layout = Layout(read_entity(ACCOUNT, account), read_entity(SERVICE, service))
        return self._layout

    async def _read_plans(self) -> Mapping[str, BillingPlan]:
        listed = self._list(TARIFFS, "reading the plans")
        plans = [
            join.read_plan(row) async for page, _ in listed.pages(self._client) for row in page
        ]
        by_number = join.by_number(plans)
        self._plans = _Plans(by_number, self._clock.monotonic() + _PLANS_GOOD_FOR_S)
        return by_number

    async def _plans_for(self, rows: list[Row]) -> Mapping[str, BillingPlan]:
        """Return the plans, read anew when they are old or do not name one of the rows'."""
        held = self._plans
        wanted = {join.tariff_of(row) for row in rows} - {""}
        if held is None or self._clock.monotonic() >= held.good_until:
            return await self._read_plans()
        return held.by_number if wanted <= set(held.by_number) else await self._read_plans()

    async def _all_customers(self, layout: Layout) -> dict[int, Customer]:
        listed = self._list(CUSTOMERS, "reading the customers")
        found = {}
        async for rows, _place in listed.pages(self._client):
            for row in rows:
                customer = join.read_customer(row, layout, self._zone)
                found[customer.customer_id] = customer
        return found

    async def _joined(
        self,
        row: Row,
        customers: dict[int, Customer],
        plans: Mapping[str, BillingPlan],
        layout: Layout,
    ) -> BillingService | None:
        """Return a service with its customer, None when that is gone by now."""
        number = join.customer_of(row)
        customer = customers.get(number)
        if customer is None:
            # Added since the customers were read, or a list without it: ask for this one.
            late = await self._client.item(f"{CUSTOMERS}/{number}", f"reading customer {number}")
            if late is None:
                return None
            customer = customers[number] = join.read_customer(late, layout, self._zone)
        return join.join(row, customer, plans, layout)

    async def _check_gone(self, number: int) -> None:
        """Make sure that a customer who was not found is not in the list either."""
        what = f"looking for customer {number}"
        if await self._client.rows(CUSTOMERS, what, where("id", "=", number)):
            raise BillingAnswer(
                f"Splynx {self._client.name} says that customer {number} is not there, and lists "
                "it; nothing is concluded from that. Try again later."
            )

    def _number(self, account_id: str) -> int:
        number = as_int(account_id)
        if number is None or number <= 0:
            raise BillingAnswer(
                f"'{account_id}' cannot be a customer of Splynx {self._client.name}; those have "
                "numbers."
            )
        return number


def _zone(connection: Connection) -> ZoneInfo:
    try:
        return ZoneInfo(connection.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"The time zone '{connection.timezone}' of billing system {connection.name} is not "
            "known; write it as Europe/Berlin."
        ) from None
