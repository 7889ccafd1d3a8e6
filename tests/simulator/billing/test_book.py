"""The book behind the stand-ins: repeatable, and every change is told."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from positron_tui.domain.errors import NotFound, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.simulator.billing.book import Action, Book, BookEvent, Standing, What
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.office import change_something
from positron_tui.simulator.billing.populate import PlantService, build_book
from tests.clocks import FrozenClock


def plant(count: int) -> list[PlantService]:
    return [
        PlantService(
            "gam-01",
            "Birch Court",
            f"G.hn 1/{n + 1}",
            f"00:0e:d8:00:00:{n:02x}",
            100 + n,
            "Home 100",
            100_000,
            100_000,
            f"Unit {n}",
        )
        for n in range(count)
    ]


def small() -> tuple[Book, list[BookEvent]]:
    book = build_book(3, 1, FrozenClock())
    told: list[BookEvent] = []
    book.on_event.append(told.append)
    return book, told


def test_the_same_seed_makes_the_same_book() -> None:
    one, two, other = (build_book(300, seed, FrozenClock()) for seed in (4, 4, 5))
    assert one.accounts == two.accounts
    assert one.services == two.services
    assert one.services != other.services
    assert not one.events


def test_a_made_up_book_has_something_of_everything() -> None:
    book = build_book(1_000, 3, FrozenClock())
    assert len(book.accounts) == 1_000
    per_account = Counter(len(book.services_of(number)) for number in book.accounts)
    assert {0, 1, 2} <= set(per_account)
    assert {account.status for account in book.accounts.values()} == set(Standing)
    macs = [service.mac for service in book.services.values()]
    assert "" in macs
    assert any("," in mac for mac in macs)
    assert any("-" in mac for mac in macs)
    assert any(mac.isalnum() and len(mac) == 12 for mac in macs)


def test_most_services_of_a_plant_agree_with_it() -> None:
    book = build_book(45, 3, FrozenClock(), plant(40))
    agreeing = 0
    for number, runs in enumerate(plant(40), start=1):
        account, (service,) = book.account(number), book.services_of(number)
        assert service.custom["gam"] == "gam-01"
        plan = book.plan(service.plan_id)
        agreeing += (
            account.status == Standing.ACTIVE
            and plan.down_kbps == runs.down_kbps
            and bool(service.mac)
            and parse_mac(service.mac) == runs.mac
        )
    assert agreeing == 36
    assert len(book.accounts) == 45


def test_every_change_is_told_with_what_was_and_is() -> None:
    book, told = small()
    book.set_status(1, Standing.SUSPENDED)
    service = book.services_of(1)[0]
    book.change_service(service.service_id, custom={"vlan": "77"}, by="api")
    assert [(one.what, one.action, one.by) for one in told] == [
        (What.ACCOUNT, Action.EDIT, "admin"),
        (What.SERVICE, Action.EDIT, "api"),
    ]
    assert (told[0].before, told[0].after) == ({"status": "active"}, {"status": "suspended"})
    assert book.service(service.service_id).custom == {**service.custom, "vlan": "77"}
    assert [one.number for one in book.events] == [one.number for one in told]


def test_setting_what_is_there_is_no_change() -> None:
    book, told = small()
    book.set_status(1, book.account(1).status)
    assert told == []


def test_a_deleted_account_takes_its_services_along() -> None:
    book, told = small()
    (service,) = book.services_of(2)
    book.delete_account(2)
    assert [(one.what, one.action) for one in told] == [
        (What.SERVICE, Action.DELETE),
        (What.ACCOUNT, Action.DELETE),
    ]
    with pytest.raises(NotFound):
        book.service(service.service_id)
    assert book.services_of(2) == []


def test_a_book_of_nonsense_size_is_refused() -> None:
    with pytest.raises(UsageError):
        build_book(-1, 0, FrozenClock())


def test_a_fault_strikes_always_in_part_or_some_times() -> None:
    faults = BillingFaults(1)
    faults.set("error-500")
    faults.set("garbage=2x")
    faults.set("hooks-lose=0.25")
    assert all(faults.strikes("error-500") for _ in range(3))
    assert [faults.strikes("garbage") for _ in range(4)] == [True, True, False, False]
    lost = sum(faults.strikes("hooks-lose") for _ in range(1_000))
    assert 200 < lost < 300
    assert faults.struck["hooks-lose"] == lost
    faults.set("error-500=off")
    assert not faults.strikes("error-500")


@pytest.mark.parametrize("text", ["explode", "slow=x", "slow=-1", "hooks-lose=2", "garbage=two"])
def test_a_fault_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        BillingFaults().set(text)


def test_an_office_changes_all_sorts_of_things_and_keeps_most_people_in() -> None:
    books = [build_book(60, 1, FrozenClock()) for _ in range(2)]
    for book in books:
        rng = random.Random(8)
        for _ in range(400):
            change_something(book, rng)
    assert books[0].services == books[1].services
    kinds = {(one.what, one.action) for one in books[0].events}
    assert len(kinds) >= 5
    suspended = [one for one in books[0].accounts.values() if one.status == Standing.SUSPENDED]
    assert 0 < len(suspended) < 0.2 * len(books[0].accounts)
