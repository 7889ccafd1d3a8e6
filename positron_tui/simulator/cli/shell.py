"""The shell of one session without any I/O: a line goes in, lines come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from positron_tui.simulator.cli.grammar import (
    INCOMPLETE,
    INVALID,
    CliSyntaxError,
    Grammar,
    Handler,
    Token,
    Values,
    tokenize,
)
from positron_tui.simulator.messages import message
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

EXEC, CONFIG = "exec", "config"
DEFAULT_ROWS, DEFAULT_COLUMNS = 24, 80
DEFAULT_IDLE_S = 600
_MODIFIERS = ("include", "exclude", "begin")


@dataclass(slots=True)
class Terminal:
    """Settings of one session; `rows` 0 = no paging, `idle_s` 0 = never."""

    rows: int = DEFAULT_ROWS
    columns: int = DEFAULT_COLUMNS
    idle_s: int = DEFAULT_IDLE_S


def _no_users() -> list[str]:
    return []


@dataclass(slots=True)
class Shell:
    """One session. `modes` is the stack of modes; `closing` = the channel ends after this line.

    `contexts` holds the interface or VLAN that a sub-mode is about; `users` gives a line for each
    session of the unit.
    """

    device: SimDevice
    grammars: dict[str, Grammar]
    users: Callable[[], list[str]] = _no_users
    terminal: Terminal = field(default_factory=Terminal)
    modes: list[str] = field(default_factory=lambda: [EXEC])
    context: str = ""
    closing: bool = False

    @property
    def mode(self) -> str:
        return self.modes[-1]

    @property
    def prompt(self) -> str:
        suffix = "" if self.mode == EXEC else f"({self.mode})"
        return f"{self.device.running.hostname}{suffix}# "

    def enter(self, mode: str, context: str = "") -> None:
        """Go into a mode; a sub-mode replaces another one."""
        depth = 1 if mode == CONFIG else 2
        del self.modes[depth:]
        self.modes.append(mode)
        self.context = context

    def leave(self) -> None:
        """Go one mode up; at the top the session ends."""
        if len(self.modes) > 1:
            self.modes.pop()
        else:
            self.closing = True

    def execute(self, line: str) -> list[str]:
        """Run one line and return what the unit prints, without line ends."""
        if not line.strip() or line.lstrip().startswith("!"):
            return []
        prompt = self.prompt
        try:
            tokens, modifier = _split_modifier(tokenize(line))
            handler, values = self._find(tokens)
        except CliSyntaxError as error:
            return _syntax_error(error, len(prompt))
        try:
            output = handler(self, values)
        except GhnError as error:
            return [f"% {message(error.code)}"]
        return _modify(output, modifier)

    def _find(self, tokens: list[Token]) -> tuple[Handler, Values]:
        if not tokens:
            raise CliSyntaxError(INVALID, 0)
        if tokens[0].text == "do" and len(tokens) > 1:
            return self.grammars[EXEC].match(tokens[1:])
        here = self.grammars[self.mode]
        if self.mode in (EXEC, CONFIG) or here.knows(tokens[0]):
            return here.match(tokens)
        # A global command in a sub-mode leads back to global configuration.
        found = self.grammars[CONFIG].match(tokens)
        self.enter(CONFIG)
        return found

    def help(self, line: str) -> list[str]:
        """Return what `?` behind `line` offers."""
        try:
            tokens = tokenize(line)
        except CliSyntaxError:
            return [INVALID]
        prefix = ""
        if tokens and not line[-1:].isspace():
            prefix = tokens.pop().text
        mode = self.mode
        if tokens and tokens[0].text == "do":
            mode, tokens = EXEC, tokens[1:]
        names = self.grammars[mode].candidates(tokens, prefix)
        return [f"    {name}" for name in names] or [INVALID]


def _split_modifier(tokens: list[Token]) -> tuple[list[Token], tuple[str, str] | None]:
    for place, token in enumerate(tokens):
        if token.text != "|" or token.quoted:
            continue
        rest = tokens[place + 1 :]
        hits = [word for word in _MODIFIERS if rest and word.startswith(rest[0].text)]
        if not hits:
            raise CliSyntaxError(INVALID, rest[0].column if rest else token.column)
        if len(rest) < 2:
            raise CliSyntaxError(INCOMPLETE, -1)
        return tokens[:place], (hits[0], " ".join(item.text for item in rest[1:]))
    return tokens, None


def _modify(lines: list[str], modifier: tuple[str, str] | None) -> list[str]:
    if modifier is None:
        return lines
    kind, text = modifier
    if kind == "begin":
        start = next((n for n, line in enumerate(lines) if text in line), len(lines))
        return lines[start:]
    return [line for line in lines if (text in line) == (kind == "include")]


def _syntax_error(error: CliSyntaxError, offset: int) -> list[str]:
    if error.column < 0:
        return [error.text, ""]
    return [" " * (offset + error.column) + "^", error.text, ""]
