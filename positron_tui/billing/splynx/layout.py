"""What customers and services consist of at this Splynx, and what of it may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from positron_tui.billing.splynx.client import Row
from positron_tui.billing.splynx.coerce import as_object, as_text
from positron_tui.domain.billing import FieldInfo

ACCOUNT, SERVICE = "account", "service"
PLAN_FIELD = "service.plan"
WHY_PLAN = (
    "A plan is changed in Splynx itself: that has prices and dates, which the console leaves to "
    "people."
)
_WHY_SPLYNX = "Splynx keeps this field itself, or the console does not write it."
_WHY_MARKED = "Splynx has this field marked as read-only."
_SECRET = re.compile(r"passw|secret|token|community|credential|api_?key|psk\b", re.I)
_SECRET_TYPES = frozenset({"password", "file"})
# What is written without side effects on bills.
_WRITABLE = {
    ACCOUNT: frozenset({"name", "email", "phone", "street_1", "zip_code", "city", "gps", "status"}),
    SERVICE: frozenset({"mac", "description", "status"}),
}
# Without these there is no sync.
NEEDED = {
    ACCOUNT: ("id", "name", "status"),
    SERVICE: ("id", "customer_id", "tariff_id", "status", "mac"),
}


def is_secret(name: str) -> bool:
    """Return whether an attribute is named like a secret."""
    return _SECRET.search(name) is not None


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute as OPTIONS tells it; `readonly` only for those that operators added."""

    name: str
    title: str
    kind: str
    readonly: bool = False

    @property
    def usable(self) -> bool:
        """Whether its value may be read and kept: secrets may not."""
        return self.kind not in _SECRET_TYPES and not is_secret(self.name)


@dataclass(frozen=True, slots=True)
class Entity:
    """What an entity consists of; `custom` None where Splynx does not tell it.

    Then no custom field is used at all, for one of them may hold a password.
    """

    level: str
    attributes: tuple[Attribute, ...] = ()
    custom: tuple[Attribute, ...] | None = None

    def missing(self) -> tuple[str, ...]:
        """Return what a sync needs and OPTIONS does not name."""
        known = {one.name for one in self.attributes}
        return tuple(name for name in NEEDED[self.level] if name not in known)

    def infos(self) -> Iterator[FieldInfo]:
        """Yield the fields that a mapping may name."""
        for one in self.attributes:
            if one.usable:
                why = None if one.name in _WRITABLE[self.level] else _WHY_SPLYNX
                yield FieldInfo(f"{self.level}.{one.name}", one.title, why)
        for one in self.custom or ():
            if one.usable:
                why = _WHY_MARKED if one.readonly else None
                yield FieldInfo(f"{self.level}.custom.{one.name}", one.title, why)

    def shown_custom(self, row: Row) -> dict[str, str]:
        """Return the custom fields of an object by dotted names; what it lacks is empty."""
        values = as_object(row.get("additional_attributes"))
        return {
            f"{self.level}.custom.{one.name}": as_text(values.get(one.name))
            for one in self.custom or ()
            if one.usable
        }


@dataclass(frozen=True, slots=True)
class Layout:
    """Both entities of a sync."""

    account: Entity
    service: Entity

    def infos(self) -> tuple[FieldInfo, ...]:
        """Return all fields that a mapping may name, by name."""
        plan = FieldInfo(PLAN_FIELD, "Plan", WHY_PLAN)
        found = {one.name: one for one in (*self.account.infos(), *self.service.infos(), plan)}
        return tuple(found[name] for name in sorted(found))

    def why_not_written(self, name: str) -> str | None:
        """Return why a field cannot be written, None where it can."""
        for one in self.infos():
            if one.name == name:
                return one.why_read_only
        return "Splynx has no such field, or does not tell of it."


def read_entity(level: str, told: Mapping[str, object] | None) -> Entity:
    """Return an entity from the answer to OPTIONS, None where there was none."""
    if told is None:
        needed = tuple(Attribute(name, name, "string") for name in NEEDED[level])
        return Entity(level, needed)
    custom = told.get("additional_attributes")
    return Entity(
        level,
        tuple(_attributes(told.get("attributes"))),
        tuple(_attributes(custom)) if isinstance(custom, list | dict) else None,
    )


def _attributes(listed: object) -> Iterator[Attribute]:
    items = list(listed.values()) if isinstance(listed, dict) else listed
    if not isinstance(items, list):
        return
    for one in items:
        row = as_object(one)
        name = as_text(row.get("name"))
        if name:
            title = as_text(row.get("title")) or name
            readonly = as_text(row.get("readonly")) in ("1", "true")
            yield Attribute(name, title, as_text(row.get("type")), readonly)
