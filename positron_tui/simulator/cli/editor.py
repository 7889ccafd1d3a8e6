"""Typing: keys in, one line out, with echo, backspace, help and completion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Read = Callable[[], Awaitable[bytes]]
Write = Callable[[str], None]
Help = Callable[[str], list[str]]

_BACKSPACE = ("\x7f", "\x08")
CTRL_C, CTRL_D, CTRL_U, CTRL_Z, ESCAPE = "\x03", "\x04", "\x15", "\x1a", "\x1b"


class Hangup(Exception):
    """The other side is gone, or was silent for too long."""


@dataclass(slots=True)
class Keys:
    """Single characters from a byte stream; `read` gives b"" at its end."""

    read: Read
    _waiting: list[str] = field(default_factory=list)

    async def next(self) -> str:
        while not self._waiting:
            data = await self.read()
            if not data:
                raise Hangup
            self._waiting = list(reversed(data.decode("latin-1")))
        return self._waiting.pop()

    def skip_line_feed(self) -> None:
        """Drop the LF of a CR LF that is already here."""
        if self._waiting and self._waiting[-1] == "\n":
            self._waiting.pop()

    def skip_escape(self) -> None:
        """Drop what is already here of a cursor key's sequence."""
        if self._waiting and self._waiting[-1] in "[O":
            self._waiting.pop()
            while self._waiting and not self._waiting.pop().isalpha():
                pass


@dataclass(slots=True)
class LineEditor:
    """Reads lines; `help_for` answers `?`, which never enters the line."""

    keys: Keys
    write: Write
    help_for: Help

    async def read_line(self, prompt: str) -> str:
        """Print the prompt and return what was typed, without its end; ^C gives an empty line."""
        self.write(prompt)
        line = ""
        while True:
            key = await self.keys.next()
            if key in "\r\n":
                if key == "\r":
                    self.keys.skip_line_feed()
                self.write("\r\n")
                return line
            if key == CTRL_C:
                self.write("\r\n")
                return ""
            if key == CTRL_D and not line:
                raise Hangup
            if key == CTRL_Z:
                self.write("\r\n")
                return "end"
            line = self._edit(prompt, line, key)

    def _edit(self, prompt: str, line: str, key: str) -> str:
        if key in _BACKSPACE:
            if line:
                self.write("\b \b")
            return line[:-1]
        if key == CTRL_U:
            self.write("\b \b" * len(line))
            return ""
        if key == "?":
            listed = "".join(f"{text}\r\n" for text in self.help_for(line))
            self.write(f"?\r\n{listed}{prompt}{line}")
            return line
        if key == "\t":
            return line + self._complete(line)
        if key == ESCAPE:
            self.keys.skip_escape()
            return line
        if key < " ":
            return line
        self.write(key)
        return line + key

    def _complete(self, line: str) -> str:
        """Return and echo what is missing of the only keyword that fits."""
        begun = line.split(" ")[-1]
        words = [text.strip() for text in self.help_for(line)]
        fits = [word for word in words if begun and word.startswith(begun)]
        if len(fits) != 1:
            return ""
        missing = fits[0][len(begun) :] + " "
        self.write(missing)
        return missing
