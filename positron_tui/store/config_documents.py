"""Configurations as JSON documents: whole ones, or just the objects that a change touches."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import Any, TypeVar

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.errors import StoreError
from positron_tui.domain.ports import PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.store.codec import encode_json

T = TypeVar("T")
_ENUMS: Mapping[str, type[StrEnum]] = {
    "mode": PortMode,
    "poe": Poe,
    "source": Source,
    "subscriber_model": SubscriberModel,
}
_TUPLES = ("allowed_vlans", "unknown_words", "unreadable_lines")
_OBJECTS: Mapping[str, type[Any]] = {
    "ports": PortConfig,
    "endpoints": EndpointConfig,
    "profiles": Profile,
    "subscribers": Subscriber,
}


def encode_config(config: RunningConfig) -> str:
    """Return a configuration as a document by field name; what is at its default is left out."""
    tree = _filled(config)
    for name in _OBJECTS:
        if name in tree:
            tree[name] = [_filled(one) for one in getattr(config, name)]
    if "management_vlans" in tree:
        tree["management_vlans"] = sorted(config.management_vlans)
    return encode_json(tree)


def decode_config(text: str) -> RunningConfig:
    """Read a configuration back from its document; StoreError when it is none."""
    try:
        tree = _known(RunningConfig, json.loads(text))
        for name, kind in _OBJECTS.items():
            tree[name] = tuple(_object(kind, one) for one in tree.get(name, ()))
        for name, read in _WHOLE.items():
            if name in tree:
                tree[name] = read(tree[name])
        return RunningConfig(**tree)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            f"The database holds a configuration that cannot be read ({error})."
        ) from error


def _uplinks(tree: Mapping[str, Any]) -> dict[str, tuple[tuple[int, int], ...]]:
    return {
        name: tuple((int(low), int(high)) for low, high in ranges) for name, ranges in tree.items()
    }


_WHOLE: Mapping[str, Callable[[Any], object]] = {
    "management_vlans": frozenset,
    "unreadable_lines": tuple,
    "uplink_vlans": _uplinks,
    "port2_tagged": lambda tree: {int(number): bool(tag) for number, tag in tree.items()},
    "subscriber_model": SubscriberModel,
}


def _filled(entity: Any) -> dict[str, Any]:
    """Return the fields of an entity that are not at their default."""
    return {
        one.name: value
        for one in fields(entity)
        if (value := getattr(entity, one.name)) != _default(one)
    }


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _object(kind: type[T], tree: Mapping[str, Any]) -> T:
    values = _known(kind, tree)
    for name, value in values.items():
        if value is not None and name in _ENUMS:
            values[name] = _ENUMS[name](value)
        elif value is not None and name in _TUPLES:
            values[name] = tuple(value)
    return kind(**values)


def _known(kind: type[Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out fields that another version of the console has written."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in tree.items() if name in names}
