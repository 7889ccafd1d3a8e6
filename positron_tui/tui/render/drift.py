"""Drift as rows of a table: what is intended, what runs, what a restart would bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from positron_tui.domain.natural import FieldValue, Missing
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.intent import AdoptReport, DriftItem
from positron_tui.tui.render.change import field_words
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Item, Sentence
from positron_tui.tui.render.values import NONE, UNKNOWN, clock_time, plural

FIELDS = ("device", "kind", "subject", "field", "intended", "running", "startup")
COLUMNS = (
    Column("device", "Device", 2, 8, 20),
    Column("what", "What", 1, 16, 42),
    Column("field", "Field", 1, 8, 16),
    Column("intended", "Intended", 1, 8, 30),
    Column("running", "Running", 1, 8, 30),
    Column("startup", "Startup", 3, 8, 30),
    Column("intended_at", "Intended at", 7, 11, 16),
    Column("running_at", "Running read", 7, 12, 16),
    Column("startup_at", "Startup read", 8, 12, 16),
)
ADOPT_WORDS = (
    "To adopt a device is to take what it runs now as what is intended. Nothing on the device is "
    "touched; from then on every difference shows up here."
)
_NOT_ADOPTED = "nothing is intended yet"


def item_id(item: DriftItem) -> str:
    """Return the row key of a field on which the truths differ."""
    return "\0".join((item.device, item.kind, item.subject, item.field))


def unadopted_id(device: str) -> str:
    """Return the row key of a device for which nothing is intended."""
    return f"{device}\0\0\0"


def filter_row(item: DriftItem) -> FilterRow:
    """Return what a field offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "device": item.device,
            "kind": item.kind,
            "subject": item.subject,
            "field": f"{item.field} {field_words(item.field)}",
            "intended": value(item.intended),
            "running": value(item.running),
            "startup": value(item.startup),
        }
    )


def rows(items: Iterable[DriftItem], now: datetime) -> list[Row]:
    """Rows of fields (COLUMNS); those of one object follow each other, its name bright once."""
    made: list[Row] = []
    before: tuple[str, str, str] | None = None
    for item in items:
        subject = (item.device, item.kind, item.subject)
        made.append(Row(item_id(item), _cells(item, now, first=subject != before)))
        before = subject
    return made


def unadopted_rows(devices: Iterable[str]) -> list[Row]:
    """Rows of devices for which nothing is intended yet (COLUMNS)."""
    blank = Cell("")
    return [
        Row(
            unadopted_id(name),
            (Cell(name), Cell(_NOT_ADOPTED, "dim"), Cell("A adopts"), *(blank,) * 6),
        )
        for name in devices
    ]


def value(one: FieldValue) -> str:
    """A field's value as a person reads it."""
    if one is Missing.UNKNOWN:
        return UNKNOWN
    if one is Missing.ABSENT:
        return "not there"
    if one is None:
        return "nothing"
    if isinstance(one, bool):
        return "yes" if one else "no"
    if isinstance(one, tuple):
        return ", ".join(str(part) for part in one) or "none"
    return str(one) or NONE


def is_unsaved(item: DriftItem) -> bool:
    """Whether a restart of the device would bring another value than the one that runs."""
    return Missing.UNKNOWN not in (item.running, item.startup) and item.running != item.startup


def ages(item: DriftItem, now: datetime) -> str:
    """When each of the truths was found out."""
    return (
        f"Intended since {clock_time(item.intended_at, now)}; running read "
        f"{clock_time(item.running_at, now)}; startup read {clock_time(item.startup_at, now)}."
    )


def item_words(item: DriftItem) -> str:
    """`subscriber smith: VLAN`."""
    return f"{item.kind} {item.subject}: {field_words(item.field)}"


def _cells(item: DriftItem, now: datetime, *, first: bool) -> tuple[Cell, ...]:
    runs_as_intended = item.intended == item.running
    style = "" if runs_as_intended else "warn"
    kept = item.startup == item.running
    return (
        Cell(item.device, "" if first else "dim"),
        Cell(f"{item.kind} {item.subject}", "accent" if first else "dim"),
        Cell(field_words(item.field)),
        Cell(value(item.intended)),
        Cell(value(item.running), style),
        Cell(value(item.startup), "dim" if kept or item.startup is Missing.UNKNOWN else "warn"),
        *(_time(at, now) for at in (item.intended_at, item.running_at, item.startup_at)),
    )


def _time(at: datetime | None, now: datetime) -> Cell:
    return Cell(clock_time(at, now), "dim", number_key(at.timestamp() if at else None))


def direction_items(items: Sequence[DriftItem], *, to_device: bool) -> list[Item]:
    """What becomes of each field, for the question before the intent is changed."""
    shown: list[Item] = []
    for item in items[:_MOST]:
        old, new = (item.running, item.intended) if to_device else (item.intended, item.running)
        shown.append(Fact(field_words(item.field), f"{value(old)} -> {value(new)}"))
        shown.append(Sentence(f"  {item.device}  {item.kind} {item.subject}", "dim"))
    if len(items) > _MOST:
        shown.append(Sentence(f"and {plural(len(items) - _MOST, 'field')} more", "dim"))
    return shown


_MOST = 6


def adopted_items(report: AdoptReport) -> list[Item]:
    """What an adoption took over."""
    took = [Sentence(plural(count, kind)) for kind, count in report.counts.items() if count]
    lines: list[Item] = [Sentence(line) for line in report.lines]
    if not took:
        return [Sentence(f"Everything that {report.device} runs was intended already."), *lines]
    return [
        Sentence(f"What {report.device} runs is intended from now on:", "ok"),
        *took,
        *([None, *lines] if lines else []),
    ]
