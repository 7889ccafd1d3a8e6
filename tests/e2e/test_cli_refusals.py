"""What bad input gets from the command line: exit code 4 or 2, a sentence, an untouched unit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.harness import Operator, Unit, configure, simulated, type_on


@pytest.fixture(scope="module")
def units() -> Iterator[list[Unit]]:
    """A coax unit with management on VLAN 100, and a copper one."""
    with simulated("--seed", "3", devices=2) as found:
        yield found


@pytest.fixture(scope="module")
def operator(units: list[Unit], tmp_path_factory: pytest.TempPathFactory) -> Operator:
    one = Operator(tmp_path_factory.mktemp("home"))
    for unit in units:
        assert one.add(unit, "--accept-host-key", "any", "--writable").code == 0
    return one


def _free(operator: Operator, device: str) -> str:
    return next(
        str(one["mac"])
        for one in operator.must("endpoint", "list", device)
        if one["state"] == "quarantined_unknown_mac"
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--vlan", "2"], 4, ["VLAN 2", "choose another"]),
        (["--vlan", "4095"], 4, ["4095", "choose another"]),
        (["--vlan", "3841"], 4, ["3841", "reserved"]),
        (["--vlan", "5000"], 4, ["5000", "outside"]),
        (["--vlan", "100"], 4, ["VLAN 100", "manage"]),
        (["--vlan", "many"], 2, ["whole number"]),
        (["--vlan", "700", "--remap", "1"], 4, ["VLAN 1"]),
        (["--vlan", "700", "--plan", "no such plan"], 4, ["no such plan"]),
        (["--vlan", "700", "--trunk", "--allow", "10"], 4, ["Trunk"]),
        (["--vlan", "700", "--allow", "10-30"], 4, ["too many"]),
        (["--vlan", "700", "--outer-vlan", "900"], 4, ["JSON-RPC"]),
        (["--vlan", "700", "--description", "tab\there"], 4, ["description"]),
    ],
)
def test_a_service_that_breaks_a_rule(
    operator: Operator, units: list[Unit], options: list[str], code: int, words: list[str]
) -> None:
    before = type_on(units[0], "show running-config")
    mac = _free(operator, "gam-01")
    done = operator.run(
        *("subscriber", "add", "new", "--device", "gam-01", "--endpoint", mac),
        *(*options, "--yes"),
    )
    assert done.code == code, done.err
    assert done.out == ""
    for word in words:
        assert word in done.err
    assert type_on(units[0], "show running-config") == before


@pytest.mark.parametrize("name", ["a" * 65, "what?", 'say "x"', "tab\there", "bell\x07", "Zoë", ""])
def test_a_name_that_the_unit_would_eat(operator: Operator, name: str) -> None:
    held = operator.must("subscriber", "list", "gam-01")[0]["name"]
    done = operator.run("subscriber", "edit", held, "--name", name, "--yes")
    assert done.code == 4, done.err
    assert len(done.err.strip()) > 20
    assert "\x07" not in done.err


def test_a_name_that_is_taken(operator: Operator) -> None:
    first, second = (one["name"] for one in operator.must("subscriber", "list", "gam-01")[:2])
    done = operator.run("subscriber", "edit", second, "--name", first, "--yes")
    assert done.code == 4
    assert first in done.err


def test_a_port_that_is_full(operator: Operator, units: list[Unit]) -> None:
    """A second endpoint on a copper port; the seventeenth on a coax port."""
    taken = next(one for one in operator.must("endpoint", "list", "gam-02") if one["subscriber"])
    words = ("endpoint", "add", "00:0e:d8:77:00:01", "--device", "gam-02", "--name", "extra")
    copper = operator.run(*words, "--port", taken["port"], "--yes")
    assert copper.code == 4
    assert "one endpoint" in copper.err

    there = [
        one for one in operator.must("endpoint", "list", "gam-01") if one["port"] == "G.hn 1/4"
    ]
    configure(
        units[0],
        *(
            f'ghn endpoint {number} name "box {number}" mac-address 00:0e:d8:78:00:{number:02x} '
            "port 4"
            for number in range(100 + len(there), 116)
        ),
    )
    words = ("endpoint", "add", "00:0e:d8:79:00:01", "--device", "gam-01", "--name", "box 17")
    coax = operator.run(*words, "--port", "4", "--yes")
    assert coax.code == 4
    assert "16 endpoints" in coax.err


def test_an_endpoint_that_is_on_another_port(operator: Operator) -> None:
    wrong = next(
        (
            one
            for one in operator.must("endpoint", "list")
            if one["state"] == "quarantined_wrong_port" and one["subscriber"] is None
        ),
        None,
    )
    if wrong is None:
        wrong = next(
            one
            for one in operator.must("endpoint", "list")
            if one["state"] == "quarantined_wrong_port"
        )
    done = operator.run(
        *("subscriber", "add", "lost", "--device", wrong["device"], "--endpoint", wrong["mac"]),
        *("--vlan", "700", "--yes"),
    )
    assert done.code == 4
    assert wrong["mac"] in done.err


def test_a_unit_has_fifteen_profiles(operator: Operator, units: list[Unit]) -> None:
    configure(
        units[0],
        *(
            f'ghn bw-profile {number} name "P{number}" rate-downstream 20 rate-upstream 20'
            for number in range(7, 16)
        ),
    )
    assert operator.run("plan", "add", "one more", "--down", "90", "--up", "90", "--yes").code == 0
    done = operator.run("plan", "push", "one more", "gam-01", "--yes")
    assert done.code == 4
    assert "15 profiles" in done.err


def test_a_plan_above_what_copper_can_be_limited_to(operator: Operator) -> None:
    assert operator.run("plan", "add", "fast", "--down", "1060", "--up", "1060", "--yes").code == 0
    pushed = operator.run("plan", "push", "fast", "gam-02", "--yes")
    assert pushed.code == 4
    assert "copper" in pushed.err
    name = operator.must("subscriber", "list", "gam-02")[0]["name"]
    plan = operator.must("subscriber", "edit", name, "--plan", "fast", "--dry-run")
    assert plan["after"].get("plan") is None
    for options, word in (
        (["--down", "5", "--up", "5"], "10 Mbit/s"),
        (["--down", "100", "--up", "100"], "already"),
    ):
        for extra in ("--dry-run", "--yes"):
            refused = operator.run("plan", "add", "fast", *options, extra)
            assert refused.code == 4
            assert word in refused.err


def test_a_vlan_that_the_uplink_does_not_carry(operator: Operator, units: list[Unit]) -> None:
    narrow = ("switchport trunk allowed vlan 3-900", "exit")
    wide = ("switchport trunk allowed vlan 3-4094", "exit")
    uplinks = ("interface 10GigabitEthernet 1/1", "interface 10GigabitEthernet 1/2")
    configure(units[0], *(line for uplink in uplinks for line in (uplink, *narrow)))
    name = operator.must("subscriber", "list", "gam-01")[0]["name"]
    done = operator.run("subscriber", "edit", name, "--vlan", "950", "--yes")
    configure(units[0], *(line for uplink in uplinks for line in (uplink, *wide)))
    assert done.code == 4, done.err
    assert "VLAN 950" in done.err
    assert "uplink" in done.err
    assert "3-900" in done.err


READ_ONLY = [
    "subscriber edit {name} --vlan 712",
    "subscriber remove {name}",
    "endpoint edit {mac} --name other",
    "endpoint remove {mac} --with-subscriber",
    "endpoint reboot {mac}",
    "port set gam-02 1 --name other",
]


@pytest.mark.parametrize("line", READ_ONLY)
def test_every_change_of_a_read_only_unit_says_how_to_lift_that(
    operator: Operator, units: list[Unit], line: str
) -> None:
    operator.must("device", "edit", "gam-02", "--read-only")
    held = operator.must("subscriber", "list", "gam-02")[0]
    words = [word.format(name=held["name"], mac=held["endpoint_mac"]) for word in line.split()]
    before = type_on(units[1], "show running-config")
    planned = operator.run(*words, "--dry-run")
    assert planned.code == 0, planned.err
    done = operator.run(*words, "--yes")
    assert done.code == 4
    assert "device edit gam-02 --writable" in done.err
    assert type_on(units[1], "show running-config") == before


def test_a_read_only_console_changes_nothing(operator: Operator, units: list[Unit]) -> None:
    careful = Operator(operator.home, POSITRON_TUI_READ_ONLY="true")
    name = operator.must("subscriber", "list", "gam-01")[0]["name"]
    before = type_on(units[0], "show running-config")
    done = careful.run("subscriber", "edit", name, "--vlan", "713", "--yes")
    assert done.code == 4
    assert "read_only" in done.err
    assert type_on(units[0], "show running-config") == before


def test_a_unit_is_read_only_until_it_is_lifted(operator: Operator, units: list[Unit]) -> None:
    fresh = Operator(operator.home, POSITRON_TUI_DB=str(operator.home / "fresh.db"))
    done = fresh.add(units[0], "--accept-host-key", "any", "--json")
    assert done.code == 0, done.err
    assert done.json["read_only"] is True
    assert "device edit gam-01 --writable" in done.err
    name = fresh.must("subscriber", "list")[0]["name"]
    words = ("subscriber", "edit", name, "--description", "lifted")
    refused = fresh.run(*words, "--yes")
    assert refused.code == 4
    assert "--writable" in refused.err
    assert fresh.must("device", "edit", "gam-01", "--writable")["read_only"] is False
    assert fresh.must(*words, "--yes")["state"] == "verified_saved"
