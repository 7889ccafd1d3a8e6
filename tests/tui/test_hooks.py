"""A console that takes hooks, when the settings say so."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx

from positron_tui.config import HooksSettings
from positron_tui.services.app import open_services
from positron_tui.tui.app import ConsoleApp
from tests.services.changing import until
from tests.tui.conftest import settings_for
from tests.tui.driver import Console


@asynccontextmanager
async def _console(folder: Path, port: int) -> AsyncIterator[Console]:
    hooks = HooksSettings(enabled=True, port=port)
    settings = settings_for(folder).model_copy(update={"hooks": hooks})
    async with open_services(settings, actor="tester") as services:
        app = ConsoleApp(settings, services=services)
        async with app.run_test() as pilot:
            yield Console(app, pilot)


async def test_the_console_takes_hooks(tmp_path: Path) -> None:
    async with _console(tmp_path, 0) as console:
        services = console.app.services
        await until(lambda: services.hooks.url is not None)
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{services.hooks.url}/healthz")).status_code == 200


async def test_the_console_syncs_by_itself_and_stops_to_when_it_is_left(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with open_services(settings, actor="tester") as services:
        async with ConsoleApp(settings, services=services).run_test() as pilot:
            screen = Console(pilot.app, pilot)  # type: ignore[arg-type]
            await screen.sees("Fleet")
            await until(lambda: services.sync_worker.started)
        assert services.monitor.started
    assert not services.sync_worker.started


async def test_a_port_that_is_taken_is_told_and_the_console_goes_on(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        async with _console(tmp_path, taken.getsockname()[1]) as console:
            await console.is_told("the port is taken")
            assert console.app.services.monitor.started
