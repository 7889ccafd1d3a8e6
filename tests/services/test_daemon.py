"""The daemon starts its workers in order, stops them in the other one, and leaves none behind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from positron_tui.services.app import Services
from positron_tui.services.daemon import Daemon
from tests.services.conftest import console, make_settings


@dataclass
class Worker:
    name: str
    told: list[str]
    services: Services
    fails: bool = False
    health: list[object] = field(default_factory=list)

    def start(self) -> None:
        if self.fails:
            raise ValueError("cannot start")
        self.told.append(f"{self.name} starts")

    async def stop(self) -> None:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.services.hooks.url}/healthz")
        self.health.append((answer.status_code, answer.json()["problem"]))
        self.told.append(f"{self.name} stops")


def daemon_of(services: Services, *workers: Worker) -> Daemon:
    return Daemon(
        receiver=services.hooks, workers=workers, changes=services.changes, tasks=services.tasks
    )


async def test_hooks_are_taken_until_the_last_worker_has_stopped(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **{"hooks.port": 0})
    async with console(settings) as services:
        told: list[str] = []
        stop = asyncio.Event()
        workers = [Worker(name, told, services) for name in ("first", "second")]

        def ready(url: str) -> None:
            told.append("ready")
            assert url == services.hooks.url
            stop.set()

        await daemon_of(services, *workers).run(stop, ready)
        assert told == ["first starts", "second starts", "ready", "second stops", "first stops"]
        assert [one.health for one in workers] == [[(503, "stopping")]] * 2
        assert services.hooks.url is None


async def test_a_worker_that_cannot_start_stops_the_others(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **{"hooks.port": 0})
    async with console(settings) as services:
        told: list[str] = []
        good, bad = Worker("good", told, services), Worker("bad", told, services, fails=True)
        with pytest.raises(ValueError, match="cannot start"):
            await daemon_of(services, good, bad).run(asyncio.Event(), told.append)
        assert told == ["good starts", "good stops"]
        assert services.hooks.url is None


async def test_closing_the_console_stops_the_receiver(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **{"hooks.port": 0})
    async with console(settings) as services:
        await services.hooks.start()
        url = services.hooks.url
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{url}/healthz")
