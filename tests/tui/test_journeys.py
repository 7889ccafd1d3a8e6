"""Ways through the console over a still fleet: moving, filtering, remembering, copying."""

from __future__ import annotations

import asyncio
import base64
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from positron_tui.domain.devices import Section
from positron_tui.services.app import Services
from positron_tui.tui.app import ConsoleApp
from positron_tui.tui.opening import AskPassphrase, default_factory
from positron_tui.tui.screens.confirm import ConfirmScreen
from positron_tui.tui.widgets.live_table import LiveTable
from tests.tui import sample
from tests.tui.conftest import Still, settings_for, still_services
from tests.tui.driver import console


async def test_enter_goes_down_and_escape_comes_back(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("down", "enter")
        await screen.sees("gam-01", "Temperature", "G.hn 1/12")
        await screen.press("down", "enter")
        await screen.sees("gam-01  G.hn 1/2", "3 endpoints", sample.UNKNOWN_MAC)
        await screen.press("end", "enter")
        await screen.sees("quarantined: unknown MAC")
        await screen.press("escape", "escape", "escape", "escape")
        await screen.sees("North", "South")


async def test_the_reason_follows_the_cursor(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("port gam-01/2")
        assert "Quarantined: it is plugged in" not in screen.text()
        await screen.press("end")
        await screen.sees("Quarantined: it is plugged in on G.hn 1/2")


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("gam 02", "GAM-4-MX"),
        ("port gam-01/10G 1/1", "gam-01  10G 1/1"),
        ("sub garcia", "gam-01  garcia"),
        ("000E.D822.0005", "gam-01  00:0e:d8:22:00:05"),
        ("log", "Log"),
        ("subscribers", "Endpoint is"),
    ],
)
async def test_the_jump_line_leads_there(typed: str, seen: str, still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to(typed)
        await screen.sees(seen)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("gam nowhere", "There is no device"),
        ("gam gam", "fits several devices"),
        ("port gam-01/77", "has no port"),
        ("sub nobody", "No device has a subscriber"),
        ("[red]x[/", "leads nowhere"),
        ("", "Write :gam NAME"),
    ],
)
async def test_a_way_that_leads_nowhere_is_said(typed: str, told: str, still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to(typed)
        await screen.is_told(told)


async def test_a_filter_narrows_while_it_is_typed_and_escape_takes_it_away(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("slash")
        await screen.type("state:quar")
        await screen.sees(sample.UNKNOWN_MAC, "G.hn 1/2")
        await screen.press("enter")
        await screen.sees("filter: state:quar")
        await screen.press("escape")
        await screen.sees_no_more(sample.UNKNOWN_MAC)


async def test_letters_typed_into_a_filter_do_nothing_else(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("slash")
        await screen.type("qQ:/?nL")
        await screen.sees("filter qQ:/?nL")
        assert len(screen.app.screen_stack) == 2


async def test_a_value_changes_in_place(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("port gam-01/1")
        table = screen.app.screen.query_one(LiveTable)
        await screen.press("down")
        painted: list[int] = []
        paint = table.render_line

        def counted(y: int):  # type: ignore[no-untyped-def]
            painted.append(y)
            return paint(y)

        table.render_line = counted  # type: ignore[method-assign]
        view = still.services.fleet.get("gam-01")
        first, *others = view.snapshot.endpoints
        snapshot = replace(view.snapshot, endpoints=(replace(first, down_phy_mbps=777), *others))
        still.services.fleet.put(replace(view, snapshot=snapshot), {Section.ENDPOINTS})
        await screen.sees("777")
        assert set(painted) == {1}
        assert table.cursor_key == sample.mac(2)


async def test_equal_readings_paint_nothing(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("port gam-01/1")
        table = screen.app.screen.query_one(LiveTable)
        shown = table.rows
        view = still.services.fleet.get("gam-01")
        still.services.fleet.put(replace(view), set(Section))
        await screen.pilot.pause(0.3)
        assert table.rows == shown
        assert not table._repaint_regions


async def test_a_device_that_is_removed_leaves_a_sentence(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.go_to("gam gam-02")
        still.services.fleet.remove("gam-02")
        await screen.sees("There is no device 'gam-02'")
        await screen.press("escape")
        await screen.sees_no_more("gam-02  up")


async def test_what_is_open_and_how_it_is_sorted_is_remembered(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("down", "right")
        await screen.sees("G.hn 1/1")
        await screen.press("e", "o", "o")
        await screen.app.workers.wait_for_complete()
    async with console(still.app()) as screen:
        await screen.sees("G.hn 1/1")
        await screen.press("e")
        table = screen.app.screen.query_one(LiveTable)
        assert table.sorting is not None
        assert (table.sorting.column, table.sorting.descending) == ("state", True)
        assert "quarantined" not in table.rows[-1].cells[0].text


async def test_copying_goes_to_the_terminal(still: Still, monkeypatch: pytest.MonkeyPatch) -> None:
    app = still.app()
    written: list[str] = []
    monkeypatch.setattr(app, "_write_terminal", written.append)
    async with console(app) as screen:
        await screen.go_to(f"ep {sample.FREE_MAC}")
        await screen.press("y")
        await screen.is_told("Sent to the terminal")
    encoded = base64.b64encode(sample.FREE_MAC.encode()).decode()
    assert written == [f"\x1b]52;c;{encoded}\x07"]


async def test_a_table_is_exported_as_it_is_shown(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("Q", "x")
        await screen.is_told("4 rows are in")
    (path,) = still.folder.glob("endpoints-*.csv")
    rows = list(csv.reader(path.read_text().splitlines()))
    assert rows[0][:3] == ["State", "Subscriber or name", "MAC"]
    assert [row[2] for row in rows[1:3]] == ["00:0e:d8:22:00:06", sample.UNKNOWN_MAC]


async def test_the_log_shows_commands_answers_and_goes_to_a_file(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("L")
        await screen.sees("show running-config", "failed", "timeout")
        await screen.press("up", "enter")
        await screen.sees("[red]x[/", "% Invalid VLAN id·[31m")
        await screen.press("escape", "w")
        await screen.is_told("The log is in")
    (path,) = still.folder.glob("log-*.txt")
    text = path.read_text()
    assert "show version" in text
    assert "\x1b" not in text


async def test_the_palette_does_what_is_chosen(still: Still) -> None:
    async with console(still.app()) as screen:
        await screen.press("ctrl+p")
        await screen.type("quarant")
        await screen.press("enter")
        await screen.sees("filter: state:quarantined")


async def test_help_is_about_the_screen_it_was_called_from(still: Still) -> None:
    async with console(still.app(), (120, 50)) as screen:
        await screen.go_to(f"ep {sample.FREE_MAC}")
        await screen.press("question_mark")
        await screen.sees("Measure the SNR")
        await screen.press("question_mark")
        await screen.sees("Not measured")


async def test_a_changed_key_is_explained_and_asked_about(still: Still) -> None:
    view = still.services.fleet.get("gam-02")
    device = replace(
        view.device,
        host_key_fingerprint="SHA256:old",
        offered_key_fingerprint="SHA256:new",
    )
    still.services.fleet.put(replace(view, device=device))
    async with console(still.app()) as screen:
        await screen.sees("blocked", "another SSH host key")
        await screen.go_to("gam gam-02")
        await screen.sees("SHA256:old", "SHA256:new")
        await screen.press("K")
        await screen.sees("shows another SSH host key", "do not trust it")
        await screen.press("n")
        await screen.sees_no_more("do not trust it")


async def test_leaving_asks_only_while_a_change_runs(still: Still) -> None:
    app = still.app()
    async with console(app) as screen:
        app.changes_running = 1
        await screen.press("q")
        await screen.sees("Leave while a change runs?")
        await screen.press("n")
        assert not isinstance(app.screen, ConfirmScreen)
        app.changes_running = 0
        await screen.press("q")
    assert app.return_code == 0


async def test_the_passphrase_is_asked_in_a_dialog(still: Still) -> None:
    app = still.app()
    async with console(app) as screen:
        answer = asyncio.create_task(app.ask_passphrase())
        await screen.sees("Passphrase of the credentials")
        await screen.type("s3cret")
        assert "s3cret" not in screen.text()
        await screen.press("enter")
        assert await answer == "s3cret"


async def test_services_open_behind_the_first_paint_and_close_at_the_end(tmp_path: Path) -> None:
    gate, closed = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow(ask: AskPassphrase) -> AsyncIterator[Services]:
        await gate.wait()
        async with still_services(tmp_path) as services:
            yield services
        closed.set()

    app = ConsoleApp(settings_for(tmp_path), factory=slow, start_monitor=False)
    async with console(app) as screen:
        await screen.sees("loading", "Opening the store")
        gate.set()
        await screen.sees("There is no device yet")
    await app.close_services()
    assert closed.is_set()


async def test_a_damaged_store_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "console.db").write_text("this is no database, and long enough to be read as one")
    settings = settings_for(tmp_path)
    app = ConsoleApp(settings, factory=default_factory(settings))
    async with app.run_test():
        for _ in range(200):
            if app.return_code is not None:
                break
            await asyncio.sleep(0.01)
    await app.close_services()
    assert app.return_code == 1


async def test_leaving_while_the_services_open_does_not_hang(tmp_path: Path) -> None:
    @asynccontextmanager
    async def never(ask: AskPassphrase) -> AsyncIterator[Services]:
        await asyncio.Event().wait()
        async with still_services(tmp_path) as services:
            yield services

    app = ConsoleApp(settings_for(tmp_path), factory=never)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+c")
    async with asyncio.timeout(5):
        await app.close_services()
