"""A mapping against what billing has, and what fields and plans may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.billing import BillingPlan, BillingService, BillingStatus, FieldInfo
from positron_tui.domain.mapping import (
    DEVICE,
    MAC,
    PORT,
    VLAN,
    BillingMapping,
    FieldSource,
    Meaning,
    value_words,
)
from positron_tui.domain.mapping_check import SystemFacts, mapping_gaps, mapping_problems, plan_key
from positron_tui.domain.mapping_suggest import (
    catalogue_plan,
    field_choices,
    plan_hints,
    rates_mbps,
)
from positron_tui.domain.plans import Plan

FACTS = SystemFacts(
    fields=(FieldInfo("service.mac", "MAC"), FieldInfo("service.id", "ID", "It is a number.")),
    plans=(
        BillingPlan("100", "Gold", 300_000, 100_000),
        BillingPlan("5", "100", 100_000, 100_000),
        BillingPlan("6", "Twice"),
        BillingPlan("7", "Twice"),
    ),
    statuses=(BillingStatus("account", "active", True), BillingStatus("account", "late")),
)
EMPTY = BillingMapping()


def _problem(mapping: BillingMapping, before: BillingMapping = EMPTY) -> str:
    return " ".join(one.text for one in mapping_problems(before, mapping, FACTS, ["Ours"]))


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (BillingMapping(sources={"mac": FieldSource("service.mca")}), "'service.mac'"),
        (BillingMapping(write_back={"port": "service.id"}), "It is a number."),
        (BillingMapping(write_back={"port": "service.x"}), "no field 'service.x'"),
        (BillingMapping(plans={"Golt": "Ours"}), "the nearest is 'Gold'"),
        (BillingMapping(plans={"Gold": "Theirs"}), "no plan 'Theirs'"),
        (BillingMapping(plans={"100": "Ours"}), "several plans of billing (100, 5)"),
        (BillingMapping(statuses={"account:lat": Meaning.ACTIVE}), "'account:late'"),
    ],
)
def test_what_billing_does_not_have_is_a_problem(mapping: BillingMapping, words: str) -> None:
    assert words in _problem(mapping)
    # What was there before may be older than billing is now.
    assert _problem(mapping, before=mapping) == ""


def test_what_billing_has_is_none() -> None:
    good = BillingMapping(
        sources={"mac": FieldSource("service.mac")},
        plans={"Gold": "Ours", "5": "", "6": "Ours"},
        statuses={"account:late": Meaning.SUSPENDED},
        write_back={"result": "service.mac"},
    )
    assert _problem(good) == ""
    assert mapping_gaps(good, FACTS) == ("1 plan has no meaning yet: Twice.",)
    assert mapping_gaps(replace(good, write_back={"status": "service.mac"}), FACTS)[1].startswith(
        "The status is written back"
    )
    assert mapping_gaps(EMPTY, FACTS)[1] == "1 status has no meaning yet: account:late."


def test_a_plan_is_kept_by_number_where_its_name_may_be_another_one() -> None:
    assert [plan_key(one, FACTS) for one in FACTS.plans] == ["Gold", "5", "6", "7"]


def test_fields_that_look_right_come_first() -> None:
    names = ("service.custom.note", "service.port", "service.vlan", "service.mac", "service.gam")
    fields = [FieldInfo(one, one) for one in names]
    rows = [
        BillingService(
            "1",
            "1",
            "Anna",
            "active",
            fields=dict(zip(names, ("n/a", "G.hn 1/4", "112", mac, "gam-01"), strict=True)),
        )
        for mac in ("00:0e:d8:00:00:01", "see ticket", "")
    ]
    for what, name in ((MAC, names[3]), (VLAN, names[2]), (PORT, names[1]), (DEVICE, names[4])):
        assert field_choices(what, fields, rows, ["gam-01"])[0].info.name == name
    mac = field_choices(MAC, fields, rows)[0]
    assert (mac.told, mac.fits, mac.examples) == (2, 1, ("00:0e:d8:00:00:01", "see ticket"))


def test_plans_are_only_hinted_at() -> None:
    ours = (Plan("gold", 1, 1), Plan("Fast", 300, 100), Plan("Slow", 10, 10))
    hints = plan_hints(FACTS.plans[0], ours)
    assert [(one.name, one.why) for one in hints] == [
        ("gold", "same name"),
        ("Fast", "same rates"),
    ]
    assert plan_hints(FACTS.plans[2], ours) == ()
    assert catalogue_plan(FACTS.plans[0]) == Plan("Gold", 300, 100)
    assert catalogue_plan(FACTS.plans[2]) is None
    assert rates_mbps(BillingPlan("1", "Odd", 1_500, 1_000)) is None


def test_a_plan_without_a_limit_is_called_that() -> None:
    assert (value_words("plan", ""), value_words("mac", "")) == ("no limit", "none")
