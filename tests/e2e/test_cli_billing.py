"""An operator's evening: a billing system is added, mapped, looked at and synced."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.domain.clock import SystemClock
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.plant import plant_services
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from positron_tui.simulator.fleet import build_fleet
from tests.cli.harness import Operator, Unit, simulated

GARDEN = 666
_SEED = "3"


class Office:
    """A stand-in in a loop of its own thread, since the commands are other processes."""

    def __init__(self, kind: BillingKind, runs: list[PlantService]) -> None:
        self.runs = runs
        self.book = Book(SystemClock())
        plans = {
            one.plan: self.book.add_plan(one.plan, one.down_kbps, one.up_kbps).plan_id
            for one in {one.plan: one for one in runs}.values()
        }
        for one in runs:
            account = self.book.add_account(one.subscriber, "active")
            self.book.add_service(account.account_id, plans[one.plan], one.mac.upper())
        made = SplynxStandIn if kind is BillingKind.SPLYNX else SonarStandIn
        self.standin = made(self.book)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="office", daemon=True)

    def __enter__(self) -> Office:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.standin.start(), self._loop).result(20)
        return self

    def __exit__(self, *_exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self.standin.stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def change(self, act: Callable[[], object]) -> None:
        """Do something in the book in the loop that serves it."""

        async def acted() -> None:
            act()

        asyncio.run_coroutine_threadsafe(acted(), self._loop).result(20)


@pytest.fixture
def units() -> Iterator[list[Unit]]:
    with simulated("--model", "GAM-8-CX", "--endpoints", "8", "--seed", _SEED, devices=1) as found:
        yield found


@pytest.fixture(params=list(BillingKind))
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    fleet = build_fleet(1, model="GAM-8-CX", endpoints=8, seed=int(_SEED))
    names = {
        device.running.endpoints[one.endpoint_id].mac: one.name
        for device in fleet
        for one in device.running.subscribers.values()
        if one.endpoint_id in device.running.endpoints
    }
    runs = [replace(one, subscriber=names[one.mac]) for one in plant_services(fleet)]
    with Office(request.param, runs) as found:
        yield found


@pytest.fixture
def operator(units: list[Unit], tmp_path: Path) -> Operator:
    settings = {
        "POSITRON_TUI_PROVISIONING__WALLED_GARDEN_VLAN": str(GARDEN),
        "POSITRON_TUI_PROVISIONING__OVERHEAD_PERCENT": "0",
        "POSITRON_TUI_BILLING__REQUESTS_PER_S": "100",
    }
    one = Operator(tmp_path, **settings)
    done = one.add(units[0], "--accept-host-key", "any", "--writable")
    assert done.code == 0, done.err
    one.must("adopt", units[0]["name"], "--yes")
    return one


def _connect(operator: Operator, office: Office) -> dict[str, str]:
    """Add the system and map its plans and statuses; return the secrets that were used."""
    said: dict[str, str] = dict(office.standin.announcement())
    secrets: dict[str, str] = {
        name: str(said[name]) for name in ("key", "secret", "hook_secret", "token") if name in said
    }
    done = operator.run(
        *("billing", "add", said["system"], "isp", "--url", said["url"], "--allow-http"),
        "--secrets-stdin",
        stdin=json.dumps(secrets),
    )
    assert done.code == 0, done.err
    for one in office.book.plans.values():
        limited = one.name != "Unlimited"
        rates = (one.down_kbps // 1000, one.up_kbps // 1000) if limited else (0, 0)
        operator.must(
            "plan", "add", one.name, "--down", str(rates[0]), "--up", str(rates[1]), "--yes"
        )
    words = ["--plans-by-name"]
    if said["system"] == "sonar":
        words += ["--status", "account:Suspended=suspended"]
    done = operator.run("billing", "map", "isp", *words, "--yes", "--json")
    assert done.code == 0, done.err
    return secrets


def _item(report: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [one for one in report["items"] if one["kind"] == kind]
    return dict(found)


def _written(home: Path) -> bytes:
    """Return everything that was written below a home, but the encrypted vault."""
    files = [one for one in home.rglob("*") if one.is_file() and one.suffix != ".vault"]
    return b"\n".join(one.read_bytes() for one in files)


@pytest.mark.timeout(240)  # some twenty processes, one after the other
def test_an_operator_connects_billing_and_syncs(
    operator: Operator, office: Office, units: list[Unit]
) -> None:
    secrets = _connect(operator, office)
    (system,) = operator.must("billing", "list")
    assert system["automatic"] is False
    check = operator.run("billing", "check", "isp", "--json")
    if system["kind"] == "splynx":
        assert (check.code, check.json["problems"]) == (0, [])
    else:  # it can tell that nobody set its webhooks up
        (problem,) = check.json["problems"]
        assert check.code == 1
        assert "webhook" in problem

    dry = operator.must("sync", "run", "isp", "--dry-run")
    assert dry["state"] == "finished"
    assert {one["kind"] for one in dry["items"]} == {"link"}
    first = operator.must("sync", "run", "isp", "--yes")
    assert len(first["items"]) == len(office.runs)
    assert operator.must("billing", "list")[0]["automatic"] is True

    runs, account = office.runs[0], next(iter(office.book.accounts))
    office.change(lambda: office.book.set_status(account, Standing.SUSPENDED))
    done = operator.run("sync", "run", "isp", "--only", str(account), "--yes", "--json")
    assert done.code == 0, done.err
    assert _item(done.json, "suspend")["outcome"] == "done"
    (shown,) = [
        one for one in operator.must("subscriber", "list") if one["name"] == runs.subscriber
    ]
    assert shown["vlan"] == GARDEN

    (why,) = operator.must("sync", "why", runs.subscriber)
    assert why["intended"]["status"] == "suspended"
    assert why["billing"]["values"]["status"] == "suspended"
    assert operator.must("sync", "show", str(done.json["id"]))["items"] == done.json["items"]
    assert operator.must("sync", "log")[0]["id"] == done.json["id"]
    assert operator.must("sync", "conflicts") == []

    for secret in secrets.values():
        assert secret.encode() not in _written(operator.home)
        assert secret not in done.out + done.err


@pytest.mark.timeout(240)
def test_many_suspensions_need_a_number(operator: Operator, office: Office) -> None:
    _connect(operator, office)
    operator.must("sync", "run", "isp", "--yes")
    office.change(
        lambda: [office.book.set_status(one, Standing.SUSPENDED) for one in office.book.accounts]
    )

    refused = operator.run("sync", "run", "isp", "--yes")
    assert refused.code == 4
    assert "--allow" in refused.err
    names = {one["name"]: one["vlan"] for one in operator.must("subscriber", "list")}
    assert GARDEN not in names.values()

    count = len(office.runs)
    done = operator.run("sync", "run", "isp", "--yes", "--allow", str(count), "--json")
    assert done.code == 0, done.err
    assert {one["outcome"] for one in done.json["items"]} == {"done"}


def test_billing_that_is_away_exits_3_and_changes_nothing(
    operator: Operator, office: Office
) -> None:
    _connect(operator, office)
    office.change(lambda: office.standin.faults.set("error-403"))

    done = operator.run("sync", "run", "isp", "--yes")

    assert done.code == 3
    assert "Nothing was changed" in operator.must("sync", "log")[0]["sentence"]
