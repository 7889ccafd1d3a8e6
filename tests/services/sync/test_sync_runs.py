"""Billing, intent and units over real HTTP and SSH: what each change in billing comes to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import BillingError, Refused
from positron_tui.domain.mapping import Owner
from positron_tui.domain.sync_runs import ItemKind, Outcome, RunState
from positron_tui.services.sync_types import Take
from positron_tui.simulator.billing.book import Standing
from tests.services.sync.world import GARDEN, World, world


@pytest.fixture(params=list(BillingKind))
async def isp(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """What depends on how a system is read and written runs against both."""
    async with world(tmp_path, request.param) as made:
        yield made


@pytest.fixture
async def splynx(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, BillingKind.SPLYNX) as made:
        yield made


@pytest.fixture
async def sonar(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, BillingKind.SONAR) as made:
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


async def test_a_dry_run_keeps_nothing(splynx: World) -> None:
    report = await splynx.services.sync.prepare("isp", dry_run=True)

    assert report.run.state is RunState.FINISHED
    assert {one.outcome for one in report.items} == {Outcome.PROPOSED}
    assert len((await splynx.sync()).of(ItemKind.LINK)) == len(splynx.runs)


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


async def test_what_runs_in_the_garden_is_told_as_suspended(splynx: World) -> None:
    await splynx.sync()
    runs = splynx.runs[0]

    splynx.book.set_status(splynx.sold[0].account_id, Standing.SUSPENDED)
    await splynx.sync(splynx.account_of(0))
    (why,) = await splynx.services.sync_log.why(runs.device, runs.subscriber)
    assert why.held is not None
    assert why.held.running is not None
    assert (why.held.values["status"], why.held.running["status"]) == ("suspended", "suspended")

    # Taken out of the garden behind our back: nobody can say what it is any more.
    unit = splynx.units[0].device.running
    number, held = next(
        (number, one) for number, one in unit.subscribers.items() if one.name == runs.subscriber
    )
    unit.subscribers[number] = replace(held, vlan=4000)
    await splynx.services.intent.drift(runs.device)
    (why,) = await splynx.services.sync_log.why(runs.device, runs.subscriber)
    assert why.held is not None
    assert "vlan" in why.held.drifted
    assert "status" not in (why.held.running or {})


async def test_a_new_plan_is_pushed_and_used(sonar: World) -> None:
    await sonar.sync()
    other = next(
        one for one in sonar.book.plans.values() if one.plan_id != sonar.sold[0].plan_id
        and one.name != "Unlimited"
    )  # fmt: skip

    sonar.book.set_plan(sonar.sold[0].service_id, other.plan_id)
    report = await sonar.sync()

    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.EDIT, Outcome.DONE)]
    held = await sonar.services.intent.service(sonar.runs[0].device, sonar.runs[0].subscriber)
    assert held is not None
    assert held.plan == other.name
    assert not (await sonar.sync()).items


async def test_what_runs_already_as_it_was_sold_is_intended_from_then_on(sonar: World) -> None:
    await sonar.sync()
    unit, runs = sonar.units[0].device, sonar.runs[0]
    other = next(
        one for one in sonar.book.plans.values() if one.name not in (runs.plan, "Unlimited")
    )
    profile = next(one for one in unit.running.profiles.values() if one.name == other.name)
    for one in unit.running.subscribers.values():
        if one.name == runs.subscriber:
            one.profile_id = profile.profile_id  # by hand, on the unit
    sonar.book.set_plan(sonar.sold[0].service_id, other.plan_id)

    report = await sonar.sync()

    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.EDIT, Outcome.DONE)]
    held = await sonar.services.intent.service(runs.device, runs.subscriber)
    assert held is not None
    assert held.plan == other.name
    assert not (await sonar.sync()).items


async def test_a_service_that_is_in_the_garden_already_is_suspended_from_then_on(
    splynx: World,
) -> None:
    await splynx.sync()
    unit, runs = splynx.units[0].device, splynx.runs[0]
    for one in unit.running.subscribers.values():
        if one.name == runs.subscriber:
            one.vlan = GARDEN  # by hand, on the unit
    splynx.book.set_status(splynx.sold[0].account_id, Standing.SUSPENDED)

    report = await splynx.sync()

    assert [(one.kind, one.outcome) for one in report.items] == [(ItemKind.SUSPEND, Outcome.DONE)]
    held = await splynx.services.intent.service(runs.device, runs.subscriber)
    assert held is not None
    assert held.suspended_at is not None
    assert held.subscriber.vlan != GARDEN
    assert not (await splynx.sync()).items


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


async def test_many_suspensions_wait_for_a_person(splynx: World) -> None:
    await splynx.sync()
    for one in splynx.sold:
        splynx.book.set_status(one.account_id, Standing.SUSPENDED)
    before = splynx.units[0].device.running_text()

    waiting = await splynx.by_itself()
    assert waiting.guard is not None
    assert waiting.run.state is RunState.WAITING
    with pytest.raises(Refused, match="--allow"):
        await splynx.services.sync.execute(waiting.run.id)
    assert splynx.units[0].device.running_text() == before

    done = await splynx.services.sync.execute(waiting.run.id, allow_cuts=waiting.cuts)
    assert {one.outcome for one in done.items} == {Outcome.DONE}


async def test_suspensions_that_come_one_by_one_are_counted_together(splynx: World) -> None:
    await splynx.sync()
    stopped = []
    for place, one in enumerate(splynx.sold):
        splynx.book.set_status(one.account_id, Standing.SUSPENDED)
        report = await splynx.by_itself(splynx.account_of(place))
        stopped.append(report.guard is not None)

    assert stopped[0] is False
    assert all(stopped[1:])


async def test_before_a_person_said_yes_to_a_whole_sync_nothing_is_done_by_itself(
    sonar: World,
) -> None:
    sonar.book.set_status(sonar.sold[0].account_id, Standing.SUSPENDED)
    before = sonar.units[0].device.running_text()

    report = await sonar.by_itself(sonar.account_of(0))
    (item,) = report.of(ItemKind.SUSPEND)
    assert item.outcome is Outcome.PROPOSED
    assert "sync run isp" in item.reason
    assert sonar.units[0].device.running_text() == before

    await sonar.services.sync.execute(report.run.id)
    # That was one account; a yes to everything is another thing, whoever began that run.
    sonar.book.set_status(sonar.sold[0].account_id, Standing.ACTIVE)
    whole = await sonar.by_itself()
    assert whole.of(ItemKind.RESUME)[0].outcome is Outcome.PROPOSED
    await sonar.services.sync.execute(whole.run.id)
    sonar.book.set_status(sonar.sold[0].account_id, Standing.SUSPENDED)
    assert (await sonar.by_itself()).of(ItemKind.SUSPEND)[0].outcome is Outcome.DONE


async def test_a_read_only_unit_is_not_tried_by_itself_and_a_person_is_told_how(
    splynx: World,
) -> None:
    await splynx.sync()
    name = splynx.units[0].device.name
    await splynx.services.inventory.edit(name, read_only=True)
    splynx.book.set_status(splynx.sold[0].account_id, Standing.SUSPENDED)

    report = await splynx.by_itself()

    (item,) = report.items
    assert item.outcome is Outcome.PROPOSED
    assert f"device edit {name} --writable" in item.reason
    done = await splynx.services.sync.execute(report.run.id)
    assert done.items[0].outcome is Outcome.REFUSED
    assert "read-only" in (done.items[0].sentence or "")


async def test_a_newer_run_that_wants_the_same_does_not_stop_an_older_one(splynx: World) -> None:
    await splynx.sync()
    splynx.book.set_status(splynx.sold[0].account_id, Standing.SUSPENDED)
    plan = next(
        one
        for one in splynx.book.plans.values()
        if one.name not in (splynx.runs[1].plan, "Unlimited")
    )
    splynx.book.set_plan(splynx.sold[1].service_id, plan.plan_id)
    older = await splynx.services.sync.prepare("isp")
    splynx.book.set_plan(splynx.sold[1].service_id, splynx.sold[1].plan_id)
    await splynx.services.sync.prepare("isp", accounts=[splynx.account_of(0)])
    await splynx.services.sync.prepare("isp", accounts=[splynx.account_of(1)])

    done = await splynx.services.sync.execute(older.run.id)

    outcomes = {one.kind: one.outcome for one in done.items}
    assert outcomes == {ItemKind.SUSPEND: Outcome.DONE, ItemKind.EDIT: Outcome.SKIPPED}


async def test_a_run_that_waits_for_what_another_did_waits_no_more(splynx: World) -> None:
    await splynx.sync()
    splynx.book.set_status(splynx.sold[0].account_id, Standing.SUSPENDED)
    waits = await splynx.services.sync.prepare("isp", accounts=[splynx.account_of(0)])

    other = await splynx.services.sync.prepare(
        "isp", accounts=[splynx.account_of(0), splynx.account_of(1)]
    )
    assert (await splynx.services.sync_log.show(waits.run.id)).run.state is RunState.CANCELLED
    wider = await splynx.services.sync.prepare("isp", accounts=[splynx.account_of(0)])
    await splynx.services.sync.execute(other.run.id)

    ended = (await splynx.services.sync_log.show(wider.run.id)).run
    assert ended.state is RunState.CANCELLED
    assert f"Run {other.run.id} did all of it" in (ended.sentence or "")


async def test_whoever_was_unblocked_meanwhile_is_not_cut_off(sonar: World) -> None:
    await sonar.sync()
    sonar.book.set_status(sonar.sold[0].account_id, Standing.SUSPENDED)
    report = await sonar.services.sync.prepare("isp")

    sonar.book.set_status(sonar.sold[0].account_id, Standing.ACTIVE)
    done = await sonar.services.sync.execute(report.run.id)

    assert [one.outcome for one in done.items] == [Outcome.SKIPPED]
    assert vlan_of(sonar, 0) != GARDEN


async def test_a_billing_system_in_trouble_changes_nothing(isp: World) -> None:
    await isp.sync()
    before = isp.units[0].device.running_text()
    links = await isp.services.store.billing_services.links("isp")
    isp.book.set_status(isp.sold[0].account_id, Standing.SUSPENDED)

    for fault in ("error-403", "garbage", "error-429"):
        isp.billing.faults.clear()
        isp.billing.faults.set(fault)
        isp.billing.faults.set("retry-after=3600")
        with pytest.raises(BillingError):
            await isp.sync()
        run = (await isp.services.sync_log.runs(1))[0]
        assert run.state is RunState.FAILED
        assert "Nothing was changed" in (run.sentence or "")

    assert isp.units[0].device.running_text() == before
    assert await isp.services.store.billing_services.links("isp") == links


async def test_half_a_page_is_an_error_or_read_further_and_never_half_the_truth(isp: World) -> None:
    await isp.sync()
    isp.billing.faults.set("half-page")

    try:
        report = await isp.sync()
    except BillingError:
        return
    assert report.run.read == len(isp.runs)
    assert not report.items


async def test_a_field_that_changed_on_both_sides_waits_for_a_decision(splynx: World) -> None:
    await splynx.sync()
    runs = splynx.runs[0]
    limited = [
        one for one in splynx.book.plans.values() if one.name not in (runs.plan, "Unlimited")
    ]
    theirs, ours = limited[0], limited[1]
    splynx.book.set_plan(splynx.sold[0].service_id, theirs.plan_id)
    edit = EditSubscriber(runs.subscriber, plan=ours.name)
    action = await splynx.services.actions.subscriber_edit(runs.device, edit)
    await splynx.services.changes.execute(await splynx.services.changes.prepare(action))

    report = await splynx.sync()
    assert [one.kind for one in report.items] == [ItemKind.CONFLICT]
    (conflict,) = await splynx.services.conflicts.list()
    assert (conflict.billing_value, conflict.console_value) == (theirs.name, ours.name)
    assert conflict.console_changed_at is not None

    (settled,) = await splynx.services.conflicts.resolve([conflict.id], Take.BILLING)
    assert settled.items[0].outcome is Outcome.DONE
    held = await splynx.services.intent.service(runs.device, runs.subscriber)
    assert held is not None
    assert held.plan == theirs.name
    assert not await splynx.services.conflicts.list()
    (decided,) = await splynx.services.conflicts.list(resolved=True)
    assert (decided.taken, decided.resolved_by) == ("billing", "anna")
    assert not (await splynx.sync()).items


async def test_taking_the_consoles_value_where_billing_has_no_field_keeps_both(
    sonar: World,
) -> None:
    await sonar.sync()
    runs = sonar.runs[0]
    limited = [one for one in sonar.book.plans.values() if one.name not in (runs.plan, "Unlimited")]
    sonar.book.set_plan(sonar.sold[0].service_id, limited[0].plan_id)
    edit = EditSubscriber(runs.subscriber, plan=limited[1].name)
    action = await sonar.services.actions.subscriber_edit(runs.device, edit)
    await sonar.services.changes.execute(await sonar.services.changes.prepare(action))
    await sonar.sync()
    (conflict,) = await sonar.services.conflicts.list()

    await sonar.services.conflicts.resolve([conflict.id], Take.CONSOLE)

    assert not (await sonar.sync()).items
    with pytest.raises(Refused, match="settled already"):
        await sonar.services.conflicts.resolve([conflict.id], Take.BILLING)


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


async def test_why_tells_the_whole_story(splynx: World) -> None:
    await splynx.sync()
    runs = splynx.runs[0]

    (why,) = await splynx.services.sync_log.why(runs.device, runs.subscriber)

    assert why.system == "isp"
    assert why.billing is not None
    assert why.billing_values["plan"] == runs.plan
    assert why.held is not None
    assert why.billing_read_at is not None
    assert why.intended_at is not None
    assert why.running_read_at is not None
