"""Customers, services and tariffs of Splynx joined into services as the contract has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from positron_tui.billing.splynx.client import Row
from positron_tui.billing.splynx.coerce import as_int, as_moment, as_text, flat
from positron_tui.billing.splynx.layout import (
    ACCOUNT,
    PLAN_FIELD,
    SERVICE,
    Entity,
    Layout,
    is_secret,
)
from positron_tui.domain.billing import BillingPlan, BillingService
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac

_SEPARATORS = ",; \t\r\n"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as far as a sync wants it; `fields` by dotted names, without secrets."""

    customer_id: int
    name: str
    status: str
    fields: Mapping[str, str]
    updated_at: datetime | None


def read_customer(row: Row, layout: Layout, zone: tzinfo) -> Customer:
    """Return a customer from its row, which has an id."""
    return Customer(
        as_int(row.get("id")) or 0,
        as_text(row.get("name")),
        as_text(row.get("status")),
        _fields(row, layout.account, ACCOUNT),
        as_moment(row.get("last_update"), zone),
    )


def read_plan(row: Row) -> BillingPlan:
    """Return a plan from the row of a tariff, which has an id."""
    number = as_text(row.get("id"))
    name = as_text(row.get("title")) or as_text(row.get("service_name")) or f"plan {number}"
    down, up = as_int(row.get("speed_download")), as_int(row.get("speed_upload"))
    return BillingPlan(number, name, down, up)


def customer_of(row: Row) -> int:
    """Return the number of the customer that a service belongs to, 0 for none."""
    return as_int(row.get("customer_id")) or 0


def tariff_of(row: Row) -> str:
    """Return the number of a service's tariff, "" for none."""
    number = as_int(row.get("tariff_id"))
    return str(number) if number else ""


def join(
    row: Row, customer: Customer, plans: Mapping[str, BillingPlan], layout: Layout
) -> BillingService:
    """Return a service with its account and plan."""
    number = tariff_of(row)
    plan = plans.get(number) or (BillingPlan(number, f"plan {number}") if number else None)
    fields = {**customer.fields, **_fields(row, layout.service, SERVICE)}
    fields[PLAN_FIELD] = plan.name if plan else ""
    return BillingService(
        service_id=str(as_int(row.get("id"))),
        account_id=str(customer.customer_id),
        account_name=customer.name,
        account_status=customer.status,
        service_status=as_text(row.get("status")),
        plan=plan,
        fields=fields,
        updated_at=customer.updated_at,
    )


def mac_field(before: str, value: str) -> str:
    """Return what to write where `before` stood: in its spelling, other addresses kept.

    The first address is the one that counts, so the new one takes its place. What is no address
    is written as it is.
    """
    try:
        new = [parse_mac(word) for word in _words(value)]
    except UsageError:
        return value
    old = [mac for word in _words(before) if (mac := _mac_or_none(word)) is not None]
    if len(new) == 1:
        new = [*new, *(mac for mac in old[1:] if mac != new[0])]
    spelled = next((word for word in _words(before) if _mac_or_none(word)), "")
    between = ", " if ", " in before or "," not in before else ","
    return between.join(_spell(mac, spelled) for mac in new)


def _words(text: str) -> Iterator[str]:
    """Yield what separators part; one address may be spelled with blanks."""
    if _mac_or_none(text) is not None:
        yield text
        return
    for separator in _SEPARATORS:
        text = text.replace(separator, " ")
    yield from text.split()


def _mac_or_none(word: str) -> str | None:
    try:
        return parse_mac(word)
    except UsageError:
        return None


def _spell(mac: str, like: str) -> str:
    """Return an address as another one is spelled; plain digits where there is none."""
    digits = mac.replace(":", "")
    upper = like != like.lower() or not any(one in "abcdef" for one in like)
    digits = digits.upper() if upper else digits
    separator = next((one for one in ":-. " if one in like.strip()), "")
    size = 4 if separator == "." and like.count(".") == 2 else 2
    return separator.join(digits[at : at + size] for at in range(0, 12, size))


def _fields(row: Row, entity: Entity, level: str) -> dict[str, str]:
    own = {
        name: value
        for name, value in row.items()
        if name != "additional_attributes" and not is_secret(name)
    }
    plain = {name: text for name, text in flat(own, level) if not is_secret(name)}
    return {**plain, **entity.shown_custom(row)}


def by_number(plans: Iterable[BillingPlan]) -> dict[str, BillingPlan]:
    return {plan.plan_id: plan for plan in plans}
