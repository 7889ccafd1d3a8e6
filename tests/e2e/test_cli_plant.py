"""Ports, endpoints and plans from the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.harness import Operator, Unit, simulated


@pytest.fixture(scope="module")
def units() -> Iterator[list[Unit]]:
    with simulated("--seed", "4", devices=2) as found:
        yield found


@pytest.fixture(scope="module")
def operator(units: list[Unit], tmp_path_factory: pytest.TempPathFactory) -> Operator:
    one = Operator(tmp_path_factory.mktemp("home"))
    for unit in units:
        assert one.add(unit, "--accept-host-key", "any", "--writable").code == 0
    return one


def test_a_port_is_named_disabled_and_enabled(operator: Operator) -> None:
    port = ("gam-01", "3")
    assert operator.run("port", "set", *port, "--yes").code == 2
    done = operator.must("port", "set", *port, "--disable", "--name", "cellar", "--yes")
    assert (done["kind"], done["state"], done["subject"]) == (
        "port.set",
        "verified_saved",
        "G.hn 1/3",
    )
    operator.must("device", "poll", "gam-01")
    shown = operator.run("port", "show", *port).out
    assert "cellar" in shown
    assert operator.must("port", "show", *port)["admin"] == "down"
    undone = operator.must("change", "undo", str(done["id"]), "--yes")
    assert undone["inverse_of"] == done["id"]
    operator.must("device", "poll", "gam-01")
    assert operator.must("port", "show", *port)["admin"] == "up"
    mode = operator.must("port", "set", "gam-02", "2", "--mode", "siso", "--yes")
    assert "mode siso" in mode["steps"][0]["command"]
    coax = operator.run("port", "set", *port, "--mode", "siso", "--yes")
    assert coax.code == 4
    assert operator.run("port", "set", "gam-01", "99", "--enable", "--yes").code == 4


def test_an_endpoint_is_configured_changed_and_removed(operator: Operator) -> None:
    mac = "00:0e:d8:55:00:01"
    words = ("endpoint", "add", mac, "--device", "gam-01", "--name", "spare", "--port", "5")
    plan = operator.must(*words, "--dry-run")
    assert mac in plan["steps"][0]["command"]
    assert operator.run("endpoint", "show", mac).code == 1
    assert operator.must(*words, "--yes")["state"] == "verified_saved"
    shown = operator.must("endpoint", "show", mac)
    assert (shown["name"], shown["port"], shown["state"]) == ("spare", "G.hn 1/5", "not_detected")
    again = operator.run(*words, "--yes")
    assert again.code == 4
    assert "already configured" in again.err

    assert operator.run("endpoint", "edit", mac, "--yes").code == 2
    operator.must("endpoint", "edit", mac, "--name", "spare 2", "--port", "6", "--yes")
    shown = operator.must("endpoint", "show", mac)
    assert (shown["name"], shown["port"]) == ("spare 2", "G.hn 1/6")
    operator.must("endpoint", "edit", mac, "--port", "none", "--yes")
    assert operator.must("endpoint", "show", mac)["port"] is None
    assert operator.must("endpoint", "remove", mac, "--yes")["state"] == "verified_saved"
    assert operator.run("endpoint", "show", mac).code == 1

    carrying = next(one for one in operator.must("endpoint", "list") if one["subscriber"])
    refused = operator.run("endpoint", "remove", carrying["mac"], "--yes")
    assert refused.code == 4
    assert carrying["subscriber"] in refused.err


def test_an_endpoint_is_restarted(operator: Operator) -> None:
    mac = next(
        one["mac"]
        for one in operator.must("endpoint", "list", "gam-01")
        if one["state"] == "ok" and one["subscriber"]
    )
    plan = operator.must("endpoint", "reboot", mac, "--dry-run")
    assert "reboot" in plan["steps"][0]["command"]
    assert operator.run("endpoint", "reboot", mac).code == 2
    done = operator.run("endpoint", "reboot", mac, "--yes", "--json")
    assert done.code == 0, done.err
    assert (done.json["kind"], done.json["subject"]) == ("endpoint.reboot", mac)
    refused = operator.run("change", "undo", str(done.json["id"]), "--yes")
    assert refused.code == 4


def test_what_waits_for_a_service_is_one_list(operator: Operator) -> None:
    rows = operator.must("endpoint", "unprovisioned")
    waiting = {
        one["mac"]
        for one in operator.must("endpoint", "list")
        if (one["state"] or "").startswith("quarantined")
    }
    assert waiting
    assert waiting <= {one["mac"] for one in rows}
    assert {"mac", "device", "port", "state", "model", "firmware", "first_seen"} <= set(rows[0])
    assert all(one["first_seen"] <= one["last_seen"] for one in rows)
    table = operator.run("endpoint", "unprovisioned").out.splitlines()
    assert len(table) == len(rows) + 1
    assert max(map(len, table)) <= 80
    some = operator.must("endpoint", "unprovisioned", "gam-02")
    assert some == [one for one in rows if one["device"] == "gam-02"]

    endpoint = next(one for one in rows if one["state"] == "quarantined_unknown_mac")
    words = ("subscriber", "add", "no longer waiting", "--device", endpoint["device"])
    operator.must(*words, "--endpoint", endpoint["mac"], "--vlan", "770", "--yes")
    left = operator.must("endpoint", "unprovisioned")
    assert endpoint["mac"] not in {one["mac"] for one in left}


def test_plans_are_sold_pushed_changed_and_removed(operator: Operator) -> None:
    words = ("plan", "add", "Gold", "--down", "300", "--up", "150")
    planned = operator.must(*words, "--dry-run")
    assert planned == {
        "before": None,
        "after": {"name": "Gold", "down_mbps": 300, "up_mbps": 150},
        "changed": False,
    }
    assert operator.must("plan", "list") == []
    assert operator.must(*words, "--yes")["changed"] is True
    (gold,) = operator.must("plan", "list")
    assert gold["rates"]["coax"] == {"down_mbps": 318, "up_mbps": 159}
    assert {one["device"]: one["presence"] for one in gold["devices"]} == {
        "gam-01": "absent",
        "gam-02": "absent",
    }
    assert "Gold" in operator.run("plan", "list").out

    pushed = operator.must("plan", "push", "Gold", "gam-01", "--yes")
    assert "rate-downstream 318" in pushed["steps"][0]["command"]
    operator.must("plan", "edit", "Gold", "--down", "400", "--yes")
    (gold,) = operator.must("plan", "list", "--device", "gam-01")
    assert [one["presence"] for one in gold["devices"]] == ["differs"]
    both = operator.run("plan", "push", "Gold", "--all", "--yes", "--json")
    assert both.code == 0, both.err
    assert both.json["counts"] == {"done": 2}
    (gold,) = operator.must("plan", "list")
    assert {one["presence"] for one in gold["devices"]} == {"present"}

    _use_a_plan_where_it_is_not(operator)


def _use_a_plan_where_it_is_not(operator: Operator) -> None:
    """A subscriber's plan is created on the unit in the same change."""
    operator.must("plan", "add", "Silver", "--down", "80", "--up", "40", "--yes")
    name = operator.must("subscriber", "list", "gam-02")[0]["name"]
    words = ("subscriber", "edit", name, "--device", "gam-02", "--plan", "Silver")
    done = operator.must(*words, "--yes")
    assert done["subscriber"]["plan"]["name"] == "Silver"
    assert done["subscriber"]["plan"]["down_mbps"] == 85
    assert len(done["steps"]) == 2
    refused = operator.run("plan", "remove", "Silver", "--device", "gam-02", "--yes")
    assert refused.code == 4
    assert name in refused.err

    stray = operator.must("plan", "list", "--strays", "--device", "gam-01")
    assert any(one["name"] == "Gold" and one["removable"] for one in stray)
    operator.must("plan", "remove", "Gold", "--device", "gam-01", "--yes")
    assert operator.must("plan", "remove", "Gold", "--yes")["after"] is None
    assert [one["name"] for one in operator.must("plan", "list")] == ["Silver"]
    gone = operator.run("plan", "edit", "Gold", "--down", "1", "--yes")
    assert gone.code == 1
