"""The command line among other programs: pipes, signals, several units, faults."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from positron_tui.secrets.sealed import SCRYPT_N
from tests.cli.harness import (
    SCRIPT,
    TIMEOUT_S,
    Operator,
    Unit,
    address_options,
    secrets_of,
    simulated,
)


@pytest.fixture(scope="module")
def unit() -> Iterator[Unit]:
    with simulated("--model", "GAM-4-CX", "--seed", "2") as found:
        yield found[0]


@pytest.fixture(scope="module")
def operator(unit: Unit, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An operator on the first day, whose store and vault the installed script makes."""
    one = Operator(tmp_path_factory.mktemp("home"), False)
    done = one.run_script(
        *("device", "add", unit["host"], *address_options(unit)),
        *("--accept-host-key", "any", "--secrets-stdin"),
        stdin=json.dumps(secrets_of(unit)),
    )
    assert done.code == 0, done.err
    return one


def test_the_script_makes_its_store_and_its_vault(operator: Operator, unit: Unit) -> None:
    for name in ("fleet.db", "secrets.vault"):
        assert (operator.home / name).stat().st_mode & 0o777 == 0o600
    kdf = json.loads((operator.home / "secrets.vault").read_text(encoding="utf-8"))["kdf"]
    assert kdf["n"] == SCRYPT_N
    polled = operator.run_script("device", "poll", "gam-01", "--json")
    assert polled.code == 0, polled.err
    assert polled.json[0]["reachable"] is True
    shown = operator.run_script("device", "show", "gam-01", "--json")
    assert shown.json["serial"] == unit["serial"]
    assert shown.json == operator.must("device", "show", "gam-01")


def test_json_feeds_another_program(operator: Operator, unit: Unit) -> None:
    reader = "import json, sys; print(json.load(sys.stdin)[0]['serial'])"
    with operator.start("device", "list", "--json", stdout=subprocess.PIPE) as first:
        second = subprocess.run(
            [sys.executable, "-c", reader],
            stdin=first.stdout,
            capture_output=True,
            text=True,
            check=True,
        )
    assert second.stdout.strip() == unit["serial"]
    assert first.returncode == 0


def test_a_reader_that_leaves_early_is_no_error(operator: Operator) -> None:
    with operator.start(
        "device", "show", "gam-01", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(TIMEOUT_S) == 0


def test_options_come_from_the_environment_too(unit: Unit, operator: Operator) -> None:
    asking = Operator(operator.home, POSITRON_TUI_JSON="1")
    assert asking.run("device", "list").json[0]["name"] == "gam-01"
    elsewhere = operator.run("--db", str(operator.home / "other.db"), "device", "list", "--json")
    assert elsewhere.json == []


def test_an_unreachable_unit_does_not_spoil_the_others(unit: Unit, tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    with simulated("--model", "GAM-4-MX", "--seed", "9") as found:
        done = operator.add(found[0], "--accept-host-key", "any", "--name", "short-lived")
        assert done.code == 0, done.err
    assert operator.add(unit, "--accept-host-key", "any").code == 0
    done = operator.run("device", "poll", "--all", "--json")
    assert done.code == 3
    assert "short-lived" in done.err
    assert "gam-01" not in done.err
    outcomes = {one["name"]: one for one in done.json}
    assert set(done.json[0]) == {"name", "reachable", "duration_s", "sections", "failure"}
    assert outcomes["gam-01"]["reachable"] is True
    assert "endpoints" in outcomes["gam-01"]["sections"]
    assert outcomes["short-lived"]["reachable"] is False
    assert outcomes["short-lived"]["failure"]
    shown = operator.must("device", "show", "short-lived")
    assert shown["reachable"] is False
    assert shown["model"] == "GAM-4-MX"


def test_ctrl_c_ends_a_slow_poll_cleanly(tmp_path: Path) -> None:
    operator = Operator(tmp_path, POSITRON_TUI_SNMP__TIMEOUT_S="30")
    with simulated("--model", "GAM-4-CX") as found:
        assert operator.add(found[0], "--accept-host-key", "any").code == 0
    # Whatever is sent there now stays without an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", found[0]["snmp_port"]))
        silent.settimeout(TIMEOUT_S)
        with operator.start(
            "device", "poll", "gam-01", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            silent.recvfrom(65_535)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 130
    assert out == ""
    assert err.startswith("Interrupted; ")
    assert "Traceback" not in err


def test_an_old_unit_is_read_by_its_command_line(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    with simulated("--personality", "old-1.2.0", "--endpoints", "6", "--seed", "4") as found:
        done = operator.add(found[0], "--accept-host-key", "any", "--json")
        assert done.code == 0, done.err
        assert done.json["capabilities"]["ghn_snmp"] is False
        assert done.json["capabilities"]["ghn_cli"] is True
        endpoints = operator.must("endpoint", "list")
        assert len(endpoints) >= 5
        assert {one["source"] for one in operator.must("subscriber", "list")} == {"cli"}


@pytest.mark.parametrize(
    ("fault", "word"), [("nonsense", "'nonsense' is not a fault"), ("drop=7", "out of range")]
)
def test_an_unknown_fault_is_wrong_usage(fault: str, word: str) -> None:
    done = subprocess.run(
        [SCRIPT, "simulate", "--fault", fault], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert word in done.stderr


def test_a_taken_port_is_a_sentence(unit: Unit) -> None:
    words = [SCRIPT, "simulate", "--base-port", str(unit["ssh_port"] - 1)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_python_dash_m_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "positron_tui", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("positron-tui ")


def _free_base_port() -> int:
    """Return a port with two free ones behind it, outside of the range that clients get."""
    for base in range(20_000, 30_000, 3):
        with contextlib.ExitStack() as stack:
            try:
                for kind, port in (
                    (socket.SOCK_DGRAM, base),
                    (socket.SOCK_STREAM, base + 1),
                    (socket.SOCK_STREAM, base + 2),
                ):
                    one = stack.enter_context(socket.socket(socket.AF_INET, kind))
                    one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise AssertionError("there are no three free ports")


def test_another_host_key_blocks_the_unit_until_it_is_trusted(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    place = ("--model", "GAM-4-CX", "--base-port", str(_free_base_port()))
    with simulated(*place, "--seed", "1") as found:
        assert operator.add(found[0], "--accept-host-key", "any").code == 0
    # Another box in its place: a virtual unit's key follows from the seed.
    with simulated(*place, "--seed", "2"):
        endpoint = operator.must("endpoint", "list")[0]
        words = (
            *("subscriber", "add", "x", "--device", "gam-01", "--vlan", "900"),
            *("--endpoint", endpoint["mac"], "--dry-run"),
        )
        blocked = operator.run(*words)
        assert blocked.code == 4, blocked.err
        fingerprints = {word.strip(".,();") for word in blocked.err.split() if "SHA256:" in word}
        assert len(fingerprints) == 2
        assert operator.must("device", "show", "gam-01")["status"] == "blocked"
        wrong = operator.run("device", "edit", "gam-01", "--accept-host-key", "SHA256:AAAA")
        assert wrong.code == 4
        trusted = operator.must("device", "edit", "gam-01", "--accept-host-key", "any")
        assert trusted["status"] != "blocked"
        assert operator.must("device", "poll", "gam-01")[0]["reachable"] is True


def test_ctrl_c_in_a_change_brings_it_to_an_end_first(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    with simulated("--model", "GAM-4-CX", "--fault", "slow=0.05") as found:
        assert operator.add(found[0], "--accept-host-key", "any", "--writable").code == 0
        endpoint = next(
            one
            for one in operator.must("endpoint", "list")
            if one["state"] == "quarantined_unknown_mac"
        )
        words = [
            *("subscriber", "add", "smith", "--device", "gam-01", "--vlan", "900"),
            *("--endpoint", endpoint["mac"], "--yes"),
        ]
        with operator.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            told = []
            for line in process.stderr:
                told.append(line)
                if line.startswith("verifying"):
                    process.send_signal(signal.SIGINT)
            assert process.wait(TIMEOUT_S) == 130
        assert any("Ctrl-C again" in line for line in told)
        assert told[-1].startswith("Interrupted; the change was brought to an end: smith")
        operator.must("device", "poll", "gam-01")
        assert operator.must("subscriber", "show", "smith")["vlan"] == 900
