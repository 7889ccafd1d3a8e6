"""Where the console can be opened: the screen is drawn on standard error."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path


def test_redirected_errors_get_a_sentence_and_no_screen(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    errors = tmp_path / "errors"
    try:
        with errors.open("wb") as file:
            ended = subprocess.run(
                [sys.executable, "-m", "positron_tui"],
                stdin=slave,
                stdout=slave,
                stderr=file,
                env={**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
                timeout=60,
                check=False,
            )
    finally:
        os.close(slave)
        os.close(master)
    said = errors.read_text()
    assert ended.returncode == 2
    assert "needs a terminal for input, output and errors" in said
    assert "\x1b" not in said
