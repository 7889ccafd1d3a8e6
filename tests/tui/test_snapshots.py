"""Pictures of every screen: three sizes in colour, and 80x24 in ASCII with 16 colours.

After a wanted change: pytest tests/tui/test_snapshots.py --snapshot-update, and look at them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.tui import sample, syncs, truths
from tests.tui.conftest import Still
from tests.tui.driver import Console, console

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "200x50": (200, 50)}
Walk = Callable[[Console], Awaitable[object]]


async def opened(screen: Console) -> None:
    await screen.press("E", "down", "down", "right", "down", "down", "down")


async def to_filter(screen: Console) -> None:
    await screen.press("slash")
    await screen.type("state:quarantined")


async def to_preview(screen: Console) -> None:
    from positron_tui.tui.screens.preview import PreviewScreen

    await screen.app.push_screen(PreviewScreen(sample.prepared()))
    await screen.sees("Nothing was sent yet")


async def to_editor(screen: Console) -> None:
    await screen.go_to(f"ep {sample.FREE_MAC}")
    await screen.press("a")
    await screen.type("new;one")
    await screen.press("ctrl+s")
    await screen.sees("cannot take")


async def to_edit(screen: Console) -> None:
    await screen.go_to("sub garcia")
    await screen.press("E")
    await screen.fill("vlan", "101")
    await screen.sees("Shared with smith")


async def to_editing_wrongly(screen: Console) -> None:
    await to_edit(screen)
    await screen.fill("vlan", "3841")
    await screen.fill("allowed_vlans", "20-x")
    await screen.sees("is not a")


async def to_result(screen: Console) -> None:
    from positron_tui.tui.screens.preview import PreviewScreen

    done = PreviewScreen(sample.prepared())
    await screen.app.push_screen(done)
    done.change = sample.verified()
    done.refresh_show()
    await screen.sees("Press u to take it back")


async def to_marks(screen: Console) -> None:
    await screen.press("b", "space", "down", "V")
    await screen.sees("3 marked")


async def to_bulk(screen: Console) -> None:
    screen.app.places.bulk_report(sample.bulk_report())
    await screen.pilot.pause()
    await screen.sees("Stopped at the first")


async def to_swap(screen: Console) -> None:
    await screen.go_to("sub garcia")
    await screen.press("w")
    await screen.sees("Swap the endpoint of garcia")


async def to_endpoint_editor(screen: Console) -> None:
    await screen.go_to(f"ep {sample.FREE_MAC}")
    await screen.press("E")
    await screen.fill("name", "apt-101")
    await screen.sees("There is an endpoint")


async def to_port_editor(screen: Console) -> None:
    await screen.go_to("port gam-01/2")
    await screen.press("E")
    await screen.sees("A coax port has no choice")


async def to_log(screen: Console) -> None:
    await screen.press("L")
    await screen.sees("running-config")


async def to_log_entry(screen: Console) -> None:
    await to_log(screen)
    await screen.press("up", "enter")
    await screen.sees("Log entry")


async def to_changes(screen: Console) -> None:
    await truths.keep_changes(screen.app.services)
    await screen.go_to("changes")
    await screen.sees("not known", "taken back")


async def to_change(screen: Console) -> None:
    await truths.keep_changes(screen.app.services)
    await screen.go_to("change 2")
    await screen.sees("taken back")


async def to_drift(screen: Console) -> None:
    await truths.keep_drift(screen.app.services)
    await screen.go_to("drift")
    await screen.sees("subscriber smith", "nothing is intended yet")


async def to_plans(screen: Console) -> None:
    await truths.keep_plans(screen.app.services)
    await screen.go_to("plans")
    await screen.sees("Home 100", "Silver 90")


async def to_plan(screen: Console) -> None:
    await to_plans(screen)
    await screen.press("enter")
    await screen.sees("Plan Home 100", "differs")


async def to_waiting(screen: Console) -> None:
    await screen.app.services.unprovisioned.load()
    await screen.go_to("new")
    await screen.sees(sample.UNKNOWN_MAC)


def billing(words: str, seen: str) -> Walk:
    async def walk(screen: Console) -> None:
        await syncs.keep(screen.app.services)
        await screen.go_to(words)
        await screen.sees(seen)

    return walk


async def to_import(screen: Console) -> None:
    path = screen.app.export_folder / "bad.csv"
    path.write_text("device,name,vlan\ngam-01,a;b,12\ngam-01,jones,x\n,smith,9999\n")
    await screen.press("b", "I")
    await screen.type(str(path))
    await screen.press("enter")
    await screen.sees("line 4")


def place(words: str) -> Walk:
    async def walk(screen: Console) -> None:
        await screen.go_to(words)

    return walk


def key(name: str) -> Walk:
    async def walk(screen: Console) -> None:
        await screen.press(name)

    return walk


SCREENS: dict[str, Walk] = {
    "fleet": opened,
    "fleet_filtered": to_filter,
    "device": place("gam gam-01"),
    "device_silent": place("gam gam-03"),
    "port": place("port gam-01/2"),
    "endpoint": place(f"ep {sample.UNKNOWN_MAC}"),
    "endpoints_quarantined": key("Q"),
    "subscribers": key("b"),
    "subscriber": place("sub garcia"),
    "editor": to_editor,
    "edit": to_edit,
    "edit_wrong": to_editing_wrongly,
    "preview": to_preview,
    "result": to_result,
    "marks": to_marks,
    "bulk": to_bulk,
    "swap": to_swap,
    "endpoint_editor": to_endpoint_editor,
    "port_editor": to_port_editor,
    "changes": to_changes,
    "change": to_change,
    "drift": to_drift,
    "plans": to_plans,
    "plan": to_plan,
    "unprovisioned": to_waiting,
    "import": to_import,
    "sync": billing("sync", "1 run waits"),
    "sync_run": billing("sync 2", "Nothing was sent yet"),
    "conflicts": billing("conflicts", "Home 500"),
    "hooks": billing("hooks", "1 late"),
    "why": billing("why smith", "Ana Alder"),
    "log": to_log,
    "log_entry": to_log_entry,
    "help": key("question_mark"),
    "palette": key("ctrl+p"),
    "add_device": key("n"),
}


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageExtension)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
async def test_colour(name: str, size: str, still: Still, picture: SnapshotAssertion) -> None:
    async with console(still.app(), SIZES[size]) as screen:
        await SCREENS[name](screen)
        assert screen.app.export_screenshot() == picture


@pytest.mark.parametrize("name", SCREENS)
async def test_ascii(name: str, still: Still, picture: SnapshotAssertion) -> None:
    async with console(still.app(ascii_only=True, theme="ansi-dark")) as screen:
        await SCREENS[name](screen)
        assert screen.text().isascii()
        assert screen.app.export_screenshot() == picture


async def test_first_day(empty: Still, picture: SnapshotAssertion) -> None:
    async with console(empty.app()) as screen:
        await screen.sees("There is no device yet")
        assert screen.app.export_screenshot() == picture


@pytest.mark.parametrize("name", SCREENS)
async def test_a_small_terminal_is_still_of_use(name: str, still: Still) -> None:
    async with console(still.app(), (60, 20)) as screen:
        await SCREENS[name](screen)
        lines = screen.text().split("\n")
        assert sum(1 for line in lines if line.strip()) >= 4
        assert all(len(line) <= 60 for line in lines)
