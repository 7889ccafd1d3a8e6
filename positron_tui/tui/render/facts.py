"""Blocks of facts: a label, a value, and sentences that are broken to the width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from positron_tui.tui.render.lines import Line, Span, padded, width_of, wrapped

LABEL_WIDTH = 14


@dataclass(frozen=True, slots=True)
class Fact:
    """One label with its value; `note` (where and when it was read) is shown dimly behind it."""

    label: str
    value: str
    style: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text that runs over as many lines as it needs."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a block."""

    text: str
    note: str = ""


Item = Fact | Sentence | Heading | None  # None is an empty line


def flow(items: Sequence[Item], width: int) -> tuple[Line, ...]:
    """Return the lines of `items` for a width; long values go on below themselves."""
    lines: list[Line] = []
    for item in items:
        if item is None:
            lines.append(())
        elif isinstance(item, Heading):
            lines.append(_heading(item))
        elif isinstance(item, Sentence):
            lines.extend(((one, item.style),) for one in wrapped(item.text, max(10, width)))
        else:
            lines.extend(_fact(item, width))
    return tuple(lines)


def in_columns(items: Sequence[Item], width: int, *, columns: int) -> tuple[Line, ...]:
    """Return facts beside each other in `columns` columns, read downwards."""
    if columns < 2:
        return flow(items, width)
    share = width // columns
    facts = [item for item in items if isinstance(item, Fact)]
    rest = [item for item in items if not isinstance(item, Fact)]
    height = -(-len(facts) // columns)
    lines: list[Line] = []
    for row in range(height):
        spans: list[Span] = []
        for column in range(columns):
            index = column * height + row
            if index < len(facts):
                spans.extend(_one_line(facts[index], share))
        lines.append(tuple(spans))
    return (*lines, *flow(rest, width))


def _heading(item: Heading) -> Line:
    note: tuple[Span, ...] = ((f"   {item.note}", "dim"),) if item.note else ()
    return ((item.text, "title"), *note)


def _fact(item: Fact, width: int) -> list[Line]:
    label: Span = (padded(item.label, LABEL_WIDTH - 1) + " ", "label")
    values = wrapped(item.value, max(10, width - LABEL_WIDTH))
    lines: list[Line] = [(label, (values[0], item.style))]
    lines.extend(((" " * LABEL_WIDTH, ""), (more, item.style)) for more in values[1:])
    if item.note:
        note = f"  {item.note}"
        if LABEL_WIDTH + width_of(values[-1]) + width_of(note) <= width:
            lines[-1] = (*lines[-1], (note, "dim"))
        else:
            lines.append(((" " * LABEL_WIDTH, ""), (item.note, "dim")))
    return lines


def _one_line(item: Fact, width: int) -> tuple[Span, ...]:
    label = padded(item.label, LABEL_WIDTH - 1) + " "
    value = padded(item.value, max(1, width - LABEL_WIDTH - 1)) + " "
    return ((label, "label"), (value, item.style))
