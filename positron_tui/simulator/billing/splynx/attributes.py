"""What OPTIONS tells of the entities: their attributes, and the fields that operators added."""

from __future__ import annotations

from typing import Any

from positron_tui.simulator.billing.book import DEVICE, PORT, STATE, VLAN
from positron_tui.simulator.billing.splynx.shapes import SECRET_FIELD

Attribute = dict[str, Any]


def _plain(name: str, title: str, kind: str = "string", *, required: bool = False) -> Attribute:
    return {"name": name, "title": title, "type": kind, "required": required}


def _custom(module: str, name: str, title: str, kind: str, *, readonly: bool = False) -> Attribute:
    return {
        **_plain(name, title, kind),
        "module": module,
        "category": 0,
        "position": 0,
        "decimals": 0,
        "is_unique": False,
        "is_add": True,
        "show_in_list": True,
        "searchable": True,
        "readonly": readonly,
        "disabled": False,
        "hidden": False,
        "set_default_value": False,
    }


CUSTOMER = [
    _plain("mrr_total", "Monthly recurring revenue"),
    _plain("parent_id", "Main account", "integer"),
    _plain("id", "ID", "integer"),
    _plain("billing_type", "Billing type"),
    _plain("partner_id", "Partner"),
    _plain("location_id", "Location"),
    _plain("login", "Portal login"),
    _plain("category", "Category"),
    _plain("name", "Full name", required=True),
    _plain("email", "Email"),
    _plain("billing_email", "Billing email"),
    _plain("phone", "Phone number"),
    _plain("street_1", "Street"),
    _plain("zip_code", "ZIP Code"),
    _plain("city", "City"),
    _plain("subdivision_id", "State/Province", "integer"),
    _plain("status", "Status"),
    _plain("date_add", "Date added", "date"),
    _plain("last_online", "Last online"),
    _plain("last_update", "Last update"),
    _plain("gps", "Geo data"),
    _plain("conversion_date", "Convert date", "datetime"),
]
SERVICE = [
    _plain("id", "ID", "integer"),
    _plain("customer_id", "Customer", "integer", required=True),
    _plain("tariff_id", "Plan", "integer", required=True),
    _plain("status", "Status"),
    _plain("description", "Description", required=True),
    _plain("quantity", "Quantity", "integer", required=True),
    _plain("unit_price", "Price", "decimal"),
    _plain("start_date", "Start date", "date"),
    _plain("end_date", "End date", "date"),
    _plain("router_id", "Router", "integer"),
    _plain("sector_id", "Sector", "integer"),
    _plain("login", "Login", required=True),
    _plain("password", "Password"),
    _plain("taking_ipv4", "Taking IPv4", "integer", required=True),
    _plain("ipv4", "IPv4"),
    _plain("mac", "MAC(s)"),
    _plain("port_id", "Port", "integer"),
    _plain("access_device", "Access device", "integer"),
]
TARIFF = [
    _plain("id", "ID", "integer"),
    _plain("title", "Title", required=True),
    _plain("service_name", "Service description"),
    _plain("price", "Price", "float"),
    _plain("speed_download", "Download speed (kbps)", "integer", required=True),
    _plain("speed_upload", "Upload speed (kbps)", "integer", required=True),
]
CUSTOMER_CUSTOM = [
    _custom("customers", "building", "Building", "string"),
    _custom("customers", "contract_no", "Contract number", "string", readonly=True),
]
SERVICE_CUSTOM = [
    _custom("services_internet", VLAN, "VLAN", "integer"),
    _custom("services_internet", DEVICE, "GAM", "string"),
    _custom("services_internet", PORT, "GAM port", "string"),
    _custom("services_internet", STATE, "Installation", "string"),
    _custom("services_internet", SECRET_FIELD, "Wi-Fi access", "password"),
]


def options(attributes: list[Attribute], custom: list[Attribute]) -> dict[str, list[Attribute]]:
    """Return the answer to OPTIONS."""
    return {"attributes": attributes, "additional_attributes": custom}
