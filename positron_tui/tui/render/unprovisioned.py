"""Endpoints that wait for somebody, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.mapping import PLAN
from positron_tui.services.filtering import Row as FilterRow
from positron_tui.services.sync_types import Claim
from positron_tui.services.unprovisioned import UnprovisionedRow
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.endpoints import endpoint_id
from positron_tui.tui.render.values import UNKNOWN, clock_time, number, short_time, text
from positron_tui.tui.render.words import endpoint_word

FIELDS = ("device", "site", "mac", "port", "state", "model", "firmware", "account", "billing")
COLUMNS = (
    Column("since", "Since", 1, 8, 16),
    Column("mac", "MAC", 1, 17, 17),
    Column("device", "Device", 1, 8, 20),
    Column("port", "Port", 1, 9, 9),
    Column("state", "Why", 2, 13, 14),
    Column("down", "Down PHY", 3, 8, 8, right=True),
    Column("up", "Up PHY", 3, 6, 6, right=True),
    Column("model", "Model", 4, 8, 12),
    Column("firmware", "Firmware", 6, 8, 24),
    Column("site", "Site", 5, 6, 16),
    Column("seen", "Last seen", 7, 9, 16),
)
# Where there is a billing system, a column more says whose endpoint it is there.
_BILLING_AT = 5
COLUMNS_WITH_BILLING = (
    *COLUMNS[:_BILLING_AT],
    Column("billing", "In billing", 2, 10, 26),
    *COLUMNS[_BILLING_AT:],
)


Claims = Mapping[str, Sequence[Claim]]


def filter_row(one: UnprovisionedRow, claims: Claims | None = None) -> FilterRow:
    """Return what an endpoint offers to a filter (FIELDS)."""
    known = claims.get(one.mac, ()) if claims else ()
    return FilterRow.of(
        {
            "device": one.device,
            "site": one.site,
            "mac": one.mac,
            "port": one.port,
            "state": one.state,
            "model": one.model,
            "firmware": one.firmware,
            "account": [claim.sold.account_id for claim in known],
            "billing": [claim.sold.account_name for claim in known],
        }
    )


def rows(
    waiting: Iterable[UnprovisionedRow],
    glyphs: Glyphs,
    now: datetime,
    claims: Claims | None = None,
) -> list[Row]:
    """Rows of endpoints (COLUMNS) in their order; with `claims` by MAC, COLUMNS_WITH_BILLING."""
    made = []
    for one in waiting:
        cells = _cells(one, glyphs, now)
        if claims is not None:
            claimed = Cell(_claimed(claims.get(one.mac, ())), "accent")
            cells = (*cells[:_BILLING_AT], claimed, *cells[_BILLING_AT:])
        made.append(Row(endpoint_id(one.device, one.mac), cells))
    return made


def _cells(one: UnprovisionedRow, glyphs: Glyphs, now: datetime) -> tuple[Cell, ...]:
    word = endpoint_word(one.state, glyphs)
    why = f"{word.sign} {word.word.removeprefix('quarantined: ')}"
    return (
        Cell(short_time(one.first_seen, now), sort=number_key(one.first_seen.timestamp())),
        Cell(one.mac),
        Cell(one.device),
        Cell(one.port or UNKNOWN),
        Cell(why, word.style, (0, 0.0, word.word)),
        Cell(number(one.down_phy_mbps), sort=number_key(one.down_phy_mbps)),
        Cell(number(one.up_phy_mbps), sort=number_key(one.up_phy_mbps)),
        Cell(text(one.model)),
        Cell(text(one.firmware), "dim"),
        Cell(one.site),
        Cell(clock_time(one.last_seen, now), "dim", number_key(one.last_seen.timestamp())),
    )


def what_to_press(one: UnprovisionedRow) -> str:
    """Which key opens the form, filled in, that lets this endpoint work."""
    if one.state is EndpointState.QUARANTINED_WRONG_PORT:
        return f"Press E to bind it to {one.port or 'where it is'}."
    return "Press a to give it a service."


def _claimed(claims: Sequence[Claim]) -> str:
    """Whose endpoint it is in billing."""
    if not claims:
        return ""
    first = claims[0].sold
    more = f" and {len(claims) - 1} more" if len(claims) > 1 else ""
    return f"{first.account_name or first.account_id}{more}"


def claim_words(one: UnprovisionedRow, claims: Sequence[Claim], now: datetime) -> str:
    """What billing says of an endpoint, if it knows it, and which key lets it work."""
    if not claims:
        return what_to_press(one)
    claim = claims[0]
    plan = claim.sold.values.get(PLAN)
    sold = "" if plan is None else f", plan {plan or 'without limit'}"
    said = (
        f"{claim.system} has it on account {claim.sold.account_id} {claim.sold.account_name} "
        f"({claim.sold.meaning.value}{sold}; read {clock_time(claim.read_at, now)})."
    )
    if one.state is EndpointState.QUARANTINED_WRONG_PORT:
        return f"{said} {what_to_press(one)}"
    return f"{said} Press P to plan that service, i to see all."


def facts(one: UnprovisionedRow, now: datetime) -> str:
    """What a narrow table leaves out of a row."""
    rates = f"{number(one.down_phy_mbps)}/{number(one.up_phy_mbps)} Mbit/s"
    return (
        f"Waits since {clock_time(one.first_seen, now)}; PHY {rates}; {text(one.model)}, "
        f"firmware {text(one.firmware)}; last seen {clock_time(one.last_seen, now)}."
    )
