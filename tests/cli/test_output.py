"""Both streams: data and talk apart, JSON that is safe, readers that go away."""

from __future__ import annotations

import io
import json
import os

import pytest

from positron_tui.cli.output import Output
from positron_tui.domain.errors import PositronError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_json_never_carries_raw_foreign_characters() -> None:
    data = io.StringIO()
    Output(as_json=True, data=data, talk=io.StringIO()).json({"name": "\x9b2J\x1b[ü"})
    assert data.getvalue().isascii()
    assert "\x1b" not in data.getvalue()
    assert json.loads(data.getvalue()) == {"name": "\x9b2J\x1b[ü"}


def test_talk_is_made_safe_and_stays_off_stdout() -> None:
    data, talk = io.StringIO(), io.StringIO()
    Output(as_json=False, data=data, talk=talk).say("a\x1b[2Jb\nc")
    assert data.getvalue() == ""
    assert talk.getvalue() == "a·[2Jb c\n"


def test_progress_is_shown_on_a_terminal_only_and_taken_away() -> None:
    talk = Terminal()
    out = Output(as_json=False, data=io.StringIO(), talk=talk)
    out.progress("3 of 9")
    out.say("done")
    assert talk.getvalue() == "\r\x1b[K3 of 9\r\x1b[Kdone\n"
    file = io.StringIO()
    Output(as_json=False, data=io.StringIO(), talk=file).progress("3 of 9")
    assert file.getvalue() == ""


def test_a_reader_that_went_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        out = Output(as_json=False, data=stream, talk=io.StringIO())
        out.line("x" * 100_000)
        out.line("more")


def test_a_full_disk_is_told() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full on this machine")
    with open("/dev/full", "w") as full:
        out = Output(as_json=False, data=full, talk=io.StringIO())
        with pytest.raises(PositronError, match="Could not write the output"):
            out.line("x")


def test_an_encoding_without_the_character_replaces_it() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Output(as_json=False, data=stream, talk=io.StringIO()).line("a · b")
    assert raw.getvalue() == b"a ? b\n"


def test_closed_streams_are_ignored() -> None:
    out = Output(as_json=False, data=io.StringIO(), talk=io.StringIO())
    out._data = out._talk = None
    out.line("x")
    out.say("y")
    out.progress("z")
