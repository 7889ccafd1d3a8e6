"""What runs until it is told to stop: SIGTERM, SIGINT, or the end of its standard input."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys


def stop_event(*, until_eof: bool = False) -> asyncio.Event:
    """Return an event that is set when the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    return stop
