"""The top line and the key line of every screen."""

from __future__ import annotations

from collections.abc import Sequence

from positron_tui.tui.render.lines import Line, Span, line_width, width_of


def top_line(title: str, counts: Sequence[Span], right: str, width: int) -> Line:
    """The screen's name, what there is, and the credentials in use at the right end."""
    left: Line = ((f" {title} ", "bar-title"), ("  ", "bar"), *_in_bar(counts))
    room = width - line_width(left) - 1
    if width_of(right) + 2 > room:
        right = ""
    gap = max(0, room - width_of(right))
    return (*left, (" " * gap, "bar"), (right, "bar"), (" ", "bar"))


def that_fits(
    title: str, counts: Sequence[Span], choices: Sequence[Sequence[Span]], width: int
) -> Sequence[Span]:
    """Return the first of `choices` that has room behind the counts; nothing when none has."""
    left = width - width_of(title) - 5 - line_width(tuple(counts))
    return next((one for one in choices if line_width(tuple(one)) <= left), ())


def _in_bar(spans: Sequence[Span]) -> Line:
    return tuple(
        (text, f"bar-{style}" if style in ("warn", "bad") else "bar") for text, style in spans
    )


def key_line(
    keys: Sequence[tuple[str, str]], always: Sequence[tuple[str, str]], width: int
) -> Line:
    """As many keys as fit; `always` (back, help, quit) stay at any width."""
    left = width - _cost(always)
    shown: list[tuple[str, str]] = []
    for pair in keys:
        cost = _cost((pair,))
        if cost > left:
            break
        shown.append(pair)
        left -= cost
    spans: list[Span] = []
    for key, word in (*shown, *always):
        spans.extend(((f" {key}", "bar-key"), (f" {word} ", "bar")))
    total = line_width(tuple(spans))
    spans.append((" " * max(0, width - total), "bar"))
    return tuple(spans)


def _cost(keys: Sequence[tuple[str, str]]) -> int:
    return sum(width_of(key) + width_of(word) + 3 for key, word in keys)


def dialog_keys(keys: Sequence[tuple[str, str]]) -> Line:
    """The keys of a dialog."""
    spans: list[Span] = []
    for key, word in keys:
        spans.extend(((f"{key}", "accent"), (f" {word}   ", "dim")))
    return tuple(spans)
