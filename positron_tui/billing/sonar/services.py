"""The services of an account, with the fields that a mapping may name. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.billing.sonar.catalogue import Catalogue
from positron_tui.billing.sonar.equipment import items_of, mac_places, offered
from positron_tui.billing.sonar.records import ADDRESS_PARTS, Account, Address, Item, Sold
from positron_tui.domain.billing import BillingService, FieldInfo

CUSTOM = "account.custom."
STATUS, MAC = "account.status", "equipment.mac"
_EQUIPMENT_FIELD = "equipment.field."
_SEVERAL = ", "
_BILLINGS = "It is billing's own; change it in Sonar."
# Fields of every service: name, title, whether the console may write it.
_FIELDS = (
    ("account.id", "Account number", False),
    ("account.name", "Account name", False),
    (STATUS, "Account status", True),
    ("account.activates", "Account status activates services", False),
    ("account.type", "Account type", False),
    ("account.is_delinquent", "Account is delinquent", False),
    ("account.parent_account_id", "Parent account", False),
    ("account.activation_date", "Activated on", False),
    ("service.id", "Account service number", False),
    ("service.name", "Service name on the invoice", False),
    ("service.type", "Service type (DATA, RECURRING)", False),
    ("service.plan", "Service that is sold", False),
    ("service.quantity", "Quantity", False),
    ("address.line1", "Address, first line", False),
    ("address.line2", "Address, second line", False),
    ("address.city", "City", False),
    ("address.subdivision", "State or province", False),
    ("address.zip", "Postal code", False),
    ("address.country", "Country", False),
    ("address.latitude", "Latitude", False),
    ("address.longitude", "Longitude", False),
    (MAC, "MAC address of the equipment", True),
    ("equipment.model", "Model of the equipment", False),
    ("equipment.manufacturer", "Manufacturer of the equipment", False),
    ("equipment.status", "Condition of the equipment", False),
)


def field_infos(catalogue: Catalogue) -> tuple[FieldInfo, ...]:
    """Return the fields that services have on this instance."""
    own = [FieldInfo(name, title, None if write else _BILLINGS) for name, title, write in _FIELDS]
    custom = [
        FieldInfo(f"{CUSTOM}{one.label}", f"Account: {one.label}")
        for one in catalogue.custom.values()
    ]
    names = sorted({one.name for one in catalogue.model_fields.values()})
    equipment = [
        FieldInfo(f"{_EQUIPMENT_FIELD}{name}", f"Equipment: {name}", _BILLINGS) for name in names
    ]
    return (*own, *custom, *equipment)


def services_of(account: Account, catalogue: Catalogue) -> tuple[BillingService, ...]:
    """Return an account's services: those that carry data, else its recurring ones.

    `service.type` tells which; a recurring service has a plan without rates.
    """
    common = {
        "account.id": account.account_id,
        "account.name": account.name,
        STATUS: account.status,
        "account.activates": "true" if account.activates else "false",
        **{f"account.{name}": value for name, value in account.own.items()},
        **{
            f"{CUSTOM}{one.label}": account.custom.get(one.field_id, "")
            for one in catalogue.custom.values()
        },
    }
    return tuple(_service(account, sold, catalogue, common) for sold in offered(account))


def _service(
    account: Account, sold: Sold, catalogue: Catalogue, common: dict[str, str]
) -> BillingService:
    items = items_of(account, sold)
    macs = mac_places(account, sold, catalogue.model_fields)
    fields = {
        **common,
        "service.id": sold.service_id,
        "service.name": sold.name_override or sold.plan.name,
        "service.type": sold.kind,
        "service.plan": sold.plan.name,
        "service.quantity": sold.quantity,
        **_address_fields(account, items),
        MAC: _SEVERAL.join(one.mac for one in macs),
        "equipment.model": _joined(item.model for item in items),
        "equipment.manufacturer": _joined(item.manufacturer for item in items),
        "equipment.status": _joined(item.status for item in items),
        **_equipment_fields(items, catalogue),
    }
    moments = [account.updated_at, sold.updated_at]
    moments += [item.updated_at for item in items] + [one.updated_at for one in account.macs]
    return BillingService(
        service_id=sold.service_id,
        account_id=account.account_id,
        account_name=account.name,
        account_status=account.status,
        activates=account.activates,
        plan=sold.plan,
        fields=fields,
        updated_at=max(moments),
    )


def _address_fields(account: Account, items: tuple[Item, ...]) -> dict[str, str]:
    """Return the address at which the service's equipment is, else the first one."""
    numbers = {item.item_id for item in items}
    found: Address | None = account.addresses[0] if account.addresses else None
    for address in account.addresses:
        if numbers & {item.item_id for item in address.items}:
            found = address
            break
    parts = found.parts if found else dict.fromkeys(ADDRESS_PARTS, "")
    return {f"address.{name}": value for name, value in parts.items()}


def _equipment_fields(items: tuple[Item, ...], catalogue: Catalogue) -> dict[str, str]:
    by_name: dict[str, list[str]] = {}
    for field in catalogue.model_fields.values():
        told = by_name.setdefault(field.name, [])
        told += [item.values[field.field_id] for item in items if field.field_id in item.values]
    return {f"{_EQUIPMENT_FIELD}{name}": _joined(told) for name, told in by_name.items()}


def _joined(told: Iterator[str] | list[str]) -> str:
    """Return what several pieces of equipment tell, the same only once."""
    return _SEVERAL.join(dict.fromkeys(one for one in told if one))
