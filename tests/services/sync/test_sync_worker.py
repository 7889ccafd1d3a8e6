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
    async with world(tmp_path, request.param, overrides=PACE) as made:
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


async def taken_off(made: World, place: int) -> None:
    """Take a service and its endpoint out of the configuration; the box stays plugged in."""
    runs = made.runs[place]
    edit = await made.services.actions.subscriber_remove(
        runs.device, runs.subscriber, with_endpoint=True
    )
    await made.services.changes.execute(await made.services.changes.prepare(edit))


async def test_a_new_endpoint_that_billing_knows_gets_its_service(tmp_path: Path) -> None:
    async with world(tmp_path, BillingKind.SPLYNX, overrides=PACE) as made:
        await made.sync()
        unit, mac = made.units[0], made.runs[0].mac
        plan = next(one for one in made.book.plans.values() if one.name != "Unlimited")
        made.book.delete_account(made.sold[0].account_id)
        await taken_off(made, 0)
        account = made.book.add_account("Nadia Weiß", "active")
        made.book.add_service(account.account_id, plan.plan_id, mac.upper())
        # Billing was read, and the endpoint is seen only now.
        box = unit.device.plant.pop(mac)
        await made.services.monitor.poll(unit.device.name, {Section.ENDPOINTS})
        await made.sync()
        made.services.sync_worker.start()
        unit.device.plant[mac] = box

        await made.services.monitor.poll(unit.device.name, {Section.ENDPOINTS})

        async def there() -> bool:
            return any(one.name == "Nadia Wei" for one in unit.device.running.subscribers.values())

        await until(there)
        found = [one for one in await made.services.sync_log.runs() if one.counts.get("add")]
        assert found[0].trigger is Trigger.ENDPOINT
        # It is looked at once, not at every turn of the worker.
        await made.services.monitor.poll(unit.device.name, {Section.ENDPOINTS})
        triggers = [one.trigger for one in await made.services.sync_log.runs()]
        assert triggers.count(Trigger.ENDPOINT) == 1


async def test_a_new_endpoint_is_only_proposed_where_the_site_says_so(tmp_path: Path) -> None:
    pace = {**PACE, "billing.zero_touch": "propose"}
    async with world(tmp_path, BillingKind.SONAR, overrides=pace) as made:
        await made.sync()
        unit = made.units[0]
        await taken_off(made, 0)

        report = await made.by_itself()

        (item,) = report.of(ItemKind.ADD)
        assert item.outcome is Outcome.PROPOSED
        assert report.run.state is RunState.WAITING
        before = len(unit.device.running.subscribers)
        done = await made.services.sync.execute(report.run.id)
        assert [one.outcome for one in done.of(ItemKind.ADD)] == [Outcome.DONE]
        assert len(unit.device.running.subscribers) == before + 1
        assert not (await made.sync()).items


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
