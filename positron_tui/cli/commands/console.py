"""Without a command: the console on the terminal."""

from __future__ import annotations

import sys

from positron_tui.cli.context import Context
from positron_tui.domain.errors import UsageError


def run(context: Context) -> int:
    """Open the console; it needs a terminal on all ends."""
    require_terminal()
    settings = context.settings
    from positron_tui.tui.app import run_console

    return run_console(settings)


def require_terminal() -> None:
    """Raise UsageError where no screen can be shown."""
    streams = (sys.stdin, sys.stdout, sys.stderr)  # the screen is drawn on the last one
    if any(stream is None or not stream.isatty() for stream in streams):
        raise UsageError(
            "The console needs a terminal for input, output and errors, so none of them may be "
            "redirected; elsewhere use the commands, which 'positron-tui --help' lists."
        )
