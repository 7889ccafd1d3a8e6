"""How a command ends: exit codes, one sentence for an error, no traceback on the screen."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from positron_tui.cli import app
from positron_tui.cli.app import run_async
from positron_tui.cli.context import Context
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Finding,
    HostKeyChanged,
    Indeterminate,
    NotFound,
    PositronError,
    ReadOnlyRefused,
    UsageError,
    ValidationFailed,
)


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POSITRON_TUI_LOG__FILE", str(tmp_path / "console.log"))


def _end_with(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, before: Callable[[Context], None]
) -> int:
    async def handler(context: Context) -> int:
        before(context)
        raise error

    monkeypatch.setattr(app, "_handler", lambda name: handler)
    return app.main(["device", "list"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PositronError("It failed."), 1),
        (NotFound("There is no such thing."), 1),
        (CommandRejected("ghn x", "% Invalid"), 1),
        (UsageError("That is wrong."), 2),
        (DeviceUnreachable("gam-1 does not answer."), 3),
        (ReadOnlyRefused("gam-1 is read-only."), 4),
        (HostKeyChanged("Another key.", "a", "b"), 4),
        (Indeterminate("Nobody knows."), 5),
    ],
)
def test_an_error_is_its_sentence_and_its_code(
    error: PositronError,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _end_with(error, monkeypatch, lambda context: None) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"{error}\n"


def test_every_finding_of_a_validation_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ValidationFailed((Finding("vlan", "VLAN 2 is taken."), Finding("name", "No name.")))
    assert _end_with(error, monkeypatch, lambda context: None) == 4
    assert capsys.readouterr().err.splitlines() == ["VLAN 2 is taken.", "No name."]


def test_an_unforeseen_error_goes_to_the_log_file_and_not_to_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    error = ZeroDivisionError("the odd detail")
    assert _end_with(error, monkeypatch, lambda context: None) == 1
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert "the odd detail" not in shown.err
    assert shown.err.count("\n") == 1
    assert str(tmp_path / "console.log") in shown.err
    logged = (tmp_path / "console.log").read_text()
    assert "Traceback" in logged
    assert "the odd detail" in logged


def test_foreign_text_in_an_error_cannot_reach_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = CommandRejected("show", "no\x1b]0;owned\x07\r\nnext")
    _end_with(error, monkeypatch, lambda context: None)
    assert "\x1b" not in capsys.readouterr().err


def _signalled(number: signal.Signals) -> Callable[[Context], Coroutine[Any, Any, int]]:
    async def handler(context: Context) -> int:
        context.note = "two of three were done."
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()
        return 0

    return handler


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "signal")],
)
def test_a_signal_ends_the_command_and_says_what_was_done(
    number: signal.Signals,
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(app, "_handler", lambda name: _signalled(number))
    assert app.main(["device", "list"]) == code
    error = capsys.readouterr().err
    assert word in error
    assert "two of three were done." in error


def test_cleaning_up_comes_before_the_end() -> None:
    closed: list[str] = []

    async def work() -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            closed.append("session")
        return 0

    with pytest.raises(app.Terminated):
        run_async(work())
    assert closed == ["session"]


def test_a_second_ctrl_c_does_not_wait() -> None:
    asked: list[str] = []

    async def work() -> int:
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        return 0

    with pytest.raises(KeyboardInterrupt):
        run_async(work(), lambda: asked.append("first"))
    assert asked == ["first"]


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_json_may_come_from_the_environment(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSITRON_TUI_JSON", value)
    seen: list[bool] = []

    async def handler(context: Context) -> int:
        seen.append(context.settings.json_output and context.out.as_json)
        return 0

    monkeypatch.setattr(app, "_handler", lambda name: handler)
    assert app.main(["device", "list"]) == 0
    assert seen == [True]


def test_the_command_line_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSITRON_TUI_DB", str(tmp_path / "env.db"))
    monkeypatch.setenv("POSITRON_TUI_SECRETS_BACKEND", "memory")
    seen: list[tuple[str, str | None]] = []

    async def handler(context: Context) -> int:
        backend = context.settings.secrets.backend
        seen.append((context.settings.db.rpartition("/")[2], backend and backend.value))
        return 0

    monkeypatch.setattr(app, "_handler", lambda name: handler)
    app.main(["device", "list"])
    app.main(["--db", str(tmp_path / "option.db"), "device", "list", "--secrets-backend", "file"])
    assert seen == [("env.db", "memory"), ("option.db", "file")]


def test_a_wrong_settings_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert app.main(["device", "list", "--config", str(missing)]) == 2
    assert str(missing) in capsys.readouterr().err


def test_the_console_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([]) == 2
    assert "terminal" in capsys.readouterr().err
