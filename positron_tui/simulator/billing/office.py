"""The people in the billing office: now and then one of them changes something."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from positron_tui.domain.mac import format_mac
from positron_tui.simulator.billing.book import Book, Standing

_SUSPENDED_AT_MOST = 0.1


def change_something(book: Book, rng: random.Random) -> None:
    """Do one of the usual changes; equal books and generators change equally."""
    if not book.services or not book.plans:
        return
    change = rng.choice((_swap_box, _change_plan, _pay_or_not, _move_in, _write_note))
    change(book, rng)


async def work(
    book: Book,
    every_s: float,
    seed: int,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Change something every so many seconds until it is cancelled."""
    rng = random.Random(f"office {seed}")
    while True:
        await sleep(every_s)
        change_something(book, rng)


def _swap_box(book: Book, rng: random.Random) -> None:
    book.set_mac(_service(book, rng), _new_mac(rng))


def _change_plan(book: Book, rng: random.Random) -> None:
    book.set_plan(_service(book, rng), rng.choice(list(book.plans)))


def _pay_or_not(book: Book, rng: random.Random) -> None:
    """Suspend somebody, or let somebody back in when there are too many of those."""
    suspended = [n for n, one in book.accounts.items() if one.status == Standing.SUSPENDED]
    active = [n for n, one in book.accounts.items() if one.status == Standing.ACTIVE]
    enough = len(suspended) > _SUSPENDED_AT_MOST * len(book.accounts)
    if suspended and (enough or not active or rng.random() < 0.5):
        book.set_status(rng.choice(suspended), Standing.ACTIVE)
    elif active:
        book.set_status(rng.choice(active), Standing.SUSPENDED)


def _move_in(book: Book, rng: random.Random) -> None:
    account = book.add_account(f"Moved In {len(book.accounts) + 1}")
    book.add_service(account.account_id, rng.choice(list(book.plans)), _new_mac(rng))


def _write_note(book: Book, rng: random.Random) -> None:
    account_id = book.services[_service(book, rng)].account_id
    book.add_note(account_id, "Called about the invoice.")


def _service(book: Book, rng: random.Random) -> int:
    return rng.choice(list(book.services))


def _new_mac(rng: random.Random) -> str:
    return format_mac((0x000ED8 << 24 | rng.randrange(1 << 24)).to_bytes(6, "big")).upper()
