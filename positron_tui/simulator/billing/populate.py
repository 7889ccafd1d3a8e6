"""Made-up books: repeatable from a seed, with something of everything that people type."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import format_mac, parse_mac
from positron_tui.simulator.billing.book import DEVICE, PORT, VLAN, Book, Standing

MOST_ACCOUNTS = 200_000
_PLANS = (
    ("Home 25", 25_000, 25_000, 1_900),
    ("Home 50", 50_000, 50_000, 2_400),
    ("Home 100", 100_000, 100_000, 2_900),
    ("Home 250", 250_000, 250_000, 3_900),
    ("Home 500", 500_000, 500_000, 4_900),
    ("Business 500/250", 500_000, 250_000, 9_900),
)
_FIRST = ("Ana", "Björn", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hanna", "Ivo", "Joan")
_LAST = ("Alder", "O'Neil", "Costa", "Łukasik", "Meyer", "Novak", "Ortiz", "Quinn", "Rossi", "Zhu")
_FIRMS = ("Harbour Café", "[Red] & Sons Ltd", "Lee, Park & Co.", "Mill Lane Dental")
_STREETS = ("Birch Road", "Mill Lane", "Harbour Street", "Station Road", "Chapel Hill")
_CITIES = ("Northport", "Ashby", "Lindenau")
_OUI = 0x000ED8 << 24
# Of 100 accounts: how many have which standing.
_STANDINGS = {
    Standing.ACTIVE: 88,
    Standing.SUSPENDED: 6,
    Standing.CANCELLED: 4,
    Standing.NEW: 2,
}


@dataclass(frozen=True, slots=True)
class PlantService:
    """A service as it runs on a simulated unit, for a book that matches it.

    `port` is the unit's own name of it; `mac` that of the endpoint; rates in kbit/s.
    """

    device: str
    site: str
    port: str
    mac: str
    vlan: int | None
    plan: str
    down_kbps: int
    up_kbps: int
    subscriber: str


def build_book(accounts: int, seed: int, clock: Clock, plant: Sequence[PlantService] = ()) -> Book:
    """Return a book of that many accounts; equal arguments give equal books.

    The first accounts are those of the plant: about nine of ten agree with what runs there, the
    others differ in status, plan or MAC. Raises UsageError for a number out of range.
    """
    if not 0 <= accounts <= MOST_ACCOUNTS:
        raise UsageError(f"A book holds 0 to {MOST_ACCOUNTS} accounts; {accounts} is out of range.")
    book = Book(clock)
    rng = random.Random(f"book {seed}")
    for plan in _PLANS:
        book.add_plan(*plan)
    for number in range(accounts):
        if number < len(plant):
            _from_plant(book, plant[number], number, rng)
        else:
            _made_up(book, number, rng)
    # What was there from the start is no news.
    book.events.clear()
    return book


def _from_plant(book: Book, runs: PlantService, number: int, rng: random.Random) -> None:
    differs = number % 10 == 9
    way = number // 10 % 4 if differs else None
    status = Standing.SUSPENDED if way == 0 else Standing.ACTIVE
    plan_id = _plan_of(book, runs)
    if way == 1:
        plan_id = plan_id % len(_PLANS) + 1
    mac = {2: "", 3: format_mac(_endpoint(rng))}.get(way or 0, runs.mac)
    created = book.clock.now() - timedelta(days=rng.randint(5, 900))
    account = book.add_account(
        runs.subscriber or _name(number, rng),
        status,
        street=runs.site,
        city=_CITIES[0],
        custom={"building": runs.site},
        created_at=created,
    )
    custom = {DEVICE: runs.device, PORT: runs.port}
    if runs.vlan is not None:
        custom[VLAN] = str(runs.vlan)
    book.add_service(
        account.account_id,
        plan_id,
        _typed(mac, rng) if mac else "",
        inventoried=rng.random() < 0.8,
        custom=custom,
        created_at=created,
    )


def _plan_of(book: Book, runs: PlantService) -> int:
    """Return the plan with these rates, which is made where there is none."""
    for plan in book.plans.values():
        if (plan.down_kbps, plan.up_kbps) == (runs.down_kbps, runs.up_kbps):
            return plan.plan_id
    return book.add_plan(runs.plan, runs.down_kbps, runs.up_kbps).plan_id


def _made_up(book: Book, number: int, rng: random.Random) -> None:
    created = book.clock.now() - timedelta(days=rng.randint(5, 900))
    account = book.add_account(
        _name(number, rng),
        rng.choices(list(_STANDINGS), list(_STANDINGS.values()))[0],
        street=f"{rng.choice(_STREETS)} {rng.randint(1, 90)}",
        city=rng.choice(_CITIES),
        custom={"building": rng.choice(_STREETS)},
        created_at=created,
    )
    services = 0 if number % 50 == 49 else 2 if number % 12 == 11 else 1
    for place in range(services):
        custom = {DEVICE: f"gam-{number % 40 + 1:02d}", PORT: f"G.hn 1/{number % 24 + 1}"}
        if number % 4:
            custom[VLAN] = str(100 + number % 3_000 + place)
        book.add_service(
            account.account_id,
            rng.randint(1, len(_PLANS)),
            _mac_field(number, rng),
            status="stopped" if number % 40 == 39 else "active",
            inventoried=rng.random() < 0.8,
            custom=custom,
            created_at=created,
        )


def _name(number: int, rng: random.Random) -> str:
    if number % 17 == 16:
        return f"{rng.choice(_FIRMS)} {number + 1}"
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {number + 1}"


def _endpoint(rng: random.Random) -> bytes:
    return (_OUI + 0x800000 + rng.randrange(0x700000)).to_bytes(6, "big")


def _mac_field(number: int, rng: random.Random) -> str:
    """Return what somebody typed into the field: mostly one address, in some spelling."""
    if number % 20 == 19:
        return ""
    if number % 60 == 58:
        return rng.choice(("n/a", "00:0e:d8:12", "see ticket 812"))
    first = _typed(format_mac(_endpoint(rng)), rng)
    if number % 15 == 14:
        return first + rng.choice((", ", ",", " ")) + _typed(format_mac(_endpoint(rng)), rng)
    return first


def _typed(mac: str, rng: random.Random) -> str:
    """Return an address in one of the spellings that people use, mostly the plain ones."""
    digits = parse_mac(mac).replace(":", "")
    pairs = [digits[place : place + 2] for place in range(0, 12, 2)]
    spellings = (
        digits.upper(),
        ":".join(pairs).upper(),
        ":".join(pairs),
        "-".join(pairs).upper(),
        ".".join(digits[place : place + 4] for place in (0, 4, 8)),
        digits,
    )
    return rng.choices(spellings, (40, 30, 15, 5, 5, 5))[0]
