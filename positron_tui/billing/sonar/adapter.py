"""Sonar behind the contract of billing systems."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from positron_tui.billing.contract import BillingSecrets, Changed, Check, Connection, Page, Sleep
from positron_tui.billing.http import BillingHttp
from positron_tui.billing.sonar import changes, hooks, texts, values
from positron_tui.billing.sonar.catalogue import (
    Catalogue,
    Catalogues,
    billing_statuses,
    read_plans,
)
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.lists import whole
from positron_tui.billing.sonar.reading import Reader
from positron_tui.billing.sonar.services import field_infos
from positron_tui.billing.sonar.writing import Writer
from positron_tui.domain.billing import (
    BillingPlan,
    BillingService,
    BillingStatus,
    FieldInfo,
    HookEvent,
)
from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import BillingError, CredentialError


class SonarAdapter:
    """A BillingAdapter for Sonar's GraphQL API; CredentialError without an access token."""

    def __init__(
        self,
        connection: Connection,
        secrets: BillingSecrets,
        *,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not secrets.token:
            raise CredentialError(
                f"Billing system {connection.name} has no access token; create one in Sonar for a "
                "user of its own and give it to the console."
            )
        self._connection = connection
        self._hook_path = secrets.hook_path
        self._clock = clock or SystemClock()
        self._http = BillingHttp(
            connection,
            secrets=(secrets.token, secrets.hook_path),
            clock=self._clock,
            sleep=sleep,
        )
        self._graphql = GraphQL(self._http, secrets.token, sleep)
        self._catalogues = Catalogues(self._graphql, self._clock)
        self._reader = Reader(
            self._graphql,
            self._catalogues,
            page_size=connection.page_size,
            in_flight=connection.max_in_flight,
        )
        self._writer = Writer(self._graphql, self._reader, self._catalogues)

    @property
    def connection(self) -> Connection:
        return self._connection

    async def check(self) -> Check:
        """Look who we are, how much there is, and what would stand in the way of a sync."""
        me = values.child(await self._graphql.read(texts.PING, what="logging in"), "me")
        problems: list[str] = []
        services = await self._count(problems)
        try:
            catalogue = await self._catalogues.get(fresh=True)
            problems += _missing(catalogue)
            await self._reader.probe()
            await self._check_hooks(problems)
        except BillingError as error:
            problems.append(str(error))
        identity = self._graphql.shown(values.text(me, "name")) or values.ident(me, "id")
        return Check(identity, None, services, tuple(problems))

    async def fields(self) -> tuple[FieldInfo, ...]:
        return field_infos(await self._catalogues.get(fresh=True))

    async def plans(self) -> tuple[BillingPlan, ...]:
        return await read_plans(self._graphql)

    async def statuses(self) -> tuple[BillingStatus, ...]:
        return billing_statuses(await self._catalogues.get(fresh=True))

    def pages(self, resume: str | None = None) -> AsyncIterator[Page]:
        return self._reader.pages(resume)

    async def changed(self, cursor: str | None) -> Changed:
        return await changes.changed(self._graphql, self._clock, cursor)

    async def account(self, account_id: str) -> tuple[BillingService, ...] | None:
        return await self._reader.services(account_id)

    async def write(self, service: BillingService, values: Mapping[str, str]) -> None:
        await self._writer.write(service, values)

    async def add_note(self, account_id: str, text: str) -> None:
        await self._writer.note(account_id, text)

    async def has_note(self, account_id: str, marker: str) -> bool | None:
        """Return whether a note holds `marker`; None for an account that is not there."""
        condition: dict[str, Any] = {
            "attribute": "message",
            "search_value": marker,
            "match": True,
            "partial_matching": True,
        }
        variables = {"id": account_id, "search": [{"string_fields": [condition]}]}
        what = f"reading the notes of account {account_id}"
        data = await self._graphql.read(texts.NOTES, variables, what=what)
        rows = values.entities(data, "accounts")
        return bool(values.entities(rows[0], "notes")) if rows else None

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[HookEvent, ...]:
        """Return what a hook tells; its address is what proves it, which the receiver checks."""
        return hooks.parse_hook(body)

    async def missed_hooks(self, cursor: str | None) -> tuple[tuple[HookEvent, ...], str | None]:
        return await hooks.missed(self._graphql, cursor)

    async def close(self) -> None:
        await self._http.aclose()

    async def _count(self, problems: list[str]) -> int | None:
        try:
            data = await self._graphql.read(texts.COUNT_SERVICES, what="counting the services")
        except BillingError as error:
            problems.append(str(error))
            return None
        return values.count(values.child(data, "account_services"))

    async def _check_hooks(self, problems: list[str]) -> None:
        """Notice where nothing would be sent to us; without webhooks changes are found later."""
        rows = await whole(
            self._graphql, texts.WEBHOOKS, "webhook_endpoints", what="reading the webhooks"
        )
        enabled = [values.text(row, "endpoint") for row in rows if row.get("enabled") is True]
        path = self._hook_path
        if path is None or not any(address.rstrip("/").endswith(path) for address in enabled):
            problems.append(
                f"Sonar of {self._connection.name} sends no webhooks to this console, so changes "
                "are found by polling only; create a webhook endpoint with the address that the "
                "console shows."
            )


def _missing(catalogue: Catalogue) -> list[str]:
    problems = []
    if not any(one.activates for one in catalogue.statuses):
        problems.append("No account status of Sonar activates accounts; check the statuses there.")
    if not any(one.is_mac for one in catalogue.model_fields.values()):
        problems.append(
            "No model of equipment in Sonar has a field for a MAC address; MAC addresses are read "
            "from outside of the inventory only."
        )
    return problems
