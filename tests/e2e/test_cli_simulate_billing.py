"""`simulate-billing` as a process: a line of JSON, a clean end, and sentences for mistakes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess

import pytest

from tests.cli.harness import SCRIPT, TIMEOUT_S


def test_it_prints_one_line_and_ends_on_sigterm() -> None:
    words = [SCRIPT, "simulate-billing", "splynx", "--accounts", "3", "--seed", "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = json.loads(process.stdout.readline())
        assert told["url"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT_S) == 0
        assert process.stdout.read() == b""
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["splynx", "--fault", "boom"], 2, "'boom' is not a fault"),
        (["splynx", "--port", "70000"], 2, "70000 is not a port number"),
        (["splynx", "--hooks", "example.net"], 2, "begin it with http://"),
        (["splynx", "--fleet", "/no/such/file"], 2, "cannot be read"),
        (["powercode"], 2, "powercode"),
    ],
)
def test_a_mistake_is_a_sentence(words: list[str], code: int, sentence: str) -> None:
    done = subprocess.run(
        [SCRIPT, "simulate-billing", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [SCRIPT, "simulate-billing", "splynx", "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
