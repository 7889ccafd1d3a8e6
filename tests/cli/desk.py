"""The whole program in this process, beside units and a billing system on loopback.

Units and the stand-in live in a loop of a thread of their own, as every command has its own loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from positron_tui.cli.main import run
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.clock import SystemClock
from positron_tui.simulator.billing.book import Book, BookService
from positron_tui.simulator.billing.plant import plant_services
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.cli.harness import Done, Operator

GARDEN = 666
SYSTEM = "isp"
_END_S = 20
_NAMES = ("key", "secret", "hook_secret", "token")
T = TypeVar("T")


class Yard:
    """A thread with a loop in which things are served."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="yard", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_END_S)

    def do(self, act: Callable[[], T]) -> T:
        """Do something where it is served, so that nobody reads it half done."""

        async def done() -> T:
            return act()

        return self.run(done())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_S)
        self._loop.close()


@dataclass
class Desk:
    """An operator's desk: commands, with everything that was ever printed."""

    operator: Operator
    yard: Yard
    standin: SplynxStandIn | SonarStandIn
    units: list[SimServer]
    runs: list[PlantService]
    sold: list[BookService]
    printed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def book(self) -> Book:
        return self.standin.book

    @property
    def said(self) -> dict[str, str]:
        """What the stand-in announced."""
        return dict(self.standin.announcement())

    @property
    def secrets(self) -> dict[str, str]:
        return {name: self.said[name] for name in _NAMES if name in self.said}

    def run(self, *words: str, stdin: str = "") -> Done:
        """Run one command to its end."""
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.operator.environment, clear=True),
            patch("sys.stdin", io.StringIO(stdin)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(words)
        self.words += words
        self.printed += [out.getvalue(), err.getvalue()]
        assert "Traceback" not in err.getvalue(), err.getvalue()
        return Done(code, out.getvalue(), err.getvalue())

    def must(self, *words: str, stdin: str = "") -> Any:
        """Run a command with --json that must succeed, and return its data."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.code == 0, (words, done.err, done.out)
        return done.json

    def connect(self, *options: str) -> Done:
        """Add the billing system."""
        return self.run(
            *("billing", "add", self.said["system"], SYSTEM, "--url", self.said["url"]),
            *("--allow-http", "--secrets-stdin", *options),
            stdin=json.dumps(self.secrets),
        )

    def map(self) -> None:
        """Put billing's plans into the catalogue; give them and the statuses a meaning."""
        for one in self.book.plans.values():
            limited = one.name != "Unlimited"
            down, up = (one.down_kbps // 1000, one.up_kbps // 1000) if limited else (0, 0)
            self.must("plan", "add", one.name, "--down", str(down), "--up", str(up), "--yes")
        words = ["--plans-by-name"]
        if isinstance(self.standin, SonarStandIn):
            words += ["--status", "account:Suspended=suspended"]
        self.must("billing", "map", SYSTEM, *words, "--yes")

    def vlans(self) -> dict[str, int | None]:
        """Return the VLANs that units run, by subscriber."""
        return self.yard.do(
            lambda: {
                one.name: one.vlan
                for unit in self.units
                for one in unit.device.running.subscribers.values()
            }
        )

    def running_texts(self) -> list[str]:
        return self.yard.do(lambda: [one.device.running_text() for one in self.units])

    def account(self, place: int) -> str:
        return str(self.sold[place].account_id)

    def set_status(self, standing: str, *places: int) -> None:
        """Have the office change accounts."""
        accounts = [self.sold[place].account_id for place in places]
        self.yard.do(lambda: [self.book.set_status(one, standing) for one in accounts])


@contextmanager
def desk(home: Path, kind: BillingKind, *, plugged: bool = True, **settings: str) -> Iterator[Desk]:
    """Give a desk whose unit is adopted and whose billing agrees with it, not connected yet.

    Without `plugged` the unit is not there, for what is about billing alone.
    """
    yard = Yard()
    fleet = build_fleet(1, model="GAM-8-CX", endpoints=8, seed=3)
    servers = [SimServer(one) for one in fleet] if plugged else []
    runs = _plant(fleet)
    book, sold = _book(runs)
    made = SplynxStandIn if kind is BillingKind.SPLYNX else SonarStandIn
    standin = made(book)
    environment = {
        "POSITRON_TUI_PROVISIONING__WALLED_GARDEN_VLAN": str(GARDEN),
        "POSITRON_TUI_PROVISIONING__OVERHEAD_PERCENT": "0",
        "POSITRON_TUI_PROVISIONING__SETTLE_GRACE_S": "0",
        "POSITRON_TUI_BILLING__REQUESTS_PER_S": "100",
        **settings,
    }
    # A system that does not answer is asked again at once.
    at_once = patch("positron_tui.billing.http.BACK_OFF_S", (0.0, 0.0))
    try:
        at_once.start()
        for server in [*servers, standin]:
            yard.run(server.start())
        one = Desk(Operator(home, **environment), yard, standin, servers, runs, sold)
        for server in servers:
            _onboard(one, server)
        yield one
    finally:
        at_once.stop()
        for server in [*servers, standin]:
            yard.run(server.stop())
        yard.close()


def _onboard(one: Desk, server: SimServer) -> None:
    known = server.device.secrets
    secrets = {
        "snmp_community": known.snmp_read_community,
        "snmp_write_community": known.snmp_write_community,
        "ssh_password": known.ssh_password,
    }
    done = one.run(
        *("device", "add", server.host, "--snmp-port", str(server.snmp_port)),
        *("--ssh-port", str(server.ssh_port), "--http-port", str(server.http_port)),
        *("--secrets-stdin", "--accept-host-key", "any", "--writable"),
        stdin=json.dumps(secrets),
    )
    assert done.code == 0, done.err
    one.must("adopt", server.device.name, "--yes")


def _plant(fleet: list[SimDevice]) -> list[PlantService]:
    """Return what runs on units, under the names that it has there."""
    names = {
        device.running.endpoints[one.endpoint_id].mac: one.name
        for device in fleet
        for one in device.running.subscribers.values()
        if one.endpoint_id in device.running.endpoints
    }
    return [replace(one, subscriber=names[one.mac]) for one in plant_services(fleet)]


def _book(runs: list[PlantService]) -> tuple[Book, list[BookService]]:
    """Return a book that agrees with the plant, and its services in the plant's order."""
    book = Book(SystemClock())
    sold = []
    plans = {
        one.plan: book.add_plan(one.plan, one.down_kbps, one.up_kbps).plan_id
        for one in {one.plan: one for one in runs}.values()
    }
    for one in runs:
        account = book.add_account(one.subscriber, "active")
        custom = {"vlan": str(one.vlan), "gam": one.device, "gam_port": one.port, "gam_state": ""}
        sold.append(
            book.add_service(account.account_id, plans[one.plan], one.mac.upper(), custom=custom)
        )
    return book, sold
