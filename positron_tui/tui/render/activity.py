"""The log of what the console does, as rows and as details."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from positron_tui.services.activity import Entry, Outcome
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Item
from positron_tui.tui.render.values import NONE, clock_time

FIELDS = ("device", "transport", "kind", "text", "outcome", "reply", "routine")
COLUMNS = (
    Column("at", "Time", 1, 8, 16),
    Column("outcome", "Outcome", 1, 9, 11),
    Column("device", "Device", 2, 8, 20),
    Column("transport", "Over", 3, 7, 8),
    Column("text", "What", 2, 28, 90),
    Column("reply", "Answer", 4, 12, 60),
    Column("took", "Took", 6, 7, 9, right=True),
)
_STYLES = {Outcome.OK: "ok", Outcome.FAILED: "bad", Outcome.TIMEOUT: "warn"}


def filter_row(entry: Entry) -> FilterRow:
    """Return what an entry offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "device": entry.device,
            "transport": entry.transport,
            "kind": entry.kind,
            "text": entry.text,
            "outcome": entry.outcome,
            "reply": entry.reply,
            "routine": entry.routine,
        }
    )


def rows(entries: Iterable[tuple[str, Entry]], glyphs: Glyphs, now: datetime) -> list[Row]:
    """Rows of entries with their keys (COLUMNS)."""
    return [Row(key, _cells(entry, glyphs, now)) for key, entry in entries]


def _cells(entry: Entry, glyphs: Glyphs, now: datetime) -> tuple[Cell, ...]:
    sign = glyphs.done if entry.outcome is Outcome.OK else glyphs.failed
    took = "" if entry.duration_s is None else f"{entry.duration_s:.2f} s"
    return (
        Cell(clock_time(entry.at, now), sort=number_key(entry.at.timestamp())),
        Cell(f"{sign} {entry.outcome.value}", _STYLES[entry.outcome]),
        Cell(entry.device or NONE),
        Cell(entry.transport, "dim"),
        Cell(entry.text),
        Cell(first_line(entry.reply), "dim"),
        Cell(took, "dim", number_key(entry.duration_s)),
    )


def first_line(text: str | None) -> str:
    """The first line of an answer that says anything."""
    return next((line.strip() for line in (text or "").splitlines() if line.strip()), "")


def details(entry: Entry) -> list[Item]:
    """All of one entry."""
    took = NONE if entry.duration_s is None else f"{entry.duration_s:.3f} s"
    items: list[Item] = [
        Fact("Time", entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")),
        Fact("Device", entry.device or NONE),
        Fact("Over", f"{entry.transport}, {entry.kind}"),
        Fact("Outcome", entry.outcome.value, _STYLES[entry.outcome]),
        Fact("Took", took),
        Fact("Command", entry.text, "accent"),
    ]
    lines = (entry.reply or "").splitlines() or [NONE]
    items.append(Fact("Answer", lines[0]))
    items.extend(Fact("", line) for line in lines[1:])
    return items


def as_text(entries: Iterable[Entry]) -> str:
    """The log as a text file, one entry a block."""
    blocks = []
    for entry in entries:
        at = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S%z")
        head = f"{at} {entry.outcome.value:7} {entry.device or '-'} {entry.transport} {entry.text}"
        reply = "".join(f"\n    {line}" for line in (entry.reply or "").splitlines())
        blocks.append(head + reply)
    return "\n".join(blocks) + "\n"
