"""Onboarding when things are not as they should be, and without SSH."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.harness import Operator, Unit, address_options, secrets_of, simulated


@pytest.fixture(scope="module")
def unit() -> Iterator[Unit]:
    with simulated("--model", "GAM-8-CX", "--seed", "5") as found:
        yield found[0]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_an_unknown_host_key_is_refused_with_its_fingerprint(
    operator: Operator, unit: Unit
) -> None:
    refused = operator.add(unit)
    assert refused.code == 4
    fingerprint = next(
        word.rstrip(".") for word in refused.err.split() if word.startswith("SHA256:")
    )
    assert f"--accept-host-key {fingerprint}" in refused.err
    assert operator.must("device", "list") == []

    other = operator.add(unit, "--accept-host-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert other.code == 4
    assert fingerprint in other.err

    assert operator.add(unit, "--accept-host-key", fingerprint).code == 0
    assert len(operator.must("device", "list")) == 1


def test_without_ssh_everything_is_read_by_snmp(operator: Operator, unit: Unit) -> None:
    words = ["device", "add", unit["host"], "--snmp-port", str(unit["snmp_port"]), "--no-ssh"]
    secrets = json.dumps({"snmp_community": unit["snmp_read_community"]})
    done = operator.run(*words, "--secrets-stdin", "--json", stdin=secrets)
    assert done.code == 0, done.err
    assert done.json["capabilities"]["ssh"] is not True
    subscribers = operator.must("subscriber", "list")
    assert subscribers
    assert {one["source"] for one in subscribers} == {"snmp"}
    assert all(one["vlan"] for one in subscribers)
    operator.must("device", "edit", "gam-01", "--writable")
    endpoint = operator.must("endpoint", "list")[0]
    done = operator.run(
        *("subscriber", "add", "x", "--device", "gam-01", "--vlan", "9"),
        *("--endpoint", endpoint["mac"], "--yes"),
    )
    assert done.code in (1, 4)
    assert "SSH" in done.err


def test_a_wrong_password_is_a_sentence(operator: Operator, unit: Unit) -> None:
    done = operator.add(unit, "--accept-host-key", "any", ssh_password="not-the-password")
    assert done.code == 3
    assert done.err.count("\n") <= 2
    assert "not-the-password" not in done.err + done.out
    assert operator.must("device", "list") == []


def test_a_dead_address_is_unreachable(operator: Operator) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        nobody = {
            "host": "127.0.0.1",
            "snmp_port": port,
            "ssh_port": port,
            "http_port": port,
            "snmp_read_community": "public",
            "snmp_write_community": "private",
            "ssh_password": "x-y-z",
        }
        done = operator.add(nobody, "--accept-host-key", "any")
    assert done.code == 3
    assert "127.0.0.1" in done.err


@pytest.mark.parametrize(
    ("stdin", "word"),
    [
        ('{"ssh_pasword": "hunter2"}', "ssh_password"),
        ('{"snmp_community": "public"}', "--no-ssh"),
        ("hunter2", "JSON"),
    ],
)
def test_bad_secrets_are_wrong_usage_and_not_echoed(
    operator: Operator, unit: Unit, stdin: str, word: str
) -> None:
    words = ["device", "add", unit["host"], *address_options(unit), "--secrets-stdin"]
    done = operator.run(*words, stdin=stdin)
    assert done.code == 2
    assert word in done.err
    assert "hunter2" not in done.err + done.out


def test_without_a_terminal_nobody_is_asked(operator: Operator, unit: Unit) -> None:
    done = operator.run("device", "add", unit["host"], *address_options(unit))
    assert done.code == 2
    assert "--secrets-stdin" in done.err


def test_the_same_unit_twice_is_refused(operator: Operator, unit: Unit) -> None:
    assert operator.add(unit, "--accept-host-key", "any").code == 0
    again = operator.add(unit, "--accept-host-key", "any")
    assert again.code == 4
    assert "gam-01" in again.err


def test_snmp_v3_is_onboarded(operator: Operator, unit: Unit) -> None:
    words = [
        *("device", "add", unit["host"], "--snmp-port", str(unit["snmp_port"]), "--no-ssh"),
        *("--snmp-version", "3", "--snmp-user", unit["ssh_user"], "--secrets-stdin", "--json"),
    ]
    keys = ("snmp_auth_password", "snmp_priv_password")
    done = operator.run(*words, stdin=json.dumps(dict.fromkeys(keys, unit["ssh_password"])))
    assert done.code == 0, done.err
    assert done.json["serial"] == unit["serial"]


def test_discovery_finds_the_unit_and_knows_it(operator: Operator, unit: Unit) -> None:
    words = ["device", "discover", "127.0.0.1/32", "--snmp-port", str(unit["snmp_port"])]
    done = operator.run(*words, "--community-stdin", "--json", stdin="public\n")
    assert done.code == 0, done.err
    assert [(one["host"], one["model"], one["known_as"]) for one in done.json] == [
        ("127.0.0.1", "GAM-8-CX", None)
    ]
    assert operator.add(unit, "--accept-host-key", "any").code == 0
    secrets = json.dumps(secrets_of(unit))
    again = operator.run(*words, "--secrets-stdin", "--json", stdin=secrets)
    assert [one["known_as"] for one in again.json] == ["gam-01"]


def test_a_range_that_is_too_large_is_wrong_usage(operator: Operator) -> None:
    done = operator.run("device", "discover", "10.0.0.0/8", "--community-stdin", stdin="public\n")
    assert done.code == 2


def test_secrets_of_the_environment_are_not_asked_for(tmp_path: Path, unit: Unit) -> None:
    secrets = {
        f"POSITRON_TUI_SECRET_{name.upper()}": value for name, value in secrets_of(unit).items()
    }
    operator = Operator(tmp_path, **secrets, POSITRON_TUI_SECRETS_BACKEND="env")

    words = ["device", "add", unit["host"], *address_options(unit), "--name", "riser"]
    done = operator.run(*words, "--accept-host-key", "any")

    assert done.code == 0, done.err
    assert [one["name"] for one in operator.must("device", "list")] == ["riser"]
    bare = Operator(tmp_path / "bare", POSITRON_TUI_SECRETS_BACKEND="env")
    refused = bare.run(*words, "--accept-host-key", "any")
    assert refused.code == 2
    assert "snmp_community" in refused.err
