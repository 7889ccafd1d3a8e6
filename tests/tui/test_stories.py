"""What people come for, from key to result, against simulated units that really answer."""

from __future__ import annotations

import pytest

from positron_tui.domain.endpoints import EndpointState
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import FleetServer
from tests.tui.conftest import Plant, Still
from tests.tui.driver import console


async def test_a_technician_finds_the_quarantined_endpoint_and_understands_why(
    plant: Plant,
) -> None:
    view = plant.services.fleet.devices()[0]
    unknown = next(
        one for one in view.snapshot.endpoints if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
    )
    async with console(plant.app()) as screen:
        await screen.sees(view.name, "quarantined")
        await screen.press("Q")
        await screen.sees("filter: state:quarantined", unknown.mac)
        await screen.go_to(f"ep {unknown.mac}")
        await screen.sees(
            "quarantined: unknown MAC",
            "has no endpoint",
            f"Seen on       {unknown.detected_port}",
        )


async def test_a_technician_puts_a_subscriber_on_an_endpoint_and_sees_it_verified(
    plant: Plant,
) -> None:
    view = plant.services.fleet.devices()[0]
    unknown = next(
        one for one in view.snapshot.endpoints if one.state is EndpointState.QUARANTINED_UNKNOWN_MAC
    )
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {unknown.mac}")
        await screen.press("a")
        await screen.sees("New subscriber", unknown.mac)
        await screen.fill("name", "smith")
        await screen.fill("vlan", "321")
        await screen.press("ctrl+s")
        await screen.sees("Nothing was sent yet", "vid 321", "nothing -> smith")
        assert "smith" not in {one.name for one in view.snapshot.subscribers}
        await screen.press("ctrl+r")
        await screen.sees("verified on the device and saved", "Press u to take it back")
        await screen.press("escape")
        await screen.sees("Subscriber    smith", "VLAN          321")
    after = plant.services.fleet.get(view.name)
    assert after.subscriber_by_name("smith") is not None
    running = plant.units[0].running
    assert any(one.name == "smith" and one.vlan == 321 for one in running.subscribers.values())


async def test_what_the_device_finds_wrong_stands_under_its_field(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    taken = view.snapshot.subscribers[0]
    free = next(
        one for one in view.snapshot.endpoints if view.subscriber_of(one) is None and one.port
    )
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {free.mac}")
        await screen.press("a")
        await screen.fill("name", taken.name)
        await screen.fill("vlan", "321")
        await screen.press("ctrl+s")
        await screen.sees("already has a subscriber")
        await screen.fill("vlan", "3841")
        await screen.sees("VLAN 3841 is reserved")
        await screen.press("ctrl+s")
        await screen.sees("New subscriber on")


async def test_snr_is_measured_on_demand(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    good = next(one for one in view.snapshot.endpoints if one.state is EndpointState.OK)
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {good.mac}")
        await screen.sees("Not measured")
        await screen.press("s")
        await screen.sees(" dB ", "measured")


async def test_a_missing_endpoint_has_no_snr_and_the_device_says_so(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    gone = next(one for one in view.snapshot.endpoints if one.state is EndpointState.NOT_DETECTED)
    async with console(plant.app()) as screen:
        await screen.go_to(f"ep {gone.mac}")
        await screen.press("s")
        await screen.sees_no_more("Not measured")
        await screen.sees_no_more("Measuring over SSH")
        assert " dB " not in screen.text()


async def test_a_first_device_is_added_after_its_key_was_shown(empty: Still) -> None:
    server = FleetServer(build_fleet(1, model="GAM-4-CX", endpoints=3, seed=5), "127.0.0.1", None)
    await server.start()
    try:
        announced = server.servers[0].announcement()
        async with console(empty.app()) as screen:
            await screen.sees("There is no device yet", "positron-tui device add")
            await screen.press("n")
            await screen.fill("host", str(announced["host"]))
            await screen.fill("name", "first")
            await screen.fill("community", str(announced["snmp_read_community"]))
            await screen.fill("ssh_user", str(announced["ssh_user"]))
            await screen.fill("ssh_password", str(announced["ssh_password"]))
            for name in ("snmp_port", "ssh_port", "http_port"):
                await screen.fill(name, str(announced[name]))
            assert str(announced["ssh_password"]) not in screen.text()
            await screen.press("ctrl+s")
            await screen.sees("Is this the right device?", "SHA256:")
            await screen.press("y")
            await screen.sees("first was added: GAM-4-CX")
            await screen.press("escape")
            await screen.sees("first", "up")
    finally:
        await server.stop()
    assert empty.services.fleet.get("first").device.host_key is not None


async def test_a_key_that_is_not_trusted_adds_nothing(empty: Still) -> None:
    server = FleetServer(build_fleet(1, model="GAM-4-CX", endpoints=1, seed=5), "127.0.0.1", None)
    await server.start()
    try:
        announced = server.servers[0].announcement()
        async with console(empty.app()) as screen:
            await screen.press("n")
            await screen.fill("host", "127.0.0.1")
            await screen.fill("community", "public")
            for name in ("snmp_port", "ssh_port"):
                await screen.fill(name, str(announced[name]))
            await screen.press("ctrl+s")
            await screen.sees("Is this the right device?")
            await screen.press("n")
            await screen.sees("SHA256:", "host")
            await screen.sees_no_more("Is this the right device?")
    finally:
        await server.stop()
    assert empty.services.fleet.devices() == ()


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [("host", "a b", "Give the device's address"), ("ssh_port", "70000", "is not a port")],
)
async def test_the_form_says_what_makes_no_sense(
    empty: Still, field: str, text: str, sentence: str
) -> None:
    async with console(empty.app()) as screen:
        await screen.press("n")
        await screen.fill("host", "192.0.2.1")
        await screen.fill(field, text)
        await screen.press("ctrl+s")
        await screen.sees(sentence)
