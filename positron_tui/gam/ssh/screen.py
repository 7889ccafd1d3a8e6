"""The reader of one shell: takes bytes, knows the prompt, says when a reply is whole. No I/O."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import Enum

from positron_tui.gam.ssh.echo import end_of_echo, looks_like_scrolled_echo
from positron_tui.gam.ssh.terminal import (
    displayed,
    full_pager_at_end,
    line_shown,
    pager_at_end,
)

# The prompt of the family: host name (may be empty), mode in brackets, # or >.
_MODE = r"(?:\((?P<mode>config(?:-[\w-]+)?)\))?\s?(?P<sign>[#>])"
_PROMPT = re.compile(r"(?P<host>[^\s()#>]*)" + _MODE + r"\s*\Z")
_PROMPT_START = re.compile(r"(?P<host>[^\s()#>]*)" + _MODE + r" ")
_SCROLL_WIDTH = 70
MAX_BUFFER = 8_000_000


class Sight(Enum):
    """What the end of the text looks like.

    NOTHING: more must come. PAGER: a key is waited for. ANSWERED: the pager is still there after
    the key. PROMPT: the reply is whole. MAYBE_PAGER, MAYBE_PROMPT: so only if nothing more comes
    for a moment.
    OLD_PROMPT: a prompt was there and a log line came after it; so only after a longer silence.
    """

    NOTHING = "nothing"
    PAGER = "pager"
    ANSWERED = "answered"
    MAYBE_PAGER = "maybe_pager"
    PROMPT = "prompt"
    MAYBE_PROMPT = "maybe_prompt"
    OLD_PROMPT = "old_prompt"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt taken apart; `mode` is empty at exec level, else `config`, `config-if` ..."""

    host: str
    mode: str
    privileged: bool


class Screen:
    """Collects one reply after the other.

    `expect(command)` begins a reply, `feed(data)` adds bytes and tells what the end looks like,
    `reply()` is the text between echo and prompt. Before `learn()` any host name is a prompt's.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._command: str | None = None
        self._echo_end: int | None = None
        self._echo_wanted = True
        self._host: str | None = None
        self._line_start = 0
        self._pager_answered = -1
        self._old: re.Match[str] | None = None
        self._old_at = 0

    @property
    def host(self) -> str | None:
        """The host part that every prompt must have; None while any will do."""
        return self._host

    @property
    def truncated(self) -> bool:
        """Whether more text came than any reply of a GAM has."""
        return len(self._text) > MAX_BUFFER

    def learn(self) -> Prompt:
        """Take the host name of the prompt that ended the reply as the one to require."""
        prompt = self.prompt()
        self._host = prompt.host
        return prompt

    def forget_host(self) -> None:
        """Accept any host name again: the name of the device is about to change."""
        self._host = None

    def expect(self, command: str, *, echoes: bool = True) -> None:
        """Begin the reply to `command`; `echoes` False = this device was never seen to echo."""
        self._text = ""
        self._command = command
        self._echo_end = None
        self._echo_wanted = echoes
        self._line_start = 0
        self._pager_answered = -1
        self._old = None

    def feed(self, data: bytes) -> Sight:
        """Add bytes and say what the end of the text looks like now."""
        self._text += self._decoder.decode(data)
        if self._command and self._echo_end is None:
            self._echo_end = end_of_echo(self._text, self._command)
        self._advance_lines()
        return self.sight()

    def sight(self) -> Sight:
        """Say what the end of the text looks like."""
        pager = pager_at_end(self._text)
        if pager is not None:
            if pager <= self._pager_answered:
                return Sight.ANSWERED
            return Sight.PAGER if full_pager_at_end(self._text) else Sight.MAYBE_PAGER
        if not self._may_end():
            return Sight.NOTHING
        if self._match(self._tail()) is not None and self._after_a_line():
            certain = self._host and self._text.endswith(" ") and self._echo_end is not None
            return Sight.PROMPT if certain else Sight.MAYBE_PROMPT
        return Sight.OLD_PROMPT if self._old is not None else Sight.NOTHING

    def answer_pager(self) -> None:
        """Note that the pager in sight got its key."""
        pager = pager_at_end(self._text)
        if pager is not None:
            self._pager_answered = pager

    def prompt(self) -> Prompt:
        """Return the prompt that ended the reply; ask only when a prompt is in sight."""
        match = self._match(self._tail()) or self._old
        if match is None:
            raise ValueError("no prompt in sight")
        return Prompt(match["host"] or "", match["mode"] or "", match["sign"] == "#")

    def reply(self) -> str:
        """Return the text between the echo and the prompt, lines ending in LF."""
        at_tail = self._match(self._tail()) is not None
        end = self._line_start
        if self._old is not None and (self._host or not at_tail):
            end = self._old_at
        return displayed(self._text[self._body_start() : end]).strip("\n")

    @property
    def echoed(self) -> bool:
        """Whether the echo of the command was recognised."""
        return self._echo_end is not None

    def partial(self) -> str:
        """Return what came so far, for the log of a reply that never became whole."""
        return displayed(self._text[self._body_start() :]).strip("\n")

    def _may_end(self) -> bool:
        """Tell whether a prompt can be the end: not before the echo, if the device echoes."""
        if not self._command or self._echo_end is not None or not self._echo_wanted:
            return True
        return len(self._command) > _SCROLL_WIDTH

    def _after_a_line(self) -> bool:
        """Tell whether a line ended since the command: a redrawn prompt before it is no end."""
        if not self._command:
            return True
        return self._line_start > 0 and self._line_start >= (self._echo_end or 0)

    def _body_start(self) -> int:
        if not self._command:
            return 0
        if self._echo_end is not None:
            line_end = self._text.find("\n", self._echo_end)
            return len(self._text) if line_end < 0 else line_end + 1
        first_end = self._text.find("\n")
        first = self._text[: max(first_end, 0)]
        if first_end >= 0 and looks_like_scrolled_echo(first, self._command):
            return first_end + 1
        return 0

    def _advance_lines(self) -> None:
        """Move over finished lines and remember a prompt that a log line pushed away.

        A known host name cannot stand like a prompt in output, so its first one counts; without
        one a lone `#` may be output, so the last one does.
        """
        while (line_end := self._text.find("\n", self._line_start)) >= 0:
            if self._may_end() and self._after_a_line() and not (self._old and self._host):
                match = self._pushed_prompt(line_shown(self._text[self._line_start : line_end]))
                if match is not None:
                    self._old, self._old_at = match, self._line_start
            self._line_start = line_end + 1

    def _pushed_prompt(self, line: str) -> re.Match[str] | None:
        match = self._match(line)
        if match is None and self._host and line.startswith(self._host):
            match = _PROMPT_START.match(line)
            if match is not None and match["host"] != self._host:
                return None
        return match

    def _tail(self) -> str:
        return line_shown(self._text[self._line_start :])

    def _match(self, line: str) -> re.Match[str] | None:
        match = _PROMPT.match(line)
        if match is None or (self._host is not None and match["host"] != self._host):
            return None
        return match
