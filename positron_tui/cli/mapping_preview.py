"""What a mapping makes of real rows: what billing says, what is understood, what would be done."""

from __future__ import annotations

from itertools import islice

from positron_tui.cli.context import Context
from positron_tui.cli.table import Column
from positron_tui.cli.text import safe_line
from positron_tui.domain.billing import BillingService
from positron_tui.domain.mapping import MAC, PLAN, VLAN, BillingMapping, sold, status_keys
from positron_tui.services.app import Services

_COLUMNS = (
    Column("ACCOUNT", 0, least=7),
    Column("NAME", 2, least=8),
    Column("BILLING SAYS", 3, least=14),
    Column("STATUS", 0, least=9),
    Column("MAC", 0, least=17),
    Column("PLAN", 0, least=8),
    Column("VLAN", 1, least=5),
    Column("PROBLEM", 0, least=12),
)


async def sample(services: Services, system: str, count: int) -> list[BillingService]:
    """Return some services as billing has them right now."""
    adapter = await services.billing.adapter(system)
    async for page in adapter.pages():
        return list(islice(page.services, count))
    return []


async def show_preview(
    context: Context, services: Services, system: str, mapping: BillingMapping, count: int
) -> None:
    """Print what the mapping makes of the first rows that billing has."""
    out = context.out
    out.progress(f"Reading {count} services of {system} ...")
    rows = await sample(services, system, count)
    out.clear_progress()
    if out.as_json:
        return
    out.line()
    out.table(_COLUMNS, [_row(one, mapping) for one in rows], f"{system} has no service yet.")
    unknown = sum(bool(sold(one, mapping).findings) for one in rows)
    out.say(safe_line(f"{len(rows)} real rows, {unknown} with something that is not understood."))


def _row(service: BillingService, mapping: BillingMapping) -> tuple[object, ...]:
    one = sold(service, mapping)
    plan = service.plan.name if service.plan else "no plan"
    says = f"{', '.join(status_keys(service))}; {plan}"
    return (
        one.account_id,
        one.account_name,
        says,
        one.meaning.value,
        one.values.get(MAC),
        (one.values[PLAN] or "no limit") if PLAN in one.values else None,
        one.values.get(VLAN),
        " ".join(finding.text for finding in one.findings),
    )
