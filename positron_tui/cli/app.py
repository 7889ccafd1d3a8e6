"""Runs one command line: finds its handler, turns errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from positron_tui.cli import grammar
from positron_tui.cli.context import Context
from positron_tui.cli.output import Output
from positron_tui.domain.errors import PositronError, ValidationFailed

INTERRUPTED = 130
TERMINATED = 143
CONSOLE = "console:run"
Handler = Callable[[Context], "int | Coroutine[Any, Any, int]"]


class Terminated(BaseException):
    """SIGTERM or SIGHUP asked the command to end."""


def main(argv: Sequence[str]) -> int:
    """Run a command line and return its exit code; nothing escapes but --help's SystemExit."""
    out = Output(as_json=False)
    try:
        options = grammar.parse(argv)
    except PositronError as error:
        out.say(str(error))
        return error.exit_code
    context = Context(options, out)
    try:
        return _guarded(context, options)
    finally:
        out.clear_progress()


def _guarded(context: Context, options: argparse.Namespace) -> int:
    out = context.out
    try:
        return _run(context, _handler(options.handler or CONSOLE))
    except ValidationFailed as error:
        for finding in error.findings:
            out.say(finding.text)
        return error.exit_code
    except PositronError as error:
        out.say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        out.say(f"Interrupted; {context.note}")
        return INTERRUPTED
    except Terminated:
        out.say(f"Ended by a signal; {context.note}")
        return TERMINATED
    except Exception as error:
        out.say(_crash_sentence(context, error))
        return 1


def _handler(name: str) -> Handler:
    module, _, function = name.partition(":")
    loaded = importlib.import_module(f"positron_tui.cli.commands.{module}")
    handler: Handler = getattr(loaded, function)
    return handler


def _run(context: Context, handler: Handler) -> int:
    result = handler(context)
    return result if isinstance(result, int) else run_async(result, context.tell_waiting)


def run_async(work: Coroutine[Any, Any, int], on_signal: Callable[[], None] = lambda: None) -> int:
    """Run a coroutine to its end; the first Ctrl-C, SIGTERM or SIGHUP cancels it.

    `on_signal` is called then; a second signal of that kind does not wait for any cleaning up.
    """
    received: list[signal.Signals] = []

    async def owned() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def end(number: signal.Signals) -> None:
            received.append(number)
            loop.remove_signal_handler(number)
            on_signal()
            if task is not None:
                task.cancel()

        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError):
                number = getattr(signal, name)
                loop.add_signal_handler(number, end, number)
        return await work

    with asyncio.Runner() as runner:
        try:
            return runner.run(owned())
        except asyncio.CancelledError:
            if received and received[0] is not signal.SIGINT:
                raise Terminated from None
            raise KeyboardInterrupt from None


def _crash_sentence(context: Context, error: Exception) -> str:
    """Put the traceback into the log file and say where it is."""
    kind = type(error).__name__
    path = _log_crash(context, error)
    if path is None:
        return f"Something unforeseen failed ({kind}), and the details could not be logged."
    return f"Something unforeseen failed ({kind}); the details are in the log file {path}."


def _log_crash(context: Context, error: Exception) -> Path | None:
    import logging

    from positron_tui.config import Settings
    from positron_tui.services.activity import Redactor
    from positron_tui.services.logs import open_log

    try:
        settings = context.settings
    except PositronError:
        settings = Settings()
    if context.crash_logged:
        return settings.log.file
    close, problem = open_log(settings.log.file, "error", Redactor())
    logging.getLogger(__name__).error("unforeseen error", exc_info=error)
    close()
    return None if problem else settings.log.file
