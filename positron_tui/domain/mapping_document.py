"""A mapping as a JSON document, and back; what a person may set is checked with sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mapping import (
    FIELDS,
    SOURCES,
    WRITTEN,
    BillingMapping,
    FieldSource,
    Meaning,
    Owner,
)

E = TypeVar("E", bound=StrEnum)


def mapping_document(mapping: BillingMapping) -> dict[str, Any]:
    """Return a mapping in JSON types."""
    return {
        "sources": {
            what: {"field": one.field} | ({"pattern": one.pattern} if one.pattern else {})
            for what, one in mapping.sources.items()
        },
        "plans": dict(mapping.plans),
        "statuses": {name: one.value for name, one in mapping.statuses.items()},
        "owners": {name: one.value for name, one in mapping.owners.items()},
        "rules": {name: one.value for name, one in mapping.rules.items()},
        "write_back": dict(mapping.write_back),
        "status_words": {one.value: word for one, word in mapping.status_words.items()},
        "notes": mapping.notes,
    }


def read_mapping(document: Mapping[str, Any]) -> BillingMapping:
    """Return the mapping of a document; UsageError with the place of what is wrong."""
    known = set(mapping_document(BillingMapping()))
    for name in document:
        if name not in known:
            raise UsageError(f"A mapping has no part '{name}'; it has {', '.join(sorted(known))}.")
    return BillingMapping(
        sources={
            _one_of("sources", what, SOURCES): _source(what, value)
            for what, value in _table(document, "sources").items()
        },
        plans={str(k): str(v) for k, v in _table(document, "plans").items()},
        statuses={
            _status_key(k): _member("statuses", Meaning, v)
            for k, v in _table(document, "statuses").items()
        },
        owners=_owners(document, "owners"),
        rules=_owners(document, "rules"),
        write_back={
            _one_of("write_back", what, WRITTEN): str(value)
            for what, value in _table(document, "write_back").items()
        },
        status_words={
            _member("status_words", Meaning, k): str(v)
            for k, v in _table(document, "status_words").items()
        },
        notes=bool(document.get("notes", False)),
    )


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise UsageError(f"The part '{name}' of a mapping is a table of names and values.")
    return value


def _source(what: str, value: Any) -> FieldSource:
    if isinstance(value, str):
        value = {"field": value}
    if not isinstance(value, Mapping) or not value.get("field"):
        raise UsageError(f"'{what}' needs the name of a field, such as service.mac.")
    pattern = value.get("pattern")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise UsageError(f"The pattern of '{what}' cannot be used: {error}.") from None
    return FieldSource(str(value["field"]), pattern or None)


def _owners(document: Mapping[str, Any], name: str) -> dict[str, Owner]:
    return {
        _one_of(name, field, FIELDS): _member(name, Owner, value)
        for field, value in _table(document, name).items()
    }


def _status_key(text: str) -> str:
    level, separator, name = text.partition(":")
    if level not in ("account", "service") or not separator or not name:
        raise UsageError(f"'{text}' is no status; write account:NAME or service:NAME.")
    return text


def _one_of(part: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UsageError(f"'{name}' cannot stand in '{part}'; there are {', '.join(known)}.")
    return name


def _member(part: str, kind: type[E], value: Any) -> E:
    try:
        return kind(str(value))
    except ValueError:
        words = ", ".join(str(one.value) for one in kind)
        raise UsageError(f"'{value}' cannot stand in '{part}'; there are {words}.") from None
