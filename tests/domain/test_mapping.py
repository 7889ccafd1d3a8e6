"""Billing's words on the plant: MACs, plans, statuses, places, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.billing import BillingKind, BillingPlan, BillingService
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.mapping import (
    BillingMapping,
    FieldSource,
    Meaning,
    Owner,
    default_mapping,
    device_words,
    service_name,
    sold,
)
from positron_tui.domain.mapping_document import mapping_document, read_mapping
from positron_tui.domain.names import MAX_NAME, name_problem

SPLYNX = replace(default_mapping(BillingKind.SPLYNX), plans={"Home 100": "100M"})
MAC = "00:0e:d8:1c:95:08"


def service(
    fields: Mapping[str, str] | None = None, account: str = "active", status: str = "active"
) -> BillingService:
    return BillingService(
        service_id="931",
        account_id="412",
        account_name="Acme Hardware",
        account_status=account,
        service_status=status,
        plan=BillingPlan("17", "Home 100", 102_400, 20_480),
        fields={"service.mac": "000ED81C9508"} if fields is None else fields,
    )


@pytest.mark.parametrize(
    ("account", "status", "meaning"),
    [
        ("active", "active", Meaning.ACTIVE),
        ("blocked", "active", Meaning.SUSPENDED),
        ("active", "stopped", Meaning.SUSPENDED),
        ("disabled", "active", Meaning.CANCELLED),
        ("blocked", "disabled", Meaning.CANCELLED),
        ("new", "active", Meaning.UNKNOWN),
        ("active", "pending", Meaning.UNKNOWN),
    ],
)
def test_the_least_of_both_statuses_counts(account: str, status: str, meaning: Meaning) -> None:
    found = sold(service(account=account, status=status), SPLYNX)

    assert found.meaning is meaning
    assert not found.findings
    assert ("status" in found.values) == (meaning is not Meaning.UNKNOWN)


def test_a_status_that_nobody_mapped_is_an_exception_and_no_opinion() -> None:
    found = sold(service(status="paused"), SPLYNX)

    assert found.meaning is Meaning.UNKNOWN
    assert [one.field for one in found.findings] == ["status"]
    assert "paused" in found.findings[0].text


def test_a_status_that_activates_needs_no_entry_one_that_does_not_is_never_guessed() -> None:
    mapping = default_mapping(BillingKind.SONAR)
    live = replace(service(status=""), account_status="Gold", activates=True)
    other = replace(live, account_status="Delinquent", activates=False)

    assert sold(live, mapping).meaning is Meaning.ACTIVE
    assert sold(other, mapping).meaning is Meaning.UNKNOWN
    named = replace(mapping, statuses={"account:Delinquent": Meaning.SUSPENDED})
    assert sold(other, named).meaning is Meaning.SUSPENDED


@pytest.mark.parametrize(
    ("text", "macs"),
    [
        ("000ED81C9508", (MAC,)),
        ("00:0E:D8:1C:95:08, 00-0e-d8-1c-95-09", (MAC, "00:0e:d8:1c:95:09")),
        ("00 0e d8 1c 95 08", (MAC,)),
        ("000ed81c9508;000ED81C9508", (MAC,)),
        ("", ()),
    ],
)
def test_macs_in_any_spelling(text: str, macs: tuple[str, ...]) -> None:
    found = sold(service({"service.mac": text}), SPLYNX)

    assert found.macs == macs
    assert found.values["mac"] == (macs[0] if macs else "")
    assert not found.findings


def test_what_is_no_mac_is_told_and_the_others_count() -> None:
    found = sold(service({"service.mac": "ask Bob, 000ED81C9508"}), SPLYNX)

    assert found.macs == (MAC,)
    assert {one.field for one in found.findings} == {"mac"}


def test_a_remark_in_the_mac_field_is_one_exception() -> None:
    (finding,) = sold(service({"service.mac": "see ticket 812"}), SPLYNX).findings

    assert "'see ticket 812'" in finding.text


def test_a_field_that_billing_does_not_tell_is_no_opinion() -> None:
    found = sold(service({}), SPLYNX)

    assert "mac" not in found.values
    assert "vlan" not in found.values


def test_an_unmapped_plan_is_an_exception() -> None:
    found = sold(service(), replace(SPLYNX, plans={}))

    assert "plan" not in found.values
    assert [one.field for one in found.findings] == ["plan"]


def test_a_plan_may_be_mapped_by_its_number_or_be_unthrottled() -> None:
    assert sold(service(), replace(SPLYNX, plans={"17": "Gold"})).values["plan"] == "Gold"
    assert sold(service(), replace(SPLYNX, plans={"Home 100": ""})).values["plan"] == ""


def test_vlan_and_place_come_from_any_field_by_a_pattern() -> None:
    mapping = replace(
        SPLYNX,
        sources={
            "vlan": FieldSource("service.description", r"vlan (\d+)"),
            "port": FieldSource("service.custom.port"),
            "device": FieldSource("service.custom.gam"),
        },
    )
    fields = {
        "service.description": "Riser B, vlan 212",
        "service.custom.port": "7",
        "service.custom.gam": "gam-02",
    }

    found = sold(service(fields), mapping)

    assert found.values["vlan"] == "212"
    assert found.values["port"] == "G.hn 1/7"
    assert found.values["device"] == "gam-02"


@pytest.mark.parametrize("vlan", ["4095", "1", "x12", "-5"])
def test_a_vlan_that_cannot_carry_a_service_is_told(vlan: str) -> None:
    mapping = replace(SPLYNX, sources={"vlan": FieldSource("service.custom.vlan")})

    found = sold(service({"service.custom.vlan": vlan}), mapping)

    assert "vlan" not in found.values
    assert [one.field for one in found.findings] == ["vlan"]


def test_what_is_only_written_back_is_read_where_it_is_written() -> None:
    mapping = replace(SPLYNX, write_back={"port": "service.custom.gam_port"})

    assert sold(service({"service.custom.gam_port": ""}), mapping).values["port"] == ""


def test_names_of_new_services() -> None:
    one = sold(service(), SPLYNX)

    assert service_name("{account} {name}", one) == "412 Acme Hardware"
    assert service_name("{name}", replace(one, name="Flat 3")) == "Flat 3"
    assert service_name("{name}", replace(one, account_name="日本")) == "service 931"
    with pytest.raises(UsageError, match="name template"):
        service_name("{nmae}", one)


@given(st.text(max_size=80))
def test_any_text_becomes_one_that_a_device_takes(text: str) -> None:
    words = device_words(text)

    assert len(words) <= MAX_NAME
    assert not words or name_problem(words) is None


@given(st.text(max_size=60))
def test_no_text_in_the_mac_field_breaks_the_reading(text: str) -> None:
    found = sold(service({"service.mac": text}), SPLYNX)

    assert all(parse_mac(one) == one for one in found.macs)


def test_a_mapping_goes_to_its_document_and_back() -> None:
    mapping = BillingMapping(
        sources={"mac": FieldSource("equipment.mac"), "vlan": FieldSource("account.name", "v(.*)")},
        plans={"17": "Gold", "Home": ""},
        statuses={"account:blocked": Meaning.SUSPENDED},
        owners={"vlan": Owner.BILLING},
        rules={"plan": Owner.CONSOLE},
        write_back={"port": "service.custom.port"},
        status_words={Meaning.SUSPENDED: "blocked"},
        notes=True,
    )

    assert read_mapping(mapping_document(mapping)) == mapping


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"source": {}}, "no part 'source'"),
        ({"sources": {"colour": {"field": "x"}}}, "'colour'"),
        ({"sources": {"mac": {}}}, "needs the name of a field"),
        ({"sources": {"mac": {"field": "x", "pattern": "("}}}, "pattern"),
        ({"statuses": {"blocked": "suspended"}}, "account:NAME"),
        ({"statuses": {"account:blocked": "off"}}, "'off'"),
        ({"owners": {"plan": "me"}}, "'me'"),
        ({"plans": []}, "table"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_a_sentence(document: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        read_mapping(document)
