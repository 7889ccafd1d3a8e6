"""Writing fields back to Sonar: one mutation to a request, nothing that bills by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from positron_tui.billing.sonar import texts
from positron_tui.billing.sonar.catalogue import Catalogue, Catalogues, CustomField
from positron_tui.billing.sonar.client import GraphQL
from positron_tui.billing.sonar.equipment import (
    MacPlace,
    empty_places,
    mac_places,
    offered,
    sharing,
)
from positron_tui.billing.sonar.reading import Reader
from positron_tui.billing.sonar.records import Account, Sold
from positron_tui.billing.sonar.services import CUSTOM, MAC, STATUS
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import BillingRejected, UsageError
from positron_tui.domain.mac import parse_mac

Row = Mapping[str, Any]
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


class Writer:
    """Writes fields of one Sonar. What cannot be written is refused before anything is sent."""

    def __init__(self, graphql: GraphQL, reader: Reader, catalogues: Catalogues) -> None:
        self._graphql = graphql
        self._reader = reader
        self._catalogues = catalogues

    async def write(self, service: BillingService, values: Mapping[str, str]) -> None:
        """Write fields by their dotted names; errors as the contract has them."""
        catalogue = await self._catalogues.get()
        unknown = [name for name in values if not _is_writable(name)]
        if unknown:
            raise BillingRejected(f"Sonar's field {unknown[0]} cannot be written by the console.")
        custom = {name[len(CUSTOM) :]: values[name] for name in values if name.startswith(CUSTOM)}
        asked = self._custom(catalogue, custom) if custom else None
        status = await self._status_id(values[STATUS]) if STATUS in values else None
        if MAC in values:
            await self._write_macs(service, values[MAC], catalogue)
        if asked is not None:
            what = f"writing {', '.join(custom)} of account {service.account_id}"
            await self._send(texts.SET_CUSTOM, service.account_id, asked, what)
        # Last, since it may begin or end what is billed.
        if status is not None:
            what = f"setting the status of account {service.account_id}"
            asked = {"account_status_id": status, "prorate": False}
            await self._send(texts.SET_STATUS, service.account_id, asked, what)

    async def note(self, account_id: str, text: str) -> None:
        """Put a note on an account."""
        note = {
            "noteable_type": "Account",
            "noteable_id": account_id,
            "message": text,
            "priority": "NORMAL",
        }
        what = f"putting a note on account {account_id}"
        await self._graphql.write(texts.ADD_NOTE, {"input": note}, what=what)

    async def _send(self, text: str, number: str, asked: Row, what: str) -> None:
        await self._graphql.write(text, {"id": number, "input": asked}, what=what)

    # statuses and custom fields

    async def _status_id(self, name: str) -> str:
        for fresh in (False, True):
            statuses = (await self._catalogues.get(fresh=fresh)).statuses
            found = [one.status_id for one in statuses if one.name == name]
            if len(found) == 1:
                return found[0]
            if found:
                raise BillingRejected(
                    f"Sonar has several account statuses named '{self._graphql.shown(name)}'; give "
                    "them different names."
                )
        known = ", ".join(self._graphql.shown(one.name) for one in statuses)
        raise BillingRejected(
            f"Sonar has no account status '{self._graphql.shown(name)}'; it has: {known}."
        )

    def _custom(self, catalogue: Catalogue, wanted: Mapping[str, str]) -> Row:
        """Return the input that sets custom fields and clears those that shall be empty."""
        by_label = {one.label: one for one in catalogue.custom.values()}
        data, unset = [], []
        for label, value in wanted.items():
            field = by_label.get(label)
            if field is None:
                raise BillingRejected(
                    f"Sonar has no custom field '{self._graphql.shown(label)}' of accounts; create "
                    "it in Sonar, or choose another one in the mapping."
                )
            if value == "":
                if field.required:
                    raise BillingRejected(f"Sonar's custom field {label} must not be empty.")
                unset.append(field.field_id)
            else:
                data.append({"custom_field_id": field.field_id, "value": _in_form(field, value)})
        asked: dict[str, Any] = {}
        if data:
            asked["custom_field_data"] = data
        if unset:
            asked["unset_custom_field_data"] = unset
        return asked

    # MAC addresses

    async def _write_macs(self, service: BillingService, text: str, catalogue: Catalogue) -> None:
        wanted = _macs(text)
        account = await self._reader.account(service.account_id)
        sold = _sold(account, service.service_id) if account is not None else None
        if account is None or sold is None:
            raise BillingRejected(
                f"Service {service.service_id} of account {service.account_id} is no longer in "
                "Sonar; nothing was written."
            )
        fields = catalogue.model_fields
        places = mac_places(account, sold, fields)
        gone = [place for place in places if place.mac not in wanted]
        new = [mac for mac in wanted if mac not in {place.mac for place in places}]
        if not gone and not new:
            return
        if sharing(account, sold, fields):
            raise BillingRejected(
                f"Sonar keeps the MAC addresses of account {account.account_id} for several of "
                "its services together; link the equipment to its service in Sonar."
            )
        free = [*gone, *(() if places else empty_places(account, sold, fields))]
        noted = all(place.entry_id for place in places) and not (free and not places)
        if len(new) > len(free) and not noted:
            raise BillingRejected(
                f"Service {service.service_id} has no equipment in Sonar that could take the MAC "
                f"address {new[len(free)]}; put the equipment at the account's address first."
            )
        await self._place_macs(account, gone, new, free)

    async def _place_macs(
        self,
        account: Account,
        gone: Sequence[MacPlace],
        new: Sequence[str],
        free: Sequence[MacPlace],
    ) -> None:
        what = f"writing the MAC address of account {account.account_id}"
        for place, mac in zip(free, new, strict=False):
            await self._set_mac(place, mac, what)
        for mac in new[len(free) :]:
            entry = {"mac_address": mac, "account_id": account.account_id}
            await self._graphql.write(texts.ADD_MAC, {"input": entry}, what=what)
        for place in gone[len(new) :]:
            await self._clear_mac(place, what)

    async def _set_mac(self, place: MacPlace, mac: str, what: str) -> None:
        if place.entry_id is not None:
            await self._send(texts.SET_MAC, place.entry_id, {"mac_address": mac}, what)
        elif place.item_id is not None:
            value = spelled_like(mac, place.text)
            change = {"inventory_model_field_id": place.field_id, "value": value}
            await self._send(texts.SET_ITEM_FIELDS, place.item_id, {"fields": [change]}, what)

    async def _clear_mac(self, place: MacPlace, what: str) -> None:
        if place.entry_id is not None:
            await self._graphql.write(texts.DELETE_MAC, {"id": place.entry_id}, what=what)
        elif place.item_id is not None:
            change = {"inventory_model_field_id": place.field_id, "unset": True}
            await self._send(texts.SET_ITEM_FIELDS, place.item_id, {"fields": [change]}, what)


def spelled_like(mac: str, example: str) -> str:
    """Return a MAC in the spelling of another one, with colons where the other one is none."""
    digits = mac.replace(":", "")
    shape = example.strip()
    places = [index for index, character in enumerate(shape) if character not in ":-. "]
    if len(places) != len(digits):
        return mac
    if shape != shape.lower():
        digits = digits.upper()
    spelled = list(shape)
    for index, digit in zip(places, digits, strict=True):
        spelled[index] = digit
    return "".join(spelled)


def _is_writable(name: str) -> bool:
    return name in (STATUS, MAC) or (name.startswith(CUSTOM) and len(name) > len(CUSTOM))


def _macs(text: str) -> list[str]:
    found: list[str] = []
    for part in text.replace(";", ",").split(","):
        if part.strip():
            try:
                found.append(parse_mac(part))
            except UsageError as error:
                raise BillingRejected(f"{error} Nothing was written to Sonar.") from None
    return list(dict.fromkeys(found))


def _sold(account: Account, service_id: str) -> Sold | None:
    for one in offered(account):
        if one.service_id == service_id:
            return one
    return None


def _in_form(field: CustomField, value: str) -> str:
    """Return a value as Sonar wants it; truth values are "1" and "0"."""
    if field.kind != "BOOLEAN":
        return value
    if value.lower() in _TRUE:
        return "1"
    if value.lower() in _FALSE:
        return "0"
    raise BillingRejected(f"Sonar's custom field {field.label} is yes or no; '{value}' is neither.")
