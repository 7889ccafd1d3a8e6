"""The life of a service from the command line, on two units that may be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.harness import SCRIPT, Operator, Unit, simulated, type_on
from tests.cli.terminal import terminal

WALLED_GARDEN = 666


@pytest.fixture(scope="module")
def units() -> Iterator[list[Unit]]:
    with simulated("--model", "GAM-12-C", "--seed", "3", devices=2) as found:
        yield found


@pytest.fixture(scope="module")
def operator(units: list[Unit], tmp_path_factory: pytest.TempPathFactory) -> Operator:
    garden = {"POSITRON_TUI_PROVISIONING__WALLED_GARDEN_VLAN": str(WALLED_GARDEN)}
    one = Operator(tmp_path_factory.mktemp("home"), **garden)
    for unit in units:
        done = one.add(unit, "--accept-host-key", "any", "--writable", "--json-rpc", "http")
        assert done.code == 0, done.err
    return one


def _waiting(operator: Operator, device: str) -> list[str]:
    """Return the endpoints of a unit that are seen and not configured."""
    return [
        one["mac"]
        for one in operator.must("endpoint", "list", device)
        if one["state"] == "quarantined_unknown_mac"
    ]


def _services(operator: Operator, device: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in operator.must("subscriber", "list", device)}


def _run(operator: Operator, *words: str) -> Any:
    """Run a change that must end verified and saved, and return its JSON."""
    result = operator.must(*words, "--yes")
    assert result["state"] == "verified_saved", result
    assert result["saved"] is True
    assert {step["state"] for step in result["steps"]} == {"accepted"}
    return result


def _config(unit: Unit) -> str:
    return type_on(unit, "show running-config")


@pytest.mark.timeout(300)  # some thirty processes, one after the other
def test_the_life_of_a_service(operator: Operator, units: list[Unit]) -> None:
    name = "flat 7"
    first = _waiting(operator, "gam-01")[0]
    added = _run(
        operator,
        *("subscriber", "add", name, "--device", "gam-01", "--endpoint", first),
        *("--vlan", "707", "--plan", "100M", "--description", "third floor"),
    )
    assert (added["kind"], added["subject"], added["inverse_of"]) == ("subscriber.add", name, None)
    assert added["subscriber"]["endpoint_mac"] == first

    untouched = _config(units[0])
    words = ("subscriber", "edit", name, "--vlan", "708", "--remap", "2001", "--unthrottled")
    plan = operator.must(*words, "--tagged", "--allow", "801-802", "--dry-run")
    assert plan["state"] == "planned"
    assert plan["before"]["vlan"] == 707
    assert plan["after"]["vlan"] == 708
    assert _config(units[0]) == untouched
    edited = _run(operator, *words, "--tagged", "--allow", "801-802")
    assert [step["command"] for step in edited["steps"]] == [
        step["command"] for step in plan["steps"]
    ]
    shown = operator.must("subscriber", "show", name)
    assert shown == edited["subscriber"]
    assert (shown["vlan"], shown["remapped_vlan"], shown["tagged"]) == (708, 2001, True)
    assert (shown["allowed_vlans"], shown["plan"]) == ([801, 802], None)

    suspended = _run(operator, "subscriber", "suspend", name)
    assert suspended["subscriber"]["vlan"] == WALLED_GARDEN
    assert suspended["subscriber"]["allowed_vlans"] == []
    assert suspended["subscriber"]["suspended_at"] is not None
    assert operator.must("subscriber", "show", name) == suspended["subscriber"]
    refused = operator.run("subscriber", "edit", name, "--vlan", "709", "--yes")
    assert refused.code == 4
    assert "subscriber resume" in refused.err
    resumed = _run(operator, "subscriber", "resume", name)
    assert resumed["subscriber"] == shown
    assert operator.must("subscriber", "resume", name, "--yes")["steps"] == []

    _swap_and_undo(operator, name, first)


def _swap_and_undo(operator: Operator, name: str, first: str) -> None:
    neighbour, held = next(iter(_services(operator, "gam-01").items()))
    words = ("subscriber", "remove", neighbour, "--device", "gam-01", "--with-endpoint")
    removed = _run(operator, *words)
    (second,) = _waiting(operator, "gam-01")
    swapped = _run(operator, "subscriber", "swap", name, "--endpoint", second)
    assert swapped["subscriber"]["endpoint_mac"] == second
    assert operator.must("endpoint", "show", first)["subscriber"] is None
    undone = _run(operator, "change", "undo", str(swapped["id"]))
    assert undone["inverse_of"] == swapped["id"]
    assert operator.must("subscriber", "show", name)["endpoint_mac"] == first
    twice = operator.run("change", "undo", str(swapped["id"]), "--yes")
    assert twice.code == 4
    assert "already undone" in twice.err

    _run(operator, "change", "undo", str(removed["id"]))
    assert _services(operator, "gam-01")[neighbour] == held

    changes = operator.must("change", "list")
    assert [one["id"] for one in changes] == sorted((one["id"] for one in changes), reverse=True)
    assert [one["inverse_of"] for one in changes[:2]] == [removed["id"], swapped["id"]]
    kinds = [one["kind"] for one in reversed(changes) if one["subject"] == name]
    assert kinds[:4] == [
        "subscriber.add",
        "subscriber.edit",
        "subscriber.suspend",
        "subscriber.resume",
    ]


def test_what_a_change_was_can_be_looked_up(operator: Operator) -> None:
    name, held = next(iter(_services(operator, "gam-02").items()))
    done = _run(operator, "subscriber", "edit", name, "--device", "gam-02", "--description", "x y")
    shown = operator.must("change", "show", str(done["id"]))
    keys = {"id", "device", "state", "actor", "requested_at", "steps", "before", "after"}
    assert keys | {"verified_at", "saved", "inverse_of"} <= set(shown)
    assert set(shown["steps"][0]) == {"transport", "command", "reply", "state"}
    assert shown["steps"][0]["transport"] == "cli"
    assert "x y" in shown["steps"][0]["command"]
    assert shown["after"]["description"] == "x y"
    states = [one["state"] for one in shown["events"]]
    assert states[0] in ("planned", "confirmed")
    assert states[-1] == "verified_saved"
    assert "applying" in states
    plain = operator.run("change", "show", str(done["id"]))
    assert plain.code == 0
    assert "x y" in plain.out
    table = operator.run("change", "list", "--device", "gam-02").out.splitlines()
    assert max(map(len, table)) <= 80
    assert table[1].split()[0] == str(done["id"])
    assert operator.must("subscriber", "show", name, "--device", "gam-02")["vlan"] == held["vlan"]
    missing = operator.run("change", "show", "4711")
    assert missing.code == 1
    assert "4711" in missing.err


def test_a_service_moves_to_another_unit_and_back(operator: Operator) -> None:
    name, held = next(
        (name, one)
        for name, one in _services(operator, "gam-01").items()
        if one["plan"] and one["vlan"] in range(102, 130) and not one["double_tag"]
    )
    target = _waiting(operator, "gam-02")[0]
    words = ("subscriber", "move", name, "--device", "gam-01", "--to", "gam-02")
    plan = operator.must(*words, "--endpoint", target, "--dry-run")
    assert [one["device"] for one in plan["changes"]] == ["gam-02", "gam-01"]
    assert name in _services(operator, "gam-01")

    moved = operator.must(*words, "--endpoint", target, "--yes")
    assert [one["state"] for one in moved["changes"]] == ["verified_saved"] * 2
    assert name not in _services(operator, "gam-01")
    there = operator.must("subscriber", "show", name, "--device", "gam-02")
    same = ("vlan", "tagged", "remapped_vlan", "port2_vlan", "allowed_vlans", "plan", "poe")
    assert {key: there[key] for key in same} == {key: held[key] for key in same}
    assert there["endpoint_mac"] == target

    for change in moved["changes"]:
        undo = operator.run("change", "undo", str(change["id"]), "--dry-run", "--json")
        assert [one["device"] for one in undo.json["changes"]] == ["gam-01", "gam-02"]
        assert "put back on gam-01 first and then taken off gam-02" in undo.err
    undone = operator.must("change", "undo", str(moved["changes"][0]["id"]), "--yes")
    assert [one["state"] for one in undone["changes"]] == ["verified_saved"] * 2
    assert _services(operator, "gam-01")[name] == held
    assert name not in _services(operator, "gam-02")


def test_a_service_moves_on_its_own_unit(operator: Operator) -> None:
    name = next(reversed(_services(operator, "gam-02")))
    target = _waiting(operator, "gam-02")[-1]
    moved = _run(operator, "subscriber", "move", name, "--device", "gam-02", "--endpoint", target)
    assert moved["subscriber"]["endpoint_mac"] == target
    _run(operator, "change", "undo", str(moved["id"]))


def test_a_service_is_removed_and_brought_back(operator: Operator) -> None:
    name, held = list(_services(operator, "gam-02").items())[1]
    mac = held["endpoint_mac"]
    words = ("subscriber", "remove", name, "--device", "gam-02", "--with-endpoint")
    removed = _run(operator, *words)
    assert removed["subscriber"] is None
    assert name not in _services(operator, "gam-02")
    assert operator.must("endpoint", "show", mac)["state"] == "quarantined_unknown_mac"
    _run(operator, "change", "undo", str(removed["id"]))
    assert _services(operator, "gam-02")[name] == held


def test_what_the_command_line_has_no_words_for_goes_over_the_api(operator: Operator) -> None:
    name, held = list(_services(operator, "gam-02").items())[2]
    words = ("subscriber", "edit", name, "--device", "gam-02", "--outer-vlan", "2900")
    done = _run(operator, *words, "--uplink", "10G 1/1")
    assert "jsonrpc" in {step["transport"] for step in done["steps"]}
    shown = operator.must("subscriber", "show", name, "--device", "gam-02")
    assert (shown["double_tag"], shown["outer_vlan"]) == (True, 2900)
    _run(operator, "change", "undo", str(done["id"]))
    assert _services(operator, "gam-02")[name]["outer_vlan"] is None

    operator.must("device", "edit", "gam-02", "--json-rpc", "off")
    refused = operator.run(*words, "--yes")
    assert refused.code == 4
    assert "JSON-RPC" in refused.err
    assert operator.must("device", "edit", "gam-02", "--json-rpc", "http")["json_rpc"] == "http"
    assert _services(operator, "gam-02")[name] == held


def test_the_same_twice_sends_nothing(operator: Operator) -> None:
    name = next(iter(_services(operator, "gam-02")))
    words = ("subscriber", "edit", name, "--device", "gam-02", "--description", "once")
    _run(operator, *words)
    again = operator.must(*words, "--yes")
    assert again["steps"] == []
    assert again["state"] == "verified_saved"


def test_a_person_is_asked_and_nothing_is_done_without_a_yes(
    operator: Operator, units: list[Unit]
) -> None:
    name = next(iter(_services(operator, "gam-01")))
    untouched = _config(units[0])
    words = [SCRIPT, "subscriber", "edit", name, "--device", "gam-01", "--description", "asked"]
    for answer, code, said in (("", 1, "Not confirmed"), ("n", 1, "Not confirmed"), ("y", 0, "")):
        with terminal(words, operator.environment) as screen:
            screen.wait_for("[y/N]")
            assert 'description "asked"' in screen.shown
            screen.type(f"{answer}\r")
            assert screen.wait_for_end() == code
            assert said in screen.shown
        assert (_config(units[0]) == untouched) is (code == 1)


def test_nothing_is_left_unsettled(operator: Operator) -> None:
    done = operator.run("change", "settle", "--json")
    assert done.code == 0
    assert done.json == []
    assert "No change is unfinished" in done.err
