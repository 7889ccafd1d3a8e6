"""Fields that billing and the console both changed, as rows and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from positron_tui.domain.mapping import value_words
from positron_tui.domain.sync_runs import Conflict, ItemKind, Outcome, SyncItem
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.sync_types import SyncReport, Take
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.change import field_words
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.sync_items import outcome_word
from positron_tui.tui.render.values import UNKNOWN, clock_time, plural, short_time

FIELDS = ("id", "system", "account", "name", "field", "state", "device", "subject", "by")
COLUMNS = (
    Column("name", "Account", 1, 12, 20),
    Column("field", "Field", 1, 6, 11),
    Column("billing", "Billing", 2, 8, 26),
    Column("console", "Console", 2, 8, 26),
    Column("device", "Running", 2, 8, 26),
    Column("agreed", "Agreed", 3, 8, 26),
    Column("found", "Found", 4, 8, 16),
    Column("state", "Stands", 3, 6, 16),
    Column("billing_at", "Billing since", 5, 9, 16),
    Column("console_at", "Console since", 5, 9, 16),
    Column("subject", "Subscriber", 6, 8, 24),
    Column("gam", "GAM", 6, 8, 20),
    Column("account", "Number", 7, 6, 10),
    Column("system", "System", 7, 6, 20),
    Column("id", "No.", 8, 4, 7, right=True),
)
OWNERS = {Take.BILLING: "billing's", Take.CONSOLE: "the console's", Take.DEVICE: "the device's"}


def value(one: Conflict, text: str | None) -> str:
    """A value of the conflict's field; None = nobody knows."""
    return UNKNOWN if text is None else value_words(one.field, text)


def state_words(one: Conflict) -> str:
    """Whether it waits, or whose value was taken."""
    if one.resolved_at is None:
        return "open"
    return f"took {one.taken}" if one.taken in tuple(Take) else (one.taken or "settled")


def filter_row(one: Conflict) -> FilterRow:
    """Return what a conflict offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "id": one.id,
            "system": one.system,
            "account": one.account_id,
            "name": one.account_name,
            "field": f"{one.field} {field_words(one.field)}",
            "state": "open" if one.resolved_at is None else f"settled {state_words(one)}",
            "device": one.device,
            "subject": one.subject,
            "by": one.resolved_by,
            "values": (one.billing_value, one.console_value, one.device_value or ""),
        }
    )


def rows(conflicts: Iterable[Conflict], now: datetime) -> list[Row]:
    """Rows of conflicts (COLUMNS), in the order in which they come."""
    return [Row(str(one.id), _cells(one, now)) for one in conflicts]


def _cells(one: Conflict, now: datetime) -> tuple[Cell, ...]:
    open_ = one.resolved_at is None
    style = "warn" if open_ else "dim"
    return (
        Cell(one.account_name or one.account_id, "accent" if open_ else "dim"),
        Cell(field_words(one.field)),
        Cell(value(one, one.billing_value), style),
        Cell(value(one, one.console_value), style),
        Cell(value(one, one.device_value), "" if open_ else "dim"),
        Cell(value(one, one.base_console), "dim"),
        Cell(short_time(one.found_at, now), "dim", number_key(one.found_at.timestamp())),
        Cell(state_words(one), style),
        _time(one.billing_changed_at, now),
        _time(one.console_changed_at, now),
        Cell(one.subject),
        Cell(one.device),
        Cell(one.account_id, "dim"),
        Cell(one.system, "dim"),
        Cell(str(one.id), "dim", number_key(one.id)),
    )


def _time(at: datetime | None, now: datetime) -> Cell:
    return Cell(_when(at, now), "dim", number_key(at.timestamp() if at else None))


def _when(at: datetime | None, now: datetime) -> str:
    return UNKNOWN if at is None else clock_time(at, now)


def words(one: Conflict, now: datetime) -> list[Item]:
    """The conflict in sentences: who has what since when, and how it was settled."""
    billing = _when(one.billing_changed_at, now)
    console = _when(one.console_changed_at, now)
    told = (
        f"{one.subject} on {one.device}, service {one.service_id} of account {one.account_id} in "
        f"{one.system}. They agreed on {value(one, one.base_console)}. Billing has "
        f"{value(one, one.billing_value)} since {billing}, the console "
        f"{value(one, one.console_value)} since {console}; the device runs "
        f"{value(one, one.device_value)}."
    )
    if one.resolved_at is None:
        return [Sentence(told)]
    by = one.resolved_by or "a newer comparison"
    ended = f"Settled {clock_time(one.resolved_at, now)} by {by}: {state_words(one)}."
    return [Sentence(told, "dim"), Sentence(f"{ended} {one.sentence or ''}")]


@dataclass(frozen=True, slots=True)
class Decision:
    """What settling one conflict would do, or why it cannot be settled like that."""

    conflict: Conflict
    item: SyncItem | None = None
    refusal: str | None = None


def decision_items(decisions: Sequence[Decision], take: Take) -> list[Item]:
    """The preview: for each conflict what is sent to whom."""
    possible = [one for one in decisions if one.item is not None]
    if not possible:
        first: Item = Sentence("None of this can be done.", "warn")
    else:
        values = "value" if len(possible) == 1 else "values"
        first = Sentence(
            f"Nothing was sent yet. Press ctrl+r to take {OWNERS[take]} {values}, v to see the "
            "commands, esc to go back.",
            "accent",
        )
    items: list[Item] = [first]
    for one in decisions:
        items += [None, *_decision(one)]
    return items


def _decision(one: Decision) -> list[Item]:
    conflict = one.conflict
    heading = Heading(
        f"{conflict.account_name or conflict.account_id}: {field_words(conflict.field)}",
        f"{conflict.subject} on {conflict.device}",
    )
    if one.item is None:
        return [heading, Sentence(one.refusal or UNKNOWN, "warn")]
    new = value(conflict, one.item.after[conflict.field])
    if one.item.kind is ItemKind.LINK:
        return [
            heading,
            Fact("Billing", f"keeps {value(conflict, conflict.billing_value)}"),
            Fact("Console", f"keeps {new}"),
            Sentence(one.item.reason, "dim"),
        ]
    if one.item.kind is ItemKind.WRITE:
        old = value(conflict, conflict.billing_value)
        return [heading, Fact("Billing", f"{old} -> {new}"), Fact("Console", f"{new} stays")]
    return [
        heading,
        Fact("Device", f"{value(conflict, conflict.device_value)} -> {new}"),
        Fact("Console", f"{value(conflict, conflict.console_value)} -> {new}"),
        Fact("Billing", f"{new} stays"),
    ]


def result_items(reports: Sequence[SyncReport], glyphs: Glyphs) -> list[Item]:
    """What became of each decision, with its change and its run."""
    done = sum(_settled(one) for one in reports)
    style = "ok" if done == len(reports) else "bad"
    items: list[Item] = [
        Sentence(f"{done} of {plural(len(reports), 'conflict')} settled.", style),
    ]
    for report in reports:
        for item in report.items:
            word = outcome_word(item, glyphs)
            change = "" if item.change_id is None else f", change {item.change_id}"
            items += [
                None,
                Heading(f"{item.account_name or item.account_id}: {', '.join(item.after)}"),
                Fact("Outcome", word.text, word.style, f"sync run {report.run.id}{change}"),
                *([Sentence(item.sentence)] if item.sentence else []),
            ]
    if done != len(reports):
        items += [None, Sentence("What failed is still open and can be tried again.", "warn")]
    return items


def _settled(report: SyncReport) -> bool:
    return all(one.outcome is Outcome.DONE for one in report.items)
