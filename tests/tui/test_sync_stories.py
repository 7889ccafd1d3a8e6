"""Billing in the console, against stand-ins over HTTP and simulated units that really answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.sync_runs import Trigger
from positron_tui.simulator.billing.book import BookPlan, Standing
from positron_tui.tui.app import ConsoleApp
from tests.services.sync.world import GARDEN, World, world
from tests.tui.conftest import Still
from tests.tui.driver import Console, console


@pytest.fixture
async def isp(tmp_path: Path) -> AsyncIterator[World]:
    """A unit that was adopted, and a Splynx whose accounts bought what runs there; linked."""
    async with world(tmp_path, BillingKind.SPLYNX) as made:
        await made.sync()
        yield made


def app(isp: World, folder: Path) -> ConsoleApp:
    return ConsoleApp(
        isp.services.settings, services=isp.services, start_monitor=False, export_folder=folder
    )


def vlan(isp: World, place: int) -> int:
    running = isp.units[0].device.running.subscribers.values()
    return next(one.vlan for one in running if one.name == isp.runs[place].subscriber)


def plans_beside(isp: World, place: int) -> list[BookPlan]:
    sold = isp.runs[place].plan
    return [one for one in isp.book.plans.values() if one.name not in (sold, "Unlimited")]


async def compare_all(screen: Console) -> None:
    await screen.go_to("sync")
    await screen.sees("isp", "splynx, all read")
    await screen.press("n")
    await screen.sees("Compare with isp")
    await screen.press("enter")


async def test_the_noc_looks_why_a_customer_is_off(isp: World, tmp_path: Path) -> None:
    name, account = isp.runs[0].subscriber, isp.account_of(0)
    isp.book.set_status(int(account), Standing.SUSPENDED)
    async with console(app(isp, tmp_path), (120, 36)) as screen:
        await compare_all(screen)
        await screen.sees("Nothing was sent yet", "suspend", "active -> suspended", name)
        await screen.press("v")
        await screen.sees(f"vid {GARDEN}", "This is what would be sent now")
        assert vlan(isp, 0) != GARDEN
        await screen.press("escape", "ctrl+r")
        await screen.sees("✓ done", "1 done")
        assert vlan(isp, 0) == GARDEN
        await screen.press("enter")
        await screen.sees("Change 1", f"vid {GARDEN}", "Asked for by")
        await screen.press("escape")
        await screen.sees("Sync run 2")
        await screen.press("i")
        await screen.sees(f"isp: account {account}", "account blocked", "Billing", "Intended")
        await screen.sees("suspended", "✓ done: suspend", "Agreed on", "None.")


async def test_two_sides_changed_the_plan_and_a_person_takes_billings(
    isp: World, tmp_path: Path
) -> None:
    runs = isp.runs[0]
    theirs, ours = plans_beside(isp, 0)[:2]
    isp.book.set_plan(isp.sold[0].service_id, theirs.plan_id)
    edit = EditSubscriber(runs.subscriber, plan=ours.name)
    made = await isp.services.actions.subscriber_edit(runs.device, edit)
    await isp.services.changes.execute(await isp.services.changes.prepare(made))
    await isp.sync()
    async with console(app(isp, tmp_path), (120, 36)) as screen:
        await screen.sees("1 conflict")
        await screen.press("C")
        await screen.sees(runs.subscriber, theirs.name, ours.name, f"agreed on {runs.plan}")
        await screen.press("B")
        await screen.sees("Nothing was sent yet", f"{ours.name} -> {theirs.name}", "Billing")
        await screen.press("v")
        await screen.sees("This is what would be sent now")
        await screen.press("escape", "ctrl+r")
        await screen.sees("1 of 1 conflict settled", "change")
        await screen.press("escape")
        await screen.sees("No conflict waits for you")
        await screen.sees_no_more("1 conflict ")
        await screen.press("a")
        await screen.sees("took billing", "Settled", "by anna")
        await screen.press("B")
        await screen.is_told("settled already")
    held = await isp.services.intent.service(runs.device, runs.subscriber)
    assert held is not None
    assert held.plan == theirs.name


async def test_past_the_guard_a_person_types_the_number(isp: World, tmp_path: Path) -> None:
    for place in range(2):
        isp.book.set_status(int(isp.account_of(place)), Standing.SUSPENDED)
    async with console(app(isp, tmp_path)) as screen:
        await compare_all(screen)
        await screen.sees("2 of 4 services", "more than")
        await screen.press("ctrl+r")
        await screen.sees("Cut off 2 services?")
        await screen.type("3")
        await screen.press("enter")
        await screen.is_told("That was not 2; nothing was sent")
        assert vlan(isp, 0) != GARDEN
        await screen.press("ctrl+r")
        await screen.type("2")
        await screen.press("enter")
        await screen.sees("2 done")
    assert (vlan(isp, 0), vlan(isp, 1)) == (GARDEN, GARDEN)


async def test_a_run_is_said_no_to_and_a_dry_run_keeps_nothing(isp: World, tmp_path: Path) -> None:
    isp.book.set_status(int(isp.account_of(0)), Standing.SUSPENDED)
    async with console(app(isp, tmp_path), (120, 36)) as screen:
        await compare_all(screen)
        await screen.sees("Nothing was sent yet")
        await screen.press("escape")
        await screen.sees("1 sync waits", "▲ waits", "1 suspend", "a person", "1 run waits")
        await screen.press("X")
        await screen.sees("Say no to run 2?")
        await screen.press("y")
        await screen.sees("ended early", "Said no to; nothing was changed")
        await screen.sees_no_more("1 sync waits")
        await screen.press("X")
        await screen.is_told("a run that waits")
        await screen.press("d")
        await screen.type(isp.account_of(0))
        await screen.press("enter")
        await screen.sees("A dry run: this is what would be done", "proposed")
        await screen.press("ctrl+r")
        await screen.is_told("Only a run that waits")
        await screen.press("escape", "slash")
        await screen.type(f"kind:suspend account:{isp.account_of(0)}")
        await screen.press("enter")
        await screen.sees("1 of 3 runs")
    assert vlan(isp, 0) != GARDEN


async def test_a_run_of_which_all_was_done_by_another_waits_no_more(
    isp: World, tmp_path: Path
) -> None:
    account = isp.account_of(0)
    isp.book.set_status(int(account), Standing.SUSPENDED)
    await isp.services.sync.prepare("isp", trigger=Trigger.SCHEDULE)
    async with console(app(isp, tmp_path)) as screen:
        await screen.sees("1 sync waits")
        await isp.sync(account)
        await screen.sees_no_more("1 sync waits")
        await screen.go_to("sync 2")
        await screen.sees("Run 3 did all of it")


async def test_what_failed_is_tried_again(isp: World, tmp_path: Path) -> None:
    isp.book.set_status(int(isp.account_of(0)), Standing.SUSPENDED)
    await isp.services.inventory.edit(isp.runs[0].device, read_only=True)
    async with console(app(isp, tmp_path), (120, 36)) as screen:
        await compare_all(screen)
        await screen.press("ctrl+r")
        await screen.sees("refused", "read-only", "Press T to compare their accounts again")
        await screen.press("escape")
        await screen.sees("▲ 1 not done")
        await screen.press("enter")
        await screen.sees("Press T to compare")
        await isp.services.inventory.edit(isp.runs[0].device, read_only=False)
        await screen.press("slash")
        await screen.type("outcome:failed")
        await screen.press("enter")
        await screen.sees("Nothing fits the filter")
        await screen.press("escape", "t")
        await screen.sees("Sync run 3", "Nothing was sent yet")
        await screen.press("ctrl+r")
        await screen.sees("✓ done")
    assert vlan(isp, 0) == GARDEN


async def test_an_endpoint_that_billing_knows_is_served_from_the_list(
    isp: World, tmp_path: Path
) -> None:
    unknown = EndpointState.QUARANTINED_UNKNOWN_MAC
    waiting = next(one for one in isp.services.unprovisioned.rows() if one.state is unknown)
    plan = next(iter(isp.book.plans.values()))
    account = isp.book.add_account("Ana Alder", "active")
    isp.book.add_service(account.account_id, plan.plan_id, waiting.mac)
    await isp.services.sync.prepare("isp", dry_run=True)
    async with console(app(isp, tmp_path), (120, 36)) as screen:
        await screen.press("N")
        await screen.sees("In billing", "Ana Alder")
        await screen.press("end")
        await screen.sees("Press P to plan")
        await screen.press("i")
        await screen.sees("billing knows it", "Ana Alder", plan.name)
        await screen.press("escape", "P")
        await screen.sees("new service", "Ana Alder", "Nothing was sent yet")
        await screen.press("ctrl+r")
        await screen.sees("✓ done")
    served = isp.units[0].device.running.subscribers.values()
    assert "Ana Alder" in {one.name for one in served}


async def test_an_endpoint_that_nobody_knows_is_served_by_hand(isp: World, tmp_path: Path) -> None:
    unknown = EndpointState.QUARANTINED_UNKNOWN_MAC
    waiting = next(one for one in isp.services.unprovisioned.rows() if one.state is unknown)
    async with console(app(isp, tmp_path)) as screen:
        await screen.go_to(f"ep {waiting.mac}")
        await screen.press("i")
        await screen.sees("no service in billing names", "press a to put a subscriber")
        await screen.press("a")
        await screen.sees("New subscriber", waiting.mac)


async def test_without_a_billing_system_it_says_how_to_add_one(empty: Still) -> None:
    async with console(empty.app()) as screen:
        await screen.press("Y")
        await screen.sees("There is no billing system yet", "positron-tui billing add splynx")
        await screen.press("n")
        await screen.is_told("no billing system yet")
        await screen.go_to("conflicts")
        await screen.sees("There was no conflict yet")
        await screen.go_to("hooks")
        await screen.sees("No hook was received yet")
