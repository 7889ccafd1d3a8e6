"""The journal, drift, plans, waiting endpoints and CSV, against simulated units that answer."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

from positron_tui.domain.changes import ChangeState
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.plans import Plan
from positron_tui.services.prepared import DeviceEdit
from positron_tui.simulator.config import SimSubscriber
from tests.tui.conftest import Plant
from tests.tui.driver import Console, console

NAME = "Birch 12 apt 2"
DONE = "verified on the device and saved"


def running(plant: Plant, name: str = NAME) -> SimSubscriber:
    return next(one for one in plant.units[0].running.subscribers.values() if one.name == name)


def device(plant: Plant) -> str:
    return plant.services.fleet.names()[0]


def behind_our_back(plant: Plant, vlan: int) -> None:
    """Somebody changes a service on the unit's own command line, and does not save it."""
    plant.units[0].set_subscriber(replace(running(plant), vlan=vlan))


async def change_vlan(plant: Plant, vlan: int) -> int:
    edit = DeviceEdit.of(device(plant), EditSubscriber(NAME, vlan=vlan))
    changes = plant.services.changes
    return (await changes.execute(await changes.prepare(edit))).id


async def confirm(screen: Console) -> None:
    await screen.sees("Nothing was sent yet")
    await screen.press("ctrl+r")
    await screen.sees(DONE)


async def drift_after(screen: Console, plant: Plant, vlan: int) -> None:
    """Adopt the unit, change it behind our back, and compare again."""
    await plant.services.intent.adopt(device(plant))
    behind_our_back(plant, vlan)
    await screen.go_to("drift")
    await screen.sees("Nothing differs")
    await screen.press("r")
    await screen.sees(f"subscriber {NAME}", "VLAN", str(vlan), "1 field on 1 device")


async def test_a_change_is_found_in_the_journal_and_undone(plant: Plant) -> None:
    before = running(plant).vlan
    number = await change_vlan(plant, 345)
    async with console(plant.app()) as screen:
        await screen.go_to("changes")
        await screen.sees(f"edit subscriber {NAME}", "✓ done", "tester", "yes")
        await screen.press("enter")
        await screen.sees(f"Change {number}", "1 accepted", "vid 345", f"{before} -> 345")
        await screen.sees("over command line", "Asked for by")
        await screen.press("u")
        await screen.sees("Nothing was sent yet", f"345 -> {before}", f"takes change {number} back")
        assert running(plant).vlan == 345
        await confirm(screen)
        assert running(plant).vlan == before
        await screen.press("escape", "escape")
        await screen.sees(f"undo {number}: {NAME}")
        await screen.press("down", "u")
        await screen.is_told("already undone")


async def test_what_was_changed_since_cannot_be_undone_and_says_why(plant: Plant) -> None:
    number = await change_vlan(plant, 345)
    behind_our_back(plant, 399)
    async with console(plant.app()) as screen:
        await screen.go_to(f"change {number}")
        await screen.sees("vid 345")
        await screen.press("u")
        await screen.is_told("cannot be undone", "changed since")
    assert running(plant).vlan == 399


async def test_the_journal_follows_a_change_and_the_filter_narrows_it(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to("changes")
        await screen.sees("Nothing was changed yet")
        await change_vlan(plant, 345)
        await screen.sees("✓ done")
        await screen.press("slash")
        await screen.type("state:failed")
        await screen.press("enter")
        await screen.sees("0 of 1")


async def test_a_change_that_a_crash_left_is_counted_and_settled(plant: Plant) -> None:
    edit = DeviceEdit.of(device(plant), EditSubscriber(NAME, vlan=345))
    prepared = await plant.services.changes.prepare(edit)
    kept = await plant.services.store.journal.create(
        prepared.change, prepared.basis, prepared.wanted
    )
    journal = plant.services.store.journal
    await journal.set_state(kept, ChangeState.APPLYING)
    async with console(plant.app()) as screen:
        await screen.sees("1 change under way")
        await screen.press("c")
        await screen.sees("sending")
        await screen.press("u")
        await screen.is_told("how it ended is not known")
        await screen.press("S")
        await screen.is_told("stopped before it sent anything")
        await screen.sees_no_more("1 change under way")
    assert (await journal.get(kept)).state.finished


async def test_drift_is_put_right_on_the_device(plant: Plant) -> None:
    before = running(plant).vlan
    async with console(plant.app()) as screen:
        await drift_after(screen, plant, 377)
        await screen.press("f")
        await screen.sees(f"377 -> {before}")
        await confirm(screen)
        await screen.press("escape")
        await screen.sees("Nothing differs")
    assert running(plant).vlan == before


async def test_drift_is_taken_over_after_a_question(plant: Plant) -> None:
    before = running(plant).vlan
    async with console(plant.app()) as screen:
        await drift_after(screen, plant, 377)
        await screen.press("t")
        await screen.sees("Intend 1 field as they run?", f"{before} -> 377")
        await screen.press("n")
        await screen.sees(f"subscriber {NAME}")
        await screen.press("t", "y")
        await screen.is_told("the intent follows")
        # What runs is intended now, and a restart would still bring the old one.
        await screen.sees("377 ", str(before))
    intended = await plant.services.intent.intended(device(plant))
    found = intended.subscriber_by_name(NAME)
    assert found is not None
    assert found.vlan == 377
    assert running(plant).vlan == 377


async def test_marked_lines_of_two_services_become_one_change(plant: Plant) -> None:
    other = next(
        one for one in plant.units[0].running.subscribers.values() if one.name != NAME and one.vlan
    )
    kept = (running(plant).vlan, other.vlan)
    async with console(plant.app()) as screen:
        plant.units[0].save()
        await drift_after(screen, plant, 377)
        plant.units[0].set_subscriber(replace(other, vlan=378))
        await screen.press("r")
        await screen.sees("2 fields on 1 device", "378")
        await screen.press("asterisk")
        await screen.sees("2 marked")
        await screen.press("f")
        await screen.sees("marked", "this field")
        await screen.press("enter")
        await confirm(screen)
    assert (running(plant).vlan, running(plant, other.name).vlan) == kept


async def test_a_device_is_adopted_with_a_report(plant: Plant) -> None:
    text = plant.units[0].running_text()
    async with console(plant.app()) as screen:
        await screen.go_to(f"drift {device(plant)}")
        await screen.sees("1 device not adopted", "nothing is intended yet", "Nothing on")
        await screen.press("A")
        await screen.sees(f"Adopt {device(plant)}?")
        await screen.press("y")
        await screen.sees("is intended from now on", "subscriber", "endpoint")
        await screen.press("escape")
        await screen.sees("Nothing differs")
        await screen.press("A")
        await screen.press("y")
        await screen.sees("was intended already")
    assert plant.units[0].running_text() == text


async def test_unsaved_changes_are_flagged_on_the_device(plant: Plant) -> None:
    behind_our_back(plant, 377)
    await plant.services.intent.drift(device(plant))
    async with console(plant.app(), (120, 36)) as screen:
        await screen.go_to(f"gam {device(plant)}")
        await screen.sees("1 field unsaved")


async def test_a_key_makes_a_device_read_only_and_writable_again(plant: Plant) -> None:
    name = device(plant)
    async with console(plant.app(), (120, 36)) as screen:
        await screen.go_to(f"gam {name}")
        await screen.press("W")
        await screen.sees(f"Make {name} read-only?")
        await screen.press("y")
        await screen.sees(f"{name}   read-only  ")
        assert plant.services.fleet.get(name).device.read_only
        await screen.go_to(f"sub {NAME}")
        await screen.press("E")
        await screen.fill("vlan", "333")
        await screen.press("ctrl+s")
        await screen.sees("Nothing was sent yet", "refused until W lifts that")
        await screen.press("ctrl+r")
        await screen.sees("Refused", "press W here")
        await screen.press("W")
        await screen.sees(f"Let {name} be changed?")
        await screen.press("y")
        await screen.sees_no_more("read-only")
        assert not plant.services.fleet.get(name).device.read_only
        await screen.sees("Nothing was sent yet")
        await screen.press("ctrl+r")
        await screen.sees("Done: verified on the device and saved")
    assert running(plant, NAME).vlan == 333


async def test_a_plan_is_made_and_pushed(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to("plans")
        await screen.press("n")
        await screen.sees("New plan")
        await screen.fill("name", "Silver 90")
        await screen.fill("down_mbps", "ninety")
        await screen.fill("up_mbps", "30")
        await screen.press("ctrl+s")
        await screen.sees("whole number of Mbit/s")
        await screen.fill("down_mbps", "90")
        await screen.press("ctrl+s")
        await screen.sees("Silver 90", "96/32")
        await screen.press("enter")
        await screen.sees("Plan Silver 90", "absent")
        await screen.press("P")
        await confirm(screen)
        await screen.press("escape")
        await screen.sees("present", "96/32 Mbit/s")
    profiles = plant.units[0].running.profiles.values()
    assert any(one.name == "Silver 90" for one in profiles)


async def test_a_plan_that_changed_differs_and_goes_with_a_question(plant: Plant) -> None:
    services = plant.services
    await services.plans.add(Plan("Silver 90", 90, 30))
    edit = await services.actions.plan_push(device(plant), "Silver 90")
    await services.changes.execute(await services.changes.prepare(edit))
    async with console(plant.app()) as screen:
        await screen.go_to("plans")
        await screen.sees("Silver 90")
        await screen.press("slash")
        await screen.type("silver")
        await screen.press("enter", "enter")
        await screen.sees("present")
        await screen.press("E")
        await screen.fill("name", "Gold 95")
        await screen.fill("down_mbps", "95")
        await screen.press("ctrl+s")
        await screen.sees("Plan Gold 95", "sold 95/30")
        await screen.press("X")
        await screen.sees("Remove the plan Gold 95?")
        await screen.press("y")
        await screen.sees("Plans  ")
        await screen.press("z")
        await screen.sees("Silver 90", "in no plan", "yes")
        await screen.press("slash")
        await screen.type("silver")
        await screen.press("enter", "X")
        await confirm(screen)
    assert all(one.name != "Silver 90" for one in plant.units[0].running.profiles.values())


async def test_a_waiting_endpoint_opens_the_editor_filled_in(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    unknown = next(
        one for one in view.snapshot.endpoints if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
    )
    async with console(plant.app(), (120, 36)) as screen:
        await screen.go_to("waiting")
        await screen.sees("Waiting endpoints", unknown.mac, "Waits since", "unknown MAC")
        await screen.press("slash")
        await screen.type(unknown.mac)
        await screen.press("enter", "a")
        await screen.sees("New subscriber", unknown.mac)
        await screen.fill("name", "smith")
        await screen.press("ctrl+s")
        await confirm(screen)
        await screen.press("escape")
        await screen.sees("Nothing fits the filter")
    assert running(plant, "smith").vlan


async def test_an_import_tells_every_bad_line_and_then_runs(plant: Plant) -> None:
    name = device(plant)
    path = plant.folder / "new.csv"
    path.write_text(f"device,name,vlan\n{name},{NAME},9999\nnowhere,x,77\n{name},{NAME},1\n")
    async with console(plant.app(), (120, 36)) as screen:
        await screen.press("b", "I")
        await screen.sees("Import subscribers")
        await screen.type(str(path))
        await screen.press("enter")
        await screen.sees("Nothing is imported", "line 2", "line 3", "line 4")
        assert "ctrl+r go on" not in screen.text()
        path.write_text(f"device,name,vlan\n{name},{NAME},355\n")
        await screen.press("c")
        await screen.sees("Every line is good", "1 subscriber")
        await screen.press("ctrl+r")
        await screen.sees("Import 1")
        await screen.press("ctrl+r")
        await screen.sees("done: 1")
        await screen.sees_no_more("under way")
    assert running(plant).vlan == 355


async def test_what_is_exported_can_be_imported_and_is_nothing_new(plant: Plant) -> None:
    async with console(plant.app(), (120, 36)) as screen:
        await screen.press("b", "F")
        await screen.is_told("all fields are in")
        (path,) = plant.folder.glob("all-subscribers-*.csv")
        with path.open(newline="") as file:
            names = {row["name"] for row in csv.DictReader(file)}
        assert NAME in names
        await screen.press("I")
        await screen.type(str(path))
        await screen.press("enter")
        await screen.sees("there is nothing to do", f"As they are   {len(names)} subscribers")


async def test_a_file_that_is_not_there_is_said(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.press("b", "I")
        await screen.type(str(Path(os.sep, "nowhere", "x.csv")))
        await screen.press("enter")
        await screen.sees("cannot be read", "write another")
