"""A program in a pseudo-terminal, its output with the time of each piece."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


class Terminal:
    """Runs a command under a PTY of the given size; use it as a context manager."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self._command = command
        self._env = {**os.environ, **env}
        self._size = struct.pack("HHHH", rows, columns, 0, 0)
        self.output = bytearray()
        self.started_at = 0.0

    def __enter__(self) -> Terminal:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, self._size)
        self.started_at = time.perf_counter()
        self._process = subprocess.Popen(
            list(self._command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._env,
            start_new_session=True,
        )
        os.close(slave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """All output so far without escape sequences."""
        return _ESCAPES.sub(b"", bytes(self.output)).decode("utf-8", "replace")

    def read(self, timeout_s: float) -> bytes:
        """Return the next piece of output, or nothing when none comes in time."""
        ready, _, _ = select.select([self._master], [], [], timeout_s)
        if not ready:
            return b""
        try:
            piece = os.read(self._master, 65536)
        except OSError:
            return b""
        self.output += piece
        return piece

    def until(self, pattern: str, timeout_s: float = 20.0) -> float:
        """Read until the text matches; return the seconds since the start of the program."""
        wanted = re.compile(pattern)
        deadline = time.perf_counter() + timeout_s
        while time.perf_counter() < deadline:
            if wanted.search(self.text):
                return time.perf_counter() - self.started_at
            self.read(0.05)
        raise TimeoutError(f"'{pattern}' did not appear; the screen said: {self.text[-800:]!r}")

    def until_quiet(self, quiet_s: float, timeout_s: float = 30.0) -> None:
        """Read until nothing comes for `quiet_s`."""
        deadline = time.perf_counter() + timeout_s
        while time.perf_counter() < deadline:
            if not self.read(quiet_s):
                return
        raise TimeoutError("the screen did not come to rest")

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def key_to_paint_ms(self, key: str, timeout_s: float = 2.0) -> float | None:
        """Send a key and return the milliseconds to the first output, None if there was none."""
        while self.read(0):
            pass
        sent = time.perf_counter()
        self.send(key)
        if not self.read(timeout_s):
            return None
        return (time.perf_counter() - sent) * 1000

    def count_bytes(self, seconds: float) -> int:
        """Return how many bytes come in the next `seconds`."""
        before = len(self.output)
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self.read(min(left, 1.0))
        return len(self.output) - before
