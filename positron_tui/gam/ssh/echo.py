"""Finding the echo of a command in what came back, however the terminal wrapped or redrew it."""

from __future__ import annotations

_SKIPPED = frozenset(" \t\r\n\x08")
_LINES_SEARCHED = 12
_LEAST_PART = 6


def end_of_echo(text: str, command: str) -> int | None:
    """Return where the echo of `command` ends in raw `text`, or None when it is not there (yet).

    The echo may be broken by line ends and blanks at any place, and a log line or the prompt may
    stand before it.
    """
    compact = [char for char in command if char not in _SKIPPED]
    for start in _starts(text):
        end = _match(text, start, compact)
        if end is not None:
            return end
    return None


def _starts(text: str) -> list[int]:
    """Return the places where an echo may begin: line starts, and after a prompt on the line."""
    starts = []
    position = 0
    for _ in range(_LINES_SEARCHED):
        starts.append(position)
        line_end = text.find("\n", position)
        line = text[position : len(text) if line_end < 0 else line_end]
        starts.extend(
            position + at + len(mark)
            for mark in ("# ", "> ", "\r")
            for at in (line.find(mark),)
            if at >= 0
        )
        if line_end < 0:
            break
        position = line_end + 1
    return starts


def _match(text: str, start: int, compact: list[str]) -> int | None:
    position = start
    for wanted in compact:
        while position < len(text) and text[position] in _SKIPPED:
            position += 1
        if position >= len(text) or text[position] != wanted:
            return None
        position += 1
    return position


def looks_like_scrolled_echo(line: str, command: str) -> bool:
    """Tell whether a first line is an echo that the terminal scrolled sideways.

    The family marks the hidden side with `$`; what is left is a piece of the command.
    """
    pieces = [piece.strip() for piece in line.replace("\r", "$").split("$")]
    return any(len(piece) >= _LEAST_PART and piece in command for piece in pieces)
