"""Stand-ins as commands and the demo run them: a book of a fleet, and one line of JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import httpx
import pytest

from positron_tui.domain.clock import SystemClock
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing import run
from positron_tui.simulator.billing.plant import plant_services, read_plant
from positron_tui.simulator.billing.populate import build_book
from positron_tui.simulator.billing.run import StandInPlan, build_stand_in, run_stand_in
from positron_tui.simulator.fleet import demo_fleet


def test_a_book_of_the_demo_fleet_sells_what_runs_there() -> None:
    plant = tuple(plant_services(demo_fleet(7)))
    assert len(plant) > 60
    assert plant == tuple(plant_services(demo_fleet(7)))
    book = build_book(len(plant), 7, SystemClock(), plant)
    sold = {parse_mac(one.mac) for one in book.services.values() if one.mac}
    running = {one.mac for one in plant}
    assert len(sold & running) > 0.9 * len(running)


def test_a_fleet_may_come_as_json_lines() -> None:
    plant = tuple(plant_services(demo_fleet(7)))[:3]
    lines = [json.dumps(asdict(one)) for one in plant]
    assert tuple(read_plant([*lines, "\n"])) == plant


@pytest.mark.parametrize("line", ["[]", "{", '{"device": "x"}', "12"])
def test_a_line_that_is_no_service_is_told(line: str) -> None:
    with pytest.raises(UsageError, match="Line 1 of the fleet"):
        tuple(read_plant([line]))


def test_an_unknown_fault_is_told_before_anything_listens() -> None:
    with pytest.raises(UsageError, match="'boom' is not a fault"):
        build_stand_in(StandInPlan("splynx", 1, faults=("boom",)))


async def test_it_announces_itself_serves_and_is_gone() -> None:
    stop, lines = asyncio.Event(), asyncio.Queue[str]()
    plan = StandInPlan("splynx", 5, seed=2)
    running = asyncio.create_task(run_stand_in(plan, "127.0.0.1", 0, lines.put_nowait, stop))
    told = json.loads(await lines.get())
    assert set(told) == {"system", "url", "key", "secret", "hook_secret"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{told['url']}/api/2.0/admin/api/check")
        assert answer.status_code == 401
        stop.set()
        await running
        with pytest.raises(httpx.ConnectError):
            await client.get(told["url"])


async def test_the_other_system_announces_its_token() -> None:
    stop, lines = asyncio.Event(), asyncio.Queue[str]()
    running = asyncio.create_task(
        run_stand_in(StandInPlan("sonar", 5, seed=2), "127.0.0.1", 0, lines.put_nowait, stop)
    )
    told = json.loads(await lines.get())
    assert set(told) == {"system", "url", "token"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{told['url']}/api/graphql", json={"query": "{ me { id } }"})
    assert answer.status_code == 401
    stop.set()
    await running


async def test_somebody_changes_something_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = asyncio.Event()
    built = build_stand_in(StandInPlan("splynx", 5, seed=2))
    built.book.on_event.append(lambda _event: changed.set())
    monkeypatch.setattr(run, "build_stand_in", lambda _plan: built)
    stop = asyncio.Event()
    plan = StandInPlan("splynx", 5, seed=2, change_every_s=0.001)
    running = asyncio.create_task(run_stand_in(plan, "127.0.0.1", 0, lambda _line: None, stop))
    await changed.wait()
    stop.set()
    await running
