"""The items of a sync run, as rows and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from positron_tui.domain.mapping import value_words
from positron_tui.domain.sync_runs import (
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    WriteBack,
    WriteState,
)
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.sync_types import SyncReport
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.change import field_words
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.values import clock_time, plural
from positron_tui.tui.render.words import StateWord

FIELDS = ("kind", "outcome", "account", "name", "service", "device", "subject", "field", "change")
COLUMNS = (
    Column("outcome", "Outcome", 1, 10, 12),
    Column("kind", "What", 1, 8, 13),
    Column("account", "Account", 1, 6, 8),
    Column("name", "Name", 2, 14, 26),
    Column("fields", "Before -> after", 2, 28, 60),
    Column("subject", "Subscriber", 5, 16, 24),
    Column("device", "Device", 3, 10, 20),
    Column("change", "Change", 4, 6, 7, right=True),
    Column("reason", "Why", 6, 40, 120),
    Column("service", "Service", 7, 7, 10),
    Column("sentence", "Became", 8, 40, 120),
)
# In the order of urgency; what a person has to look at stands first.
KIND_WORDS = {
    ItemKind.EXCEPTION: "exception",
    ItemKind.CONFLICT: "conflict",
    ItemKind.REMOVE: "remove",
    ItemKind.SUSPEND: "suspend",
    ItemKind.RESUME: "resume",
    ItemKind.ADD: "new service",
    ItemKind.SWAP: "swap",
    ItemKind.EDIT: "change",
    ItemKind.RECONCILE: "set right",
    ItemKind.WRITE: "tell billing",
    ItemKind.WAITING: "no endpoint",
    ItemKind.LINK: "link",
}
_LISTED = {ItemKind.EXCEPTION: "look at it", ItemKind.CONFLICT: "settle it"}
_WRITES = {
    WriteState.PENDING: ("is to be told", "warn"),
    WriteState.SENT: ("was sent, and nobody knows whether it was taken", "warn"),
    WriteState.DONE: ("was told", "ok"),
    WriteState.FAILED: ("was refused", "bad"),
    WriteState.DROPPED: ("was overtaken", "dim"),
}


def in_order(items: Iterable[SyncItem]) -> list[SyncItem]:
    """Exceptions, then conflicts, then what did not end well, then the rest as it came."""
    return sorted(items, key=lambda one: (_rank(one), one.position))


def _rank(one: SyncItem) -> int:
    if one.kind is ItemKind.EXCEPTION:
        return 0
    if one.kind is ItemKind.CONFLICT:
        return 1
    return 2 if one.outcome.is_bad else 3


def outcome_word(one: SyncItem, glyphs: Glyphs) -> StateWord:
    """What became of an item."""
    if one.outcome is Outcome.LISTED:
        word = _LISTED.get(one.kind, "waits")
        return StateWord(glyphs.degraded, word, "dim" if word == "waits" else "warn")
    return {
        Outcome.PENDING: StateWord(glyphs.pending, "to do", ""),
        Outcome.PROPOSED: StateWord(glyphs.pending, "proposed", "accent"),
        Outcome.RUNNING: StateWord(glyphs.running, "running", "accent"),
        Outcome.DONE: StateWord(glyphs.done, "done", "ok"),
        Outcome.FAILED: StateWord(glyphs.failed, "failed", "bad"),
        Outcome.REFUSED: StateWord(glyphs.disabled, "refused", "warn"),
        Outcome.SKIPPED: StateWord(glyphs.missing, "skipped", "warn"),
    }[one.outcome]


def field_pairs(one: SyncItem) -> list[tuple[str, str]]:
    """(field, `before -> after`) of what an item is about; what is the same stays out."""
    pairs = []
    for name in dict.fromkeys((*one.before, *one.after)):
        old, new = one.before.get(name), one.after.get(name)
        if old == new and one.before:
            continue
        if old is None:
            pairs.append((name, value_words(name, new or "")))
        elif new is None:
            pairs.append((name, f"{value_words(name, old)} stays"))
        else:
            pairs.append((name, f"{value_words(name, old)} -> {value_words(name, new)}"))
    return pairs


def fields_words(one: SyncItem) -> str:
    """All of `field_pairs` in one line."""
    return ", ".join(f"{field_words(name)} {text}" for name, text in field_pairs(one))


def filter_row(one: SyncItem, glyphs: Glyphs) -> FilterRow:
    """Return what an item offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "kind": f"{KIND_WORDS[one.kind]} {one.kind.value}",
            "outcome": f"{outcome_word(one, glyphs).word} {one.outcome.value}",
            "account": one.account_id,
            "name": one.account_name,
            "service": one.service_id,
            "device": one.device,
            "subject": one.subject,
            "field": sorted({*one.before, *one.after}),
            "change": one.change_id,
            "values": fields_words(one),
            "reason": one.reason,
            "sentence": one.sentence,
        }
    )


def rows(items: Iterable[SyncItem], glyphs: Glyphs) -> list[Row]:
    """Rows of items (COLUMNS), in the order in which they come."""
    return [Row(str(one.position), _cells(one, glyphs)) for one in items]


def _cells(one: SyncItem, glyphs: Glyphs) -> tuple[Cell, ...]:
    word = outcome_word(one, glyphs)
    kind_style = "warn" if one.kind.cuts_off else ""
    return (
        Cell(word.text, word.style, (0, 0.0, word.word)),
        Cell(KIND_WORDS[one.kind], kind_style),
        Cell(one.account_id),
        Cell(one.account_name),
        Cell(fields_words(one)),
        Cell(one.subject or "", "dim"),
        Cell(one.device or "", "dim"),
        Cell("" if one.change_id is None else str(one.change_id), "accent", _change_key(one)),
        Cell(one.reason, "dim"),
        Cell(one.service_id, "dim"),
        Cell(one.sentence or "", "dim"),
    )


def _change_key(one: SyncItem) -> tuple[int, float, str]:
    return number_key(one.change_id)


def words(one: SyncItem) -> list[Item]:
    """Why an item is there and what became of it, for the lines below the table."""
    return [
        *([Sentence(one.reason)] if one.reason else []),
        *([Sentence(one.sentence, "warn" if one.outcome.is_bad else "")] if one.sentence else []),
    ]


def detail(one: SyncItem, writes: Sequence[WriteBack], glyphs: Glyphs, now: datetime) -> list[Item]:
    """All of one item: what, whose, why, every field, what became of it, what billing was told."""
    word = outcome_word(one, glyphs)
    told = [write for write in writes if write.service_id == one.service_id]
    return [
        Fact("Outcome", word.text, word.style),
        Fact("What", KIND_WORDS[one.kind]),
        Fact("Account", f"{one.account_id} {one.account_name}"),
        Fact("Service", one.service_id),
        *([Fact("Subscriber", f"{one.subject} on {one.device}")] if one.subject else []),
        *([Fact("Change", str(one.change_id), "accent")] if one.change_id is not None else []),
        *([Fact("Begun", clock_time(one.started_at, now))] if one.started_at else []),
        *([Sentence(one.reason)] if one.reason else []),
        *([Sentence(one.sentence, word.style)] if one.sentence else []),
        None,
        Heading("Before -> after"),
        *(Fact(field_words(name), text) for name, text in field_pairs(one)),
        *([] if field_pairs(one) else [Sentence("No field differs.", "dim")]),
        *([None, Heading("Billing")] if told else []),
        *(item for write in told for item in write_items(write)),
    ]


def write_items(write: WriteBack) -> list[Item]:
    """What billing was told or is to be told, and how that ended."""
    said, style = _WRITES[write.state]
    what = f'the note "{write.note}"' if write.note else _values(write.values)
    return [
        Fact(said, what, style),
        *([Sentence(write.sentence, style)] if write.sentence else []),
    ]


def _values(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {text or 'empty'}" for name, text in values.items())


def head(report: SyncReport, glyphs: Glyphs) -> list[Item]:
    """How a run stands, what it would do or did, and why it waits."""
    run = report.run
    if run.state is RunState.WAITING:
        return [*_waits(report, glyphs), *([Sentence(run.sentence)] if run.sentence else [])]
    items: list[Item] = []
    if run.dry_run:
        items.append(Sentence("A dry run: this is what would be done; nothing was kept.", "accent"))
    if run.sentence:
        bad = run.state in (RunState.FAILED, RunState.INTERRUPTED)
        items.append(Sentence(run.sentence, "bad" if bad else ""))
    if report.failed:
        items.append(
            Sentence(
                f"{report.failed} did not come to a good end. Press T to compare their accounts "
                "again.",
                "warn",
            )
        )
    return [*items, *_told(report.writes)]


def _waits(report: SyncReport, glyphs: Glyphs) -> list[Item]:
    items: list[Item] = [
        Sentence("Nothing was sent yet. Press ctrl+r to run it, X to say no, esc to go.", "accent")
    ]
    if report.guard is not None:
        items.append(Sentence(f"{glyphs.degraded} {report.guard}", "bad"))
    return items


def _told(writes: Sequence[WriteBack]) -> list[Item]:
    open_ = sum(one.state in (WriteState.PENDING, WriteState.SENT) for one in writes)
    failed = sum(one.state is WriteState.FAILED for one in writes)
    items: list[Item] = []
    if open_:
        items.append(Sentence(f"Billing is yet to be told {plural(open_, 'thing')}.", "warn"))
    if failed:
        items.append(Sentence(f"Billing refused {failed} of what it was told.", "bad"))
    return items
