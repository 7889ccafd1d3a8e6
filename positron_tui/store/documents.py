"""The parts of a device that are stored as one JSON document each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from positron_tui.domain.devices import (
    Capabilities,
    Fan,
    Firmware,
    Health,
    Identity,
    Line,
    PowerSupply,
    SubscriberModel,
    Temperature,
)
from positron_tui.store.codec import encode_json


def encode_document(entity: Identity | Health | Capabilities) -> str:
    """Return an entity as a JSON document by field name."""
    return encode_json(asdict(entity))


def decode_identity(text: str) -> Identity:
    """Read an identity back from its document."""
    tree = _known(Identity, json.loads(text))
    tree["firmware"] = Firmware(**_known(Firmware, tree.get("firmware") or {}))
    for name, enum in (("line", Line), ("subscriber_model", SubscriberModel)):
        if tree.get(name) is not None:
            tree[name] = enum(tree[name])
    return Identity(**tree)


def decode_health(text: str) -> Health:
    """Read a state of health back from its document."""
    tree = _known(Health, json.loads(text))
    for name, kind in (
        ("temperatures", Temperature),
        ("fans", Fan),
        ("power_supplies", PowerSupply),
    ):
        tree[name] = tuple(kind(**_known(kind, item)) for item in tree.get(name, ()))
    return Health(**tree)


def decode_capabilities(text: str) -> Capabilities:
    """Read capabilities back from their document."""
    return Capabilities(**_known(Capabilities, json.loads(text)))


def _known(entity: type[Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out fields that another version of the console has written."""
    names = {field.name for field in fields(entity)}
    return {name: value for name, value in tree.items() if name in names}
