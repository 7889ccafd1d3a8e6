"""Made-up runs, items, conflicts, hooks and stories, and what of them the pictures hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from positron_tui.domain.billing import BillingKind, BillingPlan, BillingService
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    Hook,
    HookState,
    ItemKind,
    Link,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
)
from positron_tui.services.app import Services
from tests.tui import sample

NOW = sample.NOW
RUN = SyncRun(
    id=12,
    system="isp",
    trigger=Trigger.SCHEDULE,
    actor="daemon",
    holder="noc:1:daemon",
    started_at=NOW - timedelta(minutes=4),
    state=RunState.WAITING,
    read=5000,
    counts={"exception": 1, "conflict": 1, "suspend": 2, "edit": 1, "link": 1, "agreed": 4995},
    sentence="5000 services read, 4995 agree, 1 to change, 2 to suspend, 1 exception, 1 conflict.",
)


def item(position: int, kind: ItemKind, outcome: Outcome, **values: object) -> SyncItem:
    made = SyncItem(
        position=position,
        kind=kind,
        service_id=f"80{position}",
        account_id=f"402{position}",
        account_name="Ana Alder",
        device="gam-01",
        subject="smith",
        outcome=outcome,
    )
    return replace(made, **values)  # type: ignore[arg-type]


ITEMS = (
    item(
        0,
        ItemKind.SUSPEND,
        Outcome.PENDING,
        before={"status": "active"},
        after={"status": "suspended"},
        reason="Billing has it suspended.",
    ),
    item(
        1,
        ItemKind.EDIT,
        Outcome.FAILED,
        before={"plan": "Home 100"},
        after={"plan": ""},
        reason="Billing sold another plan.",
        sentence="The unit refused: % Invalid profile.",
        change_id=3,
    ),
    item(
        2,
        ItemKind.EXCEPTION,
        Outcome.LISTED,
        account_name="Björn [red]Ortiz[/]",
        device=None,
        subject=None,
        reason="The plan 'Gold' has no meaning yet; give it one with 'billing map isp'.",
    ),
    item(
        3,
        ItemKind.CONFLICT,
        Outcome.LISTED,
        subject="garcia",
        before={"plan": "Home 250"},
        after={"plan": "Home 500"},
        reason="plan changed on both sides since they agreed on Home 100.",
    ),
    item(4, ItemKind.LINK, Outcome.DONE, reason="The same endpoint."),
    item(
        5,
        ItemKind.SUSPEND,
        Outcome.DONE,
        account_name="Dmitri Quinn",
        subject="jones",
        before={"status": "active"},
        after={"status": "suspended"},
        reason="Billing has it suspended.",
        sentence="Done and read back. It is saved.",
        change_id=17,
    ),
)
CONFLICT = Conflict(
    id=3,
    system="isp",
    service_id="803",
    account_id="4023",
    account_name="Ana Alder",
    device="gam-01",
    subject="garcia",
    field="plan",
    billing_value="Home 500",
    console_value="Home 250",
    device_value="Home 250",
    base_billing="Home 100",
    base_console="Home 100",
    found_at=NOW - timedelta(minutes=4),
    billing_changed_at=NOW - timedelta(hours=2),
    console_changed_at=NOW - timedelta(days=1),
)
SETTLED = replace(
    CONFLICT,
    id=2,
    field="mac",
    device_value=None,
    taken="console",
    resolved_at=NOW - timedelta(hours=1),
    resolved_by="anna",
    sentence="anna took console's mac for conflict 2.",
)
HOOKS = (
    Hook(1, "isp", "d1", "customers.edit", NOW - timedelta(minutes=9), "4021"),
    Hook(
        2,
        "isp",
        "d2",
        "services.edit",
        NOW - timedelta(minutes=5),
        "4023",
        state=HookState.DONE,
        run_id=1,
        handled_at=NOW - timedelta(minutes=5),
    ),
    Hook(3, "isp", "d3", "ping", NOW - timedelta(minutes=4), state=HookState.IGNORED),
)


async def keep(services: Services) -> None:
    """A system with runs, conflicts, hooks, and a service that is linked to smith."""
    store = services.store
    read_at = NOW - timedelta(hours=5)
    document = {"confirmed_at": NOW.isoformat()}
    await store.billing.add(
        BillingSystem("isp", BillingKind.SPLYNX, "https://isp.example", document, NOW)
    )
    await store.billing.set_cursors("isp", read_at=read_at)
    await _keep_run(services, replace(RUN, state=RunState.FINISHED, finished_at=NOW), ITEMS)
    waiting = [replace(one, outcome=Outcome.PENDING, change_id=None) for one in ITEMS[:2]]
    await _keep_run(services, RUN, (*waiting, *ITEMS[2:4]))
    await store.sync.put_conflict(CONFLICT)
    await store.sync.put_conflict(SETTLED)
    await store.hooks.receive(HOOKS)
    plan = BillingPlan("7", "Home 100", 100_000, 20_000)
    fields = {"service.mac": "00:0e:d8:00:00:01"}
    service = BillingService("800", "4020", "Ana Alder", "active", "active", None, plan, fields)
    await store.billing_services.keep("isp", [service], read_at)
    link = Link("800", "4020", "gam-01", "smith", {"plan": ("Home 100", "Home 100")})
    await store.billing_services.keep_links("isp", [link], read_at)


async def _keep_run(services: Services, run: SyncRun, items: Sequence[SyncItem]) -> None:
    kept = await services.store.sync.create_run(run)
    await services.store.sync.add_items(kept.id, items)
