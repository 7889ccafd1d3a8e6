"""What billing is told: results and notes, once, whatever becomes of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.sync_runs import ItemKind, Outcome, WriteState
from positron_tui.simulator.billing.book import Standing
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from tests.services.sync.world import SYSTEM, World, world


@pytest.fixture(params=list(BillingKind))
async def isp(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, request.param) as made:
        level = "service" if made.kind is BillingKind.SPLYNX else "account"
        await made.map(notes=True, write_back={"result": f"{level}.custom.gam_state"})
        await made.sync()
        yield made


def state_of(made: World) -> str:
    """Return the custom field that takes the result of the first service."""
    service = made.book.service(made.sold[0].service_id)
    account = made.book.account(service.account_id)
    return service.custom.get("gam_state") or account.custom.get("gam_state", "")


async def test_a_result_and_a_note_are_left_once(isp: World) -> None:
    account = isp.sold[0].account_id
    isp.book.set_status(account, Standing.SUSPENDED)

    report = await isp.sync(isp.account_of(0))

    assert {one.state for one in report.writes} == {WriteState.DONE}
    assert "suspended" in state_of(isp)
    assert "verified and saved" in state_of(isp)
    (note,) = isp.book.notes_of(account)
    assert "Billing has it suspended." in note.text
    assert not (await isp.sync(isp.account_of(0))).items
    assert len(isp.book.notes_of(account)) == 1


@pytest.mark.parametrize("fault", ["drop-after-write", "drop-before-write"])
async def test_a_write_without_an_answer_is_read_before_it_is_repeated(
    isp: World, fault: str
) -> None:
    account = isp.sold[0].account_id
    isp.book.set_status(account, Standing.SUSPENDED)
    isp.billing.faults.set(fault)

    report = await isp.sync(isp.account_of(0))
    assert WriteState.SENT in {one.state for one in report.writes}

    isp.billing.faults.clear()
    await isp.services.sync.flush(SYSTEM)
    assert not await isp.services.store.sync.open_writes(SYSTEM)
    assert len(isp.book.notes_of(account)) == 1
    assert "suspended" in state_of(isp)


async def test_billing_that_is_away_is_told_later(isp: World) -> None:
    account = isp.sold[0].account_id
    isp.book.set_status(account, Standing.SUSPENDED)
    report = await isp.services.sync.prepare(SYSTEM, accounts=[isp.account_of(0)])
    # Billing is asked once more before the suspension, and is away after it.
    allowed = iter((False,))
    strikes = isp.billing.faults.strikes

    def away_after_the_first(name: str) -> bool:
        if name == "error-403":
            return next(allowed, True)
        return strikes(name)

    isp.billing.faults.strikes = away_after_the_first  # type: ignore[method-assign]
    done = await isp.services.sync.execute(report.run.id)
    suspended = done.of(ItemKind.SUSPEND)[0]
    isp.billing.faults.strikes = strikes  # type: ignore[method-assign]
    if suspended.outcome is Outcome.DONE:
        assert len(await isp.services.store.sync.open_writes(SYSTEM)) == 2
    else:  # one reading takes several requests
        await isp.sync(isp.account_of(0))

    await isp.services.sync.flush(SYSTEM)
    assert len(isp.book.notes_of(account)) == 1


async def test_a_customer_who_comes_back_with_new_service_numbers_keeps_his_subscriber(
    tmp_path: Path,
) -> None:
    overrides = {"billing.on_cancelled": "suspend"}
    async with world(tmp_path, BillingKind.SPLYNX, overrides=overrides) as made:
        assert isinstance(made.billing, SplynxStandIn)
        made.billing.quirks.copies_services = True
        await made.sync()
        runs, account = made.runs[0], made.sold[0].account_id

        made.book.set_status(account, Standing.CANCELLED)
        left = await made.sync()
        assert [one.kind for one in left.items if one.kind.changes_device] == [ItemKind.SUSPEND]

        made.book.set_status(account, Standing.ACTIVE)
        back = await made.sync()
        kinds = [one.kind for one in back.items]
        assert ItemKind.RESUME in kinds
        assert ItemKind.LINK in kinds
        assert ItemKind.ADD not in kinds
        held = await made.services.intent.service(runs.device, runs.subscriber)
        assert held is not None
        assert held.suspended_at is None
        assert not (await made.sync()).items


async def test_a_plan_that_is_sold_as_another_service_keeps_the_subscriber(tmp_path: Path) -> None:
    async with world(tmp_path, BillingKind.SONAR) as made:
        assert isinstance(made.billing, SonarStandIn)
        made.billing.quirks.new_id_on_plan_change = True
        await made.sync()
        runs, service = made.runs[0], made.sold[0]
        other = next(
            one
            for one in made.book.plans.values()
            if one.plan_id != service.plan_id and one.name != "Unlimited"
        )

        made.book.set_plan(service.service_id, other.plan_id)
        report = await made.sync()

        kinds = {one.kind for one in report.items}
        assert not kinds & {ItemKind.REMOVE, ItemKind.SUSPEND, ItemKind.ADD}
        held = await made.services.intent.service(runs.device, runs.subscriber)
        assert held is not None
        assert held.plan == other.name
        assert not (await made.sync()).items
