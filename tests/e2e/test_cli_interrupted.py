"""Changes that something cut short: the next command tells the truth about them."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.harness import TIMEOUT_S, Operator, Unit, simulated, type_on


def _operator(unit: Unit, home: Path, **settings: str) -> Operator:
    one = Operator(home, **settings)
    assert one.add(unit, "--accept-host-key", "any", "--writable").code == 0
    return one


@pytest.mark.parametrize("state", ["applying", "verifying", "saving"])
def test_a_console_that_was_killed_is_settled_by_the_next(tmp_path: Path, state: str) -> None:
    with simulated("--model", "GAM-4-CX", "--fault", "slow=0.1") as (unit,):
        operator = _operator(unit, tmp_path)
        name = operator.must("subscriber", "list")[0]["name"]
        words = ["subscriber", "edit", name, "--vlan", "955", "--yes"]
        with operator.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith(state):
                    process.kill()
                    break
            process.wait(TIMEOUT_S)
        (change,) = operator.must("change", "list")
        assert change["state"] == state
        refused = operator.run("change", "undo", str(change["id"]), "--dry-run")
        assert refused.code in (0, 4)

        settled = operator.run("change", "settle", "--json")
        assert settled.code == 0, settled.err
        shown = operator.must("change", "show", str(change["id"]))
        runs = "vid 955" in type_on(unit, "show running-config")
        assert (shown["verified_at"] is not None) is runs
        if runs:
            assert shown["state"] in ("verified_saved", "verified_unsaved")
            saved = "vid 955" in type_on(unit, "show startup-config")
            assert shown["saved"] is saved
        else:
            assert shown["state"] in ("refused", "reverted", "failed")
        assert operator.must("change", "settle") == []


def test_a_move_that_was_cut_short_names_where_the_service_still_is(tmp_path: Path) -> None:
    options = ("--model", "GAM-4-CX", "--endpoints", "6", "--seed", "3", "--fault", "slow=0.03")
    with simulated(*options, devices=2) as units:
        operator = _operator(units[0], tmp_path)
        assert operator.add(units[1], "--accept-host-key", "any", "--writable").code == 0
        mac = next(
            one["mac"]
            for one in operator.must("endpoint", "list", "gam-02")
            if one["state"] == "quarantined_unknown_mac"
        )
        name = operator.must("subscriber", "list", "gam-01")[0]["name"]
        words = ["subscriber", "move", name, "--device", "gam-01", "--to", "gam-02"]
        words += ["--endpoint", mac, "--yes"]
        with operator.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("gam-02: saving"):
                    process.kill()
                    break
            process.wait(TIMEOUT_S)
        settled = operator.run("change", "settle")
        assert settled.code == 0, settled.err
        assert f"{name} is still on gam-01 too; 'subscriber remove' it there" in settled.err
        assert {one["device"] for one in operator.must("subscriber", "list")} == {
            "gam-01",
            "gam-02",
        }
        (change,) = operator.must("change", "list")
        undone = operator.must("change", "undo", str(change["id"]), "--yes")
        assert undone["device"] == "gam-02"


@pytest.mark.parametrize("commands", [6, 7, 8, 10])
def test_a_session_that_dies_in_the_middle_never_reads_as_done(
    tmp_path: Path, commands: int
) -> None:
    """Every session breaks at its N-th command; what is told afterwards is what is there."""
    with simulated("--model", "GAM-4-CX", "--fault", f"die-after={commands}") as (unit,):
        operator = _operator(unit, tmp_path)
        name = operator.must("subscriber", "list")[0]["name"]
        done = operator.run("subscriber", "edit", name, "--vlan", "955", "--yes")
        for _ in range(4):  # its own session may break as well, which it says
            settled = operator.run("change", "settle")
            if settled.code == 0:
                break
            assert settled.code == 5
            assert "could not be read" in settled.err
        (change,) = operator.must("change", "list")
        lines = type_on(unit, "show running-config | include subscriber").splitlines()
        runs = any(f'name "{name}" vid 955' in line for line in lines)
        assert (change["verified_at"] is not None) is runs
        assert change["state"] != "indeterminate"
        assert (done.code == 0) <= runs
        if done.code == 0:
            lines = type_on(unit, "show startup-config").splitlines()
            assert any(f'name "{name}" vid 955' in line for line in lines)
        else:
            assert "gam-01" in done.err


def test_a_unit_that_falls_silent_is_unreachable_and_nothing_was_sent(tmp_path: Path) -> None:
    with simulated("--model", "GAM-4-CX") as (unit,):
        operator = _operator(unit, tmp_path)
        name = operator.must("subscriber", "list")[0]["name"]
    done = operator.run("subscriber", "edit", name, "--vlan", "955", "--yes")
    assert done.code == 3
    assert "gam-01" in done.err
    assert operator.must("change", "list") == []
    assert operator.run("adopt", "gam-01", "--yes").code == 3


def test_two_consoles_do_not_write_to_one_unit_at_once(tmp_path: Path) -> None:
    with simulated("--model", "GAM-4-CX", "--fault", "slow=0.1") as (unit,):
        operator = _operator(unit, tmp_path)
        one, two = (person["name"] for person in operator.must("subscriber", "list")[:2])
        words = ["subscriber", "edit", one, "--vlan", "955", "--yes"]
        with operator.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("applying"):
                    break
            process.send_signal(signal.SIGSTOP)
            busy = operator.run("subscriber", "edit", two, "--vlan", "956", "--yes")
            process.send_signal(signal.SIGCONT)
            process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0
        assert busy.code == 4, busy.err
        again = operator.run("subscriber", "edit", two, "--vlan", "956", "--yes")
        assert again.code == 0, again.err


def test_a_silent_ssh_port_ends_by_its_time_out(tmp_path: Path) -> None:
    with simulated("--model", "GAM-4-CX") as (unit,):
        operator = _operator(unit, tmp_path, POSITRON_TUI_SSH__CONNECT_TIMEOUT_S="1")
        name = operator.must("subscriber", "list")[0]["name"]
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = str(silent.getsockname()[1])
            operator.run("device", "edit", "gam-01", "--ssh-port", port)
            done = operator.run("subscriber", "edit", name, "--vlan", "955", "--yes")
    assert done.code == 3, done.err
    assert operator.must("change", "list") == []
