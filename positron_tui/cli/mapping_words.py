"""A mapping in words: as a whole, and what an edit changes in it."""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.cli.table import Column, render_table
from positron_tui.cli.text import safe_line
from positron_tui.domain.mapping import (
    FIELDS,
    PLAN,
    SOURCES,
    STATUS,
    UNTHROTTLED,
    WRITTEN,
    BillingMapping,
    FieldSource,
)

NO_LIMIT = "no limit"
_FIELD_COLUMNS = (
    Column("WHAT", 0, least=11),
    Column("READ FROM", 0, least=16),
    Column("BELONGS TO", 1, least=8),
    Column("CONFLICTS", 2, least=7),
    Column("WRITTEN TO", 1, least=14),
)
_PLAN_COLUMNS = (Column("PLAN IN BILLING", 0, least=15), Column("OURS", 0, least=10))
_STATUS_COLUMNS = (
    Column("STATUS IN BILLING", 0, least=15),
    Column("MEANS", 0, least=9),
)
_CHANGE_COLUMNS = (
    Column("ENTRY", 0, least=16),
    Column("BEFORE", 0, least=10),
    Column("AFTER", 0, least=10),
)
_OWN_WAYS = {STATUS: "the statuses below", PLAN: "the plans below"}
_NAMES = tuple(dict.fromkeys((*FIELDS, *SOURCES, *WRITTEN)))


def mapping_lines(mapping: BillingMapping, width: int) -> list[str]:
    """Return a mapping as tables: fields, plans, statuses, and the rest as sentences."""
    lines = render_table(_FIELD_COLUMNS, [_field_row(mapping, name) for name in _NAMES], width)
    plans = [(theirs, ours or NO_LIMIT) for theirs, ours in mapping.plans.items()]
    lines += ["", *render_table(_PLAN_COLUMNS, plans, width)]
    if not plans:
        lines.append("No plan of billing has a meaning yet.")
    statuses = [(key, meaning.value) for key, meaning in mapping.statuses.items()]
    lines += ["", *render_table(_STATUS_COLUMNS, statuses, width), ""]
    if mapping.status_words:
        words = ", ".join(f"{one.value} as '{word}'" for one, word in mapping.status_words.items())
        lines.append(safe_line(f"Written to billing: {words}."))
    said = "leaves a note" if mapping.notes else "leaves no note"
    return [*lines, f"A change {said} on the account."]


def change_lines(before: BillingMapping, after: BillingMapping, width: int) -> list[str]:
    """Return a table of the entries that differ; nothing when none does."""
    old, new = dict(_entries(before)), dict(_entries(after))
    rows = [
        (name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]
    return render_table(_CHANGE_COLUMNS, rows, width) if rows else []


def _entries(mapping: BillingMapping) -> Iterator[tuple[str, str]]:
    """Yield all entries, named as `--unset` names them."""
    for what, source in mapping.sources.items():
        yield f"sources.{what}", _source(source)
    for theirs, ours in mapping.plans.items():
        yield f"plans.{theirs}", NO_LIMIT if ours == UNTHROTTLED else ours
    for part, entries in (
        ("statuses", mapping.statuses),
        ("owners", mapping.owners),
        ("rules", mapping.rules),
        ("write_back", mapping.write_back),
        ("status_words", mapping.status_words),
    ):
        yield from ((f"{part}.{name}", str(value)) for name, value in entries.items())
    yield "notes", "yes" if mapping.notes else "no"


def _field_row(mapping: BillingMapping, name: str) -> tuple[object, ...]:
    source = mapping.source(name)
    owned = name in FIELDS
    winner = mapping.rules.get(name)
    return (
        name,
        _OWN_WAYS.get(name) or (_source(source) if source else None),
        mapping.owner(name).value if owned else None,
        (f"{winner.value} wins" if winner else "ask") if owned else None,
        mapping.write_back.get(name),
    )


def _source(source: FieldSource) -> str:
    return source.field + (f" /{source.pattern}/" if source.pattern else "")
