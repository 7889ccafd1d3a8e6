"""What is read: all of it, as it is, or an error; never a part of it."""

from __future__ import annotations

import asyncio

import pytest

from positron_tui.billing.contract import BillingAdapter
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import (
    BillingBusy,
    BillingError,
    BillingLoginRefused,
    BillingUnreachable,
)
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import Standing
from tests.billing.contract.systems import System


async def everything(adapter: BillingAdapter, resume: str | None = None) -> list[BillingService]:
    return [one async for page in adapter.pages(resume) for one in page.services]


def ids(services: list[BillingService]) -> list[int]:
    return sorted(int(one.service_id) for one in services)


async def test_every_service_comes_once_with_its_account_and_plan(system: System) -> None:
    found = await everything(system.adapter())
    assert ids(found) == sorted(system.book.services)
    for one in found:
        sold = system.book.service(int(one.service_id))
        account = system.book.account(sold.account_id)
        plan = system.book.plan(sold.plan_id)
        assert one.account_id == str(account.account_id)
        assert one.account_name == account.name
        assert one.account_status == system.status(account.status)
        assert one.service_status == (sold.status if system.service_statuses else "")
        assert one.plan is not None
        assert (one.plan.name, one.plan.down_kbps, one.plan.up_kbps) == (
            plan.name,
            plan.down_kbps,
            plan.up_kbps,
        )


async def test_accounts_with_two_services_are_there(system: System) -> None:
    found = await everything(system.adapter())
    accounts = [one.account_id for one in found]
    assert len(accounts) > len(set(accounts))


async def test_a_mac_is_told_in_whatever_spelling_and_an_empty_one_as_empty(
    system: System,
) -> None:
    seen_empty = False
    for one in await everything(system.adapter()):
        typed = system.book.service(int(one.service_id)).mac
        if not typed:
            seen_empty = True
            assert one.fields.get(system.mac_field, "") == ""
        elif len(typed) <= 17 and "/" not in typed:
            assert parse_mac(one.fields[system.mac_field]) == parse_mac(typed)
    assert seen_empty


async def test_reading_goes_on_where_it_was_broken_off(system: System) -> None:
    adapter = system.adapter()
    pages = adapter.pages()
    first = await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    assert first.services
    rest = await everything(system.adapter(), first.resume)
    assert ids([*first.services, *rest]) == sorted(system.book.services)


async def test_progress_rises_to_the_total(system: System) -> None:
    pages = [page async for page in system.adapter().pages()]
    done = [page.done for page in pages]
    assert done == sorted(done)
    assert pages[-1].total == done[-1]
    assert len(pages) > 1


async def test_what_is_added_while_reading_does_no_harm(system: System) -> None:
    before = sorted(system.book.services)
    found: list[BillingService] = []
    async for page in system.adapter().pages():
        if not found:
            late = system.book.add_account("Late Arrival")
            system.book.add_service(late.account_id, 1, "00:0e:d8:aa:aa:aa")
        found.extend(page.services)
    assert set(before) <= set(ids(found))


async def test_what_is_deleted_while_reading_does_no_harm(system: System) -> None:
    found: list[BillingService] = []
    async for page in system.adapter().pages():
        if not found:
            system.book.delete_account(max(system.book.accounts))
            system.book.delete_account(1)
        found.extend(page.services)
    assert set(system.book.services) <= set(ids(found))


async def test_one_account_is_read_as_it_is_now(system: System) -> None:
    adapter = system.adapter()
    account = next(n for n in system.book.accounts if len(system.book.services_of(n)) == 2)
    assert len(await adapter.account(str(account)) or ()) == 2
    system.book.set_status(account, Standing.SUSPENDED)
    system.book.set_plan(system.book.services_of(account)[0].service_id, 5)
    found = await adapter.account(str(account))
    assert found is not None
    assert {one.account_status for one in found} == {system.status(Standing.SUSPENDED)}
    plans = [one.plan.name for one in found if one.plan]
    assert plans[0] == system.book.plan(5).name


async def test_a_new_plan_is_known_at_once(system: System) -> None:
    adapter = system.adapter()
    await everything(adapter)
    plan = system.book.add_plan("Home 750", 750_000, 100_000)
    (service, *_) = system.book.services_of(2)
    system.book.set_plan(service.service_id, plan.plan_id)
    found = await adapter.account("2")
    assert found is not None
    assert found[0].plan is not None
    assert found[0].plan.down_kbps == 750_000


async def test_an_account_without_services_is_there(system: System) -> None:
    account = system.book.add_account("Nothing Bought")
    assert await system.adapter().account(str(account.account_id)) == ()


async def test_a_deleted_account_is_none(system: System) -> None:
    system.book.delete_account(4)
    assert await system.adapter().account("4") is None


async def test_plans_statuses_and_fields_are_told(system: System) -> None:
    adapter = system.adapter()
    plans = {plan.name: plan for plan in await adapter.plans()}
    assert plans["Business 500/250"].up_kbps == 250_000
    statuses = await adapter.statuses()
    names = {one.name for one in statuses if one.level == "account"}
    assert {system.status(standing) for standing in Standing} <= names
    fields = {one.name: one for one in await adapter.fields()}
    assert fields[system.mac_field].why_read_only is None
    assert fields[system.vlan_field].why_read_only is None
    assert fields[system.read_only].why_read_only


async def test_a_check_tells_how_many_services_there_are(system: System) -> None:
    check = await system.adapter().check()
    assert check.services == len(system.book.services)
    assert check.problems == ()
    assert check.identity


async def test_wrong_secrets_are_told_as_such(system: System) -> None:
    with pytest.raises(BillingLoginRefused):
        await system.adapter(wrong_secrets=True).check()


async def test_several_tasks_may_use_it_at_once(system: System) -> None:
    adapter = system.adapter(max_in_flight=3)
    numbers = [number for number in system.book.accounts][:12]
    found = await asyncio.gather(*(adapter.account(str(number)) for number in numbers))
    assert [len(one or ()) for one in found] == [
        len(system.book.services_of(number)) for number in numbers
    ]


async def test_changes_are_told_by_account(system: System) -> None:
    adapter = system.adapter()
    first = await adapter.changed(None)
    assert first.account_ids == ()
    system.clock.advance(60)
    system.book.set_status(3, Standing.SUSPENDED)
    system.book.set_status(5, Standing.CANCELLED)
    changed = await adapter.changed(first.cursor)
    assert set(changed.account_ids) == {"3", "5"}
    system.clock.advance(60)
    system.book.set_status(7, Standing.SUSPENDED)
    assert "7" in (await adapter.changed(changed.cursor)).account_ids


ALWAYS = {
    "error-401": (BillingLoginRefused,),
    "error-403": (BillingLoginRefused,),
    "error-429": (BillingBusy,),
    "error-500": (BillingError,),
    "error-503": (BillingUnreachable,),
    "html": (BillingError,),
    "garbage": (BillingError,),
    "cut-body": (BillingUnreachable,),
    "half-page": (BillingError,),
    "hang": (BillingUnreachable,),
}


@pytest.mark.parametrize("fault", ALWAYS)
async def test_a_fault_that_stays_is_an_error_and_no_list(system: System, fault: str) -> None:
    system.faults.set(fault)
    adapter = system.adapter(read_timeout_s=0.05, connect_timeout_s=0.05)
    with pytest.raises(ALWAYS[fault]) as caught:
        await everything(adapter)
    assert str(caught.value).endswith((".", ")"))
    assert "<" not in str(caught.value)


@pytest.mark.parametrize("fault", ALWAYS)
async def test_a_fault_that_stays_makes_no_account_disappear(system: System, fault: str) -> None:
    system.faults.set(fault)
    adapter = system.adapter(read_timeout_s=0.05, connect_timeout_s=0.05)
    with pytest.raises(BillingError):
        await adapter.account("4")


@pytest.mark.parametrize("fault", ALWAYS)
async def test_a_fault_in_the_middle_never_leaves_half_a_list(system: System, fault: str) -> None:
    adapter = system.adapter(read_timeout_s=0.2, connect_timeout_s=0.2)
    await adapter.plans()
    found: list[BillingService] = []
    try:
        async for page in adapter.pages():
            if not found:
                system.faults.set(f"{fault}=2x")
            found.extend(page.services)
    except BillingError:
        return
    assert ids(found) == sorted(system.book.services)


@pytest.mark.parametrize("fault", ["error-429", "error-503", "cut-body", "hang"])
async def test_a_short_fault_is_waited_out(system: System, fault: str) -> None:
    adapter = system.adapter(read_timeout_s=0.2, connect_timeout_s=0.2)
    system.faults.set(f"{fault}=1x")
    assert ids(await everything(adapter)) == sorted(system.book.services)
    assert system.faults.struck[fault] == 1


async def test_nobody_listening_is_told_as_such(system: System) -> None:
    adapter = system.adapter()
    await system.stop()
    with pytest.raises(BillingUnreachable):
        await adapter.check()
