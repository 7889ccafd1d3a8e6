"""What persons stumbled over who put services on endpoints and kept plans and intent in order."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.plans import Plan
from positron_tui.tui.render.lines import clean
from positron_tui.tui.screens import endpoint_values
from positron_tui.tui.screens.editor_options import port_words, state_words
from positron_tui.tui.screens.endpoint_editor import EndpointEditorScreen
from positron_tui.tui.screens.subscribers import SubscribersScreen
from tests.tui import sample
from tests.tui.conftest import WALLED_GARDEN, Plant, Still
from tests.tui.driver import console

NAME = "Birch 12 apt 2"
DONE = "verified on the device and saved"


async def test_without_devices_a_list_says_what_comes_first(empty: Still) -> None:
    async with console(empty.app()) as screen:
        for key in ("b", "e", "N", "D"):
            await screen.press(key)
            await screen.sees("There is no device yet", "press n to add one")
            await screen.press("escape")
        await screen.press("r")
        await screen.is_told("Put the cursor on something of a device first")
        await screen.press("p")
        await screen.sees("The catalogue is empty")


async def test_an_empty_list_says_whether_the_filter_did_it(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b", "slash")
        await screen.type("nobody")
        await screen.sees("Nothing fits the filter")
        await screen.press("escape")
        await screen.sees_no_more("Nothing fits the filter")


async def test_a_form_on_an_endpoint_in_use_says_so_at_once(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to(f"ep {sample.mac(1)}")
        await screen.press("a")
        await screen.sees("carries smith", "press E on smith")


async def test_enter_leads_from_an_endpoint_to_its_subscriber_and_back(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to(f"ep {sample.mac(1)}")
        await screen.sees("enter its subscriber")
        await screen.press("enter")
        await screen.sees("gam-01  smith", "enter its endpoint")
        await screen.press("enter")
        await screen.sees(f"gam-01  {sample.mac(1)}")


async def test_marked_rows_are_acted_on_in_their_order_on_the_screen(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("b")
        await screen.sees("smith")
        listed = screen.app.screen
        assert isinstance(listed, SubscribersScreen)
        listed.action_sort()
        listed.action_sort()  # the other way round
        shown = [row.key for row in listed.table.rows]
        await screen.press("asterisk")
        assert list(listed.marked_keys()) == shown
        assert shown != sorted(shown)


async def test_an_endpoint_on_the_wrong_port_is_bound_where_it_is(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    wrong = next(
        one for one in view.snapshot.endpoints if one.state is EndpointState.QUARANTINED_WRONG_PORT
    )
    async with console(plant.app(), (120, 36)) as screen:
        await screen.go_to("waiting")
        await screen.press("slash")
        await screen.type(wrong.mac)
        await screen.press("enter")
        await screen.sees(f"Press E to bind it to {wrong.detected_port}")
        await screen.press("E")
        await screen.sees("edit endpoint", f"bound to {wrong.configured_port} so far")
        form = screen.app.screen
        assert isinstance(form, EndpointEditorScreen)
        assert form.draft().port == wrong.detected_port
        await screen.press("ctrl+s")
        await screen.sees("Nothing was sent yet", f"{wrong.configured_port} ->")
        await screen.press("ctrl+r")
        await screen.sees(DONE)


def test_only_the_wrong_port_is_offered_to_be_bound() -> None:
    ok = sample.endpoint(1, 1)
    assert endpoint_values.port_to_bind(ok) is None
    assert endpoint_values.port_to_bind(None) is None


async def test_a_suspended_service_says_so_everywhere(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {NAME}")
        await screen.press("S")
        await screen.sees("Nothing was sent yet", str(WALLED_GARDEN))
        await screen.press("ctrl+r")
        await screen.sees(DONE)
        await screen.press("escape")
        await screen.sees("Suspended since", "R gives it back")
        await screen.press("b", "slash")
        await screen.type("service:suspended")
        await screen.sees("suspended, ", "1 of ")
        await screen.press("enter", "R")
        await screen.sees("Nothing was sent yet")
        await screen.press("ctrl+r")
        await screen.sees(DONE)
        await screen.press("escape")
        await screen.sees("Nothing fits the filter")


async def test_the_api_of_a_device_is_allowed_by_a_key(plant: Plant) -> None:
    async with console(plant.app()) as screen:
        await screen.go_to("gam gam-01")
        await screen.press("H")
        await screen.sees("How may the JSON-RPC API of gam-01 be used?")
        await screen.type("https")
        await screen.press("enter")
        await screen.is_told("gam-01")  # nothing listens there, and that is said
        assert not plant.services.fleet.get("gam-01").device.address.jsonrpc
        await screen.press("H")
        await screen.type("plain")
        await screen.press("enter")
        await screen.is_told("used over plain HTTP from now on")
        await screen.go_to(f"sub {NAME}")
        await screen.press("E")
        await screen.sees("Double tags     [ ] no")


async def test_marked_devices_are_adopted_together(two: Plant) -> None:
    async with console(two.app()) as screen:
        await screen.press("D")
        await screen.sees("2 devices not adopted")
        await screen.press("asterisk", "A")
        await screen.sees("Adopt 2 devices?")
        await screen.press("y")
        await screen.sees("Adopted 2 devices", "What gam-01 runs", "What gam-02 runs")
        await screen.press("escape")
        await screen.sees("Nothing differs")


async def test_a_plan_is_pushed_to_all_marked_and_its_profiles_removed_from_them(
    two: Plant,
) -> None:
    await two.services.plans.add(Plan("Silver", 90, 30))
    async with console(two.app()) as screen:
        await screen.go_to("plans")
        await screen.sees("Silver")
        await screen.press("enter")
        await screen.sees("Plan Silver", "absent")
        await screen.press("asterisk", "P")
        await screen.sees("Push Silver to 2 on 2 devices", "ghn bw-profile")
        await screen.press("ctrl+r")
        await screen.sees("All were tried")
        assert all(_has_silver(two, unit) for unit in (0, 1))
        await screen.press("escape", "escape", "escape", "z", "slash")
        await screen.type("Silver")
        await screen.press("enter")
        await screen.sees("Silver", "yes")
        await screen.press("asterisk", "X")
        await screen.sees("Remove 2 on 2 devices", "no ghn bw-profile")
        await screen.press("ctrl+r")
        await screen.sees("All were tried")
        assert not any(_has_silver(two, unit) for unit in (0, 1))


def _has_silver(two: Plant, unit: int) -> bool:
    return any(one.name == "Silver" for one in two.units[unit].running.profiles.values())


def test_choices_speak_of_endpoints_as_the_lists_do() -> None:
    one = sample.endpoint(1, 1)
    said = {state: state_words(replace(one, state=state)) for state in (None, *EndpointState)}
    assert list(said.values()) == ["state unknown", "ok", "missing", "wrong port", "unknown MAC"]
    assert [port_words(count) for count in (0, 1, 3)] == [
        "no free endpoint seen on it",
        "the endpoint on it",
        "3 endpoints without a service on it",
    ]


async def test_a_change_speaks_of_a_missing_endpoint_as_the_lists_do(plant: Plant) -> None:
    view = plant.services.fleet.devices()[0]
    gone = next(
        found
        for one in view.snapshot.endpoints
        if one.state is EndpointState.NOT_DETECTED and (found := view.subscriber_of(one))
    )
    async with console(plant.app()) as screen:
        await screen.go_to(f"sub {gone.name}")
        await screen.press("E")
        await screen.fill("vlan", "333")
        await screen.press("ctrl+s")
        await screen.sees("Nothing was sent yet")
        await screen.press("ctrl+r")
        await screen.sees(DONE, "missing on G.hn")


def test_ascii_has_no_question_mark_for_a_degree() -> None:
    assert clean("36 °C …", ascii_only=True) == "36  C ~"
