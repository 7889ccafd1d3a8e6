"""What really goes to the terminal: nothing at rest, little for a change, and the way back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

LEAVE_SCREEN = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"
QUIET_S = 1.0


class Terminal:
    """A pseudo terminal with the console inside."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.attributes = termios.tcgetattr(slave)
        self.slave = slave
        variables = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        variables.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tui.pty_child", str(folder)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**variables, **(environment or {})},
            start_new_session=True,
        )
        self.output = b""

    def read(self, wait_s: float) -> bytes:
        """Return what is written until nothing comes for `wait_s` seconds."""
        found = b""
        while select.select([self._master], [], [], wait_s)[0]:
            try:
                chunk = os.read(self._master, 65_536)
            except OSError:
                break
            if not chunk:
                break
            found += chunk
        self.output += found
        return found

    def wait_for(self, words: bytes) -> None:
        deadline = time.monotonic() + 60
        while words not in self.output:
            gone = self.process.poll() is not None or time.monotonic() > deadline
            assert not gone, f"{words!r} never came: {self.output[-2000:]!r}"
            self.read(0.1)

    def settle(self) -> None:
        """Read until the screen has nothing more to say."""
        while self.read(QUIET_S):
            pass

    def send(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> int:
        """Wait for the end and return the exit code; what is still written is read meanwhile."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "the console did not end"
            self.read(0.1)
        self.read(0.2)
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
        os.close(self.slave)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    try:
        opened.wait_for(b"gam-03")
        opened.settle()
        yield opened
    finally:
        opened.close()


def test_a_screen_at_rest_writes_nothing_and_one_value_little(terminal: Terminal) -> None:
    # Open the device and a port, so that the changed rate is in view.
    terminal.send(b":port gam-01/1\r")
    terminal.wait_for(b"861")
    terminal.settle()
    assert terminal.read(3.0) == b""
    terminal.process.send_signal(signal.SIGUSR1)
    change = b""
    while not change:
        change = terminal.read(QUIET_S)
    assert 0 < len(change) < 1024, change


def test_quitting_restores_the_terminal_and_closes_the_services(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.send(b"q")
    assert terminal.end() == 0
    assert LEAVE_SCREEN in terminal.output
    assert SHOW_CURSOR in terminal.output
    assert termios.tcgetattr(terminal.slave)[:4] == terminal.attributes[:4]
    assert (tmp_path / "closed").exists()


def test_a_defect_ends_with_a_sentence_and_a_usable_terminal(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.process.send_signal(signal.SIGUSR2)
    assert terminal.end() == 1
    assert b"Traceback" not in terminal.output
    assert b"ZeroDivisionError" not in terminal.output
    after = terminal.output[terminal.output.rindex(LEAVE_SCREEN) :]
    assert b"had to stop" in after
    assert termios.tcgetattr(terminal.slave)[:4] == terminal.attributes[:4]
    assert (tmp_path / "closed").exists()
    assert "ZeroDivisionError" in (tmp_path / "console.log").read_text()


def test_no_color_means_no_color(tmp_path: Path) -> None:
    opened = Terminal(tmp_path, {"NO_COLOR": "1"})
    try:
        opened.wait_for(b"gam-03")
        opened.settle()
        assert not re.search(rb"\x1b\[[0-9;]*(?<![0-9])(3[0-8]|4[0-8]|9[0-7])[;m]", opened.output)
        assert re.search(rb"\x1b\[(?:[0-9]+;)*7[;m]", opened.output)
        opened.send(b"q")
        assert opened.end() == 0
    finally:
        opened.close()
