"""The journal, drift, plans, waiting endpoints and imports as rows and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, StepState
from positron_tui.domain.devices import Line
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.natural import FieldValue, Missing
from positron_tui.domain.plans import Plan
from positron_tui.domain.subscribers import Profile
from positron_tui.services.filtering import parse_filter
from positron_tui.services.intent import AdoptReport, DriftItem
from positron_tui.services.plans import PlanOnDevice, PlanRow, Presence, StrayProfile
from positron_tui.services.transfer import CheckedImport, LineProblem
from positron_tui.services.unprovisioned import UnprovisionedRow
from positron_tui.tui.glyphs import ASCII, UNICODE
from positron_tui.tui.render import drift, imports, journal, plans, unprovisioned
from positron_tui.tui.render.columns import Row, fit_columns
from positron_tui.tui.render.facts import Item, flow
from positron_tui.tui.render.lines import plain
from tests.tui import sample


def said(items: list[Item]) -> str:
    return "\n".join(plain(line).rstrip() for line in flow(items, 200))


def texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def change(state: ChangeState, **values: object) -> Change:
    return replace(sample.prepared().change, id=7, state=state, **values)  # type: ignore[arg-type]


# The journal.


@pytest.mark.parametrize("state", ChangeState)
def test_every_state_of_a_change_has_a_sign_and_a_word_of_its_own(state: ChangeState) -> None:
    for glyphs in (UNICODE, ASCII):
        word = journal.state_word(state, glyphs)
        assert len(word.sign) == 1
        assert word.word
        others = {journal.state_word(one, glyphs).word for one in ChangeState if one is not state}
        assert word.word not in others


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (ChangeState.APPLYING, "1 change under way"),
        (ChangeState.INDETERMINATE, "1 change not known"),
        (ChangeState.VERIFIED_SAVED, ""),
        (ChangeState.FAILED, ""),
    ],
)
def test_the_top_line_counts_what_has_no_end(state: ChangeState, counts: str) -> None:
    spans = journal.open_spans([change(state), change(ChangeState.VERIFIED_UNSAVED)])
    assert "".join(text for text, _ in spans).strip() == counts


def test_a_row_of_the_journal_says_when_where_what_who_and_whether_it_is_saved() -> None:
    done = change(ChangeState.VERIFIED_UNSAVED, saved=False, inverse_of=3)
    (row,) = journal.rows([done], UNICODE, sample.NOW)
    assert texts(row)[:7] == [
        "09:30:00",
        "▲ done, unsaved",
        "gam-01",
        "undo 3: new-one",
        "no",
        "tester",
        "7",
    ]
    (refused,) = journal.rows(
        [change(ChangeState.REFUSED)], UNICODE, sample.NOW + timedelta(days=1)
    )
    assert texts(refused)[0] == "03-02 09:30"
    assert texts(refused)[4] == "-"


def test_the_small_screen_keeps_who_did_it() -> None:
    wanted = [11, 15, 20, 60, 5, 16, 7, 120]
    kept = {journal.COLUMNS[index].key for index, _ in fit_columns(journal.COLUMNS, wanted, 80)}
    assert {"at", "state", "device", "what", "saved", "actor"} <= kept


@pytest.mark.parametrize("typed", ["state:known", "new-one", "kind:subscriber.add", "id:7"])
def test_the_journal_is_filtered_by_what_people_remember(typed: str) -> None:
    row = journal.filter_row(change(ChangeState.INDETERMINATE), UNICODE)
    assert parse_filter(typed, journal.FIELDS).matches(row)
    assert not parse_filter(f"!{typed}", journal.FIELDS).matches(row)


def test_the_details_have_every_step_with_its_answer_and_every_event() -> None:
    failed = change(ChangeState.FAILED, message="The unit said no.")
    first, second = failed.steps
    steps = (
        replace(first, state=StepState.ACCEPTED),
        replace(second, state=StepState.REJECTED, reply="% Invalid\r\n  VLAN id", transport="x"),
    )
    events = [
        ChangeEvent(7, sample.NOW, ChangeState.APPLYING, "sent"),
        ChangeEvent(7, sample.NOW + timedelta(seconds=2), ChangeState.FAILED),
    ]
    text = said(journal.detail(replace(failed, steps=steps), events, UNICODE, sample.NOW))
    assert "✖ failed" in text
    assert "The unit said no." in text
    assert f"1 accepted    {first.command}" in text
    assert "over command line" in text
    assert f"2 refused     {second.command}" in text
    assert "device says: % Invalid VLAN id" in text
    assert "VLAN          nothing -> 200" in text
    assert "09:30:00      sending: sent" in text
    assert "09:30:02      failed" in text
    assert "Press u" in text


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ChangeState.APPLYING, "Press S"),
        (ChangeState.INDETERMINATE, "Press S"),
        (ChangeState.REFUSED, "nothing was sent"),
        (ChangeState.REVERTED, "nothing of it is on the device"),
    ],
)
def test_what_cannot_be_undone_says_why(state: ChangeState, why: str) -> None:
    assert why in str(journal.why_not_undone(change(state)))
    assert "cannot be undone" in said(journal.detail(change(state), (), UNICODE, sample.NOW))


def test_a_change_of_nothing_cannot_be_undone() -> None:
    assert journal.why_not_undone(change(ChangeState.VERIFIED_SAVED)) is None
    assert journal.why_not_undone(change(ChangeState.VERIFIED_SAVED, steps=())) is not None


# Drift.


def item(
    field: str = "vlan",
    intended: FieldValue = 100,
    running: FieldValue = 200,
    startup: FieldValue = 100,
    read_at: datetime | None = sample.READ_AT,
) -> DriftItem:
    return DriftItem(
        *("gam-01", "subscriber", "smith", field),
        *(intended, running, startup),
        *(sample.NOW - timedelta(days=2), sample.READ_AT, read_at),
    )


def test_a_row_of_drift_has_the_truths_and_their_ages() -> None:
    (row,) = drift.rows([item()], sample.NOW)
    assert texts(row) == [
        *("gam-01", "subscriber smith", "VLAN", "100", "200", "100"),
        *("2026-02-28 09:30", "09:29:48", "09:29:48"),
    ]
    assert drift.ages(item(read_at=None), sample.NOW).endswith("startup read never.")


def test_lines_of_one_object_stand_together_under_one_bright_name() -> None:
    first, second = drift.rows([item(), item("plan", "Home 100", None)], sample.NOW)
    assert (first.cells[1].style, second.cells[1].style) == ("accent", "dim")


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (Missing.UNKNOWN, "?"),
        (Missing.ABSENT, "not there"),
        (None, "nothing"),
        (True, "yes"),
        ((10, 20), "10, 20"),
        ((), "none"),
        (0, "0"),
    ],
)
def test_a_truth_is_never_guessed(one: FieldValue, text: str) -> None:
    assert drift.value(one) == text


@pytest.mark.parametrize(
    ("running", "startup", "unsaved"),
    [(1, 2, True), (1, 1, False), (1, Missing.UNKNOWN, False), (1, Missing.ABSENT, True)],
)
def test_unsaved_is_what_a_restart_would_change(
    running: FieldValue, startup: FieldValue, unsaved: bool
) -> None:
    assert drift.is_unsaved(item(running=running, startup=startup)) is unsaved


def test_the_question_shows_what_becomes_of_each_field_and_how_many_more() -> None:
    items = [item(f"field{number}", number, number + 1) for number in range(8)]
    text = said(drift.direction_items(items, to_device=False))
    assert "field0        0 -> 1" in text
    assert "and 2 fields more" in text
    assert "field0        1 -> 0" in said(drift.direction_items(items, to_device=True))


def test_the_report_of_an_adoption_counts_what_was_new() -> None:
    text = said(drift.adopted_items(AdoptReport("gam-01", {"subscriber": 3, "port": 0}, ("Hm.",))))
    assert "3 subscribers" in text
    assert "port" not in text.replace("report", "")
    assert "Hm." in text
    assert "intended already" in said(drift.adopted_items(AdoptReport("gam-01", {})))


# Plans.

PLAN = PlanRow(
    Plan("Home 100", 100, 20),
    {Line.COAX: (106, 22), Line.COPPER: None},
    (
        PlanOnDevice("gam-01", Presence.PRESENT, Profile(2, "Home 100", 106, 22), 3),
        PlanOnDevice("gam-02", Presence.DIFFERS, Profile(2, "Home 100", 100, 20), 1, "It differs."),
        PlanOnDevice("gam-03", Presence.UNLIMITED, None, 0, "More than its line can."),
    ),
)


def test_a_plan_is_counted_over_the_fleet() -> None:
    (row,) = plans.rows([PLAN])
    assert texts(row) == ["Home 100", "100", "20", "4", "1", "1", "0", "106/22", "no limit"]


def test_a_plan_on_a_device_says_what_is_there_and_why_not() -> None:
    rows = plans.device_rows(PLAN.devices, UNICODE)
    assert texts(rows[0]) == ["gam-01", "● present", "106/22 Mbit/s", "3", ""]
    assert texts(rows[2]) == ["gam-03", "- not possible here", "-", "0", "More than its line can."]
    words = {plans.presence_word(one, UNICODE).word for one in Presence}
    assert len(words) == len(Presence)


def test_a_profile_that_may_go_is_told_from_one_that_is_used() -> None:
    rows = plans.stray_rows(
        [
            StrayProfile("gam-01", Profile(5, "Old", 50, 0), 0, None, True),
            StrayProfile("gam-01", Profile(6, "Odd", None, 5), 2, "Home 100", False),
        ]
    )
    assert texts(rows[0]) == ["gam-01", "Old", "50", "no limit", "0", "in no plan", "yes"]
    assert texts(rows[1]) == ["gam-01", "Odd", "?", "5", "2", "Home 100", "no"]


# Waiting endpoints and imports.


def test_a_waiting_endpoint_says_since_when_and_what_is_unknown() -> None:
    one = UnprovisionedRow(
        *("gam-01", "North", sample.UNKNOWN_MAC, None),
        *(EndpointState.QUARANTINED_UNKNOWN_MAC, "G1001-C", None, 860, None),
        *(sample.NOW - timedelta(days=1), sample.READ_AT, "Nobody knows it."),
    )
    (row,) = unprovisioned.rows([one], UNICODE, sample.NOW)
    assert texts(row) == [
        *("03-01 09:30", sample.UNKNOWN_MAC, "gam-01", "?", "◆ unknown MAC"),
        *("860", "?", "G1001-C", "?", "North", "09:29:48"),
    ]
    assert unprovisioned.facts(one, sample.NOW).startswith(
        "Waits since 2026-03-01 09:30; PHY 860/?"
    )
    typed = parse_filter("site:north !port:", unprovisioned.FIELDS)
    assert typed.matches(unprovisioned.filter_row(one))


def test_every_bad_line_of_an_import_is_told() -> None:
    problems = tuple(LineProblem(line, "vlan", f"Bad {line}.") for line in range(2, 60))
    checked = CheckedImport((), 3, 1, 2, problems, (LineProblem(2, "", "Think."),))
    text = said(imports.report(checked))
    assert all(f"vlan: Bad {line}." in text for line in range(2, 60))
    assert "Nothing is imported" in text
    assert "Think." in text
    assert "there is nothing to do" in said(imports.report(CheckedImport((), 0, 0, 2, ())))
