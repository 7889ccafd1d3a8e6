"""Where the MAC addresses of a service stand in Sonar. Pure.

Equipment belongs to an address, not to an account. What is linked to the service counts; else
equipment that is linked to none; else the account's MACs outside of the inventory. Equipment that
is broken or lost counts only where nothing that works has a MAC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from positron_tui.billing.sonar.catalogue import MAC_TYPE, ModelField
from positron_tui.billing.sonar.records import FUNCTIONAL, Account, Item, Sold
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac

Fields = Mapping[str, ModelField]


@dataclass(frozen=True, slots=True)
class MacPlace:
    """One MAC and where it stands: a field of an item, or an entry outside of the inventory.

    `text` is as it was typed; `mac` is the spelling used inside, or the text where it is none.
    """

    text: str
    item_id: str | None = None
    field_id: str | None = None
    entry_id: str | None = None

    @property
    def mac(self) -> str:
        return spelling(self.text)


def offered(account: Account) -> tuple[Sold, ...]:
    """Return the services that are given: those that carry data, else the recurring ones."""
    data = tuple(one for one in account.sold if one.carries_data)
    return data or tuple(one for one in account.sold if one.kind == "RECURRING")


def items_of(account: Account, service: Sold) -> tuple[Item, ...]:
    """Return a service's equipment: linked to it, else linked to none that there is."""
    linked = tuple(item for item in account.items if item.service_id == service.service_id)
    if linked:
        return linked
    known = {one.service_id for one in account.sold}
    return tuple(item for item in account.items if item.service_id not in known)


def mac_places(account: Account, service: Sold, fields: Fields) -> tuple[MacPlace, ...]:
    """Return the MACs of a service with their places, each MAC once."""
    items = items_of(account, service)
    working = _of_items((item for item in items if item.status == FUNCTIONAL), fields)
    found = working or _of_items(items, fields)
    if not found:
        found = [MacPlace(one.mac, entry_id=one.entry_id) for one in account.macs]
    by_mac: dict[str, MacPlace] = {}
    for place in found:
        by_mac.setdefault(place.mac, place)
    return tuple(by_mac.values())


def empty_places(account: Account, service: Sold, fields: Fields) -> tuple[MacPlace, ...]:
    """Return the fields of a service's working equipment that could take a MAC and have none."""
    places = []
    for item in items_of(account, service):
        if item.status == FUNCTIONAL and _mac_of(item, fields) is None:
            own = [one for one in _in_order(fields) if one.model_id == item.model_id]
            if own:
                places.append(MacPlace("", item.item_id, own[0].field_id))
    return tuple(places)


def sharing(account: Account, service: Sold, fields: Fields) -> bool:
    """Return whether another service of the account reads its MACs from the same places."""
    places = {(one.item_id, one.entry_id) for one in mac_places(account, service, fields)}
    for other in offered(account):
        if other.service_id != service.service_id:
            theirs = mac_places(account, other, fields)
            nothing_yet = not places and not theirs
            if nothing_yet or places & {(one.item_id, one.entry_id) for one in theirs}:
                return True
    return False


def spelling(text: str) -> str:
    """Return a MAC in the spelling used inside; a text that is none stays."""
    try:
        return parse_mac(text)
    except UsageError:
        return text.strip()


def _of_items(items: Iterable[Item], fields: Fields) -> list[MacPlace]:
    found = []
    for item in items:
        place = _mac_of(item, fields)
        if place is not None:
            found.append(place)
    return found


def _mac_of(item: Item, fields: Fields) -> MacPlace | None:
    for field in _in_order(fields):
        value = item.values.get(field.field_id, "")
        if value.strip() and (field.kind == MAC_TYPE or _is_mac(value)):
            return MacPlace(value, item.item_id, field.field_id)
    return None


def _in_order(fields: Fields) -> list[ModelField]:
    """Return the fields that may hold a MAC: of that type, primary first, then by their name."""
    return sorted(
        (one for one in fields.values() if one.is_mac),
        key=lambda one: (one.kind != MAC_TYPE, not one.primary, int(one.field_id)),
    )


def _is_mac(text: str) -> bool:
    try:
        parse_mac(text)
    except UsageError:
        return False
    return True
