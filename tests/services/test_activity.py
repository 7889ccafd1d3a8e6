"""The activity log, its file, and that no secret passes either."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from positron_tui.services.activity import ActivityLog, Entry, Outcome, Redactor
from positron_tui.services.events import DeviceAdded, Event, EventBus
from positron_tui.services.logs import open_log
from tests.clocks import FrozenClock


def test_the_ring_forgets_the_oldest() -> None:
    log = ActivityLog(FrozenClock(), size=3)
    for number in range(5):
        log.record(f"entry {number}", device="a" if number % 2 else "b")
    assert [entry.text for entry in log.entries()] == ["entry 2", "entry 3", "entry 4"]
    assert [entry.text for entry in log.entries("a")] == ["entry 3"]


def test_routine_does_not_push_out_what_matters() -> None:
    log = ActivityLog(FrozenClock(), size=3)
    log.record("first")
    for number in range(1_000):
        log.record(f"read {number}", routine=True)
    log.record("last")
    texts = [entry.text for entry in log.entries()]
    assert (texts[0], texts[-1], len(texts)) == ("first", "last", 502)


def test_secrets_are_hidden_in_texts_and_replies() -> None:
    redactor = Redactor()
    redactor.learn("hunter2", "hunter2-long", "", None)
    log = ActivityLog(FrozenClock(), redactor)
    heard: list[Entry] = []
    log.on_added = heard.append
    log.record("login with hunter2-long", reply="no such password: hunter2", kind="login")
    assert heard == list(log.entries())
    assert heard[0].text == "login with ***"
    assert heard[0].reply == "no such password: ***"


def test_a_short_secret_is_hidden_where_it_stands_alone() -> None:
    redactor = Redactor()
    redactor.learn("ro")
    assert redactor.clean("router said ro.") == "router said ***."


def test_the_log_file_is_private_and_clean(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("s3cr3t")
    path = tmp_path / "logs" / "console.log"
    close, problem = open_log(path, "info", redactor)
    assert problem is None
    ActivityLog(FrozenClock(), redactor).record("polled", device="gam-1", outcome=Outcome.FAILED)
    try:
        raise ValueError("s3cr3t in an error")
    except ValueError:
        logging.getLogger("positron_tui.test").exception("it failed with %s", "s3cr3t")
    close()
    text = path.read_text()
    assert "gam-1 console note failed 'polled'" in text
    assert "ValueError: *** in an error" in text
    assert "s3cr3t" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_closing_the_log_leaves_no_handler_behind(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    close, _ = open_log(tmp_path / "console.log", "debug", Redactor())
    close()
    assert logging.getLogger().handlers == before


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    close, problem = open_log(tmp_path / "file" / "console.log", "info", Redactor())
    close()
    assert problem is not None
    assert "cannot be written" in problem


def test_a_failing_subscriber_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    heard: list[Event] = []

    def fails(event: Event) -> None:
        raise RuntimeError("defect")

    bus.subscribe(fails)
    unsubscribe = bus.subscribe(heard.append)
    bus.publish(DeviceAdded("gam-1"))
    unsubscribe()
    bus.publish(DeviceAdded("gam-2"))
    assert heard == [DeviceAdded("gam-1")]
    assert "a subscriber failed on DeviceAdded" in caplog.text
