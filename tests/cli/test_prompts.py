"""Questions on a real terminal: hidden answers, a careful yes, and Ctrl-C at any time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.terminal import Terminal, terminal

_PROGRAM = """
import sys
from positron_tui.cli import app
from positron_tui.cli.prompts import ask_secret, confirm

async def handler(context):
    {body}
    return 0

app._handler = lambda name: handler
sys.exit(app.main(["device", "list"]))
"""
SECRET_BODY = "secret = ask_secret(context.out, 'Word'); context.out.line(f'len {len(secret)}')"
CONFIRM_BODY = "context.out.line(f'answer {await confirm(context.out, \"Really?\")}')"


@contextmanager
def _running(body: str) -> Iterator[Terminal]:
    with terminal([sys.executable, "-c", _PROGRAM.format(body=body)], dict(os.environ)) as screen:
        yield screen


def test_a_secret_is_not_shown() -> None:
    with _running(SECRET_BODY) as screen:
        screen.wait_for("Word: ")
        assert not screen.echo
        screen.type("hunter2\n")
        screen.wait_for("len 7")
        assert screen.wait_for_end() == 0
        assert screen.echo
        assert "hunter2" not in screen.shown


def test_ctrl_c_in_a_hidden_answer_ends_at_once_and_leaves_the_echo_on() -> None:
    with _running(SECRET_BODY) as screen:
        screen.wait_for("Word: ")
        screen.type("hunt\x03")
        assert screen.wait_for_end() == 130
        assert screen.echo
        assert "Interrupted" in screen.shown
        assert "Traceback" not in screen.shown


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("y\n", "True"), ("Yes\n", "True"), ("\n", "False"), ("n\n", "False"), ("\x04", "False")],
)
def test_only_yes_is_yes(typed: str, answer: str) -> None:
    with _running(CONFIRM_BODY) as screen:
        screen.wait_for("Really? [y/N]")
        screen.type(typed)
        screen.wait_for(f"answer {answer}")
        assert screen.wait_for_end() == 0


def test_ctrl_c_at_a_question_ends_at_once() -> None:
    with _running(CONFIRM_BODY) as screen:
        screen.wait_for("Really? [y/N]")
        screen.type("\x03")
        assert screen.wait_for_end() == 130
        assert "Traceback" not in screen.shown
