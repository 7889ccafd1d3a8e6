"""The daemon that cannot begin says why, at once; one that cannot stop is made to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import closing
from pathlib import Path

import pytest

from positron_tui.cli.app import main
from positron_tui.cli.commands import daemon
from positron_tui.services.monitor import Monitor


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POSITRON_TUI_DB", str(tmp_path / "fleet.db"))
    monkeypatch.setenv("POSITRON_TUI_LOG__FILE", str(tmp_path / "console.log"))
    monkeypatch.setenv("POSITRON_TUI_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("POSITRON_TUI_SECRETS__FILE", str(tmp_path / "secrets.vault"))
    (tmp_path / "config.toml").touch()


def test_a_taken_port_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        code = main(["daemon", "--hooks-port", port, "--secrets-backend", "memory"])
    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    assert shown.err.startswith(f"Cannot listen on 127.0.0.1 port {port}: the port is taken")
    assert shown.err.count("\n") == 1


def test_a_wrong_port_names_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["daemon", "--hooks-port", "70000", "--secrets-backend", "memory"]) == 2
    assert "--hooks-port" in capsys.readouterr().err


def test_locked_secrets_are_told_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSITRON_TUI_PASSPHRASE", raising=False)
    code = main(["daemon", "--hooks-port", "0", "--secrets-backend", "file"])
    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    assert "POSITRON_TUI_PASSPHRASE" in shown.err
    assert shown.err.count("\n") == 1


def test_what_does_not_end_is_cut_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_self: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Monitor, "stop", never)
    monkeypatch.setattr(daemon, "STOP_WITHIN_S", 0.0)
    monkeypatch.setattr(daemon, "_INSIST_S", 0.01)
    # As an operator's SIGTERM, once it is ready.
    monkeypatch.setattr(daemon, "_ready", lambda out, url: os.kill(os.getpid(), signal.SIGTERM))

    assert main(["daemon", "--hooks-port", "0", "--secrets-backend", "memory"]) == 1
    assert "did not stop within" in capsys.readouterr().err
