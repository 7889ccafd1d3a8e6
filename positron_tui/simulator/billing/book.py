"""The accounts, services and plans behind a stand-in: one model, whichever system shows it.

Ids are numbers, as both systems have them. Every change yields a BookEvent, from which the
stand-ins make their hooks and their logs of changes.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import NotFound

T = TypeVar("T")
KEPT_EVENTS = 50_000
# Custom fields of a service in a made-up book; a mapping may name them.
VLAN, DEVICE, PORT, STATE = "vlan", "gam", "gam_port", "gam_state"


class Standing(StrEnum):
    """What an account's status means, whatever a system calls it.

    A status may also be any other text: a system shows that as it is.
    """

    NEW = "new"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class What(StrEnum):
    """What an event is about."""

    ACCOUNT = "account"
    SERVICE = "service"
    PLAN = "plan"
    NOTE = "note"


class Action(StrEnum):
    """What happened to it."""

    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A sold speed in kbit/s; `price_cents` a month."""

    plan_id: int
    name: str
    down_kbps: int
    up_kbps: int
    price_cents: int = 3_900


@dataclass(frozen=True, slots=True)
class BookAccount:
    """A customer. `status` is a Standing, or any text for one that nobody knows."""

    account_id: int
    name: str
    status: str
    street: str
    city: str
    created_at: datetime
    updated_at: datetime
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookService:
    """What an account bought. `status` is active, stopped, disabled, pending or any other text.

    `mac` is the field as people typed it: any spelling, several addresses, or empty. `inventoried`
    tells whether a system with an inventory has the endpoint in it.
    """

    service_id: int
    account_id: int
    plan_id: int
    status: str
    mac: str
    created_at: datetime
    updated_at: datetime
    description: str = ""
    inventoried: bool = True
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookNote:
    """A note on an account; `by` is who wrote it."""

    note_id: int
    account_id: int
    text: str
    at: datetime
    title: str = ""
    by: str = "admin"


@dataclass(frozen=True, slots=True)
class BookEvent:
    """One change: `before` and `after` hold the fields that differ, all of them when it was
    created or deleted. `number` counts from 1.
    """

    number: int
    at: datetime
    what: What
    action: Action
    account_id: int | None
    service_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    by: str


class Book:
    """The mutable whole; nothing of it waits, so any task may read and change it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.plans: dict[int, BookPlan] = {}
        self.accounts: dict[int, BookAccount] = {}
        self.services: dict[int, BookService] = {}
        self.notes: dict[int, BookNote] = {}
        self.events: deque[BookEvent] = deque(maxlen=KEPT_EVENTS)
        self.on_event: list[Callable[[BookEvent], None]] = []
        self._ids = {what: itertools.count(1) for what in What}
        self._numbers = itertools.count(1)
        self._services_of: dict[int, list[int]] = {}

    # reading

    def account(self, account_id: int) -> BookAccount:
        """Return an account; NotFound when it is not there."""
        return _get(self.accounts, account_id, "account")

    def service(self, service_id: int) -> BookService:
        """Return a service; NotFound when it is not there."""
        return _get(self.services, service_id, "service")

    def plan(self, plan_id: int) -> BookPlan:
        """Return a plan; NotFound when it is not there."""
        return _get(self.plans, plan_id, "plan")

    def services_of(self, account_id: int) -> list[BookService]:
        """Return the services of an account in the order of their ids."""
        return [self.services[number] for number in self._services_of.get(account_id, ())]

    def notes_of(self, account_id: int) -> list[BookNote]:
        return [note for note in self.notes.values() if note.account_id == account_id]

    # changing; `by` is who does it: "admin" in front of the system, or "api"

    def add_plan(
        self, name: str, down_kbps: int, up_kbps: int, price_cents: int = 3_900
    ) -> BookPlan:
        plan = BookPlan(next(self._ids[What.PLAN]), name, down_kbps, up_kbps, price_cents)
        self.plans[plan.plan_id] = plan
        self._tell(What.PLAN, Action.CREATE, None, None, {}, _values(plan))
        return plan

    def add_account(
        self,
        name: str,
        status: str = Standing.ACTIVE,
        *,
        street: str = "",
        city: str = "",
        custom: Mapping[str, str] | None = None,
        created_at: datetime | None = None,
        by: str = "admin",
    ) -> BookAccount:
        at = created_at or self.clock.now()
        number = next(self._ids[What.ACCOUNT])
        account = BookAccount(number, name, str(status), street, city, at, at, dict(custom or {}))
        self.accounts[number] = account
        self._services_of[number] = []
        self._tell(What.ACCOUNT, Action.CREATE, number, None, {}, _values(account), by)
        return account

    def add_service(
        self,
        account_id: int,
        plan_id: int,
        mac: str = "",
        *,
        status: str = "active",
        description: str = "",
        inventoried: bool = True,
        custom: Mapping[str, str] | None = None,
        created_at: datetime | None = None,
        by: str = "admin",
    ) -> BookService:
        self.account(account_id)
        plan = self.plan(plan_id)
        at = created_at or self.clock.now()
        service = BookService(
            next(self._ids[What.SERVICE]),
            account_id,
            plan_id,
            status,
            mac,
            at,
            at,
            description or plan.name,
            inventoried,
            dict(custom or {}),
        )
        self.services[service.service_id] = service
        self._services_of[account_id].append(service.service_id)
        self._tell(
            What.SERVICE, Action.CREATE, account_id, service.service_id, {}, _values(service), by
        )
        return service

    def change_account(self, account_id: int, *, by: str = "admin", **values: Any) -> BookAccount:
        """Set fields of an account; `custom` is merged into what is there."""
        old = self.account(account_id)
        new = replace(old, **_merged(old.custom, values), updated_at=self.clock.now())
        self.accounts[account_id] = new
        self._tell_edit(What.ACCOUNT, old, new, account_id, None, by)
        return new

    def change_service(self, service_id: int, *, by: str = "admin", **values: Any) -> BookService:
        """Set fields of a service; `custom` is merged into what is there."""
        old = self.service(service_id)
        if "plan_id" in values:
            self.plan(values["plan_id"])
        new = replace(old, **_merged(old.custom, values), updated_at=self.clock.now())
        self.services[service_id] = new
        self._tell_edit(What.SERVICE, old, new, old.account_id, service_id, by)
        return new

    def set_status(self, account_id: int, status: str, *, by: str = "admin") -> BookAccount:
        return self.change_account(account_id, status=str(status), by=by)

    def set_plan(self, service_id: int, plan_id: int, *, by: str = "admin") -> BookService:
        return self.change_service(service_id, plan_id=plan_id, by=by)

    def set_mac(self, service_id: int, mac: str, *, by: str = "admin") -> BookService:
        return self.change_service(service_id, mac=mac, by=by)

    def delete_service(self, service_id: int, *, by: str = "admin") -> None:
        service = self.service(service_id)
        del self.services[service_id]
        self._services_of[service.account_id].remove(service_id)
        self._tell(
            What.SERVICE, Action.DELETE, service.account_id, service_id, _values(service), {}, by
        )

    def delete_account(self, account_id: int, *, by: str = "admin") -> None:
        """Delete an account with its services."""
        account = self.account(account_id)
        for service in self.services_of(account_id):
            self.delete_service(service.service_id, by=by)
        del self.accounts[account_id], self._services_of[account_id]
        self._tell(What.ACCOUNT, Action.DELETE, account_id, None, _values(account), {}, by)

    def add_note(
        self, account_id: int, text: str, *, title: str = "", by: str = "admin"
    ) -> BookNote:
        self.account(account_id)
        number = next(self._ids[What.NOTE])
        note = BookNote(number, account_id, text, self.clock.now(), title, by)
        self.notes[number] = note
        self._tell(What.NOTE, Action.CREATE, account_id, None, {}, _values(note), by)
        return note

    # telling

    def _tell_edit(
        self,
        what: What,
        old: BookAccount | BookService,
        new: BookAccount | BookService,
        account_id: int,
        service_id: int | None,
        by: str,
    ) -> None:
        before, after = _values(old), _values(new)
        differing = [name for name in after if name != "updated_at" and before[name] != after[name]]
        if differing:
            was = {name: before[name] for name in differing}
            now = {name: after[name] for name in differing}
            self._tell(what, Action.EDIT, account_id, service_id, was, now, by)

    def _tell(
        self,
        what: What,
        action: Action,
        account_id: int | None,
        service_id: int | None,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        by: str = "admin",
    ) -> None:
        event = BookEvent(
            next(self._numbers),
            self.clock.now(),
            what,
            action,
            account_id,
            service_id,
            before,
            after,
            by,
        )
        self.events.append(event)
        for listener in self.on_event:
            listener(event)


def _get(table: Mapping[int, T], number: int, kind: str) -> T:
    try:
        return table[number]
    except KeyError:
        raise NotFound(f"The book has no {kind} {number}.") from None


def _merged(custom: Mapping[str, str], values: dict[str, Any]) -> dict[str, Any]:
    if "custom" in values:
        values["custom"] = {**custom, **values["custom"]}
    return values


def _values(thing: BookPlan | BookAccount | BookService | BookNote) -> dict[str, Any]:
    return {one.name: getattr(thing, one.name) for one in fields(thing)}
