"""Hooks that billing systems sent, as rows and in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.sync_status import is_late
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Item, Sentence
from positron_tui.tui.render.values import NONE, UNKNOWN, clock_time, short_time
from positron_tui.tui.render.words import StateWord

FIELDS = ("id", "system", "event", "account", "service", "state", "run", "late")
COLUMNS = (
    Column("at", "Received", 1, 8, 16),
    Column("state", "State", 1, 9, 10),
    Column("system", "System", 2, 6, 20),
    Column("event", "Event", 2, 12, 40),
    Column("account", "Account", 1, 7, 10),
    Column("service", "Service", 5, 7, 10),
    Column("times", "Times", 4, 5, 5, right=True),
    Column("tries", "Tries", 5, 5, 5, right=True),
    Column("handled", "Handled", 3, 8, 16),
    Column("run", "Run", 3, 4, 7, right=True),
    Column("sentence", "In words", 6, 20, 120),
)


def state_word(one: Hook, now: datetime, glyphs: Glyphs) -> StateWord:
    """The state of a hook."""
    if is_late(one, now):
        return StateWord(glyphs.degraded, "late", "bad")
    return {
        HookState.RECEIVED: StateWord(glyphs.running, "waits", "accent"),
        HookState.DONE: StateWord(glyphs.done, "done", "ok"),
        HookState.IGNORED: StateWord(glyphs.disabled, "ignored", "dim"),
        HookState.FAILED: StateWord(glyphs.failed, "failed", "bad"),
    }[one.state]


def filter_row(one: Hook, now: datetime, glyphs: Glyphs) -> FilterRow:
    """Return what a hook offers to a filter (FIELDS)."""
    return FilterRow.of(
        {
            "id": one.id,
            "system": one.system,
            "event": one.event,
            "account": one.account_id,
            "service": one.service_id,
            "state": f"{state_word(one, now, glyphs).word} {one.state.value}",
            "run": one.run_id,
            "late": is_late(one, now),
            "sentence": one.sentence,
        }
    )


def rows(hooks: Iterable[Hook], now: datetime, glyphs: Glyphs) -> list[Row]:
    """Rows of hooks (COLUMNS), in the order in which they come."""
    return [Row(str(one.id), _cells(one, now, glyphs)) for one in hooks]


def _cells(one: Hook, now: datetime, glyphs: Glyphs) -> tuple[Cell, ...]:
    word = state_word(one, now, glyphs)
    handled = one.handled_at
    return (
        Cell(short_time(one.received_at, now), sort=number_key(one.received_at.timestamp())),
        Cell(word.text, word.style, (0, 0.0, word.word)),
        Cell(one.system),
        Cell(one.event),
        Cell(one.account_id or UNKNOWN),
        Cell(one.service_id or NONE, "dim"),
        Cell(str(one.times), "" if one.times > 1 else "dim", number_key(one.times)),
        Cell(str(one.tries), "warn" if one.tries > 1 else "dim", number_key(one.tries)),
        Cell(
            NONE if handled is None else short_time(handled, now),
            "dim",
            number_key(handled.timestamp() if handled else None),
        ),
        Cell(NONE if one.run_id is None else str(one.run_id), "accent", number_key(one.run_id)),
        Cell(one.sentence or "", "dim"),
    )


def words(one: Hook, now: datetime) -> list[Item]:
    """A hook in sentences, for the lines below the table."""
    whom = f"account {one.account_id}" if one.account_id else "an account that it does not name"
    items: list[Item] = [
        Sentence(
            f"{one.event} about {whom} came {clock_time(one.received_at, now)}"
            f"{f', {one.times} times' if one.times > 1 else ''}.",
            "dim",
        )
    ]
    if one.sentence:
        items.append(Sentence(one.sentence))
    if is_late(one, now):
        items.append(
            Sentence(
                "It was not handled yet: does billing answer, and is a console or the daemon "
                "running that syncs? The log (L) has what failed.",
                "warn",
            )
        )
    return items
