"""What is intended, what runs and what is saved: adopted, compared and reconciled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import Operator, Unit, configure, simulated, type_on


@pytest.fixture
def unit() -> Iterator[Unit]:
    with simulated("--model", "GAM-4-CX", "--seed", "6") as found:
        yield found[0]


@pytest.fixture
def operator(unit: Unit, tmp_path: Path) -> Operator:
    one = Operator(tmp_path)
    assert one.add(unit, "--accept-host-key", "any", "--writable").code == 0
    return one


def _people(operator: Operator) -> list[dict[str, Any]]:
    return list(operator.must("subscriber", "list"))


def _set_vlan(operator: Operator, unit: Unit, name: str, vlan: int, *, save: bool = False) -> None:
    screen = type_on(unit, "show running-config")
    line = next(one for one in screen.splitlines() if f'name "{name}" vid' in one)
    configure(unit, f"ghn subscriber {line.split()[2]} vid {vlan}", save=save)


def test_adopting_takes_everything_over_and_touches_nothing(operator: Operator, unit: Unit) -> None:
    untouched = type_on(unit, "show running-config")
    before = operator.run("drift", "gam-01")
    assert before.code == 0
    assert "adopt gam-01" in before.err

    refused = operator.run("adopt", "gam-01")
    assert refused.code == 2
    assert "--yes" in refused.err
    planned = operator.must("adopt", "gam-01", "--dry-run")
    assert planned["counts"]["subscriber"] == len(_people(operator))
    assert "adopt gam-01" in operator.run("drift", "gam-01").err
    report = operator.must("adopt", "gam-01", "--yes")
    assert report == planned
    assert set(operator.must("adopt", "gam-01", "--yes")["counts"].values()) == {0}
    done = operator.run("drift", "gam-01", "--json")
    assert (done.code, done.json, done.err) == (0, [], "")
    assert type_on(unit, "show running-config") == untouched


def test_a_change_behind_our_back_is_seen_and_reconciled_both_ways(
    operator: Operator, unit: Unit
) -> None:
    operator.must("adopt", "gam-01", "--yes")
    one, two, three = (person["name"] for person in _people(operator)[:3])
    was = {person["name"]: person["vlan"] for person in _people(operator)}
    for name, vlan in ((one, 901), (two, 902), (three, 903)):
        _set_vlan(operator, unit, name, vlan)

    items = operator.must("drift")
    assert {(item["subject"], item["field"]) for item in items} == {
        (name, "vlan") for name in (one, two, three)
    }
    first = next(item for item in items if item["subject"] == one)
    assert (first["intended"], first["running"], first["startup"]) == (was[one], 901, was[one])
    assert all(first[age] for age in ("intended_at", "running_at", "startup_at"))
    table = operator.run("drift", "gam-01").out.splitlines()
    assert max(map(len, table)) <= 80
    assert len(table) == 4

    words = ("drift", "gam-01", "--subject", one, "--reconcile", "device")
    plan = operator.must(*words, "--dry-run")
    assert f"vid {was[one]}" in plan["changes"][0]["steps"][0]["command"]
    assert len(operator.must("drift")) == 3
    done = operator.must(*words, "--yes")
    assert [change["state"] for change in done["changes"]] == ["verified_saved"]
    assert operator.must("subscriber", "show", one)["vlan"] == was[one]

    follow = ("drift", "gam-01", "--subject", two, "--field", "vlan", "--reconcile", "intended")
    assert operator.run(*follow).code == 2
    assert len(operator.must(*follow, "--dry-run")["intended"]) == 1
    assert operator.must(*follow, "--yes")["changes"] == []
    # Saving the first change saved all that ran.
    left = operator.must("drift")
    assert [(item["subject"], item["intended"]) for item in left] == [(three, was[three])]

    operator.must("drift", "--reconcile", "device", "--yes")
    assert operator.must("drift") == []
    assert {person["name"]: person["vlan"] for person in _people(operator)} == {
        **was,
        two: 902,
    }


def test_what_runs_and_is_not_saved_is_drift_too(operator: Operator, unit: Unit) -> None:
    operator.must("adopt", "gam-01", "--yes")
    name, vlan = next((one["name"], one["vlan"]) for one in _people(operator))
    _set_vlan(operator, unit, name, 955, save=True)
    _set_vlan(operator, unit, name, vlan)
    (item,) = operator.must("drift", "--kind", "subscriber")
    assert (item["intended"], item["running"], item["startup"]) == (vlan, vlan, 955)


def test_our_own_changes_are_intended(operator: Operator) -> None:
    operator.must("adopt", "gam-01", "--yes")
    name = _people(operator)[0]["name"]
    operator.must("subscriber", "edit", name, "--vlan", "950", "--yes")
    assert operator.must("drift", "gam-01") == []


def test_a_unit_that_changed_since_the_plan_is_refused(operator: Operator, unit: Unit) -> None:
    name = _people(operator)[0]["name"]
    done = operator.must("subscriber", "edit", name, "--vlan", "960", "--yes")
    _set_vlan(operator, unit, name, 961)
    undone = operator.run("change", "undo", str(done["id"]), "--yes")
    assert undone.code == 4
    assert "961" in undone.err
    assert "960" in undone.err


def test_a_unit_that_is_gone_is_named_and_the_others_are_compared(
    operator: Operator, tmp_path: Path
) -> None:
    operator.must("adopt", "gam-01", "--yes")
    with simulated("--model", "GAM-4-MX", "--seed", "9") as found:
        done = operator.add(found[0], "--accept-host-key", "any", "--name", "short-lived")
        assert done.code == 0, done.err
    done = operator.run("drift", "--json")
    assert done.code == 3
    assert "short-lived" in done.err
    assert done.json == []
    gone = operator.run("adopt", "short-lived", "--yes")
    assert gone.code == 3
