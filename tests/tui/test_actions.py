"""The registry: every action exists on its screens, has one key there, and is explained."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from positron_tui.tui import actions, screens
from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render.facts import Fact
from positron_tui.tui.render.help import help_items
from positron_tui.tui.screens.base import ConsoleScreen


def all_screens() -> dict[str, type[ConsoleScreen]]:
    found: dict[str, type[ConsoleScreen]] = {}
    for module in pkgutil.iter_modules(screens.__path__):
        loaded = importlib.import_module(f"{screens.__name__}.{module.name}")
        for _, kind in inspect.getmembers(loaded, inspect.isclass):
            name = getattr(kind, "name_in_registry", None)
            if issubclass(kind, ConsoleScreen) and name:
                found[name] = kind
    return found


SCREENS = all_screens()


def test_the_registry_names_no_screen_that_is_not_there() -> None:
    named = {screen for action in actions.ACTIONS for screen in action.screens}
    assert named <= set(SCREENS)
    assert len(SCREENS) == 29


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_every_action_of_a_screen_has_its_method_and_a_key_of_its_own(name: str) -> None:
    keys: dict[str, str] = {}
    for action in actions.actions_of(name):
        assert callable(getattr(SCREENS[name], f"action_{action.name}", None)), action.name
        assert action.key not in keys, f"{action.name} and {keys.get(action.key)} share a key"
        keys[action.key] = action.name
    bound = {binding.key for binding in actions.bindings_of(name)}
    assert bound == set(keys)


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_help_explains_every_key_of_a_screen(name: str) -> None:
    items = help_items(name, UNICODE)
    said = {item.value for item in items if isinstance(item, Fact)}
    assert {action.description for action in actions.actions_of(name)} <= said


def test_signs_are_one_cell_and_differ() -> None:
    for glyphs in (UNICODE, ASCII):
        states = [glyphs.up, glyphs.degraded, glyphs.down, glyphs.missing, glyphs.quarantined]
        assert len(set(states)) == len(states)
        assert all(len(sign) == 1 for sign in states)
    assert all(
        str(getattr(ASCII, name)).isascii() for name in ASCII.__slots__ if name != "ascii_only"
    )


def test_the_way_out_stays_in_the_key_line() -> None:
    keys, always = actions.key_line(actions.FLEET)
    assert [word for _, word in always] == ["back", "help", "quit"]
    assert keys[0] == ("enter", "open")
