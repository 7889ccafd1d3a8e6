"""Billing, intent and units over real HTTP and SSH: what each change in billing comes to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import BillingError, Refused
from positron_tui.domain.mapping import Owner
from positron_tui.domain.sync_runs import ItemKind, Outcome, RunState
from positron_tui.simulator.billing.book import Standing
from tests.services.sync.world import GARDEN, World, world


@pytest.fixture(params=list(BillingKind))
async def isp(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, request.param) as made:
        yield made


def vlan_of(made: World, place: int) -> int:
    """Return the VLAN that a unit runs for a service."""
    runs = made.runs[place]
    unit = next(one for one in made.units if one.device.name == runs.device)
    return next(
        one.vlan for one in unit.device.running.subscribers.values() if one.name == runs.subscriber
    )


async def test_a_first_run_links_what_runs_and_changes_nothing(isp: World) -> None:
    before = isp.units[0].device.running_text()

    report = await isp.sync()

    assert {one.kind for one in report.items} == {ItemKind.LINK}
    assert len(report.items) == len(isp.runs)
    assert report.run.state is RunState.FINISHED
    assert isp.units[0].device.running_text() == before
    again = await isp.sync()
    assert not again.items
    assert again.run.counts["agreed"] == len(isp.runs)


async def test_a_dry_run_keeps_nothing(isp: World) -> None:
    report = await isp.services.sync.prepare("isp", dry_run=True)

    assert report.run.state is RunState.FINISHED
    assert {one.outcome for one in report.items} == {Outcome.PROPOSED}
    assert len((await isp.sync()).of(ItemKind.LINK)) == len(isp.runs)


async def test_a_blocked_account_goes_to_the_garden_and_comes_back(isp: World) -> None:
    await isp.sync()
    vlan = vlan_of(isp, 0)
    account = isp.sold[0].account_id

    isp.book.set_status(account, Standing.SUSPENDED)
    report = await isp.sync(isp.account_of(0))
    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.SUSPEND, Outcome.DONE)]
    assert vlan_of(isp, 0) == GARDEN

    isp.book.set_status(account, Standing.ACTIVE)
    report = await isp.sync(isp.account_of(0))
    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.RESUME, Outcome.DONE)]
    assert vlan_of(isp, 0) == vlan
    assert not (await isp.sync()).items


async def test_a_new_plan_is_pushed_and_used(isp: World) -> None:
    await isp.sync()
    other = next(
        one for one in isp.book.plans.values() if one.plan_id != isp.sold[0].plan_id
        and one.name != "Unlimited"
    )  # fmt: skip

    isp.book.set_plan(isp.sold[0].service_id, other.plan_id)
    report = await isp.sync()

    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.EDIT, Outcome.DONE)]
    held = await isp.services.intent.service(isp.runs[0].device, isp.runs[0].subscriber)
    assert held is not None
    assert held.plan == other.name
    assert not (await isp.sync()).items


async def test_a_cancelled_account_is_removed_and_a_deleted_one_is_asked_about(isp: World) -> None:
    await isp.sync()

    isp.book.set_status(isp.sold[0].account_id, Standing.CANCELLED)
    isp.book.delete_account(isp.sold[1].account_id)
    report = await isp.sync()

    kinds = {one.kind: one for one in report.items}
    assert set(kinds) == {ItemKind.REMOVE, ItemKind.EXCEPTION}
    assert kinds[ItemKind.REMOVE].outcome is Outcome.DONE
    assert "deleted" in kinds[ItemKind.EXCEPTION].reason
    names = {one.name for one in isp.units[0].device.running.subscribers.values()}
    assert isp.runs[0].subscriber not in names
    assert isp.runs[1].subscriber in names


async def test_many_suspensions_wait_for_a_person(isp: World) -> None:
    await isp.sync()
    for one in isp.sold:
        isp.book.set_status(one.account_id, Standing.SUSPENDED)
    before = isp.units[0].device.running_text()

    waiting = await isp.by_itself()
    assert waiting.guard is not None
    assert waiting.run.state is RunState.WAITING
    with pytest.raises(Refused, match="--allow"):
        await isp.services.sync.execute(waiting.run.id)
    assert isp.units[0].device.running_text() == before

    done = await isp.services.sync.execute(waiting.run.id, allow_cuts=waiting.cuts)
    assert {one.outcome for one in done.items} == {Outcome.DONE}


async def test_suspensions_that_come_one_by_one_are_counted_together(isp: World) -> None:
    await isp.sync()
    stopped = []
    for place, one in enumerate(isp.sold):
        isp.book.set_status(one.account_id, Standing.SUSPENDED)
        report = await isp.by_itself(isp.account_of(place))
        stopped.append(report.guard is not None)

    assert stopped[0] is False
    assert all(stopped[1:])


async def test_whoever_was_unblocked_meanwhile_is_not_cut_off(isp: World) -> None:
    await isp.sync()
    isp.book.set_status(isp.sold[0].account_id, Standing.SUSPENDED)
    report = await isp.services.sync.prepare("isp")

    isp.book.set_status(isp.sold[0].account_id, Standing.ACTIVE)
    done = await isp.services.sync.execute(report.run.id)

    assert [one.outcome for one in done.items] == [Outcome.SKIPPED]
    assert vlan_of(isp, 0) != GARDEN


@pytest.mark.parametrize("fault", ["error-500", "error-401", "garbage", "html", "half-page"])
async def test_a_billing_system_in_trouble_changes_nothing(isp: World, fault: str) -> None:
    await isp.sync()
    before = isp.units[0].device.running_text()
    links = await isp.services.store.billing_services.links("isp")
    isp.book.set_status(isp.sold[0].account_id, Standing.SUSPENDED)
    isp.billing.faults.set(fault)

    with pytest.raises(BillingError):
        await isp.sync()

    run = (await isp.services.sync_log.runs(1))[0]
    assert run.state is RunState.FAILED
    assert "Nothing was changed" in (run.sentence or "")
    assert isp.units[0].device.running_text() == before
    assert await isp.services.store.billing_services.links("isp") == links


async def test_a_field_that_changed_on_both_sides_waits_for_a_decision(isp: World) -> None:
    from positron_tui.domain.edits_subscribers import EditSubscriber
    from positron_tui.services.sync_types import Take

    await isp.sync()
    runs = isp.runs[0]
    limited = [one for one in isp.book.plans.values() if one.name not in (runs.plan, "Unlimited")]
    theirs, ours = limited[0], limited[1]
    isp.book.set_plan(isp.sold[0].service_id, theirs.plan_id)
    edit = EditSubscriber(runs.subscriber, plan=ours.name)
    action = await isp.services.actions.subscriber_edit(runs.device, edit)
    await isp.services.changes.execute(await isp.services.changes.prepare(action))

    report = await isp.sync()
    assert [one.kind for one in report.items] == [ItemKind.CONFLICT]
    (conflict,) = await isp.services.conflicts.list()
    assert (conflict.billing_value, conflict.console_value) == (theirs.name, ours.name)
    assert conflict.console_changed_at is not None

    (settled,) = await isp.services.conflicts.resolve([conflict.id], Take.BILLING)
    assert settled.items[0].outcome is Outcome.DONE
    held = await isp.services.intent.service(runs.device, runs.subscriber)
    assert held is not None
    assert held.plan == theirs.name
    assert not await isp.services.conflicts.list()
    (decided,) = await isp.services.conflicts.list(resolved=True)
    assert (decided.taken, decided.resolved_by) == ("billing", "anna")
    assert not (await isp.sync()).items


async def test_taking_the_consoles_value_where_billing_has_no_field_keeps_both(isp: World) -> None:
    from positron_tui.domain.edits_subscribers import EditSubscriber
    from positron_tui.services.sync_types import Take

    await isp.sync()
    runs = isp.runs[0]
    limited = [one for one in isp.book.plans.values() if one.name not in (runs.plan, "Unlimited")]
    isp.book.set_plan(isp.sold[0].service_id, limited[0].plan_id)
    edit = EditSubscriber(runs.subscriber, plan=limited[1].name)
    action = await isp.services.actions.subscriber_edit(runs.device, edit)
    await isp.services.changes.execute(await isp.services.changes.prepare(action))
    await isp.sync()
    (conflict,) = await isp.services.conflicts.list()

    await isp.services.conflicts.resolve([conflict.id], Take.CONSOLE)

    assert not (await isp.sync()).items
    with pytest.raises(Refused, match="settled already"):
        await isp.services.conflicts.resolve([conflict.id], Take.BILLING)


async def test_the_place_is_told_to_billing_once(isp: World) -> None:
    field = (
        "service.custom.gam_port" if isp.kind is BillingKind.SPLYNX else "account.custom.gam_port"
    )
    await isp.map(write_back={"port": field}, owners={"port": Owner.DEVICE})

    report = await isp.sync(isp.account_of(0))

    writes = report.of(ItemKind.WRITE)
    assert [one.outcome for one in writes] == [Outcome.DONE]
    adapter = await isp.services.billing.adapter("isp")
    told = await adapter.account(isp.account_of(0))
    assert told is not None
    assert told[0].fields[field] == isp.runs[0].port
    assert not (await isp.sync(isp.account_of(0))).items


async def test_why_tells_the_whole_story(isp: World) -> None:
    await isp.sync()
    runs = isp.runs[0]

    (why,) = await isp.services.sync_log.why(runs.device, runs.subscriber)

    assert why.system == "isp"
    assert why.billing is not None
    assert why.billing_values["plan"] == runs.plan
    assert why.held is not None
    assert why.billing_read_at is not None
    assert why.intended_at is not None
    assert why.running_read_at is not None
