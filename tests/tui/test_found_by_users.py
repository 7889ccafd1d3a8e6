"""What persons stumbled over: leaving, counts, the log, measurements, popping sentences, alarms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.devices import Alarm
from positron_tui.services.activity import Outcome
from positron_tui.tui import glyphs
from positron_tui.tui.render.devices import alarm_items
from positron_tui.tui.render.facts import Fact
from positron_tui.tui.screens.endpoint import SnrKept
from tests.tui import sample
from tests.tui.conftest import Still
from tests.tui.driver import console


async def test_the_question_about_leaving_goes_when_the_change_ends(still: Still) -> None:
    async with console(still.app()) as screen:
        screen.app.changes_running += 1
        await screen.press("q")
        await screen.sees("Leave while a change runs?")
        screen.app.changes_running -= 1
        await screen.sees_no_more("Leave while a change runs?")
        screen.app.changes_running += 1
        await screen.press("q")
        await screen.sees("Leave while a change runs?")
        await screen.press("n")
        await screen.sees_no_more("Leave while a change runs?")
        screen.app.changes_running -= 1
        assert screen.app.return_code is None


async def test_counts_are_of_what_the_filter_leaves(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("slash")
        await screen.type("state:missing device:gam-01")
        await screen.sees("filter: state:missing", "1 of 3 GAMs", "o-brien")
        row = next(line for line in screen.text().split("\n") if "North" in line)
        assert "1 device " in row
        assert "1 missing" in row
        assert " ok" not in row
        assert "quarantined" not in row


async def test_the_log_leaves_routine_out_until_it_is_asked_for(still: Still) -> None:
    log = still.services.activity
    for outcome, routine in ((Outcome.OK, True), (Outcome.FAILED, False)):
        log.record(
            f"show ghn {outcome}",
            device="gam-01",
            transport="cli",
            outcome=outcome,
            routine=routine,
        )
    async with console(still.app()) as screen:
        await screen.press("L")
        await screen.sees("show ghn failed", "filter: routine:no")
        assert "show ghn ok" not in screen.text()
        await screen.press("a")
        await screen.sees("show ghn ok")
        await screen.press("a")
        await screen.sees_no_more("show ghn ok")


async def test_a_measurement_is_still_there_on_coming_back(still: Still) -> None:
    async with console(still.app(), (80, 40)) as screen:
        kept = SnrKept(sample.NOW, (Fact("down line 1", "44 dB  good"),))
        await screen.go_to(f"ep {sample.mac(1)}")
        await screen.sees("Not measured")
        screen.app.snr_kept["gam-01", sample.mac(1)] = kept
        await screen.press("escape")
        await screen.go_to(f"ep {sample.mac(1)}")
        await screen.sees("44 dB", "measured 09:30:00")


@pytest.mark.parametrize("name", ["LC_ALL", "LC_CTYPE", "LANG"])
def test_the_c_locale_means_ascii(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "C")
    assert glyphs.choose("auto") is glyphs.ASCII
    assert glyphs.choose(False) is glyphs.UNICODE


def test_the_stronger_variable_decides_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    class Output:
        encoding = "utf-8"

    monkeypatch.setattr("sys.stdout", Output())
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("LANG", "C")
    assert glyphs.choose("auto") is glyphs.UNICODE


async def test_one_sentence_pops_up_at_a_time_and_stays_on_its_screen(still: Still) -> None:
    async with console(still.app()) as screen:
        screen.app.say("One.")
        screen.app.say("Two.")
        await screen.is_told("Two.")
        assert screen.notices() == "Two."
        screen.app.complain("Wrong one.")
        screen.app.complain("Wrong two.")
        await screen.is_told("Wrong two.")
        assert screen.notices() == "Wrong one.\nWrong two."
        assert len(screen.app._notifications) == 1
        await screen.press("e")
        assert screen.notices() == ""
        screen.app.say("Here.")
        await screen.is_told("Here.")
        await screen.press("escape")
        assert screen.notices() == ""


def test_an_alarm_says_once_what_it_is_and_who_it_hits() -> None:
    view = sample.coax_view()
    alarm = Alarm("CPE-7", "los", "mn", True, None, "Signal of the endpoint is lost")
    (item,) = alarm_items(
        replace(view, snapshot=replace(view.snapshot, alarms=(alarm,))), sample.NOW
    )
    assert isinstance(item, Fact)
    assert item.value == "o-brien (CPE-7): Signal of the endpoint is lost, affects service"


async def test_an_uplink_has_no_table_of_endpoints(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("port gam-01/10G 1/1")
        await screen.sees("10G 1/1", "10,000 Mbit/s")
        body = screen.text().split("\n", 1)[1]
        assert "Subscriber or name" not in body
        assert "ndpoint" not in body


async def test_a_device_shows_all_temperatures_and_fans_at_80_columns(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("gam gam-01")
        await screen.sees("Board 41 °C, CPU 56 °C", "1: 5,340 rpm, 2: 5,280 rpm", "Alarms")
