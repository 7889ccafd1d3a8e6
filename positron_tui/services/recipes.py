"""Actions as JSON, so that a bulk run can make its edits again after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

from positron_tui.domain.edits import Keep
from positron_tui.domain.errors import StoreError
from positron_tui.domain.ports import PortMode
from positron_tui.domain.subscribers import Poe

T = TypeVar("T")
Recipe = Mapping[str, object]
ACTION = "action"
_READ: Mapping[str, Any] = {"poe": Poe, "mode": PortMode, "allowed_vlans": tuple}


def recipe(action: str, **arguments: object) -> dict[str, object]:
    """Return an action and its arguments in JSON types; fields that are kept are left out."""
    return {ACTION: action, **{name: _plain(value) for name, value in arguments.items()}}


def read_arguments(made: Recipe, kinds: Mapping[str, type[Any]]) -> tuple[str, dict[str, Any]]:
    """Return action and arguments of a recipe; `kinds` are dataclasses by argument name."""
    try:
        arguments: dict[str, Any] = dict(made)
        action = str(arguments.pop(ACTION))
        for name, kind in kinds.items():
            if arguments.get(name) is not None:
                arguments[name] = _object(kind, arguments[name])
        return action, arguments
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"The database holds an action that cannot be read ({error}).") from error


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: _plain(one) for name, one in held.items() if not isinstance(one, Keep)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _object(kind: type[T], tree: Mapping[str, Any]) -> T:
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    values = {
        name: _READ[name](value) if name in _READ and value is not None else value
        for name, value in tree.items()
        if name in names
    }
    return kind(**values)
