"""Hooks that the stand-in really sends, checked and reduced by the adapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positron_tui.domain.billing import HookEvent
from positron_tui.simulator.billing.book import Book, Standing
from tests.billing.contract.systems import System

NOWHERE = "http://127.0.0.1:9/hooks"


def told(system: System, change: Callable[[Book], object]) -> list[HookEvent]:
    """Return what the hooks of a change tell."""
    adapter = system.adapter()
    system.hooks.url = NOWHERE
    before = len(system.hooks.log)
    change(system.book)
    found: list[HookEvent] = []
    for delivery in list(system.hooks.log)[before:]:
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        found.extend(adapter.hook(headers, delivery.body))
    return found


def account_of(book: Book) -> int:
    return book.services[3].account_id


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.set_status(account_of(book), Standing.SUSPENDED),
        lambda book: book.set_plan(3, book.services[3].plan_id % 5 + 1),
        lambda book: book.set_mac(3, "00:0e:d8:12:34:56"),
        lambda book: book.delete_service(3),
    ],
    ids=["status", "plan", "mac", "delete"],
)
async def test_a_change_hints_at_its_account(
    system: System, change: Callable[[Book], object]
) -> None:
    account = str(account_of(system.book))
    events = [one for one in told(system, change) if one.relevant]
    assert events
    # A hook may name the account, the service, or only that there was something.
    assert {one.account_id for one in events} <= {account, None}
    assert {one.service_id for one in events} <= {"3", None}


async def test_our_own_notes_cause_no_reading(system: System) -> None:
    events = told(system, lambda book: book.add_note(2, "hello", by="api"))
    assert not any(one.relevant for one in events)


async def test_what_was_missed_can_be_asked_for(system: System) -> None:
    events, _cursor = await system.adapter().missed_hooks(None)
    assert events == ()
