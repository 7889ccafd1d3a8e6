"""The worker: hooks, changes and new endpoints lead to services without a person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.devices import Section
from positron_tui.domain.sync_runs import HookState, ItemKind, Outcome, RunState, Trigger
from positron_tui.simulator.billing.book import Standing
from tests.services.changing import free_one
from tests.services.sync.world import GARDEN, SYSTEM, World, world

PACE = {
    "billing.poll_interval_s": 5,
    "hooks.enabled": True,
    "hooks.port": 0,
    "billing.zero_touch": "run",
}


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something to become true."""
    for _ in range(1_500):
        if await condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not become true")


async def start(made: World) -> None:
    """Start the receiver and the worker, and have billing deliver its hooks there."""
    await made.services.hooks.start()
    path = await made.services.billing.hook_url_path(SYSTEM)
    made.hooks_to(f"{made.services.hooks.url}{path}")
    made.services.sync_worker.start()


@pytest.fixture(params=list(BillingKind))
async def isp(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, request.param, **PACE) as made:
        await made.sync()
        yield made


def garden(made: World, place: int) -> bool:
    runs = made.runs[place]
    unit = next(one for one in made.units if one.device.name == runs.device)
    found = {one.name: one.vlan for one in unit.device.running.subscribers.values()}
    return found.get(runs.subscriber) == GARDEN


async def test_a_hook_suspends_and_another_resumes(isp: World) -> None:
    await start(isp)
    account = isp.sold[0].account_id

    async def suspended() -> bool:
        return garden(isp, 0)

    async def back() -> bool:
        return not garden(isp, 0)

    async def handled() -> bool:
        return not await isp.services.store.hooks.waiting(1)

    isp.book.set_status(account, Standing.SUSPENDED)
    await until(suspended)
    isp.book.set_status(account, Standing.ACTIVE)
    await until(back)
    await until(handled)

    hooks = await isp.services.store.hooks.list()
    assert hooks
    assert {one.state for one in hooks} <= {HookState.DONE, HookState.IGNORED}
    triggers = {one.trigger for one in await isp.services.sync_log.runs()}
    assert Trigger.HOOK in triggers


async def test_what_no_hook_told_is_found_by_asking(isp: World) -> None:
    isp.services.sync_worker.start()
    isp.book.set_status(isp.sold[0].account_id, Standing.SUSPENDED)

    async def suspended() -> bool:
        return garden(isp, 0)

    await until(suspended)


async def test_a_new_endpoint_that_billing_knows_gets_its_service(tmp_path: Path) -> None:
    async with world(tmp_path, BillingKind.SPLYNX, **PACE) as made:
        await made.sync()
        unit = made.units[0]
        plan = next(one for one in made.book.plans.values() if one.name != "Unlimited")
        free_one(unit.device)
        mac = next(
            one.mac
            for one in unit.device.seen_endpoints()
            if one.detected_port and one.subscriber is None
        )
        await made.services.intent.adopt(unit.device.name)
        account = made.book.add_account("Nadia Weiß", "active")
        made.book.add_service(account.account_id, plan.plan_id, mac.upper())
        await made.services.sync.prepare(SYSTEM, trigger=Trigger.SCHEDULE, dry_run=True)
        made.services.sync_worker.start()

        await made.services.monitor.poll(unit.device.name, {Section.ENDPOINTS})

        async def there() -> bool:
            return any(one.name == "Nadia Wei" for one in unit.device.running.subscribers.values())

        await until(there)
        (run, *_) = [one for one in await made.services.sync_log.runs() if one.counts.get("add")]
        assert run.trigger in (Trigger.ENDPOINT, Trigger.SCHEDULE)


async def test_a_new_endpoint_is_only_proposed_where_the_site_says_so(tmp_path: Path) -> None:
    pace = {**PACE, "billing.zero_touch": "propose"}
    async with world(tmp_path, BillingKind.SONAR, **pace) as made:
        unit = made.units[0]
        free_one(unit.device)
        await made.services.monitor.poll(unit.device.name)
        await made.services.intent.adopt(unit.device.name)
        # The account of the service that was taken off bought it still.
        report = await made.by_itself()

        (item,) = report.of(ItemKind.ADD)
        assert item.outcome is Outcome.PROPOSED
        assert report.run.state is RunState.WAITING
        before = len(unit.device.running.subscribers)
        done = await made.services.sync.execute(report.run.id)
        assert [one.outcome for one in done.of(ItemKind.ADD)] == [Outcome.DONE]
        assert len(unit.device.running.subscribers) == before + 1


async def test_billing_that_is_away_is_asked_again(isp: World) -> None:
    isp.billing.faults.set("error-403")
    isp.services.sync_worker.start()
    isp.book.set_status(isp.sold[0].account_id, Standing.SUSPENDED)

    async def failed() -> bool:
        return any(one.state is RunState.FAILED for one in await isp.services.sync_log.runs())

    async def told() -> bool:
        return any(one.kind == "sync" for one in isp.services.activity.entries())

    async def suspended() -> bool:
        return garden(isp, 0)

    await until(told)
    isp.billing.faults.clear()
    await until(suspended)
