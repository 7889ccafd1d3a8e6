"""What people do to services, endpoints and ports, against simulated units that really answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.services.views import DeviceView
from positron_tui.simulator.config import SimSubscriber
from positron_tui.tui.widgets.form import ChoiceField, FormRow
from tests.tui.conftest import WALLED_GARDEN, Plant
from tests.tui.driver import Console, console

NAME = "Birch 12 apt 2"
DONE = "verified on the device and saved"


def running(plant: Plant, name: str = NAME, unit: int = 0) -> SimSubscriber:
    found = [one for one in plant.units[unit].running.subscribers.values() if one.name == name]
    assert len(found) == 1
    return found[0]


def new_box(view: DeviceView) -> Endpoint:
    return next(
        one for one in view.snapshot.endpoints if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
    )


async def confirm(screen: Console) -> None:
    await screen.sees("Nothing was sent yet")
    await screen.press("ctrl+r")
    await screen.sees(DONE)


async def test_a_vlan_is_edited_and_the_edit_is_taken_back(plant: Plant) -> None:
    before = running(plant).vlan
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("E")
        await screen.sees(f"edit {NAME}", "m moves it, w swaps")
        await screen.fill("vlan", "333")
        await screen.press("ctrl+s")
        await screen.sees("Nothing was sent yet", f"{before} -> 333")
        await screen.press("ctrl+r")
        await screen.sees(DONE, "Press u to take it back")
        assert running(plant).vlan == 333
        await screen.press("u")
        await screen.sees("Nothing was sent yet", f"333 -> {before}", "takes change")
        await screen.press("ctrl+r")
        await screen.sees(DONE)
        await screen.press("escape")
        await screen.sees(f"VLAN          {before}")
    assert running(plant).vlan == before


async def test_an_edit_of_nothing_is_not_sent(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("E")
        await screen.sees(f"edit {NAME}")
        await screen.press("ctrl+s")
        await screen.is_told("Nothing was changed here")


async def test_a_service_is_suspended_and_resumed(plant: Plant) -> None:
    before = running(plant)
    vlan, profile = before.vlan, before.profile_id
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("S")
        await screen.sees(f"-> {WALLED_GARDEN}")
        await confirm(screen)
        assert running(plant).vlan == WALLED_GARDEN
        await screen.press("escape", "E")
        await screen.sees("is suspended")
        await screen.press("escape", "R")
        await screen.sees(f"{WALLED_GARDEN} -> {vlan}")
        await confirm(screen)
    assert (running(plant).vlan, running(plant).profile_id) == (vlan, profile)


async def test_a_box_is_swapped_for_a_new_one(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    new = new_box(view)
    old = next(one for one in view.snapshot.subscribers if one.name == NAME).endpoint_mac
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("w")
        await screen.sees(f"Swap the endpoint of {NAME}", new.mac)
        await screen.type(new.mac[-5:])
        await screen.press("enter")
        await screen.sees(f"{old} -> {new.mac}")
        await confirm(screen)
        await screen.press("escape")
        await screen.sees(new.mac)
    macs = {one.mac for one in plant.units[0].running.endpoints.values()}
    assert new.mac in macs
    assert old not in macs


async def test_a_service_moves_to_another_endpoint_of_its_device(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    new = new_box(view)
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("m")
        await screen.sees(f"Move {NAME} to")
        await screen.type(new.mac[-5:])
        await screen.press("enter")
        await confirm(screen)
    endpoint = plant.units[0].running.endpoints[running(plant).endpoint_id]
    assert endpoint.mac == new.mac


async def test_a_service_moves_to_another_device_in_two_plans(two: Plant) -> None:
    other = two.services.fleet.get("gam-02")
    new = new_box(other)
    name = next(
        one.name
        for one in two.services.fleet.get("gam-01").snapshot.subscribers
        if other.subscriber_by_name(one.name) is None
    )
    async with console(two.app()) as screen:
        await screen.go_to(f"sub {name}")
        await screen.press("m")
        await screen.sees(f"Move {name} to")
        await screen.type(f"gam-02 {new.mac[-5:]}")
        await screen.press("enter")
        await screen.sees("gam-02  move subscriber", "1 of 2")
        await confirm(screen)
        await screen.sees("Esc goes on with the plan for gam-01")
        assert running(two, name, 1).vlan == running(two, name, 0).vlan
        await screen.press("escape")
        await screen.sees("gam-01  move subscriber", "2 of 2", "no ghn subscriber")
        await confirm(screen)
    assert name not in {one.name for one in two.units[0].running.subscribers.values()}


@pytest.mark.parametrize("both", [False, True])
async def test_a_service_is_removed_with_or_without_its_endpoint(plant: Plant, both: bool) -> None:
    mac = plant.units[0].running.endpoints[running(plant).endpoint_id].mac
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("X")
        await screen.sees("What is to be removed?")
        await screen.press(*(["down"] if both else []), "enter")
        await confirm(screen)
    unit = plant.units[0].running
    assert NAME not in {one.name for one in unit.subscribers.values()}
    assert (mac in {one.mac for one in unit.endpoints.values()}) is not both


async def test_an_endpoint_is_configured_renamed_and_removed(plant: Plant) -> None:
    new = new_box(plant.services.fleet.devices()[0])
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {new.mac}")
        await screen.press("E")
        await screen.sees("New endpoint on")
        await screen.fill("name", "shelf")
        await screen.press("ctrl+s")
        await confirm(screen)
        await screen.press("escape", "E")
        await screen.sees(f"edit endpoint {new.mac}")
        await screen.fill("name", "shelf 2")
        await screen.press("ctrl+s")
        await screen.sees("shelf -> shelf 2")
        await confirm(screen)
        names = {one.mac: one.name for one in plant.units[0].running.endpoints.values()}
        assert names[new.mac] == "shelf 2"
        await screen.press("escape", "X")
        await confirm(screen)
    assert new.mac not in {one.mac for one in plant.units[0].running.endpoints.values()}


async def test_a_port_is_named_and_switched_off(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to("port gam-01/2")
        await screen.press("E")
        await screen.sees("A coax port has no choice of mode.")
        await screen.fill("name", "Riser C")
        await screen.press("ctrl+s")
        await confirm(screen)
        await screen.press("escape", "d")
        await screen.sees("Nothing was sent yet", "shutdown")
        await confirm(screen)
    port = plant.units[0].running.ports[2]
    assert (port.name, port.shutdown) == ("Riser C", True)


async def test_a_restart_says_that_it_cannot_be_undone(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    good = next(one for one in view.snapshot.endpoints if one.state is EndpointState.OK)
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {good.mac}")
        await screen.press("B")
        await screen.sees("Nothing was sent yet", "This cannot be undone", "reboot")
        await screen.press("u")
        await screen.is_told("A restart cannot be undone")


async def mark_six(screen: Console) -> None:
    await screen.press("b")
    await screen.sees("Subscribers", "9 of 9")
    await screen.press("space", "down", "down", "down", "down", "V")
    await screen.sees("6 marked")


async def test_six_services_are_suspended_stopped_and_gone_on_with(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await mark_six(screen)
        await screen.press("S")
        await screen.sees(
            "Suspend 6 on 1 device", "gam-01", "The first one alone", "ghn subscriber"
        )
        plant.units[0].faults = replace(plant.units[0].faults, slow_s=0.05)
        await screen.press("ctrl+r")
        await screen.sees("of 6", "By device")
        await screen.press("c")
        await screen.sees("Stopped by a person", "Not tried", "Press ctrl+r to go on")
        plant.units[0].faults = replace(plant.units[0].faults, slow_s=0.0)
        gone = [one for one in plant.units[0].running.subscribers.values() if one.vlan == 999]
        assert 0 < len(gone) < 6
        await screen.press("ctrl+r")
        await screen.sees("All were tried", "6 of 6 items are verified")
        await screen.press("escape", "escape", "J")
        await screen.sees("Runs on many rows", "Suspend 6")
        await screen.press("enter")
        await screen.sees("All were tried")
    suspended = [one for one in plant.units[0].running.subscribers.values() if one.vlan == 999]
    assert len(suspended) == 6


async def test_a_run_stops_at_the_first_that_fails_and_says_what_the_device_said(
    plant: Plant,
) -> None:
    async with console(plant.app()) as screen:
        await mark_six(screen)
        await screen.press("g")
        await screen.sees("Which plan?")
        await screen.type("unthrottled")
        await screen.press("enter")
        await screen.sees("Give unthrottled to 6 on 1 device", "For example")
        await plant.services.inventory.edit("gam-01", read_only=True)
        await screen.press("ctrl+r")
        await screen.sees("Stopped at the first", "read-only", "Not tried: 5")
        await plant.services.inventory.edit("gam-01", read_only=False)
        await screen.press("ctrl+r")
        await screen.sees("All were tried", "6 of 6 items are verified")


async def test_a_new_service_is_not_throttled_by_the_built_in_profile(plant: Plant) -> None:
    new = new_box(plant.services.fleet.devices()[0])
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {new.mac}")
        await screen.press("a")
        await screen.sees("New subscriber", "unthrottled")
        field = screen.app.screen.query_one("#plan", ChoiceField)
        assert field.value == "unthrottled"
        assert field.options[-1].name == "Default BW Profile"
        other = field.options[1].key
        field.set_value(other)
        await screen.fill("name", "first")
        await screen.press("ctrl+s")
        await confirm(screen)
        await screen.press("escape", "a")
        await screen.sees("New subscriber")
        assert screen.app.screen.query_one("#plan", ChoiceField).value == other


async def test_what_the_unit_cannot_do_is_off_with_the_reason(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("E")
        await screen.sees("need the JSON-RPC API of gam-01", "press H")
        row = screen.app.screen.query_one("#row-trunk", FormRow)
        assert not row.usable
