"""The clipboard: OSC 52, through tmux and screen, and the file when it is too much."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from positron_tui.tui.clipboard import LONGEST, Clipboard, osc52

XTERM = {"TERM": "xterm-256color"}


def test_the_terminal_gets_the_text_in_base64() -> None:
    sequence = osc52("00:0e:d8:1c:95:08", XTERM)
    assert sequence is not None
    assert sequence.startswith("\x1b]52;c;")
    assert base64.b64decode(sequence[7:-1]) == b"00:0e:d8:1c:95:08"


def test_tmux_gets_both_forms() -> None:
    sequence = osc52("x", {**XTERM, "TMUX": "/tmp/tmux,1,0"})
    bare = osc52("x", XTERM)
    assert sequence is not None
    assert bare is not None
    assert sequence == bare + "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def test_screen_gets_it_wrapped() -> None:
    sequence = osc52("x", {**XTERM, "STY": "1.pts"})
    assert sequence is not None
    assert sequence.startswith("\x1bP\x1b]52;")


@pytest.mark.parametrize(
    ("text", "environment"),
    [("x" * LONGEST, XTERM), ("x", {"TERM": "linux"}), ("x", {"TERM": "dumb"}), ("x", {})],
)
def test_what_the_terminal_cannot_take_goes_to_a_private_file(
    text: str, environment: dict[str, str], tmp_path: Path
) -> None:
    written: list[str] = []
    copied = Clipboard(written.append, tmp_path / "new", environment).copy(text)
    assert written == []
    assert copied.file is not None
    assert copied.file.read_text() == text
    assert stat.S_IMODE(copied.file.stat().st_mode) == 0o600
    assert str(copied.file) in copied.sentence


def test_a_sequence_in_the_text_cannot_leave_its_wrapping() -> None:
    sequence = osc52("\x1b]0;evil\x07", XTERM)
    assert sequence is not None
    assert "evil" not in sequence
