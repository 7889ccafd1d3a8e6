"""Sonar's tables over a book, kept in step with it account by account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from positron_tui.domain.errors import NotFound
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import (
    Action,
    Book,
    BookAccount,
    BookEvent,
    BookService,
    Standing,
    What,
)
from positron_tui.simulator.billing.sonar.quirks import Quirks
from positron_tui.simulator.billing.sonar.rows import (
    CUSTOM_FIELDS,
    MODEL,
    MODEL_FIELDS,
    ODD_MODEL,
    SECRET_VALUES,
    STATUS_NAMES,
    AllIds,
    ExtraItem,
    Extras,
    Row,
    account_row,
    address_row,
    custom_values,
    field_rows,
    is_mac,
    item_row,
    service_row,
    stamps,
    typed_macs,
)

_OF_ACCOUNT = (
    "account_services",
    "addresses",
    "inventory_items",
    "inventory_model_field_data",
    "uninventoried_mac_addresses",
    "custom_field_data",
)


class Tables:
    """All rows by table and id; a change of the book makes its account's rows anew.

    The add_* methods put things into Sonar that a book has no room for.
    """

    def __init__(self, book: Book, quirks: Quirks) -> None:
        self.book = book
        self._quirks = quirks
        self.ids = AllIds()
        self.accounts: dict[int, Row] = {}
        self.account_statuses: dict[int, Row] = {}
        self.services: dict[int, Row] = {}
        self.custom_fields: dict[int, Row] = {}
        self.inventory_model_fields: dict[int, Row] = {}
        self.of_account: dict[str, dict[int, Row]] = {name: {} for name in _OF_ACCOUNT}
        self._made: dict[int, list[tuple[str, int]]] = {}
        self._extras: dict[int, Extras] = {}
        self._status_ids: dict[str, int] = {}
        self._models: dict[int, Row] = {}
        self._resold: dict[int, int] = {}
        self._since = book.clock.now()
        self._version = 0
        self._fill()
        book.on_event.append(self._heard)

    def close(self) -> None:
        """Hear no more of the book."""
        self.book.on_event.remove(self._heard)

    def table(self, name: str) -> dict[int, Row]:
        """Return a table by its root field's name."""
        if name in self.of_account:
            return self.of_account[name]
        found: dict[int, Row] = getattr(self, name)
        return found

    def sold_id(self, service_id: int) -> int:
        """Return the id of the account service that shows a service of the book."""
        return self._resold.get(service_id, service_id)

    def extras(self, account_id: int) -> Extras:
        return self._extras.setdefault(account_id, Extras())

    def status_id(self, status: str) -> int:
        """Return the id of a book's status; one that nobody knows becomes a status of its own."""
        name = STATUS_NAMES.get(Standing(status), status) if _is_standing(status) else status
        number = self._status_ids.get(status)
        if number is None:
            number = self._status_ids[status] = len(self._status_ids) + 1
            self.account_statuses[number] = {
                "id": number,
                **stamps(self._since, self._since),
                "name": name,
                "activates_account": status == Standing.ACTIVE,
                "color": "#808080",
                "icon": "circle",
            }
        return number

    def status_of_id(self, number: int) -> str:
        """Return the book's word for a status; NotFound when there is no such status."""
        for status, status_id in self._status_ids.items():
            if status_id == number:
                return status
        raise NotFound("The selected account status id is invalid.")

    # what a book has no room for

    def add_item(
        self,
        account_id: int,
        values: dict[str, str],
        *,
        status: str = "FUNCTIONAL",
        account_service_id: int | None = None,
        odd_model: bool = False,
    ) -> int:
        """Put a piece of equipment under the account's address and return its id."""
        item = ExtraItem(
            self.ids.items.new(),
            values,
            status,
            account_service_id,
            ODD_MODEL if odd_model else MODEL,
        )
        self.extras(account_id).items.append(item)
        self.make(account_id)
        return item.item_id

    def add_mac(self, account_id: int, mac: str) -> int:
        """Note a MAC address outside of the inventory and return the entry's id."""
        number = self.ids.macs.new()
        self.extras(account_id).macs[number] = parse_mac(mac)
        self.make(account_id)
        return number

    def add_recurring(self, account_id: int, name: str) -> int:
        """Sell an account a service that carries no data and return the account service's id."""
        plan_id = self.ids.services.of(("recurring", name))
        self.services[plan_id] = self._plan_row(plan_id, name, "RECURRING", None)
        number = self.ids.services.new()
        self.extras(account_id).recurring[number] = self.services[plan_id]
        self.make(account_id)
        return number

    # in step with the book

    def _fill(self) -> None:
        for status in Standing:
            self.status_id(status)
        for number, name in enumerate(CUSTOM_FIELDS, 1):
            self._custom_field(number, name)
        for number, name in ((MODEL, "G1001"), (ODD_MODEL, "Legacy bridge")):
            self._models[number] = {
                "id": number,
                "name": name,
                "model_name": f"{name}-MC",
                "manufacturer": {"id": 1, "name": "Positron"},
            }
        for number, model, name, kind, primary in MODEL_FIELDS:
            self.inventory_model_fields[number] = {
                "id": number,
                **stamps(self._since, self._since),
                "inventory_model_id": model,
                "name": name,
                "type": kind,
                "primary": primary,
            }
        for plan_id in self.book.plans:
            self._make_plan(plan_id)
        for account_id in self.book.accounts:
            self.make(account_id)

    def _custom_field(self, number: int, name: str) -> Row:
        row = self.custom_fields[number] = {
            "id": number,
            "name": name,
            "type": "TEXT",
            "entity_type": "ACCOUNT",
            "required": False,
            "enum_options": [],
        }
        return row

    def _heard(self, event: BookEvent) -> None:
        if event.what is What.PLAN:
            for plan_id in self.book.plans:
                self._make_plan(plan_id)
        elif event.what is What.ACCOUNT and event.action is Action.DELETE and event.account_id:
            self._archive(event.account_id, event.at)
        elif event.account_id is not None and event.what is not What.NOTE:
            edited = event.what is What.SERVICE and event.action is Action.EDIT
            if self._quirks.new_id_on_plan_change and edited and "plan_id" in event.after:
                self._resold[event.service_id or 0] = self.ids.services.new()
            self.make(event.account_id)

    def _make_plan(self, plan_id: int) -> None:
        plan = self.book.plans[plan_id]
        rates = {
            "id": plan_id,
            "download_speed_kilobits_per_second": plan.down_kbps,
            "upload_speed_kilobits_per_second": plan.up_kbps,
            "technology_code": "COPPER",
        }
        self.services[plan_id] = self._plan_row(plan_id, plan.name, "DATA", rates)
        self.services[plan_id]["amount"] = plan.price_cents

    def _plan_row(self, plan_id: int, name: str, kind: str, rates: Row | None) -> Row:
        return {
            "id": plan_id,
            **stamps(self._since, self._since),
            "name": name,
            "enabled": True,
            "type": kind,
            "amount": 0,
            "data_service_detail": rates,
        }

    def _archive(self, account_id: int, at: datetime) -> None:
        """Keep what a deleted account was, as Sonar does; it has neither services nor equipment."""
        row = self.accounts[account_id]
        self._drop(account_id)
        self._extras.pop(account_id, None)
        cancelled = self.account_statuses[self.status_id(Standing.CANCELLED)]
        self._version += 1
        row |= {"archived_at": at, "updated_at": at, "_version": str(self._version)}
        row |= {"account_status": cancelled, "account_status_id": cancelled["id"]}
        row |= {"_account_services": [], "_addresses": []}
        row |= {"_uninventoried_mac_addresses": [], "_custom_field_data": []}
        self.accounts[account_id] = row

    def _drop(self, account_id: int) -> None:
        self.accounts.pop(account_id, None)
        for table, number in self._made.pop(account_id, ()):
            del self.of_account[table][number]

    def make(self, account_id: int) -> None:
        """Make an account's rows as the book and its extras say."""
        account = self.book.account(account_id)
        self._drop(account_id)
        self._version += 1
        status = self.account_statuses[self.status_id(account.status)]
        row = self.accounts[account_id] = account_row(account, status, None)
        row["_version"] = str(self._version)
        services = [one for one in self.book.services_of(account_id) if one.status == "active"]
        address = address_row(account, self.ids.addresses.of(account_id))
        self._add(account_id, "addresses", [address], row["_addresses"])
        extras = self._extras.get(account_id, Extras())
        rows = [
            service_row(one, self.sold_id(one.service_id), self.services[one.plan_id])
            for one in services
        ]
        rows += self._recurring(account, extras)
        self._add(account_id, "account_services", rows, row["_account_services"])
        items = self._items(account, services, extras, address["id"])
        self._add(account_id, "inventory_items", items, address["_inventory_items"])
        for item in items:
            self._add(account_id, "inventory_model_field_data", item["_inventory_model_field_data"])
        macs = self._macs(account, services, extras)
        self._add(
            account_id, "uninventoried_mac_addresses", macs, row["_uninventoried_mac_addresses"]
        )
        custom = self._custom(account, services)
        self._add(account_id, "custom_field_data", custom, row["_custom_field_data"])

    def _add(
        self, account_id: int, table: str, rows: Iterable[Row], owner: list[Row] | None = None
    ) -> None:
        made = self._made.setdefault(account_id, [])
        for row in rows:
            row["_version"] = str(self._version)
            self.of_account[table][row["id"]] = row
            made.append((table, row["id"]))
            if owner is not None:
                owner.append(row)

    def _recurring(self, account: BookAccount, extras: Extras) -> list[Row]:
        rows = []
        for number, plan in extras.recurring.items():
            rows.append(
                {
                    "id": number,
                    **stamps(account.created_at, account.created_at),
                    "account_id": account.account_id,
                    "service_id": plan["id"],
                    "package_id": None,
                    "quantity": 1,
                    "price_override": None,
                    "name_override": None,
                    "next_bill_date": None,
                    "service": plan,
                }
            )
        return rows

    def _items(
        self, account: BookAccount, services: list[BookService], extras: Extras, address_id: int
    ) -> list[Row]:
        items = []
        for service in services:
            if not service.inventoried:
                continue
            times = service.created_at, service.updated_at
            # Where there is but one service, people link its equipment only now and then.
            linked = len(services) > 1 or service.service_id % 2 == 0
            linked = linked and service.service_id not in self._resold
            for place, mac in enumerate(typed_macs(service.mac)):
                number = self.ids.items.of((service.service_id, place))
                link = service.service_id if linked else extras.links.get(number)
                item = item_row(
                    number, address_id, times, self._models[MODEL], account_service_id=link
                )
                values = {"MAC Address": mac, "Serial": f"SN{number}", **SECRET_VALUES}
                self._fields(item, values)
                items.append(item)
        for extra in extras.items:
            times = account.created_at, account.updated_at
            link = extras.links.get(extra.item_id, extra.account_service_id or 0) or None
            item = item_row(
                extra.item_id,
                address_id,
                times,
                self._models[extra.model_id],
                account_service_id=link,
                status=extra.status,
            )
            self._fields(item, extra.values)
            items.append(item)
        return items

    def _fields(self, item: Row, values: dict[str, str]) -> None:
        item["_inventory_model_field_data"] = field_rows(
            item, values, self.inventory_model_fields, self.ids.field_data
        )

    def _macs(self, account: BookAccount, services: list[BookService], extras: Extras) -> list[Row]:
        noted = [
            (self.ids.macs.of((service.service_id, parse_mac(mac))), parse_mac(mac), service)
            for service in services
            if not service.inventoried
            for mac in typed_macs(service.mac)
            if is_mac(mac)
        ]
        rows = [
            {
                "id": number,
                **stamps(service.created_at, service.updated_at),
                "account_id": account.account_id,
                "mac_address": mac,
            }
            for number, mac, service in noted
        ]
        return rows + [
            {
                "id": number,
                **stamps(account.created_at, account.updated_at),
                "account_id": account.account_id,
                "mac_address": mac,
            }
            for number, mac in extras.macs.items()
        ]

    def _custom(self, account: BookAccount, services: list[BookService]) -> list[Row]:
        known = {row["name"]: row for row in self.custom_fields.values()}
        rows = []
        for name, value in custom_values(account, services).items():
            custom_field = known.get(name) or self._custom_field(len(self.custom_fields) + 1, name)
            rows.append(
                {
                    "id": self.ids.custom_data.of((account.account_id, name)),
                    "custom_field_id": custom_field["id"],
                    "customfielddataable_type": "Account",
                    "customfielddataable_id": account.account_id,
                    "value": value,
                    "custom_field": custom_field,
                }
            )
        return rows


def _is_standing(status: str) -> bool:
    return status in set(Standing)
