"""The daemon as systemd runs it: ready, stopped by a signal, killed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx

from tests.cli.harness import TIMEOUT_S, Operator
from tests.e2e import hook_child
from tests.forks import FORKS
from tests.services.hooking import about, signed


def test_it_says_when_it_is_ready_and_stops_cleanly(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    with operator.start(
        *("daemon", "--hooks-port", "0", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["pid"] == process.pid
        with httpx.Client(base_url=ready["url"]) as client:
            health = client.get("/healthz")
            assert (health.status_code, health.json()["ready"]) == (200, True)
            assert (health.json()["systems"], health.json()["hooks_waiting"]) == (0, 0)
            assert client.post("/hooks/nobody", content=b"{}").status_code == 404
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, err
    assert out == ""
    assert err.splitlines()[-1] == "Stopped."
    assert "Traceback" not in err + (tmp_path / "console.log").read_text()


def test_a_hook_that_was_answered_survives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "hooks.db"
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=hook_child.run, args=(file, theirs))
    process.start()
    try:
        assert ours.poll(TIMEOUT_S)
        body = about(412)
        answer = httpx.post(f"{ours.recv()}/hooks/splynx", content=body, headers=signed(body))
    finally:
        process.kill()
        process.join()
    assert answer.status_code == 200
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT system, account_id, state FROM billing_hooks").fetchall()
    assert rows == [("splynx", "412", "received")]
