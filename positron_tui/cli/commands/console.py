"""Without a command: the console on the terminal."""

from __future__ import annotations

import sys

from positron_tui.cli.context import Context
from positron_tui.domain.errors import UsageError


def run(context: Context) -> int:
    """Open the console; it needs a terminal on both ends."""
    require_terminal()
    settings = context.settings
    from positron_tui.tui.app import run_console

    return run_console(settings)


def require_terminal() -> None:
    """Raise UsageError where no screen can be shown."""
    if any(stream is None or not stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise UsageError(
            "The console needs a terminal; elsewhere use the commands, which "
            "'positron-tui --help' lists."
        )
