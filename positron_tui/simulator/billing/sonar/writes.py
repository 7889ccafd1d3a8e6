"""The mutations of the stand-in: what they do to the book, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError

from positron_tui.domain.errors import NotFound, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import BookService, Standing
from positron_tui.simulator.billing.sonar.rows import FIELD_IDS, Row, typed_macs
from positron_tui.simulator.billing.sonar.tables import Tables
from positron_tui.simulator.billing.sonar.webhooks import Webhooks

BY = "api"
_FIELD_NAMES = {number: name for name, number in FIELD_IDS.items()}


class Writes:
    """One method for each mutation; all return the row that the schema promises."""

    def __init__(self, tables: Tables, webhooks: Webhooks) -> None:
        self._tables = tables
        self._book = tables.book
        self._webhooks = webhooks

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return the mutations by their names in the schema."""
        return {
            "updateAccount": self.update_account,
            "createNote": self.create_note,
            "updateEntityCustomFields": self.update_custom_fields,
            "updateInventoryItemFields": self.update_item_fields,
            "createUninventoriedMacAddress": self.create_mac,
            "updateUninventoriedMacAddress": self.update_mac,
            "deleteUninventoriedMacAddress": self.delete_mac,
            "linkInventoryItemToAccountService": self.link_item,
            "createWebhookEndpoint": self.create_webhook,
        }

    def update_account(self, id: int, input: Row) -> Row:
        row = self._account(id)
        values: dict[str, Any] = {}
        if input.get("account_status_id") is not None:
            status = _checked(self._tables.status_of_id, input["account_status_id"])
            values["status"] = Standing(status) if status in set(Standing) else status
        if input.get("name") is not None:
            values["name"] = input["name"]
        self._set_custom(id, input)
        if values:
            self._book.change_account(id, by=BY, **values)
        self._note(id, input.get("note"))
        return self._tables.accounts.get(id, row)

    def create_note(self, input: Row) -> Row:
        if input["noteable_type"] != "Account":
            raise GraphQLError("This stand-in keeps notes of accounts only.")
        self._account(input["noteable_id"])
        note = self._book.add_note(input["noteable_id"], input["message"], by=BY)
        return note_row(note.note_id, note.account_id, note.text, note.at)

    def update_custom_fields(
        self,
        customfielddataable_type: str,
        customfielddataable_id: int,
        input: Row,
    ) -> list[Row]:
        if customfielddataable_type != "Account":
            raise GraphQLError("This stand-in has custom fields of accounts only.")
        self._account(customfielddataable_id)
        self._set_custom(customfielddataable_id, input)
        self._note(customfielddataable_id, input.get("note"))
        rows: list[Row] = self._tables.accounts[customfielddataable_id]["_custom_field_data"]
        return rows

    def update_item_fields(self, id: int, input: Row) -> Row:
        item = self._row("inventory_items", id, "inventory item")
        address = self._row("addresses", item["inventoryitemable_id"], "address")
        for change in input["fields"]:
            name = _FIELD_NAMES.get(change["inventory_model_field_id"])
            if name is None:
                raise GraphQLError("The selected inventory model field id is invalid.")
            value = "" if change.get("unset") else change.get("value") or ""
            self._set_field(address["addressable_id"], item, name, value)
        return self._tables.of_account["inventory_items"].get(id, item)

    def create_mac(self, input: Row) -> Row:
        account_id, mac = input["account_id"], input["mac_address"]
        self._account(account_id)
        service = self._with_noted_macs(account_id)
        if service is None:
            number = self._tables.add_mac(account_id, mac)
            return self._row("uninventoried_mac_addresses", number, "MAC address")
        text = ", ".join([*typed_macs(service.mac), mac])
        self._book.change_service(service.service_id, mac=text, inventoried=False, by=BY)
        rows = self._tables.accounts[account_id]["_uninventoried_mac_addresses"]
        return next(row for row in rows if row["mac_address"] == mac)

    def update_mac(self, id: int, input: Row) -> Row:
        row = self._row("uninventoried_mac_addresses", id, "MAC address")
        self._replace_mac(row, input["mac_address"])
        rows = self._tables.accounts[row["account_id"]]["_uninventoried_mac_addresses"]
        return next(one for one in rows if one["mac_address"] == input["mac_address"])

    def delete_mac(self, id: int) -> Row:
        self._replace_mac(self._row("uninventoried_mac_addresses", id, "MAC address"), None)
        return {"success": True, "message": "Deleted."}

    def link_item(self, input: Row) -> Row:
        item = self._row("inventory_items", input["inventory_item_id"], "inventory item")
        service = self._row("account_services", input["account_service_id"], "account service")
        address = self._row("addresses", item["inventoryitemable_id"], "address")
        if address["addressable_id"] != service["account_id"]:
            raise GraphQLError("The item is not at an address of this account.")
        self._tables.extras(service["account_id"]).links[item["id"]] = service["id"]
        self._tables.make(service["account_id"])
        return {"success": True, "message": "Linked."}

    def create_webhook(self, input: Row) -> Row:
        address = urlsplit(input["endpoint"])
        # Plain HTTP to this very machine is what tests and the demo have.
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost"):
            raise GraphQLError("The endpoint must be an https address.")
        return self._webhooks.create(input)

    # helpers

    def _account(self, account_id: int) -> Row:
        row = self._tables.accounts.get(account_id)
        if row is None or row["archived_at"] is not None:
            raise GraphQLError(f"No account was found for the ID {account_id}.")
        return row

    def _row(self, table: str, number: int, kind: str) -> Row:
        row = self._tables.of_account[table].get(number)
        if row is None:
            raise GraphQLError(f"No {kind} was found for the ID {number}.")
        return row

    def _note(self, account_id: int, note: Row | None) -> None:
        if note is not None:
            self._book.add_note(account_id, note["message"], by=BY)

    def _set_custom(self, account_id: int, values: Row) -> None:
        """Set custom fields where the book has them: at the account, or at its first service."""
        wanted = {
            one["custom_field_id"]: one["value"] for one in values.get("custom_field_data") or ()
        }
        wanted |= {number: "" for number in values.get("unset_custom_field_data") or ()}
        for number, value in wanted.items():
            row = self._tables.custom_fields.get(number)
            if row is None:
                raise GraphQLError("The selected custom field id is invalid.")
            self._set_one_custom(account_id, row["name"], value)

    def _set_one_custom(self, account_id: int, name: str, value: str) -> None:
        services = self._book.services_of(account_id)
        owner = next((one for one in services if name in one.custom), None)
        if owner is not None and not self._book.account(account_id).custom.get(name):
            self._book.change_service(owner.service_id, custom={name: value}, by=BY)
        else:
            self._book.change_account(account_id, custom={name: value}, by=BY)

    def _set_field(self, account_id: int, item: Row, name: str, value: str) -> None:
        for extra in self._tables.extras(account_id).items:
            if extra.item_id == item["id"]:
                extra.values[name] = value
                self._tables.make(account_id)
                self._webhooks.tell_item(item["id"])
                return
        if name != "MAC Address":
            raise GraphQLError("This stand-in changes the MAC address of such equipment only.")
        for service in self._book.services_of(account_id):
            macs = typed_macs(service.mac)
            for place in range(len(macs)):
                if self._tables.ids.items.of((service.service_id, place)) == item["id"]:
                    macs[place] = value
                    text = ", ".join(mac for mac in macs if mac)
                    self._book.set_mac(service.service_id, text, by=BY)
                    return

    def _with_noted_macs(self, account_id: int) -> BookService | None:
        """Return the service whose MACs stand outside of the inventory, or may begin to."""
        services = [one for one in self._book.services_of(account_id) if one.status == "active"]
        for service in services:
            if not service.inventoried or not service.mac.strip():
                return service
        return None

    def _replace_mac(self, row: Row, new: str | None) -> None:
        account_id, old = row["account_id"], row["mac_address"]
        macs = self._tables.extras(account_id).macs
        if row["id"] in macs:
            if new is None:
                del macs[row["id"]]
            else:
                macs[row["id"]] = new
            self._tables.make(account_id)
            return
        for service in self._book.services_of(account_id):
            typed = typed_macs(service.mac)
            kept = [mac for mac in typed if _spelt(mac) != old]
            if not service.inventoried and len(kept) < len(typed):
                text = ", ".join(kept + ([new] if new else []))
                self._book.set_mac(service.service_id, text, by=BY)
                return


def note_row(note_id: int, account_id: int, text: str, at: Any) -> Row:
    """Return a note as Sonar has it."""
    return {
        "id": note_id,
        "created_at": at,
        "updated_at": at,
        "message": text,
        "priority": "NORMAL",
        "noteable_type": "Account",
        "noteable_id": account_id,
    }


def _spelt(mac: str) -> str | None:
    try:
        return parse_mac(mac)
    except UsageError:
        return None


def _checked(function: Callable[[int], str], number: int) -> str:
    try:
        return function(number)
    except NotFound as error:
        raise GraphQLError(str(error)) from None
