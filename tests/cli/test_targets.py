"""Which subscribers a command is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from positron_tui.cli.grammar import parse
from positron_tui.cli.targets import Target, subscriber_targets, target
from positron_tui.domain.errors import NotFound, UsageError
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.store import Store
from tests.cli.samples import SUBSCRIBER, full_view


def _fleet() -> Fleet:
    """Two units with smith on both, jones on the first and brown on the second."""
    fleet = Fleet(cast("Store", None), EventBus())  # nothing here reads or writes the store
    for name, people in (("gam-1", ("smith", "jones")), ("gam-2", ("smith", "brown"))):
        view = full_view()
        subscribers = tuple(
            replace(SUBSCRIBER, subscriber_id=number, name=person, vlan=100 + number)
            for number, person in enumerate(people, 1)
        )
        fleet.add(replace(view.device, name=name), replace(view.snapshot, subscribers=subscribers))
    return fleet


def _targets(*words: str) -> list[tuple[str, str]]:
    found: Sequence[Target] = subscriber_targets(_fleet(), parse(["subscriber", "remove", *words]))
    return [(one.device, one.name) for one in found]


def test_names_keep_their_order_and_count_once() -> None:
    assert _targets("brown", "jones", "brown") == [("gam-2", "brown"), ("gam-1", "jones")]


def test_a_name_on_two_units_needs_the_unit() -> None:
    with pytest.raises(UsageError, match="gam-1, gam-2"):
        _targets("smith")
    assert _targets("smith", "--device", "gam-2") == [("gam-2", "smith")]


def test_a_filter_means_all_that_match() -> None:
    assert _targets("--filter", "vlan:102") == [("gam-1", "jones"), ("gam-2", "brown")]
    assert _targets("--filter", "vlan:102", "--device", "gam-2") == [("gam-2", "brown")]
    with pytest.raises(NotFound, match="'vlan:7'"):
        _targets("--filter", "vlan:7")


def test_a_filter_finds_who_is_suspended() -> None:
    options = parse(["subscriber", "resume", "--filter", "service:suspended"])

    found = subscriber_targets(_fleet(), options, {"gam-2": {"smith"}})

    assert found == (Target("gam-2", "smith"),)
    with pytest.raises(NotFound):
        _targets("--filter", "service:suspended")


@pytest.mark.parametrize("words", [(), ("smith", "--filter", "x")])
def test_neither_or_both_is_wrong_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--filter"):
        _targets(*words)


def test_on_a_named_unit_its_own_reading_decides_who_is_there() -> None:
    assert target(_fleet(), "newcomer", "gam-1") == Target("gam-1", "newcomer")
    with pytest.raises(NotFound, match="smith"):
        target(_fleet(), "smiht", None)
