"""Writing back to Sonar: what arrives in the book, and what is refused before anything is sent."""

from __future__ import annotations

import pytest

from positron_tui.billing.sonar.adapter import SonarAdapter
from positron_tui.billing.sonar.writing import spelled_like
from positron_tui.domain.billing import BillingService
from positron_tui.domain.errors import BillingIndeterminate, BillingRejected
from positron_tui.simulator.billing.book import Book, Standing
from positron_tui.simulator.billing.sonar.server import SonarStandIn
from tests.billing.sonar.conftest import MAC_1, MAC_2, MAC_3, Connect, customer


async def first(adapter: SonarAdapter, account_id: str) -> BillingService:
    services = await adapter.account(account_id)
    assert services
    return services[0]


async def mac(adapter: SonarAdapter, account_id: str) -> str:
    return (await first(adapter, account_id)).fields["equipment.mac"]


def mutations(sonar: SonarStandIn) -> list[str]:
    return [text.split("(")[0].split()[-1] for text in sonar.asked if "mutation" in text]


async def test_a_status_is_written_by_its_name(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    await adapter.write(await first(adapter, account_id), {"account.status": "Suspended"})
    assert book.account(int(account_id)).status == Standing.SUSPENDED
    service = await first(adapter, account_id)
    with pytest.raises(BillingRejected, match=r"no account status 'Gone'; it has: .*Active"):
        await adapter.write(service, {"account.status": "Gone", "account.custom.vlan": "7"})
    assert service.fields["account.custom.vlan"] == ""
    assert mutations(sonar) == ["SetStatus"]


async def test_a_status_that_is_new_in_sonar_is_known(book: Book, adapter: SonarAdapter) -> None:
    account_id = customer(book)
    service = await first(adapter, account_id)
    customer(book, status="Seasonal")
    await adapter.write(service, {"account.status": "Seasonal"})
    assert (await first(adapter, account_id)).account_status == "Seasonal"


async def test_two_statuses_of_one_name_are_not_guessed_between(
    book: Book, adapter: SonarAdapter
) -> None:
    customer(book, status="Active")
    with pytest.raises(BillingRejected, match="several account statuses named 'Active'"):
        await adapter.write(await first(adapter, "1"), {"account.status": "Active"})


async def test_custom_fields_are_set_and_cleared_in_one_request(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account = book.add_account("Ana", custom={"building": "North"})
    service = book.add_service(account.account_id, 1, custom={"vlan": "204"})
    values = {
        "account.custom.building": "",
        "account.custom.vlan": "205",
        "account.custom.gam_state": "running",
    }
    await adapter.write(await first(adapter, "1"), values)
    fields = (await first(adapter, "1")).fields
    assert {name: fields[name] for name in values} == values
    assert book.service(service.service_id).custom["vlan"] == "205"
    assert mutations(sonar) == ["SetCustom"]


async def test_yes_and_no_have_the_form_of_sonar(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    field = next(one for one in sonar.tables.custom_fields.values() if one["name"] == "gam_state")
    field |= {"type": "BOOLEAN", "required": True}
    service = await first(adapter, account_id)
    await adapter.write(service, {"account.custom.gam_state": "yes"})
    assert book.account(int(account_id)).custom["gam_state"] == "1"
    for value, words in (("perhaps", "neither"), ("", "must not be empty")):
        with pytest.raises(BillingRejected, match=words):
            await adapter.write(service, {"account.custom.gam_state": value})


@pytest.mark.parametrize("name", ["account.name", "service.plan", "account.custom.", "other"])
async def test_other_fields_are_refused(
    name: str, book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    service = await first(adapter, customer(book))
    with pytest.raises(BillingRejected, match="cannot be written"):
        await adapter.write(service, {name: "x", "account.custom.vlan": "7"})
    with pytest.raises(BillingRejected, match="no custom field 'colour'"):
        await adapter.write(service, {"account.custom.colour": "red", "equipment.mac": MAC_1})
    assert mutations(sonar) == []


async def test_the_mac_of_equipment_keeps_its_spelling(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book, "000E.D8AA.0001")
    await adapter.write(await first(adapter, account_id), {"equipment.mac": MAC_2})
    assert book.service(1).mac == "000E.D800.0002"
    assert await mac(adapter, account_id) == MAC_2
    await adapter.write(await first(adapter, account_id), {"equipment.mac": ""})
    assert await mac(adapter, account_id) == ""
    assert mutations(sonar) == ["SetItemFields", "SetItemFields"]


async def test_only_what_differs_is_written(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book, f"{MAC_1}, {MAC_2}")
    service = await first(adapter, account_id)
    await adapter.write(service, {"equipment.mac": f"{MAC_2}, {MAC_1}"})
    assert mutations(sonar) == []
    await adapter.write(service, {"equipment.mac": f"{MAC_3}, {MAC_2}"})
    assert mutations(sonar) == ["SetItemFields"]
    assert await mac(adapter, account_id) == f"{MAC_3}, {MAC_2}"


async def test_addresses_outside_of_the_inventory_are_changed_added_and_taken_away(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    for wanted in (MAC_1, MAC_2, f"{MAC_2}, {MAC_3}", MAC_3, ""):
        await adapter.write(await first(adapter, account_id), {"equipment.mac": wanted})
        assert await mac(adapter, account_id) == wanted
    assert mutations(sonar) == ["AddMac", "SetMac", "AddMac", "DeleteMac", "DeleteMac"]


async def test_equipment_without_an_address_takes_it(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book)
    sonar.tables.add_item(int(account_id), {"Serial": "SN1"})
    await adapter.write(await first(adapter, account_id), {"equipment.mac": MAC_1})
    assert mutations(sonar) == ["SetItemFields"]
    assert await mac(adapter, account_id) == MAC_1


async def test_what_has_no_place_is_refused_before_anything_is_sent(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    service = await first(adapter, customer(book, MAC_1))
    with pytest.raises(BillingRejected, match=f"no equipment .* {MAC_3}"):
        await adapter.write(service, {"equipment.mac": f"{MAC_2}, {MAC_3}"})
    with pytest.raises(BillingRejected, match="not a MAC address"):
        await adapter.write(service, {"equipment.mac": "n/a"})
    book.delete_service(1)
    with pytest.raises(BillingRejected, match="no longer in Sonar"):
        await adapter.write(service, {"equipment.mac": MAC_2})
    assert mutations(sonar) == []


async def test_addresses_that_two_services_share_are_not_guessed_between(
    book: Book, sonar: SonarStandIn, adapter: SonarAdapter
) -> None:
    account_id = customer(book, MAC_1, inventoried=False)
    book.add_service(int(account_id), 2)
    with pytest.raises(BillingRejected, match="several of its services"):
        await adapter.write(await first(adapter, account_id), {"equipment.mac": MAC_2})
    item = sonar.tables.add_item(int(account_id), {"MAC Address": MAC_3})
    sonar.tables.extras(int(account_id)).links[item] = 1
    sonar.tables.make(int(account_id))
    await adapter.write(await first(adapter, account_id), {"equipment.mac": MAC_2})
    services = await adapter.account(account_id)
    assert services is not None
    assert [one.fields["equipment.mac"] for one in services] == [MAC_2, MAC_1]


async def test_notes_are_put_and_found(book: Book, adapter: SonarAdapter) -> None:
    account_id = customer(book)
    assert await adapter.has_note(account_id, "change-17") is False
    await adapter.add_note(account_id, "Installed on gam-1 [change-17]")
    assert await adapter.has_note(account_id, "change-17") is True
    assert await adapter.has_note(customer(book), "change-17") is False
    assert await adapter.has_note("999", "change-17") is None


@pytest.mark.parametrize(("fault", "done"), [("before", False), ("after", True)])
async def test_a_write_without_an_answer_is_not_repeated(
    fault: str, done: bool, book: Book, sonar: SonarStandIn, connect: Connect
) -> None:
    account_id = customer(book)
    adapter = connect()
    sonar.faults.set(f"drop-{fault}-write=1x")
    with pytest.raises(BillingIndeterminate, match="nobody knows"):
        await adapter.add_note(account_id, "once")
    assert await adapter.has_note(account_id, "once") is done
    assert len(book.notes) == int(done)


async def test_what_sonar_says_to_a_refused_write_is_told(adapter: SonarAdapter) -> None:
    with pytest.raises(BillingRejected, match="No account was found for the ID 41"):
        await adapter.add_note("41", "nobody")


@pytest.mark.parametrize(
    ("example", "spelled"),
    [
        ("00:11:22:AA:BB:CC", "00:0E:D8:00:00:01"),
        ("001122aabbcc", "000ed8000001"),
        ("0011.22aa.bbcc", "000e.d800.0001"),
        ("00-11-22-AA-BB-CC", "00-0E-D8-00-00-01"),
        ("see ticket", "00:0e:d8:00:00:01"),
        ("", "00:0e:d8:00:00:01"),
    ],
)
def test_an_address_is_spelled_as_the_one_before(example: str, spelled: str) -> None:
    assert spelled_like(MAC_1, example) == spelled
