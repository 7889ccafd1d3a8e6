"""A Sonar on loopback with a small book, and adapters that ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from positron_tui.billing.contract import BillingSecrets, Connection
from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.domain.billing import BillingKind
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.stand import Waits
from tests.clocks import FrozenClock

HOOK_PATH = "unguessable-path-81723"
MAC_1, MAC_2, MAC_3 = ("00:0e:d8:00:00:01", "00:0e:d8:00:00:02", "00:0e:d8:00:00:03")
Connect = Callable[..., SonarAdapter]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def book(clock: FrozenClock) -> Book:
    """Return a book of two plans and no account."""
    found = Book(clock)
    found.add_plan("Home 100", 100_000, 20_000)
    found.add_plan("Home 500", 500_000, 100_000)
    return found


@pytest.fixture
async def sonar(book: Book) -> AsyncIterator[SonarStandIn]:
    stand_in = SonarStandIn(book)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def connect(sonar: SonarStandIn, clock: FrozenClock, waits: Waits) -> AsyncIterator[Connect]:
    """Yield what makes an adapter; keywords are those of the connection."""
    made: list[SonarAdapter] = []

    def connected(token: str | None = None, **settings: Any) -> SonarAdapter:
        connection = Connection(
            "isp",
            BillingKind.SONAR,
            sonar.url,
            allow_http=True,
            **{"requests_per_s": 0, "read_timeout_s": 5, **settings},
        )
        secrets = BillingSecrets(token=token or sonar.token, hook_path=HOOK_PATH)
        made.append(SonarAdapter(connection, secrets, clock=clock, sleep=waits))
        return made[-1]

    yield connected
    for adapter in made:
        await adapter.close()


@pytest.fixture
def adapter(connect: Connect) -> SonarAdapter:
    return connect()


def customer(
    book: Book, mac: str = "", *, inventoried: bool = True, status: str = Standing.ACTIVE
) -> str:
    """Add an account with one service and return the account's id."""
    account = book.add_account("Ana Alder", status, street="Mill Lane 3", city="Ashby")
    book.add_service(account.account_id, 1, mac, inventoried=inventoried)
    return str(account.account_id)
