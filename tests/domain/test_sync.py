"""Comparing billing with the plant: what is done, what is listed, what is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.errors import Finding
from positron_tui.domain.mapping import BillingMapping, Meaning, Owner, Sold
from positron_tui.domain.sync import compare
from positron_tui.domain.sync_runs import ItemKind, Link
from positron_tui.domain.sync_types import (
    Compared,
    Cut,
    Held,
    Policy,
    Seen,
    Side,
    guard,
    merge,
)

MAC, OTHER = "00:0e:d8:1c:95:08", "00:0e:d8:1c:95:09"
MAPPING = BillingMapping()


def a_sold(meaning: Meaning = Meaning.ACTIVE, number: str = "1", **values: str) -> Sold:
    base = {"plan": "100M", "mac": MAC}
    if meaning is not Meaning.UNKNOWN:
        base["status"] = meaning.value
    whole = base | values
    macs = (whole["mac"],) if whole.get("mac") else ()
    return Sold(number, f"a{number}", f"Customer {number}", meaning, whole, macs)


def a_held(name: str = "Apt 1", **values: str) -> Held:
    base = {
        "status": "active",
        "plan": "100M",
        "mac": MAC,
        "vlan": "112",
        "device": "gam-01",
        "port": "G.hn 1/1",
        "description": "",
    }
    return Held(values.get("device", "gam-01"), name, base | values)


def a_link(number: str = "1", name: str = "Apt 1", **base: str) -> Link:
    agreed = {"status": "active", "plan": "100M", "mac": MAC} | base
    both = {field: (value, value) for field, value in agreed.items()}
    return Link(number, f"a{number}", "gam-01", name, both)


def compared(
    *services: Sold,
    held: tuple[Held, ...] = (),
    links: tuple[Link, ...] = (),
    seen: tuple[Seen, ...] = (),
    mapping: BillingMapping = MAPPING,
    policy: Policy | None = None,
    gone: tuple[Sold, ...] = (),
) -> Compared:
    places: dict[str, tuple[Seen, ...]] = {}
    for one in seen:
        places[one.mac] = (*places.get(one.mac, ()), one)
    by_number: Mapping[str, Link] = {one.service_id: one for one in links}
    policy = policy or Policy(Cut.REMOVE, Cut.ASK)
    return compare(services, held, by_number, places, mapping, policy, gone)


def kinds(found: Compared) -> list[ItemKind]:
    return [one.kind for one in found.wishes]


def test_what_agrees_is_counted_and_nothing_else() -> None:
    found = compared(a_sold(), held=(a_held(),), links=(a_link(),))

    assert not found.wishes
    assert not found.clashes
    assert found.agreed == 1
    assert found.links["1"].base["plan"] == ("100M", "100M")


def test_the_same_endpoint_is_linked_without_a_change() -> None:
    found = compared(a_sold(), held=(a_held(),))

    assert kinds(found) == [ItemKind.LINK]
    assert (found.links["1"].device, found.links["1"].subject) == ("gam-01", "Apt 1")


def test_an_active_service_whose_endpoint_waits_is_added_there() -> None:
    found = compared(a_sold(), seen=(Seen(MAC, "gam-02", "Mill", "G.hn 1/4"),))

    (wish,) = found.wishes
    assert wish.kind is ItemKind.ADD
    assert wish.after["device"] == "gam-02"
    assert wish.after["port"] == "G.hn 1/4"


@pytest.mark.parametrize(
    "seen", [(), (Seen(MAC, "gam-01", "", "G.hn 1/1"), Seen(MAC, "gam-02", "", None))]
)
def test_an_endpoint_that_is_nowhere_or_twice_waits(seen: tuple[Seen, ...]) -> None:
    found = compared(a_sold(), seen=seen)

    assert kinds(found) == [ItemKind.WAITING]


def test_a_subscriber_of_the_same_name_is_only_pointed_out() -> None:
    one = replace(a_sold(mac=""), account_name="Apt 1")

    (wish,) = compared(one, held=(a_held(),)).wishes

    assert wish.kind is ItemKind.WAITING
    assert f"on gam-01 with {MAC}" in wish.reason


def test_without_a_plan_or_with_a_finding_nothing_is_added() -> None:
    seen = (Seen(MAC, "gam-01", "", "G.hn 1/1"),)
    bare = replace(a_sold(), values={"status": "active", "mac": MAC})
    odd = replace(a_sold(), findings=(Finding("plan", "Unknown plan."),))

    assert kinds(compared(bare, seen=seen)) == [ItemKind.EXCEPTION]
    assert kinds(compared(odd, seen=seen)) == [ItemKind.EXCEPTION]


@pytest.mark.parametrize("meaning", [Meaning.SUSPENDED, Meaning.CANCELLED, Meaning.UNKNOWN])
def test_what_is_not_active_is_never_added(meaning: Meaning) -> None:
    found = compared(a_sold(meaning), seen=(Seen(MAC, "gam-01", "", "G.hn 1/1"),))

    assert not found.wishes


def test_suspended_cancelled_and_deleted_are_three_things() -> None:
    held, links = (a_held(),), (a_link(),)

    assert kinds(compared(a_sold(Meaning.SUSPENDED), held=held, links=links)) == [ItemKind.SUSPEND]
    assert kinds(compared(a_sold(Meaning.CANCELLED), held=held, links=links)) == [ItemKind.REMOVE]
    deleted = compared(held=held, links=links, gone=(a_sold(),))
    assert kinds(deleted) == [ItemKind.EXCEPTION]
    assert "deleted" in deleted.wishes[0].reason


def test_what_is_not_told_at_all_changes_nothing() -> None:
    found = compared(held=(a_held(),), links=(a_link(),))

    assert not found.wishes
    assert not found.unlinked


def test_no_opinion_changes_nothing_whatever_else_differs() -> None:
    one = a_sold(Meaning.UNKNOWN, plan="25M", mac=OTHER)

    found = compared(one, held=(a_held(),), links=(a_link(),))

    assert not found.wishes
    assert found.links["1"] == a_link()


def test_a_suspended_service_keeps_its_plan_until_it_is_active_again() -> None:
    held = (a_held(status="suspended", plan="walled", vlan="999"),)
    links = (a_link(status="suspended"),)

    assert not compared(a_sold(Meaning.SUSPENDED, plan="25M"), held=held, links=links).wishes
    back = compared(
        a_sold(plan="25M"), held=(a_held(status="suspended"),), links=(a_link(status="suspended"),)
    )
    assert kinds(back) == [ItemKind.RESUME, ItemKind.EDIT]


def test_a_new_plan_and_a_new_box() -> None:
    found = compared(a_sold(plan="25M", mac=OTHER), held=(a_held(),), links=(a_link(),))

    assert kinds(found) == [ItemKind.SWAP, ItemKind.EDIT]
    assert found.wishes[0].after == {"mac": OTHER}
    assert found.wishes[1].after == {"plan": "25M"}
    assert found.wishes[1].before == {"plan": "100M"}


def test_a_field_that_changed_on_both_sides_is_a_conflict_unless_a_rule_says() -> None:
    one, held, links = a_sold(plan="25M"), (a_held(plan="50M"),), (a_link(),)

    (clash,) = compared(one, held=held, links=links).clashes
    assert (clash.billing_value, clash.console_value, clash.base) == ("25M", "50M", ("100M",) * 2)
    ruled = compared(
        one, held=held, links=links, mapping=BillingMapping(rules={"plan": Owner.BILLING})
    )
    assert not ruled.clashes
    assert kinds(ruled) == [ItemKind.EDIT]


def test_what_the_console_owns_is_written_where_billing_has_a_field() -> None:
    mapping = BillingMapping(write_back={"port": "service.custom.port"})

    found = compared(a_sold(port=""), held=(a_held(),), links=(a_link(),), mapping=mapping)

    (wish,) = found.wishes
    assert wish.kind is ItemKind.WRITE
    assert wish.after == {"port": "G.hn 1/1"}


def test_a_status_without_a_word_in_billing_is_never_called_written() -> None:
    owned = BillingMapping(
        owners={"status": Owner.CONSOLE}, write_back={"status": "account.status"}
    )
    worded = replace(owned, status_words={Meaning.SUSPENDED: "blocked"})
    held, links = (a_held(status="suspended"),), (a_link(),)

    assert kinds(compared(a_sold(), held=held, links=links, mapping=owned)) == [ItemKind.EXCEPTION]
    assert kinds(compared(a_sold(), held=held, links=links, mapping=worded)) == [ItemKind.WRITE]


def test_what_the_console_does_not_know_is_compared_with_nothing() -> None:
    held = a_held()
    known = {name: value for name, value in held.values.items() if name not in ("mac", "plan")}

    found = compared(
        a_sold(plan="25M", mac=OTHER), held=(replace(held, values=known),), links=(a_link(),)
    )

    assert not found.wishes


def test_two_services_with_one_endpoint_are_told_and_left_alone() -> None:
    found = compared(
        a_sold(Meaning.SUSPENDED),
        a_sold(number="2"),
        held=(a_held(),),
        links=(a_link(),),
    )

    assert kinds(found) == [ItemKind.EXCEPTION, ItemKind.EXCEPTION]


def test_a_service_that_came_back_under_another_number_takes_its_subscriber_over() -> None:
    found = compared(
        a_sold(Meaning.CANCELLED, "1"), a_sold(number="2"), held=(a_held(),), links=(a_link(),)
    )

    assert kinds(found) == [ItemKind.LINK]
    assert found.unlinked == ("1",)
    assert found.links["2"].subject == "Apt 1"


def test_a_move_is_a_persons_work() -> None:
    mapping = BillingMapping(owners={"device": Owner.BILLING, "port": Owner.BILLING})

    found = compared(a_sold(device="gam-02"), held=(a_held(),), links=(a_link(),), mapping=mapping)

    assert kinds(found) == [ItemKind.EXCEPTION]
    assert "subscriber move" in found.wishes[0].reason


def test_what_runs_otherwise_than_sold_is_set_right_only_where_billing_owns_it() -> None:
    plan = replace(a_held(), drifted=("plan",))
    vlan = replace(a_held(), drifted=("vlan",))

    assert kinds(compared(a_sold(), held=(plan,), links=(a_link(),))) == [ItemKind.RECONCILE]
    assert kinds(compared(a_sold(), held=(vlan,), links=(a_link(),))) == [ItemKind.EXCEPTION]


def test_two_words_for_one_plan_agree() -> None:
    held = replace(a_held(plan="Gold"), equal={"plan": frozenset({"Gold", "100M"})})

    found = compared(a_sold(), held=(held,), links=(a_link(),))

    assert not found.wishes
    assert found.agreed == 1


def test_another_word_for_what_was_agreed_is_no_change_here() -> None:
    held = replace(a_held(plan=""), equal={"plan": frozenset({"", "Unlimited"})})
    link = a_link(plan="Unlimited")

    found = compared(a_sold(plan="25M"), held=(held,), links=(link,))

    assert not found.clashes
    assert kinds(found) == [ItemKind.EDIT]


def test_a_subscriber_that_somebody_removed_is_unlinked() -> None:
    found = compared(a_sold(), links=(a_link(),))

    assert found.unlinked == ("1",)
    assert kinds(found) == [ItemKind.WAITING]


@pytest.mark.parametrize(
    ("billing", "console", "base", "owner", "side"),
    [
        (None, "a", None, Owner.BILLING, Side.NOBODY),
        ("a", "a", ("b", "b"), Owner.BILLING, Side.AGREE),
        ("a", "b", None, Owner.BILLING, Side.BILLING),
        ("a", "b", None, Owner.CONSOLE, Side.CONSOLE),
        ("a", "b", ("b", "b"), Owner.BILLING, Side.BILLING),
        ("a", "b", ("b", "b"), Owner.CONSOLE, Side.CONSOLE),
        ("a", "b", ("a", "a"), Owner.BILLING, Side.BILLING),
        ("a", "b", ("c", "c"), Owner.BILLING, Side.CLASH),
        ("a", "b", ("a", "b"), Owner.BILLING, Side.NOBODY),
    ],
)
def test_whose_value_a_field_takes(
    billing: str | None, console: str, base: tuple[str, str] | None, owner: Owner, side: Side
) -> None:
    assert merge(billing, console, base, owner) is side


@pytest.mark.parametrize(
    ("cuts", "base", "stopped"),
    [
        (0, 5, False),
        (1, 1, False),
        (2, 20, True),
        (2, 40, False),
        (10, 500, False),
        (11, 500, True),
    ],
)
def test_the_guard(cuts: int, base: int, stopped: bool) -> None:
    assert (guard(cuts, base, 10, 5) is not None) == stopped


VALUES = st.sampled_from(["100M", "25M", ""])
STATES = st.sampled_from(["active", "suspended"])
MEANINGS = st.sampled_from(list(Meaning))


@given(
    MEANINGS, VALUES, STATES, VALUES, st.dictionaries(st.sampled_from(["status", "plan"]), VALUES)
)
def test_carrying_out_the_wishes_brings_agreement(
    meaning: Meaning, plan: str, status: str, held_plan: str, base: dict[str, str]
) -> None:
    """A model of the console takes each wish; a second comparison then wants nothing more."""
    one = a_sold(meaning, plan=plan)
    held = a_held(status=status, plan=held_plan)
    link = replace(a_link(), base={name: (value, value) for name, value in base.items()})

    first = compared(one, held=(held,), links=(link,))
    values, removed = dict(held.values), False
    kept = dict(first.links.get("1", link).base)
    for wish in first.wishes:
        removed |= wish.kind is ItemKind.REMOVE
        if wish.kind in (ItemKind.EDIT, ItemKind.SUSPEND, ItemKind.RESUME):
            values |= wish.after
            kept |= {name: (value, value) for name, value in wish.after.items()}
    if removed or first.clashes:
        return
    again = compared(one, held=(replace(held, values=values),), links=(replace(link, base=kept),))

    assert not [wish for wish in again.wishes if wish.kind.changes_device]


@given(st.lists(st.tuples(MEANINGS, st.sampled_from([MAC, OTHER, ""])), max_size=6))
def test_nobody_is_cut_off_whom_billing_calls_active_or_does_not_know(
    told: list[tuple[Meaning, str]],
) -> None:
    services = tuple(
        a_sold(meaning, str(number), mac=mac) for number, (meaning, mac) in enumerate(told)
    )
    held = (a_held("Apt 0"), a_held("Apt 1", mac=OTHER))
    links = (a_link("0", "Apt 0"), a_link("1", "Apt 1", mac=OTHER))

    found = compared(*services, held=held, links=links)

    cut = {wish.sold.service_id for wish in found.wishes if wish.kind.cuts_off}
    harmless = (Meaning.ACTIVE, Meaning.UNKNOWN)
    assert not cut & {one.service_id for one in services if one.meaning in harmless}
