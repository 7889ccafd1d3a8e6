"""What an instance of Sonar has to choose from: statuses, custom fields, fields of equipment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from positron_tui.billing.sonar import texts, values
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.lists import together, whole
from positron_tui.domain.billing import BillingPlan, BillingStatus
from positron_tui.domain.clock import Clock

Row = Mapping[str, Any]
MAX_AGE_S = 600.0
MAC_TYPE, DATA = "MAC_ADDRESS", "DATA"
# Values of other types (IMSI, LTEAUTHKEY, OPOPC) are never read.
_READABLE_TYPES = frozenset({"TEXT", "NUMBER", "DECIMAL", "REGULAR_EXPRESSION", MAC_TYPE})
_LISTS = {
    "account_statuses": texts.STATUSES,
    "custom_fields": texts.CUSTOM_FIELDS,
    "inventory_model_fields": texts.MODEL_FIELDS,
}
_SECRET_WORDS = ("password", "passwd", "passphrase", "secret", "psk", "token", "credential", "key")


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """A status by its id; names are free text of the operator."""

    status_id: str
    name: str
    activates: bool


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of accounts; `label` is its name, told apart from others of the same name."""

    field_id: str
    label: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class ModelField:
    """A field of a model of equipment whose values may be read."""

    field_id: str
    model_id: str
    name: str
    kind: str
    primary: bool

    @property
    def is_mac(self) -> bool:
        return self.kind == MAC_TYPE or "mac" in self.name.lower()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is chosen from, by id."""

    statuses: tuple[AccountStatus, ...]
    custom: Mapping[str, CustomField]
    model_fields: Mapping[str, ModelField]

    @property
    def search(self) -> list[Row]:
        """Return the search that gives the values of readable fields and of no other."""
        wanted = list(self.model_fields) or ["0"]
        return [{"integer_fields": [_equals("inventory_model_field_id", one)]} for one in wanted]


class Catalogues:
    """Keeps the catalogue for ten minutes; all tasks share one reading of it."""

    def __init__(self, graphql: GraphQL, clock: Clock) -> None:
        self._graphql = graphql
        self._clock = clock
        self._kept: Catalogue | None = None
        self._until = 0.0
        self._reading = asyncio.Lock()

    async def get(self, *, fresh: bool = False) -> Catalogue:
        """Return the catalogue, read anew when it is too old or `fresh` asks for it."""
        async with self._reading:
            now = self._clock.monotonic()
            if self._kept is None or fresh or now >= self._until:
                self._kept = await self._read()
                self._until = now + MAX_AGE_S
            return self._kept

    async def _read(self) -> Catalogue:
        what = "reading its statuses and fields"
        rows = await together(self._graphql, texts.CATALOGUE, _LISTS, what=what)
        fields = map(_model_field, rows["inventory_model_fields"])
        return Catalogue(
            tuple(_status(row) for row in rows["account_statuses"]),
            _custom_fields(rows["custom_fields"]),
            {one.field_id: one for one in fields if is_readable(one)},
        )


async def read_plans(graphql: GraphQL) -> tuple[BillingPlan, ...]:
    """Return the services that may carry data: those that do, with rates, and recurring ones."""
    rows = await whole(
        graphql, texts.SOLD_SERVICES, "services", what="reading the services that are sold"
    )
    return tuple(plan_of(row) for row in rows if row.get("type") in (DATA, "RECURRING"))


def plan_of(row: Row) -> BillingPlan:
    """Return a service that is sold; rates are unknown unless it carries data."""
    detail = values.optional_child(row, "data_service_detail")
    return BillingPlan(
        values.ident(row, "id"),
        values.text(row, "name"),
        values.rate(detail, "download_speed_kilobits_per_second"),
        values.rate(detail, "upload_speed_kilobits_per_second"),
    )


def billing_statuses(catalogue: Catalogue) -> tuple[BillingStatus, ...]:
    """Return the statuses for people; Sonar has none of a service."""
    return tuple(BillingStatus("account", one.name, one.activates) for one in catalogue.statuses)


def is_readable(field: ModelField) -> bool:
    """Return whether values of a field are none of those that only their owner may know."""
    if field.kind == MAC_TYPE:
        return True
    name = field.name.lower()
    return field.kind in _READABLE_TYPES and not any(word in name for word in _SECRET_WORDS)


def _status(row: Row) -> AccountStatus:
    return AccountStatus(
        values.ident(row, "id"), values.text(row, "name"), values.truth(row, "activates_account")
    )


def _custom_fields(rows: list[Row]) -> dict[str, CustomField]:
    """Return the custom fields of accounts; the later of two with one name gets its id to it."""
    found: dict[str, CustomField] = {}
    labels: set[str] = set()
    for row in rows:
        if values.text(row, "entity_type").upper() != "ACCOUNT":
            continue
        number, label = values.ident(row, "id"), values.text(row, "name")
        if label in labels:
            label = f"{label} #{number}"
        labels.add(label)
        required = row.get("required") is True
        found[number] = CustomField(number, label, values.text(row, "type").upper(), required)
    return found


def _model_field(row: Row) -> ModelField:
    return ModelField(
        values.ident(row, "id"),
        values.ident(row, "inventory_model_id"),
        values.text(row, "name"),
        values.text(row, "type").upper(),
        row.get("primary") is True,
    )


def _equals(attribute: str, value: str) -> Row:
    return {"attribute": attribute, "search_value": value, "operator": "EQ"}
