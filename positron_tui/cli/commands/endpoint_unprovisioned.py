"""`endpoint unprovisioned`: what is seen and has no service, the longest waiting first."""

from __future__ import annotations

from datetime import datetime

from positron_tui.cli.context import Context
from positron_tui.cli.shapes_work import unprovisioned_shape
from positron_tui.cli.table import Column
from positron_tui.cli.words import ago, short_state
from positron_tui.services.unprovisioned import UnprovisionedRow

_COLUMNS = (
    Column("MAC", 0, least=17),
    Column("DEVICE", 1, least=8),
    Column("PORT", 0, least=9),
    Column("STATE", 1, least=11),
    Column("SINCE", 0, least=9),
    Column("DOWN/UP", 3, right=True),
    Column("MODEL", 2, least=7),
    Column("FIRMWARE", 4, least=5),
)
_NONE = "No endpoint waits for a service, as far as the last readings tell."


async def list_rows(context: Context) -> int:
    """Print the endpoints without a service of all units or of one."""
    out, device = context.out, context.options.device
    async with context.services() as services:
        name = None if device is None else services.fleet.get(device).name
        rows = services.unprovisioned.rows(name)
        now = services.clock.now()
    if out.as_json:
        out.json([unprovisioned_shape(one) for one in rows])
    else:
        out.table(_COLUMNS, [_row(one, now) for one in rows], _NONE)
    return 0


def _row(row: UnprovisionedRow, now: datetime) -> tuple[object, ...]:
    rates = (row.down_phy_mbps, row.up_phy_mbps)
    known = "/".join("-" if rate is None else str(rate) for rate in rates)
    return (
        row.mac,
        row.device,
        row.port,
        short_state(row.state.value if row.state else None),
        ago(row.first_seen, now),
        None if rates == (None, None) else known,
        row.model,
        row.firmware,
    )
