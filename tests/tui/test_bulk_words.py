"""A run on many rows in words: the plan, how far it is, how it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.services.bulk import BulkItem, BulkProgress, BulkState, ItemState
from positron_tui.tui.glyphs import UNICODE
from positron_tui.tui.render import bulk as words
from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.render.lines import plain
from tests.tui import sample

NAMED = (("gam-01", "smith"), ("gam-01", "jones"), ("gam-02", "brown"))
PLAN = words.BulkPlan("Suspend", NAMED, canary=1, batch=2, concurrency=5)


def said(items: list[Item]) -> str:
    return "\n".join(plain(line).rstrip() for line in flow(items, 300))


def test_the_plan_counts_by_device_and_says_how_it_goes() -> None:
    text = said(words.plan_items(PLAN))
    assert "Suspend 3 on 2 devices" in text
    assert "gam-01        2: smith, jones" in text
    assert "gam-02        1: brown" in text
    assert "The first one alone, then 2 at a time, up to 5 devices side by side" in text
    assert "Reading a device for an example" in text


def test_the_plan_shows_the_commands_of_one_and_who_is_left_out() -> None:
    change = sample.prepared().change
    text = said(words.plan_items(replace(PLAN, example=change, left_out=("garcia is suspended.",))))
    assert "Left out: 1" in text
    assert "garcia is suspended." in text
    assert all(step.command in text for step in change.steps)


def test_a_plan_for_nobody_says_why() -> None:
    text = said(words.plan_items(words.BulkPlan("Resume", (), ("smith is not suspended.",))))
    assert "nothing to run" in text
    assert "smith is not suspended." in text
    assert "Press ctrl+r" not in text


def test_many_names_are_cut_and_counted() -> None:
    named = tuple(("gam-01", f"s{number}") for number in range(20))
    assert "s11 and 8 more" in said(words.plan_items(replace(PLAN, named=named)))


def test_progress_shows_the_time_left_and_each_device() -> None:
    latest = BulkItem(1, "gam-02", "subscriber.suspend", "brown", sentence="brown: done.")
    progress = BulkProgress(4, 2, 6, 1, 0, 95.0, {"gam-01": (2, 2), "gam-02": (1, 4)}, latest)
    text = said(words.progress_items(progress, UNICODE))
    assert "3 of 6, about 1 min left" in text
    assert "[###############..............." in text
    assert "gam-01        ✓ 2 of 2" in text
    assert "gam-02        » 1 of 4" in text
    assert "brown on gam-02: brown: done." in text


def test_before_the_first_end_nobody_guesses_the_time() -> None:
    text = said(words.progress_items(BulkProgress(4, 0, 6, 0, 0, None, {}), UNICODE))
    assert "0 of 6" in text
    assert "left" not in text


def test_a_run_that_stopped_is_grouped_and_can_go_on() -> None:
    report = sample.bulk_report()
    text = said(words.result_items(report, UNICODE, resumable=words.resumable(report)))
    assert "Stopped at the first that failed." in text
    assert "Press ctrl+r to go on" in text
    assert text.index("failed: 1") < text.index("done: 2") < text.index("Not tried: 1")
    assert "% Invalid VLAN id" in text


@pytest.mark.parametrize("state", BulkState)
def test_every_end_has_words(state: BulkState) -> None:
    report = replace(sample.bulk_report(), state=state)
    text = said(words.result_items(report, UNICODE, resumable=words.resumable(report)))
    assert report.sentence in text
    assert ("Press ctrl+r to go on" in text) is (state is not BulkState.FINISHED)


def test_a_run_with_everything_verified_has_nothing_to_go_on_with() -> None:
    report = sample.bulk_report()
    items = tuple(replace(one, state=ItemState.DONE) for one in report.items)
    assert not words.resumable(replace(report, items=items))
