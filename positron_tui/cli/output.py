"""Where the command line writes: data to stdout, talk and progress to stderr."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from positron_tui.cli.table import Column, render_table
from positron_tui.cli.text import safe_line
from positron_tui.domain.errors import PositronError

DEFAULT_WIDTH = 80


class Output:
    """Both streams of one command. A reader that went away (`| head`) silences its stream.

    `as_json` chooses JSON for data. Progress lines overwrite each other on a terminal and are
    left out elsewhere.
    """

    def __init__(
        self, *, as_json: bool, data: TextIO | None = None, talk: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self._data = sys.stdout if data is None else data
        self._talk = sys.stderr if talk is None else talk
        self._progress_shown = False

    @property
    def width(self) -> int:
        """Cells that a line may take: the terminal's width, else COLUMNS, else 80."""
        return shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns

    @property
    def rewrites(self) -> bool:
        """Whether progress lines are shown, each over the one before."""
        return self._talk is not None and self._talk.isatty()

    def json(self, value: object) -> None:
        """Write `value` as JSON; ASCII only, so that no foreign text reaches a terminal."""
        self.line(json.dumps(value, indent=2))

    def line(self, text: str = "") -> None:
        """Write one line of data; the text must be safe already."""
        self._data = self._write(self._data, f"{text}\n", "the output")

    def raw(self, text: str) -> None:
        """Write data that is a file's content, as it stands."""
        self._data = self._write(self._data, text, "the output")

    def lines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.line(text)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[object]], empty: str = ""
    ) -> None:
        """Write a table that fits the width; without rows its head, and `empty` to stderr."""
        self.lines(render_table(columns, rows, self.width))
        if empty and not rows:
            self.say(empty)

    def say(self, text: str) -> None:
        """Write one line for a person to stderr, foreign text in it made safe."""
        self.clear_progress()
        self._say_raw(f"{safe_line(text)}\n")

    def say_lines(self, texts: Iterable[str]) -> None:
        """Write lines for a person to stderr as they stand; they must be safe already."""
        self.clear_progress()
        for text in texts:
            self._say_raw(f"{text}\n")

    def ask(self, text: str) -> None:
        """Write a question to stderr and leave the cursor behind it."""
        self.clear_progress()
        self._say_raw(f"{safe_line(text)} ")

    def progress(self, text: str) -> None:
        """Show how far something is, on a terminal only."""
        if not self.rewrites:
            return
        self._say_raw(f"\r\x1b[K{safe_line(text)[: self.width - 1]}")
        self._progress_shown = True

    def clear_progress(self) -> None:
        """Take the progress line away, if one is shown."""
        if self._progress_shown:
            self._say_raw("\r\x1b[K")
            self._progress_shown = False

    def _say_raw(self, text: str) -> None:
        with contextlib.suppress(PositronError):
            self._talk = self._write(self._talk, text, "stderr")

    @staticmethod
    def _write(stream: TextIO | None, text: str, what: str) -> TextIO | None:
        """Write and flush; return the stream, or None once its reader went away."""
        if stream is None:
            return None
        try:
            stream.write(text)
            stream.flush()
        except UnicodeEncodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(text.encode(encoding, "replace").decode(encoding))
            stream.flush()
        except BrokenPipeError:
            _discard(stream)
            return None
        except OSError as error:
            _discard(stream)
            raise PositronError(f"Could not write {what}: {error.strerror}.") from error
        return stream


def _discard(stream: TextIO) -> None:
    """Point the stream at nothing, so that Python's flush at exit does not complain."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
