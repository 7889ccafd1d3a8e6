"""Bulk runs over several real virtual units: canary, side by side, stopped, resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.domain.changes import Change
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import NotFound, Refused, UsageError
from positron_tui.services.actions import ActionEdit
from positron_tui.services.app import Services
from positron_tui.services.bulk import BulkProgress
from positron_tui.services.changes import Changes
from positron_tui.services.events import ChangeUpdated, Event
from positron_tui.services.prepared import OnProgress, PreparedChange
from positron_tui.simulator.server import SimServer
from tests.services.conftest import StartUnit, console, make_settings, onboard
from tests.services.operating import sim_subscriber

VLAN = 1_700


@dataclass(slots=True)
class Plant:
    """A console with some units called u0, u1, ..., and a service of each by its name."""

    services: Services
    units: dict[str, SimServer]

    def names(self, device: str) -> list[str]:
        return sorted(one.name for one in self.units[device].device.running.subscribers.values())

    async def edits(self, each: int, vlan: int = VLAN) -> list[ActionEdit]:
        """Return an edit of the VLAN for some services of every unit."""
        return [
            await self.services.actions.subscriber_edit(device, EditSubscriber(name, vlan=vlan))
            for device in self.units
            for name in self.names(device)[:each]
        ]

    def vlans(self, device: str) -> list[int]:
        return [sim_subscriber(self.units[device].device, name).vlan for name in self.names(device)]


@asynccontextmanager
async def plant_of(
    tmp_path: Path, start_unit: StartUnit, count: int, **overrides: object
) -> AsyncIterator[Plant]:
    async with AsyncExitStack() as stack:
        units = {f"u{number}": await start_unit(seed=20 + number) for number in range(count)}
        settings = make_settings(tmp_path, **overrides)
        services = await stack.enter_async_context(console(settings))
        for name, unit in units.items():
            await onboard(services, unit, name)
        yield Plant(services, units)


async def test_everything_is_verified_behind_a_canary_and_told(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 3) as plant:
        told: list[BulkProgress] = []
        report = await plant.services.bulk.run(
            await plant.edits(2), title="New VLAN", batch=4, on_progress=told.append
        )
        assert (report.state, report.title, report.actor) == (
            BulkState.FINISHED,
            "New VLAN",
            "anna",
        )
        assert report.sentence == "6 of 6 items are verified."
        assert {item.state for item in report.items} == {ItemState.DONE}
        assert all(plant.vlans(device)[:2] == [VLAN, VLAN] for device in plant.units)
        (group,) = report.groups
        assert (group.answer, len(group.items)) == ("verified and saved", 6)
        counts = [one.done for one in told]
        assert (counts[0], counts[-1], len(counts)) == (1, 6, 6)
        assert counts == sorted(counts)
        assert told[-1].eta_s == 0
        assert told[0].eta_s is not None
        assert told[0].eta_s > 0
        assert told[-1].devices == {"u0": (2, 2), "u1": (2, 2), "u2": (2, 2)}
        assert await plant.services.bulk.get(report.id) == report
        assert await plant.services.bulk.list() == (report,)
        for item in report.items:
            change = await plant.services.changes.get(int(item.change_id or 0))
            assert (change.device, change.subject) == (item.device, item.subject)


async def test_devices_are_changed_side_by_side_and_each_one_by_one(
    tmp_path: Path, start_unit: StartUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[str] = []
    most: list[int] = []
    execute = Changes.execute

    async def counted(
        self: Changes, prepared: PreparedChange, on_progress: OnProgress = lambda change: None
    ) -> Change:
        device = prepared.change.device
        assert device not in running
        running.append(device)
        most.append(len(running))
        try:
            return await execute(self, prepared, on_progress)
        finally:
            running.remove(device)

    monkeypatch.setattr(Changes, "execute", counted)
    async with plant_of(tmp_path, start_unit, 3) as plant:
        report = await plant.services.bulk.run(await plant.edits(3), canary=0)
        assert report.state is BulkState.FINISHED
        assert max(most) > 1
    most.clear()
    async with plant_of(tmp_path / "one", start_unit, 3, **{"bulk.concurrency": 1}) as plant:
        await plant.services.bulk.run(await plant.edits(2), canary=0)
        assert max(most) == 1


async def test_the_canary_stops_everything(tmp_path: Path, start_unit: StartUnit) -> None:
    async with plant_of(tmp_path, start_unit, 2) as plant:
        good = await plant.edits(2)
        bad = await plant.services.actions.subscriber_edit("u0", EditSubscriber("nobody", vlan=7))
        report = await plant.services.bulk.run([bad, *good])
        assert report.state is BulkState.STOPPED
        assert "Stopped at nobody on u0: u0 has no subscriber named nobody" in report.sentence
        assert f"'bulk resume {report.id}' goes on" in report.sentence
        states = [item.state for item in report.items]
        assert states == [ItemState.REFUSED, *[ItemState.PENDING] * 4]
        assert await plant.services.changes.list() == ()


async def test_it_stops_at_the_first_failure_and_goes_on_when_told(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 2) as plant:
        edits = [
            await plant.services.actions.subscriber_edit(
                device, EditSubscriber(name, allowed_vlans=(20, 21), vlan=VLAN)
            )
            for device in plant.units
            for name in plant.names(device)[:2]
        ]
        plant.units["u1"].device.allowed_vlan_limit = 1
        report = await plant.services.bulk.run(edits, batch=2)
        assert report.state is BulkState.STOPPED
        failed = [item for item in report.items if item.state is ItemState.FAILED]
        assert {item.device for item in failed} == {"u1"}
        assert len(failed) == 1
        assert ItemState.PENDING in {item.state for item in report.items}
        first = report.groups[0]
        assert first.state is ItemState.FAILED
        assert first.answer.startswith("reverted: ")
        assert plant.vlans("u1").count(VLAN) == 0
        done = [item for item in report.items if item.state is ItemState.DONE]
        plant.units["u1"].device.allowed_vlan_limit = 14
        told: list[BulkProgress] = []
        again = await plant.services.bulk.resume(report.id, on_progress=told.append)
        assert again.state is BulkState.FINISHED
        assert {item.state for item in again.items} == {ItemState.DONE}
        assert [again.items[item.position].change_id for item in done] == [
            item.change_id for item in done
        ]
        assert len(told) == 4 - len(done)
        assert plant.vlans("u1")[:2] == [VLAN, VLAN]


async def test_refused_items_are_grouped_and_do_not_stop_the_others(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 3) as plant:
        await plant.services.inventory.edit("u1", read_only=True)
        await plant.units["u2"].stop()
        report = await plant.services.bulk.run(await plant.edits(2))
        assert report.state is BulkState.FINISHED
        assert report.sentence == "2 of 6 items are verified, 4 were refused."
        answers = {group.answer: {item.device for item in group.items} for group in report.groups}
        (lifted,) = [answer for answer in answers if "--writable" in answer]
        assert answers[lifted] == {"u1"}
        assert {"u2"} in answers.values()
        assert answers["verified and saved"] == {"u0"}


async def test_cancelling_leaves_a_run_that_can_be_resumed(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 1) as plant:
        bulk = plant.services.bulk

        def cancel(progress: BulkProgress) -> None:
            bulk.cancel(progress.bulk_id)

        report = await bulk.run(await plant.edits(3), on_progress=cancel)
        assert report.state is BulkState.CANCELLED
        assert [item.state for item in report.items] == [
            ItemState.DONE,
            ItemState.PENDING,
            ItemState.PENDING,
        ]
        assert report.sentence.startswith("Cancelled. 1 of 3 items are verified")
        with pytest.raises(Refused, match="not running"):
            bulk.cancel(report.id)
        assert (await bulk.resume(report.id)).sentence == "3 of 3 items are verified."
        assert plant.vlans("u0")[:3] == [VLAN] * 3


async def test_a_caller_that_is_cancelled_lets_the_running_item_end(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 1) as plant:
        begun = asyncio.Event()

        def heard(event: Event) -> None:
            if isinstance(event, ChangeUpdated):
                begun.set()

        plant.services.events.subscribe(heard)
        work = asyncio.create_task(plant.services.bulk.run(await plant.edits(3)))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        (report,) = await plant.services.bulk.list()
        assert report.state is BulkState.CANCELLED
        assert [item.state for item in report.items].count(ItemState.DONE) == 1
        (change,) = await plant.services.changes.list()
        assert change.state.finished


async def crashed(plant: Plant, rows: Sequence[BulkItem], holder: str = "elsewhere:1:ben") -> int:
    """Leave a run in the store like a console that was killed."""
    run = BulkRun(
        id=0,
        title="left",
        actor="ben",
        holder=holder,
        canary=1,
        batch=50,
        started_at=plant.services.clock.now(),
    )
    return (await plant.services.store.bulk.create(run, rows)).id


async def test_what_a_crash_left_is_found_in_the_journal(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 1) as plant:
        services, before = plant.services, plant.services.clock.now()
        edits = await plant.edits(3)
        ran = await services.changes.execute(await services.changes.prepare(edits[0]))
        rows = [
            BulkItem(place, one.device, one.kind, one.subject, one.recipe)
            for place, one in enumerate(edits)
        ]
        rows[0] = replace(rows[0], state=ItemState.RUNNING, started_at=before)
        rows[1] = replace(rows[1], state=ItemState.RUNNING, started_at=services.clock.now())
        left = await crashed(plant, rows, holder=services.bulk._holder)
        report = await services.bulk.resume(left)
        assert report.sentence == "3 of 3 items are verified."
        assert report.items[0].change_id == ran.id
        assert len(await services.changes.list()) == 3
        assert plant.vlans("u0")[:3] == [VLAN] * 3


async def test_a_run_of_another_console_that_lives_is_left_alone(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    async with plant_of(tmp_path, start_unit, 1) as plant:
        (edit,) = await plant.edits(1)
        row = BulkItem(0, edit.device, edit.kind, edit.subject, edit.recipe)
        left = await crashed(plant, [row])
        with pytest.raises(Refused, match=r"being run by another console \(elsewhere:1:ben\)"):
            await plant.services.bulk.resume(left)


async def test_nothing_to_run_and_no_such_run(tmp_path: Path, start_unit: StartUnit) -> None:
    async with plant_of(tmp_path, start_unit, 1) as plant:
        with pytest.raises(UsageError, match="mark some rows"):
            await plant.services.bulk.run([])
        with pytest.raises(NotFound, match="no bulk run 7"):
            await plant.services.bulk.resume(7)
