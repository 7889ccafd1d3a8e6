"""A mapping changed by the options of `billing map`."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from positron_tui.cli.grammar import parse
from positron_tui.cli.mapping_edits import edited
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mapping import BillingMapping, FieldSource, Meaning, Owner, default_mapping

BASE = default_mapping(BillingKind.SPLYNX)
OURS = ("Gold", "100M")


def options(*words: str) -> argparse.Namespace:
    return parse(["billing", "map", "isp", *words])


def after(*words: str, theirs: tuple[str, ...] = (), base: BillingMapping = BASE) -> Any:
    return edited(base, options(*words), {name: name for name in theirs}, OURS)


def test_every_part_can_be_set() -> None:
    found = after(
        *("--set", "vlan=service.custom.vlan", "--pattern", "vlan=(\\d+)"),
        *("--plan", "Home 100=100M", "--plan", "Fibre=none"),
        *("--status", "service:paused=suspended", "--owner", "vlan=billing"),
        *("--rule", "plan=console", "--write-back", "port=service.custom.port"),
        *("--status-word", "suspended=blocked", "--notes"),
    )

    assert found.sources["vlan"] == FieldSource("service.custom.vlan", "(\\d+)")
    assert found.sources["mac"] == BASE.sources["mac"]
    assert found.plans == {"Home 100": "100M", "Fibre": ""}
    assert found.statuses["service:paused"] is Meaning.SUSPENDED
    assert found.statuses["account:blocked"] is Meaning.SUSPENDED
    assert found.owners == {"vlan": Owner.BILLING}
    assert found.rules == {"plan": Owner.CONSOLE}
    assert found.write_back == {"port": "service.custom.port"}
    assert found.status_words == {Meaning.SUSPENDED: "blocked"}
    assert found.notes


def test_entries_go_again() -> None:
    first = after("--rule", "plan=console", "--plan", "Fibre=Gold", "--notes")

    found = after("--rule", "plan=ask", "--unset", "plans.Fibre", "--no-notes", base=first)

    assert found == BASE


def test_plans_of_the_same_name_are_taken_only_when_told() -> None:
    assert after(theirs=("Gold", "Silver"), base=BASE).plans == {"Gold": "Gold"}
    assert after(base=BASE).plans == {}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--plan", "Home"], "'Home' is none"),
        (["--plan", "Home=Silver"], "no plan 'Silver'"),
        (["--pattern", "vlan=x"], "--set vlan="),
        (["--set", "colour=x"], "'colour'"),
        (["--status", "blocked=suspended"], "account:NAME"),
        (["--status", "account:x=off"], "'off'"),
        (["--owner", "plan=me"], "'me'"),
        (["--unset", "plans.Nothing"], "no 'plans.Nothing'"),
        (["--unset", "nothing"], "no 'nothing'"),
    ],
)
def test_what_is_wrong_is_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        after(*words)
