"""Sync runs, their items, conflicts, hooks and stories as rows and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from positron_tui.domain.billing import BillingKind, BillingService
from positron_tui.domain.mapping import Meaning, Sold
from positron_tui.domain.sync_runs import (
    BillingSystem,
    HookState,
    ItemKind,
    Link,
    Outcome,
    RunState,
    SyncItem,
    Trigger,
    WriteBack,
    WriteState,
)
from positron_tui.domain.sync_types import Held
from positron_tui.services.filtering import filter_items
from positron_tui.services.sync_status import SystemStatus, is_late
from positron_tui.services.sync_types import Claim, SyncProgress, SyncReport, Take, Why
from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render import conflicts, hooks, sync, sync_items, why
from positron_tui.tui.render.columns import Row, fit_columns
from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.render.frame import that_fits
from positron_tui.tui.render.lines import Line, plain
from positron_tui.tui.render.values import UNKNOWN
from tests.tui import syncs
from tests.tui.syncs import CONFLICT, ITEMS, NOW, RUN, SETTLED

SYSTEM = BillingSystem("isp", BillingKind.SPLYNX, "https://isp.example", read_at=NOW)


def said(items: Sequence[Item]) -> str:
    return text(flow(items, 200))


def text(lines: Sequence[Line]) -> str:
    return "\n".join(plain(line).rstrip() for line in lines)


def texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


# What waits, in the top line.


def test_nothing_stands_in_the_top_line_while_all_is_well() -> None:
    assert sync.top_signs((SystemStatus(SYSTEM),)) == ()
    assert sync.top_signs(()) == ()


def test_the_top_line_says_what_waits_as_long_as_there_is_room() -> None:
    status = SystemStatus(SYSTEM, waiting_runs=2, conflicts=1, late_hooks=3)
    signs = sync.top_signs((status,))
    fits = {width: "".join(t for t, _ in that_fits("Fleet", (), signs, width)) for width in (
        80, 30, 20, 9)}  # fmt: skip
    assert fits[80].split("  ")[1:] == [" 1 conflict", "2 syncs wait", "3 hooks late"]
    assert fits[30].strip() == "sync log: 6"
    assert fits[20].strip() == "sync:6"
    assert fits[9] == ""


# Systems and runs.


def test_a_system_says_when_it_was_read_and_what_somebody_has_to_do() -> None:
    never = replace(SYSTEM, read_at=None)
    failed = replace(RUN, state=RunState.FAILED, sentence="isp does not answer.")
    words = said(sync.system_items(SystemStatus(never, newest=failed), UNICODE, NOW))
    assert "never read as a whole" in words
    assert "the newest run failed: isp does not answer." in words
    due = SystemStatus(
        SYSTEM, next_full_at=NOW - timedelta(1), waiting_runs=1, conflicts=2, late_hooks=1, untold=2
    )
    words = said(sync.system_items(due, UNICODE, NOW))
    assert "next now" in words
    assert "1 run waits, 2 conflicts, 1 hook is late, 2 things are to be told" in words
    words = said(sync.system_items(SystemStatus(SYSTEM, confirmed=False), UNICODE, NOW))
    assert "proposes only" in words


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_has_a_sign_and_a_word_of_its_own(state: RunState) -> None:
    for glyphs in (UNICODE, ASCII):
        word = sync.run_word(state, glyphs)
        assert len(word.sign) == 1
        assert (word.sign.isascii()) or glyphs is UNICODE
        others = {sync.run_word(one, glyphs).word for one in RunState if one is not state}
        assert word.word not in others


def test_a_run_that_left_something_undone_is_not_called_done() -> None:
    done = replace(RUN, state=RunState.FINISHED)
    assert sync.run_word(done.state, UNICODE).text == "✓ done"
    assert sync.run_word(done.state, UNICODE, 2).text == "▲ 2 not done"
    (row,) = sync.rows([done], {12: 2}, UNICODE, NOW)
    assert texts(row)[1] == "▲ 2 not done"
    assert filter_items(
        "state:not", [done], lambda one: sync.filter_row(one, UNICODE, 2), ["state"]
    )


def test_a_run_tells_what_it_found_most_urgent_first() -> None:
    assert sync.found_words(RUN) == "1 exception, 1 conflict, 2 suspend, 1 change, 1 link"
    assert sync.found_words(replace(RUN, counts={"agreed": 7})) == "nothing differs"
    assert sync.found_words(replace(RUN, counts={}, state=RunState.READING)) == "?"


def test_a_run_tells_whose_accounts_and_how_long() -> None:
    (row,) = sync.rows([replace(RUN, finished_at=NOW, scope=("1", "2", "3"))], {}, UNICODE, NOW)
    assert "3 accounts" in texts(row)
    assert "4 min" in texts(row)
    assert "schedule" in texts(row)
    assert sync.scope_words(replace(RUN, scope=("4021",))) == "4021"
    assert sync.took_s(RUN) is None
    assert {sync.trigger_words(one) for one in Trigger} >= {"a hook", "a person"}


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("kind:suspend", True),
        ("kind:remove", False),
        ("system:isp trigger:schedule", True),
        ("state:waiting", True),
        ("account:all", True),
        ("!id:12", False),
        ("4995 exception", True),
    ],
)
def test_runs_are_filtered_with_the_one_grammar(wanted: str, kept: bool) -> None:
    found = filter_items(wanted, [RUN], lambda one: sync.filter_row(one, UNICODE), sync.FIELDS)
    assert bool(found) is kept


def test_progress_says_how_much_is_left() -> None:
    assert "Reading isp ..." in said(sync.progress_items(None, "Reading isp", stopping=False))
    reading = SyncProgress(12, "reading", 700, None)
    assert said(sync.progress_items(reading, "", stopping=False)) == "Reading billing: 700 so far"
    running = SyncProgress(12, "running", 30, 60, failed=1, eta_s=95)
    words = said(sync.progress_items(running, "", stopping=True))
    assert "[###############...............] 30 of 60, about 1 min left" in words
    assert "1 did not come to a good end" in words
    assert "Stopping" in words


# Items.


def test_exceptions_come_first_then_conflicts_then_what_failed() -> None:
    assert [one.position for one in sync_items.in_order(ITEMS)] == [2, 3, 1, 0, 4, 5]


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.LISTED])
def test_every_outcome_has_a_word_of_its_own(outcome: Outcome) -> None:
    words = {one: sync_items.outcome_word(replace(ITEMS[0], outcome=one), ASCII) for one in Outcome}
    assert words[outcome].text.isascii()
    assert [one.word for one in words.values()].count(words[outcome].word) == 1


def test_an_item_tells_its_fields_before_and_after() -> None:
    assert sync_items.fields_words(ITEMS[1]) == "plan Home 100 -> no limit"
    assert sync_items.fields_words(ITEMS[2]) == ""
    added = replace(ITEMS[0], before={}, after={"vlan": "101", "mac": "00:0e:d8:00:00:01"})
    assert sync_items.fields_words(added) == "VLAN 101, MAC 00:0e:d8:00:00:01"


def test_a_narrow_table_keeps_what_who_and_the_fields() -> None:
    rows = sync_items.rows(ITEMS, UNICODE)
    wanted = [max(len(row.cells[i].text) for row in rows) for i in range(len(sync_items.COLUMNS))]
    shown = [sync_items.COLUMNS[i].key for i, _ in fit_columns(sync_items.COLUMNS, wanted, 80)]
    assert shown == ["outcome", "kind", "account", "name", "fields"]


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        ("kind:suspend", [0, 5]),
        ("outcome:failed", [1]),
        ("account:4021", [1]),
        ("account:402", []),
        ("name:quinn", [5]),
        ("field:plan", [1, 3]),
        ("!kind:link !outcome:done", [0, 1, 2, 3]),
        ("change:17", [5]),
        ("gold", [2]),
    ],
)
def test_items_are_filtered_with_the_one_grammar(wanted: str, positions: list[int]) -> None:
    row_of = lambda one: sync_items.filter_row(one, UNICODE)  # noqa: E731
    found = filter_items(wanted, ITEMS, row_of, sync_items.FIELDS)
    assert [one.position for one in found] == positions


def test_a_waiting_run_says_what_to_press_and_why_to_be_careful() -> None:
    report = SyncReport(RUN, ITEMS, guard="2 services would be suspended, more than may.")
    words = said(sync_items.head(report, UNICODE))
    assert words.startswith("Nothing was sent yet. Press ctrl+r")
    assert "▲ 2 services would be suspended" in words
    dry = replace(RUN, dry_run=True, state=RunState.FINISHED)
    assert "A dry run" in said(sync_items.head(SyncReport(dry, ITEMS), UNICODE))


def test_an_ended_run_says_what_failed_and_what_billing_was_not_told() -> None:
    writes = tuple(
        WriteBack(n, "isp", f"k{n}", "801", "4021", {"service.vlan": ""}, state=state)
        for n, state in enumerate(WriteState)
    )
    run = replace(RUN, state=RunState.FINISHED)
    words = said(sync_items.head(SyncReport(run, ITEMS, writes=writes), UNICODE))
    assert "1 did not come to a good end. Press T" in words
    assert "Billing is yet to be told 2 things." in words
    assert "Billing refused 1 of what it was told." in words
    words = said(sync_items.detail(ITEMS[1], writes, UNICODE, NOW))
    assert "Home 100 -> no limit" in words
    assert "service.vlan = empty" in words
    assert "Change        3" in words
    note = replace(writes[0], note="smith changed", values={})
    assert 'the note "smith changed"' in said(sync_items.write_items(note))


# Conflicts.


def test_a_conflict_shows_every_side_the_last_agreed_value_and_who() -> None:
    open_, settled = conflicts.rows([CONFLICT, SETTLED], NOW)
    assert texts(open_)[:8] == [
        *("Ana Alder", "plan", "Home 500", "Home 250", "Home 250", "Home 100"),
        texts(open_)[6],
        "open",
    ]
    assert texts(settled)[4] == "?"
    assert texts(settled)[7] == "took console"
    assert "They agreed on Home 100" in said(conflicts.words(CONFLICT, NOW))
    assert "by anna: took console" in said(conflicts.words(SETTLED, NOW))
    known = filter_items("state:open", [CONFLICT, SETTLED], conflicts.filter_row, conflicts.FIELDS)
    assert known == (CONFLICT,)
    by = filter_items("by:anna", [CONFLICT, SETTLED], conflicts.filter_row, conflicts.FIELDS)
    assert by == (SETTLED,)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ItemKind.EDIT, ("Device        Home 250 -> Home 500", "Billing       Home 500 stays")),
        (ItemKind.WRITE, ("Billing       Home 500 -> Home 500", "Console       Home 500 stays")),
        (ItemKind.LINK, ("Billing       keeps Home 500", "Console       keeps Home 500")),
    ],
)
def test_a_decision_says_what_is_sent_to_whom(kind: ItemKind, words: tuple[str, ...]) -> None:
    item = SyncItem(0, kind, "803", "4023", "Ana Alder", after={"plan": "Home 500"}, reason="So.")
    shown = said(conflicts.decision_items([conflicts.Decision(CONFLICT, item)], Take.BILLING))
    assert "Nothing was sent yet" in shown
    assert all(one in shown for one in words)


def test_what_cannot_be_decided_like_that_says_why() -> None:
    refused = conflicts.Decision(SETTLED, refusal="What it runs was never read.")
    shown = said(conflicts.decision_items([refused], Take.DEVICE))
    assert "None of this can be done." in shown
    assert "never read" in shown


def test_the_end_of_a_decision_names_run_and_change() -> None:
    done = SyncReport(RUN, (ITEMS[5],))
    failed = SyncReport(RUN, (ITEMS[1],))
    words = said(conflicts.result_items([done, failed], UNICODE))
    assert "1 of 2 conflicts settled." in words
    assert "sync run 12, change 17" in words
    assert "still open" in words


# Hooks.


def test_a_hook_that_waits_too_long_is_late() -> None:
    late, done, ignored = syncs.HOOKS
    assert hooks.state_word(late, NOW, UNICODE).word == "late"
    assert hooks.state_word(replace(late, received_at=NOW), NOW, UNICODE).word == "waits"
    assert hooks.state_word(replace(late, state=HookState.FAILED), NOW, ASCII).text == "X failed"
    assert not is_late(done, NOW)
    assert "It was not handled yet" in said(hooks.words(late, NOW))
    rows = hooks.rows(syncs.HOOKS, NOW, UNICODE)
    assert [texts(row)[4] for row in rows] == ["4021", "4023", "?"]
    row_of = lambda one: hooks.filter_row(one, NOW, UNICODE)  # noqa: E731
    assert filter_items("late:yes", syncs.HOOKS, row_of, hooks.FIELDS) == (late,)
    assert filter_items("state:done", syncs.HOOKS, row_of, hooks.FIELDS) == (done,)
    assert "that it does not name" in said(hooks.words(ignored, NOW))


# Why.

VALUES = {
    "status": "active",
    "plan": "Home 100",
    "mac": "00:0e:d8:00:00:01",
    "vlan": "101",
    "device": "gam-01",
    "port": "G.hn 1/1",
    "description": "",
}
STORY = Why(
    system="isp",
    billing=BillingService("800", "4020", "Ana Alder", "blocked", "active"),
    billing_values={"status": "suspended", "plan": "Home 100"},
    billing_read_at=NOW,
    held=Held("gam-01", "smith", VALUES, VALUES),
    intended_at=NOW,
    running_read_at=NOW,
    link=Link("800", "4020", "gam-01", "smith", {"plan": ("Gold", "Home 100")}, NOW),
    conflicts=(CONFLICT,),
    items=((12, ITEMS[5]),),
    findings=("The VLAN field holds 'x'.",),
)


def story(one: Why) -> str:
    return text(why.lines([one], UNICODE, NOW, 120))


def test_a_story_puts_the_truths_side_by_side_and_marks_where_they_differ() -> None:
    words = story(STORY)
    assert "isp: account 4020 Ana Alder, service 800   account blocked, service active" in words
    assert "VLAN          not told" in words
    assert "Kept apart    plan (Gold there, Home 100 here): somebody decided so" in words
    assert "plan: billing Home 500, console Home 250" in words
    assert "run 12        ✓ done: suspend status active -> suspended, change 17" in words
    assert "The VLAN field holds 'x'." in words
    lines = why.lines([STORY], UNICODE, NOW, 120)
    status = next(line for line in lines if line and line[0][0].startswith("Status"))
    assert [style for _, style in status[1:]] == ["warn", "warn", "warn"]
    plan = next(line for line in lines if line and line[0][0].startswith("Plan"))
    assert [style for _, style in plan[1:]] == ["", "", ""]


def test_what_is_not_known_of_a_subscriber_is_told_as_unknown() -> None:
    known = {name: value for name, value in VALUES.items() if name not in ("vlan", "status")}
    held = Held("gam-01", "smith", {**known, "status": "active"}, known)
    lines = why.lines([replace(STORY, held=held)], UNICODE, NOW, 120)
    shown = {line[0][0].strip(): [one.strip() for one, _ in line[1:]] for line in lines if line}
    assert shown["VLAN"] == ["not told", UNKNOWN, UNKNOWN]
    assert shown["Status"] == ["suspended", "active", UNKNOWN]


def test_two_words_for_the_same_plan_are_no_difference() -> None:
    held = replace(STORY.held, equal={"plan": frozenset({"Home 100", "Gold"})})  # type: ignore[type-var]
    lines = why.lines(
        [replace(STORY, held=held, billing_values={"plan": "Gold"})], UNICODE, NOW, 120
    )
    plan = next(line for line in lines if line and line[0][0].startswith("Plan"))
    assert [style for _, style in plan[1:]] == ["", "", ""]


def test_what_is_not_known_is_said_with_how_to_know_it() -> None:
    held = replace(STORY.held, running=None)  # type: ignore[type-var]
    unread = replace(STORY, held=held, running_read_at=None, billing=None)
    words = story(unread)
    assert "What runs was never read: press r" in words
    assert "billing did not tell it. Press n" in words
    gone = story(replace(STORY, held=held))
    assert "It is intended and does not run" in gone
    assert "not there" in gone
    nobody = story(Why(system=None))
    assert "No service of a billing system is linked" in nobody
    assert "The console intends no such subscriber" in nobody


def test_an_endpoint_without_a_subscriber_tells_what_billing_says() -> None:
    mac = "00:0e:d8:00:00:09"
    sold = Sold("801", "4021", "Ana Alder", Meaning.ACTIVE, {"plan": "", "mac": mac}, (mac,))
    words = said(why.claim_items([Claim("isp", sold, NOW)], mac, NOW))
    assert "account 4021 Ana Alder" in words
    assert "Plan          no limit" in words
    assert "no service in billing names it" in said(why.claim_items([], mac, NOW))
