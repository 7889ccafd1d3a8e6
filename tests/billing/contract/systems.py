"""The systems that the contract is tested with: a stand-in, and how its adapter is made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from positron_tui.billing.contract import BillingAdapter, BillingSecrets, Connection, Login
from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.billing.splynx.adapter import SplynxAdapter
from positron_tui.domain.billing import BillingKind
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.deliveries import HookDeliveries
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.sonar.rows import SECRET_VALUES, STATUS_NAMES
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from positron_tui.simulator.billing.splynx.quirks import Quirks
from positron_tui.simulator.billing.splynx.server import SplynxStandIn
from positron_tui.simulator.billing.splynx.shapes import planted_secret, status_word
from tests.billing.stand import Waits
from tests.clocks import FrozenClock

PAGE_SIZE = 7
HOOK_PATH = "unguessable-path-81723"


class System(ABC):
    """A stand-in that runs and what the suite has to know of it.

    `mac_field` and `vlan_field` are the dotted names of fields that are written, `read_only` one
    that cannot be. Adapters are closed by the fixture.
    """

    mac_field: str
    vlan_field: str
    read_only: str
    service_statuses: bool
    writes_have_answers: bool

    def __init__(self, book: Book, clock: FrozenClock) -> None:
        self.book = book
        self.clock = clock
        self.waits = Waits()
        self.adapters: list[BillingAdapter] = []

    @property
    @abstractmethod
    def faults(self) -> BillingFaults: ...

    @property
    @abstractmethod
    def hooks(self) -> HookDeliveries: ...

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None: ...

    @abstractmethod
    def make(self, *, wrong_secrets: bool = False, **settings: Any) -> BillingAdapter:
        """Return an adapter; `settings` are fields of its Connection."""

    @abstractmethod
    def status(self, standing: str) -> str:
        """Return the system's word for the status of an account."""

    @abstractmethod
    def secrets(self) -> Sequence[str]:
        """Return everything that must never be seen anywhere."""

    def adapter(self, *, wrong_secrets: bool = False, **settings: Any) -> BillingAdapter:
        made = self.make(wrong_secrets=wrong_secrets, **settings)
        self.adapters.append(made)
        return made


class Splynx(System):
    """The stand-in for Splynx; `quirks` and `stand_in` may be used by tests of Splynx alone."""

    mac_field = "service.mac"
    vlan_field = "service.custom.vlan"
    read_only = "service.plan"
    service_statuses = True
    writes_have_answers = False

    def __init__(self, book: Book, clock: FrozenClock) -> None:
        super().__init__(book, clock)
        self.quirks = Quirks()
        self.stand_in = SplynxStandIn(book, quirks=self.quirks, clock=clock, seed=3)
        self.nonces: list[int] = []

    @property
    def faults(self) -> BillingFaults:
        return self.stand_in.faults

    @property
    def hooks(self) -> HookDeliveries:
        return self.stand_in.hooks

    async def start(self) -> None:
        await self.stand_in.start()

    async def stop(self) -> None:
        await self.stand_in.stop()

    def make(self, *, wrong_secrets: bool = False, **settings: Any) -> SplynxAdapter:
        connection = Connection(
            "isp",
            BillingKind.SPLYNX,
            self.stand_in.url,
            login=Login.TOKEN,
            allow_http=True,
            requests_per_s=0,
            page_size=PAGE_SIZE,
        )
        secret = "not-the-right-secret" if wrong_secrets else self.stand_in.gate.secret
        secrets = BillingSecrets(
            key=self.stand_in.gate.key, secret=secret, hook_secret=self.stand_in.hook_secret
        )
        return SplynxAdapter(
            replace(connection, **settings),
            secrets,
            self.next_nonce,
            clock=self.clock,
            sleep=self.waits,
        )

    async def next_nonce(self, floor: int) -> int:
        self.nonces.append(max(floor, self.nonces[-1] + 1 if self.nonces else 0))
        return self.nonces[-1]

    def status(self, standing: str) -> str:
        return status_word(standing)

    def secrets(self) -> Sequence[str]:
        gate = self.stand_in.gate
        planted = [planted_secret("customer", number) for number in self.book.accounts]
        for number in self.book.services:
            planted += [planted_secret("service", number), planted_secret("wifi", number)]
        return [gate.key, gate.secret, self.stand_in.hook_secret, *gate.all_tokens, *planted]


class Sonar(System):
    """The stand-in for Sonar; its webhooks go nowhere, and are not sent again within a test."""

    mac_field = "equipment.mac"
    vlan_field = "account.custom.vlan"
    read_only = "service.plan"
    service_statuses = False
    writes_have_answers = True

    def __init__(self, book: Book, clock: FrozenClock) -> None:
        super().__init__(book, clock)
        url = f"http://127.0.0.1:9/hooks/{HOOK_PATH}"
        self.stand_in = SonarStandIn(book, hooks_url=url, seed=3)

    @property
    def faults(self) -> BillingFaults:
        return self.stand_in.faults

    @property
    def hooks(self) -> HookDeliveries:
        (outbox,) = self.stand_in.webhooks.outboxes.values()
        return outbox

    async def start(self) -> None:
        await self.stand_in.start()

    async def stop(self) -> None:
        await self.stand_in.stop()

    def make(self, *, wrong_secrets: bool = False, **settings: Any) -> SonarAdapter:
        connection = Connection(
            "isp",
            BillingKind.SONAR,
            self.stand_in.url,
            allow_http=True,
            requests_per_s=0,
            page_size=PAGE_SIZE,
        )
        token = "not-the-right-token" if wrong_secrets else self.stand_in.token
        return SonarAdapter(
            replace(connection, **settings),
            BillingSecrets(token=token, hook_path=HOOK_PATH),
            clock=self.clock,
            sleep=self.waits,
        )

    def status(self, standing: str) -> str:
        return STATUS_NAMES[Standing(standing)]

    def secrets(self) -> Sequence[str]:
        return [self.stand_in.token, HOOK_PATH, *SECRET_VALUES.values()]


SYSTEMS: dict[str, type[System]] = {"splynx": Splynx, "sonar": Sonar}
