"""What is to be written, as the partial objects that Splynx takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from positron_tui.billing.splynx.join import mac_field
from positron_tui.billing.splynx.layout import ACCOUNT, SERVICE, Layout
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import BillingRejected

_CUSTOM = "custom."
_MAC = "mac"


@dataclass(frozen=True, slots=True)
class Put:
    """One PUT: the path below `admin/` and the part of the object that changes."""

    path: str
    content: Mapping[str, object]
    what: str


def puts(
    name: str, service: BillingService, values: Mapping[str, str], layout: Layout
) -> Iterator[Put]:
    """Return the PUTs for fields by their dotted names, the service's before the account's.

    Raises BillingRejected, before anything is written, when one of them cannot be.
    """
    for field in values:
        why = layout.why_not_written(field)
        if why is not None:
            raise BillingRejected(f"The field {field} of Splynx {name} cannot be written: {why}")
    return _puts(service, values)


def _puts(service: BillingService, values: Mapping[str, str]) -> Iterator[Put]:
    customer = f"customers/customer/{service.account_id}"
    of_service = _content(SERVICE, service, values)
    if of_service:
        path = f"{customer}/internet-services--{service.service_id}"
        yield Put(path, of_service, f"writing service {service.service_id}")
    of_account = _content(ACCOUNT, service, values)
    if of_account:
        yield Put(customer, of_account, f"writing customer {service.account_id}")


def _content(level: str, service: BillingService, values: Mapping[str, str]) -> dict[str, object]:
    content: dict[str, object] = {}
    custom: dict[str, str] = {}
    for field, value in values.items():
        if not field.startswith(f"{level}."):
            continue
        name = field.removeprefix(f"{level}.")
        if name.startswith(_CUSTOM):
            custom[name.removeprefix(_CUSTOM)] = value
        elif name == _MAC:
            content[name] = mac_field(service.fields.get(field, ""), value)
        else:
            content[name] = value
    return {**content, "additional_attributes": custom} if custom else content
