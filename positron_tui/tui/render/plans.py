"""Plans, their copies on devices, and profiles that nobody needs, as rows of tables."""

from __future__ import annotations

from collections.abc import Iterable

from positron_tui.domain.devices import Line
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.plans import PlanOnDevice, PlanRow, Presence, StrayProfile
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.values import NONE, UNKNOWN
from positron_tui.tui.render.words import StateWord

FIELDS = ("name", "down", "up")
COLUMNS = (
    Column("name", "Plan", 1, 12, 30),
    Column("down", "Down", 1, 5, 8, right=True),
    Column("up", "Up", 1, 5, 8, right=True),
    Column("users", "Subscribers", 2, 11, 11, right=True),
    Column("present", "Present", 2, 7, 7, right=True),
    Column("differs", "Differs", 2, 7, 7, right=True),
    Column("absent", "Absent", 3, 6, 6, right=True),
    Column("coax", "Limit on coax", 4, 13, 14),
    Column("copper", "on copper", 5, 11, 14),
)
DEVICE_FIELDS = ("device", "state")
DEVICE_COLUMNS = (
    Column("device", "Device", 1, 8, 20),
    Column("state", "There", 1, 12, 24),
    Column("profile", "Profile", 2, 14, 34),
    Column("users", "Subscribers", 2, 11, 11, right=True),
    Column("why", "In words", 4, 20, 120),
)
STRAY_FIELDS = ("device", "profile", "plan")
STRAY_COLUMNS = (
    Column("device", "Device", 1, 8, 20),
    Column("profile", "Profile", 1, 14, 34),
    Column("down", "Down", 2, 5, 8, right=True),
    Column("up", "Up", 2, 5, 8, right=True),
    Column("users", "Subscribers", 1, 11, 11, right=True),
    Column("plan", "Catalogue", 2, 12, 30),
    Column("removable", "May go", 1, 6, 8),
)


def presence_word(presence: Presence, glyphs: Glyphs) -> StateWord:
    """How a plan stands on a device."""
    return {
        Presence.PRESENT: StateWord(glyphs.up, "present", "ok"),
        Presence.DIFFERS: StateWord(glyphs.degraded, "differs", "warn"),
        Presence.ABSENT: StateWord(glyphs.missing, "absent", "dim"),
        Presence.UNLIMITED: StateWord(glyphs.disabled, "not possible here", "warn"),
        Presence.UNKNOWN: StateWord(glyphs.unknown, "unknown", "dim"),
    }[presence]


def limit(mbps: int | None) -> str:
    """A rate in Mbit/s; 0 is none."""
    if mbps is None:
        return UNKNOWN
    return "no limit" if mbps == 0 else str(mbps)


def limits(rates: tuple[int, int] | None) -> str:
    """`106/22`, as the devices limit to."""
    return "no limit" if rates is None else f"{limit(rates[0])}/{limit(rates[1])}"


def filter_row(row: PlanRow) -> FilterRow:
    """Return what a plan offers to a filter (FIELDS)."""
    plan = row.plan
    return FilterRow.of({"name": plan.name, "down": plan.down_mbps, "up": plan.up_mbps})


def rows(plans: Iterable[PlanRow]) -> list[Row]:
    """Rows of the catalogue (COLUMNS)."""
    return [Row(one.plan.name, _cells(one)) for one in plans]


def _cells(row: PlanRow) -> tuple[Cell, ...]:
    found = [one.presence for one in row.devices]
    users = sum(one.subscribers for one in row.devices)
    differs = found.count(Presence.DIFFERS)
    return (
        Cell(row.plan.name, "accent"),
        Cell(limit(row.plan.down_mbps), sort=number_key(row.plan.down_mbps)),
        Cell(limit(row.plan.up_mbps), sort=number_key(row.plan.up_mbps)),
        _count(users),
        _count(found.count(Presence.PRESENT)),
        _count(differs, "warn" if differs else ""),
        _count(found.count(Presence.ABSENT)),
        Cell(_limits_on(row, Line.COAX), "dim"),
        Cell(_limits_on(row, Line.COPPER), "dim"),
    )


def _limits_on(row: PlanRow, line: Line) -> str:
    return limits(row.rates[line]) if line in row.rates else UNKNOWN


def _count(count: int, style: str = "") -> Cell:
    return Cell(str(count), style or ("" if count else "dim"), number_key(count))


def device_filter_row(one: PlanOnDevice, glyphs: Glyphs) -> FilterRow:
    """Return what a copy offers to a filter (DEVICE_FIELDS)."""
    word = presence_word(one.presence, glyphs).word
    return FilterRow.of({"device": one.device, "state": word, "words": one.sentence})


def device_rows(copies: Iterable[PlanOnDevice], glyphs: Glyphs) -> list[Row]:
    """Rows of the devices that a plan may be on (DEVICE_COLUMNS)."""
    made = []
    for one in copies:
        word = presence_word(one.presence, glyphs)
        profile = one.profile
        rates = f"{limit(profile.down_mbps)}/{limit(profile.up_mbps)} Mbit/s" if profile else NONE
        cells = (
            Cell(one.device),
            Cell(word.text, word.style, (0, 0.0, word.word)),
            Cell(rates),
            _count(one.subscribers),
            Cell(one.sentence, "dim"),
        )
        made.append(Row(one.device, cells))
    return made


def stray_id(one: StrayProfile) -> str:
    """Return the row key of a profile."""
    return f"{one.device}\0{one.profile.profile_id}"


def stray_filter_row(one: StrayProfile) -> FilterRow:
    """Return what a profile offers to a filter (STRAY_FIELDS)."""
    return FilterRow.of({"device": one.device, "profile": one.profile.name, "plan": one.plan})


def stray_rows(strays: Iterable[StrayProfile]) -> list[Row]:
    """Rows of profiles that are in no plan, or that nobody uses (STRAY_COLUMNS)."""
    made = []
    for one in strays:
        profile = one.profile
        cells = (
            Cell(one.device),
            Cell(profile.name or UNKNOWN, "accent"),
            Cell(limit(profile.down_mbps), sort=number_key(profile.down_mbps)),
            Cell(limit(profile.up_mbps), sort=number_key(profile.up_mbps)),
            _count(one.subscribers),
            Cell(one.plan or "in no plan", "" if one.plan else "dim"),
            Cell("yes", "warn") if one.removable else Cell("no", "dim"),
        )
        made.append(Row(stray_id(one), cells))
    return made
