"""How a bulk run tells of itself, and what an interruption says about it."""

from __future__ import annotations

import io

from positron_tui.cli.context import Context
from positron_tui.cli.grammar import parse
from positron_tui.cli.output import Output
from positron_tui.cli.runs import RunTalk, progress_text
from positron_tui.services.bulk import BulkItem, BulkProgress, ItemState


def _progress(done: int, *, latest: BulkItem | None = None, failed: int = 0) -> BulkProgress:
    eta = None if not done else 95.0
    devices = {"gam-1": (done, 20), "gam-2": (0, 0)}
    return BulkProgress(7, done, 20, failed, 0, eta, devices, latest)


def test_progress_has_the_time_that_is_left() -> None:
    assert progress_text(_progress(0)) == "0 of 20 done (gam-1 0/20)"
    text = progress_text(_progress(5, failed=1))
    assert text == "5 of 20 done, 1 failed, 1 min 35 s left (gam-1 5/20)"
    assert progress_text(_progress(20)) == "20 of 20 done"


def test_a_log_gets_a_line_for_each_tenth_and_each_failure() -> None:
    talk = io.StringIO()
    context = Context(parse(["device", "list"]), Output(as_json=True, data=talk, talk=talk))
    tell = RunTalk(context)
    for done in range(21):
        tell(_progress(done))
    lines = talk.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1] == "20 of 20 done"
    bad = BulkItem(3, "gam-1", "subscriber.suspend", "smith", {}, ItemState.FAILED, sentence="No.")
    tell(_progress(20, latest=bad))
    assert talk.getvalue().splitlines()[-1] == "smith on gam-1: No."


def test_an_interruption_says_how_to_go_on() -> None:
    talk = io.StringIO()
    context = Context(parse(["device", "list"]), Output(as_json=False, data=talk, talk=talk))
    RunTalk(context)(_progress(4))
    assert "4 of 20" in context.note
    assert "'bulk resume 7'" in context.note
    assert "Ctrl-C again" in context.waiting
