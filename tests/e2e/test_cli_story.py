"""An operator sets up a fleet from the command line and turns on a first service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import Operator, Unit, simulated


@pytest.fixture(scope="module")
def units() -> Iterator[list[Unit]]:
    with simulated("--seed", "3", devices=2) as found:
        yield found


@pytest.fixture(scope="module")
def operator(units: list[Unit], tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An operator who has onboarded both units: a coax one and a copper one."""
    one = Operator(tmp_path_factory.mktemp("home"))
    for unit, site in zip(units, ("Birch Court", "Mill Lane"), strict=True):
        done = one.add(unit, "--accept-host-key", "any", "--site", site, "--writable", "--json")
        assert done.code == 0, done.err
        assert done.json["name"] == unit["name"]
        assert done.json["serial"] == unit["serial"]
        assert unit["ssh_password"] not in done.out + done.err
    return one


def test_the_fleet_is_listed(operator: Operator, units: list[Unit]) -> None:
    devices = operator.must("device", "list")
    assert [one["name"] for one in devices] == ["gam-01", "gam-02"]
    assert [one["model"] for one in devices] == [unit["model"] for unit in units]
    assert [one["line"] for one in devices] == ["coax", "copper"]
    assert [one["site"] for one in devices] == ["Birch Court", "Mill Lane"]
    table = operator.run("device", "list").out.splitlines()
    assert table[0].split()[0] == "NAME"
    assert len(table) == 3
    assert max(map(len, table)) <= 80


@pytest.mark.parametrize(
    "words",
    [
        "device list",
        "port list gam-01",
        "endpoint list",
        "endpoint list gam-02",
        "subscriber list",
        "device poll --all",
    ],
)
def test_every_table_fits_80_columns(operator: Operator, words: str) -> None:
    done = operator.run(*words.split())
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 80


def test_a_unit_is_shown_with_its_ports(operator: Operator, units: list[Unit]) -> None:
    shown = operator.must("device", "show", "gam-01")
    assert shown["reachable"] is True
    assert shown["firmware"] == {"active": "1.5.4", "alternate": "1.5.1"}
    assert shown["capabilities"]["ssh"] is True
    assert shown["uptime_s"] > 0
    names = [port["name"] for port in shown["ports"]]
    assert names[:2] == ["G.hn 1/1", "G.hn 1/2"]
    assert len([name for name in names if name.startswith("G.hn")]) == 12
    port = operator.must("port", "show", "gam-01", "2")
    assert port == next(
        one for one in operator.must("port", "list", "gam-01") if one["name"] == "G.hn 1/2"
    )
    assert "G.hn 1/2" in operator.run("device", "show", "gam-01").out


def test_endpoints_are_listed_and_filtered(operator: Operator) -> None:
    everything = operator.must("endpoint", "list")
    of_one = operator.must("endpoint", "list", "gam-02")
    assert {one["device"] for one in everything} == {"gam-01", "gam-02"}
    assert [one for one in everything if one["device"] == "gam-02"] == of_one
    quarantined = operator.must("endpoint", "list", "--filter", "state:quarantined")
    assert {one["state"] for one in quarantined} == {
        "quarantined_wrong_port",
        "quarantined_unknown_mac",
    }
    detail = operator.must("endpoint", "show", of_one[0]["mac"].upper().replace(":", "-"))
    assert detail == of_one[0]
    plain = operator.run("endpoint", "show", quarantined[0]["mac"])
    assert plain.code == 0
    assert "Quarantined" in plain.err


def _free_endpoint(operator: Operator, device: str) -> dict[str, Any]:
    return next(
        one
        for one in operator.must("endpoint", "list", device)
        if one["state"] == "quarantined_unknown_mac"
    )


@pytest.mark.parametrize("device", ["gam-01", "gam-02"])
def test_a_first_service_is_turned_on(operator: Operator, device: str) -> None:
    endpoint = _free_endpoint(operator, device)
    name = f"flat 7 {device}"
    words = [
        *("subscriber", "add", name, "--device", device),
        *("--endpoint", endpoint["mac"], "--vlan", "707", "--plan", "100M", "--tagged"),
    ]
    before = operator.must("subscriber", "list", device)

    plan = operator.must(*words, "--dry-run")
    assert plan["state"] == "planned"
    assert plan["subscriber"] is None
    assert plan["after"]["vlan"] == 707
    assert any(name in step["command"] for step in plan["steps"])
    operator.must("device", "poll", device)
    assert operator.must("subscriber", "list", device) == before

    refused = operator.run(*words)
    assert refused.code == 2
    assert "--yes" in refused.err

    done = operator.run(*words, "--yes", "--json")
    assert done.code == 0, done.err
    result = done.json
    assert result["state"] == "verified_saved"
    assert result["saved"] is True
    assert result["verified_at"]
    assert result["id"] > 0
    assert {step["state"] for step in result["steps"]} == {"accepted"}
    assert [step["command"] for step in result["steps"]][: len(plan["steps"])] == [
        step["command"] for step in plan["steps"]
    ]

    shown = operator.must("subscriber", "show", name)
    assert shown == result["subscriber"]
    assert (shown["vlan"], shown["tagged"], shown["endpoint_mac"]) == (707, True, endpoint["mac"])
    assert shown["plan"]["name"] == "100M"
    operator.must("device", "poll", device)
    assert operator.must("subscriber", "show", name) == shown
    assert operator.must("endpoint", "show", endpoint["mac"])["subscriber"] == name
    assert operator.must("endpoint", "show", endpoint["mac"])["state"] == "ok"


def test_what_breaks_a_rule_is_refused_with_every_reason(operator: Operator) -> None:
    taken = operator.must("subscriber", "list", "gam-01")[0]
    words = (
        "subscriber",
        "add",
        "--device",
        "gam-01",
        "--endpoint",
        taken["endpoint_mac"],
        "--yes",
    )
    for name, vlan, reasons in (
        ("what?", "4094", ["character ?", "4094"]),
        (taken["name"], "100", [taken["name"], "VLAN 100", taken["endpoint_mac"]]),
    ):
        done = operator.run(*words, name, "--vlan", vlan)
        assert done.code == 4
        assert done.out == ""
        assert len(done.err.splitlines()) == len(reasons)
        for reason in reasons:
            assert reason in done.err


def test_a_read_only_unit_is_planned_for_and_not_changed(operator: Operator) -> None:
    endpoint = next(
        one
        for one in operator.must("endpoint", "list", "gam-02")
        if one["subscriber"] is None and one["state"] == "ok"
    )
    words = (
        *("subscriber", "add", "no way", "--device", "gam-02"),
        *("--endpoint", endpoint["mac"], "--vlan", "711"),
    )
    assert operator.must("device", "edit", "gam-02", "--read-only")["read_only"] is True
    assert operator.must(*words, "--dry-run")["state"] == "planned"
    done = operator.run(*words, "--yes")
    assert done.code == 4
    assert "read-only" in done.err
    assert operator.must("device", "edit", "gam-02", "--writable")["read_only"] is False
    operator.must("device", "poll", "gam-02")
    names = [one["name"] for one in operator.must("subscriber", "list", "gam-02")]
    assert "no way" not in names


def test_the_doctor_is_content(operator: Operator) -> None:
    done = operator.run("doctor", "--json")
    assert done.code == 0, done.out
    assert {"name", "ok", "sentence"} == set(done.json[0])


def test_no_secret_is_on_the_disk(operator: Operator, units: list[Unit]) -> None:
    for file in operator.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for unit in units:
                assert unit["ssh_password"].encode() not in content, file


def test_names_that_are_nearly_right(operator: Operator) -> None:
    done = operator.run("device", "show", "gam-1")
    assert done.code == 1
    assert "gam-01" in done.err
    done = operator.run("port", "show", "gam-01", "99")
    assert done.code == 1
    assert "G.hn" in done.err


def test_a_unit_is_renamed_and_removed(units: list[Unit], tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    assert operator.add(units[0], "--accept-host-key", "any").code == 0
    shown = operator.must("device", "edit", "gam-01", "--name", "riser", "--site", "North")
    assert (shown["name"], shown["site"]) == ("riser", "North")
    assert operator.must("device", "poll", "riser")[0]["reachable"] is True
    assert operator.run("device", "remove", "riser").code == 0
    assert operator.must("device", "list") == []
