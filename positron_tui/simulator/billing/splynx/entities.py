"""The entities of the API over the book: how each is listed, shown and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from positron_tui.domain.errors import NotFound
from positron_tui.simulator.billing.book import (
    Book,
    BookAccount,
    BookNote,
    BookPlan,
    BookService,
    Standing,
)
from positron_tui.simulator.billing.splynx import attributes, shapes
from positron_tui.simulator.billing.splynx.answers import Refusal
from positron_tui.simulator.billing.splynx.query import Condition, Query, matching

T = TypeVar("T")
Row = dict[str, Any]
_CUSTOMER_FIELDS = {"name": "name", "street_1": "street", "city": "city"}
_SERVICE_FIELDS = {"mac": "mac", "status": "status", "description": "description"}
# What customers and services have and this stand-in takes without keeping it.
_IGNORED = {"email", "billing_email", "phone", "zip_code", "gps", "category", "partner_id"}
_IGNORED_BY_SERVICES = {"taking_ipv4", "ipv4", "login", "start_date", "end_date", "quantity"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A listable entity: `quick` gives what is searched most without building a whole row."""

    things: Callable[[], Iterable[Any]]
    row: Callable[[Any], Row]
    quick: Mapping[str, Callable[[Any], object]]

    def found(self, query: Query) -> list[Any]:
        return matching(query, self.things(), self._value)

    def _value(self, thing: Any, condition: Condition) -> object:
        if not condition.custom and condition.attribute in self.quick:
            return self.quick[condition.attribute](thing)
        row = self.row(thing)
        place = row["additional_attributes"] if condition.custom else row
        return place.get(condition.attribute, "")


def customers(book: Book) -> Entity:
    quick: dict[str, Callable[[BookAccount], object]] = {
        "id": lambda one: one.account_id,
        "status": lambda one: shapes.status_word(one.status),
        "name": lambda one: one.name,
    }
    return Entity(book.accounts.values, shapes.customer, quick)


def services(book: Book, customer_id: int | None = None) -> Entity:
    """Return the services of one customer, of all for None."""
    quick: dict[str, Callable[[BookService], object]] = {
        "id": lambda one: one.service_id,
        "customer_id": lambda one: one.account_id,
        "status": lambda one: one.status,
        "tariff_id": lambda one: one.plan_id,
    }

    def things() -> Iterable[BookService]:
        return book.services.values() if customer_id is None else book.services_of(customer_id)

    return Entity(things, lambda one: shapes.service(one, book), quick)


def tariffs(book: Book) -> Entity:
    def row(plan: BookPlan) -> Row:
        sold = sum(one.plan_id == plan.plan_id for one in book.services.values())
        return shapes.tariff(plan, sold)

    return Entity(book.plans.values, row, {"id": lambda one: one.plan_id})


def notes(book: Book) -> Entity:
    quick: dict[str, Callable[[BookNote], object]] = {
        "id": lambda one: one.note_id,
        "customer_id": lambda one: one.account_id,
    }
    return Entity(book.notes.values, shapes.note, quick)


def changes(book: Book) -> Entity:
    """The log of changes; its things are rows already."""

    def things() -> Iterable[Row]:
        return [row for event in book.events if (row := shapes.change_row(event)) is not None]

    quick: dict[str, Callable[[Row], object]] = {
        "id": lambda row: row["id"],
        "date": lambda row: row["date"],
    }
    return Entity(things, lambda row: row, quick)


def change_customer(book: Book, number: int, content: Mapping[str, Any]) -> None:
    """Take a partial customer; Refusal when a field is wrong."""
    values = _taken(content, _CUSTOMER_FIELDS, _IGNORED | {"status"})
    if "status" in content:
        words = ("new", "active", "blocked", "disabled")
        if content["status"] not in words:
            raise _invalid("status", "Status is invalid.")
        values["status"] = shapes.standing_of(content["status"])
    custom = _custom(content, attributes.CUSTOMER_CUSTOM)
    if custom:
        values["custom"] = custom
    with_404(lambda: book.change_account(number, by="api", **values))


def change_service(book: Book, customer_id: int, number: int, content: Mapping[str, Any]) -> None:
    """Take a partial service; Refusal when a field is wrong."""
    service_of(book, customer_id, number)
    values = _taken(content, _SERVICE_FIELDS, _IGNORED_BY_SERVICES | {"tariff_id"})
    if "tariff_id" in content:
        values["plan_id"] = _plan(book, content["tariff_id"])
    custom = _custom(content, attributes.SERVICE_CUSTOM)
    if custom:
        values["custom"] = custom
    book.change_service(number, by="api", **values)


def follow_status(
    book: Book, account_id: int, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Do with the services what Splynx does when a customer becomes inactive or comes back."""
    gone = after.get("status") == Standing.CANCELLED
    back = before.get("status") == Standing.CANCELLED and "status" in after
    for one in book.services_of(account_id):
        if gone and one.status == "active":
            book.change_service(one.service_id, status="disabled", by="system")
            book.add_service(
                account_id,
                one.plan_id,
                one.mac,
                status="stopped",
                description=one.description,
                inventoried=one.inventoried,
                custom=one.custom,
                by="system",
            )
        elif back and one.status == "stopped":
            book.change_service(one.service_id, status="active", by="system")


def add_service(book: Book, customer_id: int, content: Mapping[str, Any]) -> int:
    """Add a service and return its id."""
    if "tariff_id" not in content:
        raise _invalid("tariff_id", "Plan cannot be blank.")
    plan_id = _plan(book, content["tariff_id"])
    custom = _custom(content, attributes.SERVICE_CUSTOM)
    added = with_404(
        lambda: book.add_service(
            customer_id,
            plan_id,
            str(content.get("mac", "")),
            status=str(content.get("status", "active")),
            custom=custom,
            by="api",
        )
    )
    return added.service_id


def add_customer(book: Book, content: Mapping[str, Any]) -> int:
    """Add a customer and return the id."""
    if not content.get("name"):
        raise _invalid("name", "Full name cannot be blank.")
    status = shapes.standing_of(str(content.get("status", "new")))
    custom = _custom(content, attributes.CUSTOMER_CUSTOM)
    return book.add_account(str(content["name"]), status, custom=custom, by="api").account_id


def add_note(book: Book, content: Mapping[str, Any]) -> int:
    """Add a note and return its id."""
    for name in ("customer_id", "comment"):
        if not content.get(name):
            raise _invalid(name, f"{name} cannot be blank.")
    number, text = int(content["customer_id"]), str(content["comment"])
    if number not in book.accounts:
        raise _invalid("customer_id", "Customer is invalid.")
    return book.add_note(number, text, title=str(content.get("title", "")), by="api").note_id


def service_of(book: Book, customer_id: int, number: int) -> BookService:
    """Return a service of a customer; Refusal when there is no such one."""
    service = with_404(lambda: book.service(number))
    if service.account_id != customer_id:
        raise Refusal(404, "NOT_FOUND", "Not found.")
    return service


def with_404(run: Callable[[], T]) -> T:
    """Return what `run` returns; what the book does not have is a Refusal."""
    try:
        return run()
    except NotFound:
        raise Refusal(404, "NOT_FOUND", "Not found.") from None


def _taken(
    content: Mapping[str, Any], known: Mapping[str, str], ignored: set[str]
) -> dict[str, Any]:
    unknown = set(content) - set(known) - ignored - {"additional_attributes"}
    if unknown:
        raise _invalid(min(unknown), "Unknown attribute.")
    return {known[name]: str(content[name]) for name in content if name in known}


def _custom(content: Mapping[str, Any], known: list[attributes.Attribute]) -> dict[str, str]:
    given = content.get("additional_attributes") or {}
    writable = {one["name"] for one in known if not one["readonly"]}
    for name in given:
        if name not in writable:
            raise _invalid(name, "Unknown or read-only attribute.")
    return {name: "" if value is None else str(value) for name, value in given.items()}


def _plan(book: Book, value: object) -> int:
    if not str(value).isdigit() or int(str(value)) not in book.plans:
        raise _invalid("tariff_id", "Plan is invalid.")
    return int(str(value))


def _invalid(field: str, message: str) -> Refusal:
    return Refusal(422, "INVALID_INPUT_DATA", message, [{"field": field, "message": message}])
