"""Lines of styled text, measured in terminal cells; foreign text is made harmless here.

A span is a text with the name of a style, a line is a tuple of spans. No markup exists: whatever
a device calls itself is shown as it is, except characters that would steer the terminal.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

Span = tuple[str, str]
Line = tuple[Span, ...]

SAFE_MARK = "·"
ASCII_MARK = "."
CUT_MARK = "…"
ASCII_CUT_MARK = "~"
# What ASCII writes another way, in as many cells.
_SPELLED = {CUT_MARK: ASCII_CUT_MARK, "°": " "}
# Runs of unchanged cells shorter than this cost less to send again than to jump over.
JOIN_GAP = 8


def clean(text: str, *, ascii_only: bool = False) -> str:
    """Replace every character that is not plainly printable, so that text stays text."""
    if text.isascii() and text.isprintable():
        return text
    if ascii_only:
        return "".join(_ascii(char) for char in text)
    return "".join(char if char.isprintable() else SAFE_MARK for char in text)


def _ascii(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else ASCII_MARK
    if char in _SPELLED:
        return _SPELLED[char]
    return "?" if char.isprintable() else ASCII_MARK


def width_of(text: str) -> int:
    """Return how many terminal cells `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with a mark where something was left out."""
    if width_of(text) <= width:
        return text
    if width <= 1:
        return CUT_MARK[:width]
    kept, used = [], 0
    for char in text:
        size = get_character_cell_size(char)
        if used + size > width - 1:
            break
        kept.append(char)
        used += size
    return "".join(kept) + CUT_MARK


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells."""
    text = cut(text, width)
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def line_width(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(width_of(text) for text, _ in line)


def fit(line: Line, width: int, *, ascii_only: bool = False) -> Line:
    """Return `line` cleaned and in exactly `width` cells."""
    spans: list[Span] = []
    left = width
    for raw, style in line:
        text = clean(raw, ascii_only=ascii_only)
        size = width_of(text)
        if size > left:
            text = cut(text, left)
            text = clean(text, ascii_only=True) if ascii_only else text
            size = width_of(text)
            spans.append((text, style))
            left -= size
            break
        spans.append((text, style))
        left -= size
    if left > 0:
        spans.append((" " * left, ""))
    return tuple(spans)


def joined(line: Line) -> Line:
    """Return the line with neighbours of one style made one span; every span costs output."""
    spans: list[Span] = []
    for text, style in line:
        if spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + text, style)
        elif text:
            spans.append((text, style))
    return tuple(spans)


def plain(line: Line) -> str:
    """Return the text of a line."""
    return "".join(text for text, _ in line)


def wrapped(text: str, width: int) -> list[str]:
    """Break a sentence into lines of at most `width` cells at its blanks."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        joined = f"{current} {word}" if current else word
        if width_of(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        while width_of(word) > width > 0:
            head = _head(word, width)
            lines.append(head)
            word = word[len(head) :]
        current = word
    return [*lines, current] if current or not lines else lines


def _head(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += get_character_cell_size(char)
        if used > width:
            return text[: max(index, 1)]
    return text


def changed_runs(old: Line, new: Line) -> list[tuple[int, int]]:
    """Return where two lines of equal width differ, as (first cell, number of cells)."""
    if old == new:
        return []
    before, after = _cells(old), _cells(new)
    total = max(len(before), len(after))
    runs: list[tuple[int, int]] = []
    for x in range(total):
        if x < len(before) and x < len(after) and before[x] == after[x]:
            continue
        if runs and x - (runs[-1][0] + runs[-1][1]) < JOIN_GAP:
            runs[-1] = (runs[-1][0], x - runs[-1][0] + 1)
        else:
            runs.append((x, 1))
    return [_whole_characters(run, before, after) for run in runs]


def _cells(line: Line) -> list[Span]:
    """Return one entry a cell; the second half of a wide character is the empty text."""
    cells: list[Span] = []
    for text, style in line:
        for char in text:
            size = 1 if char.isascii() else get_character_cell_size(char)
            if size == 0 and cells:
                cells[-1] = (cells[-1][0] + char, cells[-1][1])
                continue
            cells.append((char, style))
            if size == 2:
                cells.append(("", style))
    return cells


def _whole_characters(
    run: tuple[int, int], before: list[Span], after: list[Span]
) -> tuple[int, int]:
    """Widen a run so that it cuts no wide character in two."""
    start, end = run[0], run[0] + run[1]
    for cells in (before, after):
        while 0 < start < len(cells) and cells[start][0] == "":
            start -= 1
        while end < len(cells) and cells[end][0] == "":
            end += 1
    return start, end - start
