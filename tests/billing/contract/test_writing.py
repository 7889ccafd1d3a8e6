"""What is written back: just that, once, and an honest word on whether it was done."""

from __future__ import annotations

import pytest

from positron_tui.billing.contract import BillingAdapter
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import (
    BillingBusy,
    BillingError,
    BillingIndeterminate,
    BillingRejected,
    BillingUnreachable,
    PositronError,
)
from positron_tui.domain.mac import parse_mac
from tests.billing.contract.systems import System

NEW_MAC = "00:0e:d8:12:34:56"


async def read(system: System, adapter: BillingAdapter) -> BillingService:
    """Return a service with one address."""
    number = next(
        one.account_id
        for one in system.book.services.values()
        if one.mac and len(one.mac) == 17 and one.inventoried
    )
    found = await adapter.account(str(number))
    assert found
    return found[0]


async def test_a_mac_is_written_and_read_back(system: System) -> None:
    adapter = system.adapter()
    service = await read(system, adapter)
    await adapter.write(service, {system.mac_field: NEW_MAC})
    assert parse_mac(system.book.service(int(service.service_id)).mac) == NEW_MAC
    after = await adapter.account(service.account_id)
    assert after is not None
    assert parse_mac(after[0].fields[system.mac_field]) == NEW_MAC


async def test_nothing_else_changes(system: System) -> None:
    adapter = system.adapter()
    service = await read(system, adapter)
    await adapter.write(service, {system.vlan_field: "812"})
    after = await adapter.account(service.account_id)
    assert after is not None
    differing = {
        name
        for name, text in after[0].fields.items()
        if text != service.fields.get(name) and "update" not in name
    }
    assert differing == {system.vlan_field}
    assert after[0].fields[system.vlan_field] == "812"


async def test_a_field_that_is_read_only_is_refused_before_anything_is_sent(
    system: System,
) -> None:
    adapter = system.adapter()
    service = await read(system, adapter)
    events = len(system.book.events)
    with pytest.raises(BillingRejected, match="cannot be written"):
        await adapter.write(service, {system.vlan_field: "812", system.read_only: "Home 25"})
    assert len(system.book.events) == events


async def test_a_note_is_added_and_found(system: System) -> None:
    adapter = system.adapter()
    assert await adapter.has_note("2", "change 4711") is False
    await adapter.add_note("2", "Installed on gam-01 port 3 (change 4711)")
    assert await adapter.has_note("2", "change 4711") is True
    assert await adapter.has_note("3", "change 4711") is False
    (note,) = system.book.notes_of(2)
    assert note.text == "Installed on gam-01 port 3 (change 4711)"


@pytest.mark.parametrize(
    ("fault", "error", "done"),
    [
        ("drop-after-write", BillingIndeterminate, True),
        ("drop-before-write", BillingIndeterminate, False),
        ("cut-body", BillingIndeterminate, True),
        ("error-500", BillingIndeterminate, False),
        ("error-503", BillingIndeterminate, False),
        ("html", BillingIndeterminate, False),
        ("garbage", BillingIndeterminate, False),
        ("hang", BillingIndeterminate, False),
        ("error-429", BillingBusy, False),
        ("error-403", BillingError, False),
    ],
)
@pytest.mark.parametrize("what", ["field", "note"])
async def test_a_write_is_sent_once_and_never_called_done_without_a_word(
    system: System, fault: str, error: type[PositronError], done: bool, what: str
) -> None:
    adapter = system.adapter(read_timeout_s=0.2, connect_timeout_s=0.2)
    service = await read(system, adapter)
    if fault == "cut-body" and what == "field" and not system.writes_have_answers:
        pytest.skip("the answer to this write has no body to cut")
    events = len(system.book.events)
    system.faults.set(fault)
    note, field = what == "note", {system.vlan_field: "812"}
    work = adapter.add_note(service.account_id, "x") if note else adapter.write(service, field)
    with pytest.raises(error):
        await work
    assert len(system.book.events) - events == done
    assert system.faults.struck[fault] == 1


async def test_nothing_is_open_where_nothing_was_sent(system: System) -> None:
    adapter = system.adapter()
    service = await read(system, adapter)
    await system.stop()
    with pytest.raises(BillingUnreachable):
        await adapter.write(service, {system.vlan_field: "812"})


async def test_what_a_system_refuses_has_its_own_words(system: System) -> None:
    adapter = system.adapter()
    service = await read(system, adapter)
    system.book.delete_account(int(service.account_id))
    with pytest.raises(BillingRejected):
        await adapter.write(service, {system.vlan_field: "812"})
