"""The demo: a fleet on the screen within seconds, and nothing left behind however it ends."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.harness import SCRIPT, TIMEOUT_S, Operator
from tests.cli.terminal import Terminal, terminal


@contextmanager
def _demo(home: Path, *options: str) -> Iterator[Terminal]:
    temporary = home / "tmp"
    temporary.mkdir()
    operator = Operator(home, False, TMPDIR=str(temporary))
    with terminal([SCRIPT, "demo", *options], operator.environment) as screen:
        screen.wait_for("units are set up")
        screen.wait_for("birch-riser-a")
        yield screen


def _simulator_of(screen: Terminal) -> int:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(screen.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout.split()[0])


def _gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "\nState:\tZ" in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not _gone(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_quitting_leaves_nothing_behind(tmp_path: Path) -> None:
    with _demo(tmp_path) as screen:
        simulator = _simulator_of(screen)
        assert len(list((tmp_path / "tmp").iterdir())) == 1
        screen.type("\x11")
        assert screen.wait_for_end() == 0
        assert "Traceback" not in screen.shown
    _wait_until_gone(simulator)
    assert list((tmp_path / "tmp").iterdir()) == []
    # The operator's own places were not touched.
    assert not (tmp_path / "fleet.db").exists()
    assert not (tmp_path / "secrets.vault").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    with _demo(tmp_path) as screen:
        simulator = _simulator_of(screen)
        screen.process.send_signal(number)
        assert screen.wait_for_end() == 143
        assert screen.echo, "the terminal was not put back"
        assert "Traceback" not in screen.shown
    _wait_until_gone(simulator)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_simulator_does_not_outlive_a_crash(tmp_path: Path) -> None:
    with _demo(tmp_path) as screen:
        simulator = _simulator_of(screen)
        screen.process.kill()
        screen.wait_for_end()
    _wait_until_gone(simulator)


def test_ctrl_c_while_setting_up(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    operator = Operator(tmp_path, False, TMPDIR=str(tmp_path / "tmp"))
    with terminal([SCRIPT, "demo"], operator.environment) as screen:
        screen.wait_for("Starting the simulated fleet")
        screen.type("\x03")
        assert screen.wait_for_end() == 130
        assert "Interrupted; the simulated fleet is gone." in screen.shown
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_kept_demo_can_be_looked_into(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with _demo(tmp_path, "--keep", str(kept)) as screen:
        screen.type("\x11")
        assert screen.wait_for_end() == 0
    operator = Operator(tmp_path, False)
    devices = operator.must("device", "list", "--db", str(kept / "demo.db"))
    assert len(devices) == 6
    assert {one["site"] for one in devices} == {"Birch Court", "Mill Lane", "Harbour View"}
    with terminal([SCRIPT, "demo", "--keep", str(kept)], operator.environment) as screen:
        assert screen.wait_for_end() == 2
        assert "holds a demo already" in screen.shown


def test_without_a_terminal_there_is_no_demo(tmp_path: Path) -> None:
    done = Operator(tmp_path, False).run("demo")
    assert done.code == 2
    assert "terminal" in done.err
