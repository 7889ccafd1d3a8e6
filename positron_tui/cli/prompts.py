"""Questions to a person on the terminal; Ctrl-C ends every one of them."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import signal
import sys
import threading
from collections.abc import Iterator

from positron_tui.cli.output import Output
from positron_tui.cli.text import safe_line


def ask_secret(out: Output, label: str) -> str:
    """Read a line without echo; an end of input counts as empty."""
    out.clear_progress()
    with _own_interrupt():
        try:
            return getpass.getpass(f"{safe_line(label)}: ", stream=sys.stderr)
        except EOFError:
            return ""


async def confirm(out: Output, question: str) -> bool:
    """Ask a question that only `y` or `yes` affirms; the event loop goes on meanwhile."""
    out.ask(f"{question} [y/N]")
    answer = await _line_of_stdin()
    return answer.strip().casefold() in ("y", "yes")


async def ask_line(out: Output, question: str) -> str:
    """Ask for a line of text; an end of input counts as empty."""
    out.ask(question)
    return (await _line_of_stdin()).strip()


async def _line_of_stdin() -> str:
    """Read one line in a thread that nobody waits for, so that Ctrl-C need not wait either."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def deliver(text: str) -> None:
        if not answer.done():
            answer.set_result(text)

    def read() -> None:
        data = b""
        with contextlib.suppress(OSError):
            data = os.read(sys.stdin.fileno(), 1024)
        with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
            loop.call_soon_threadsafe(deliver, data.decode(errors="replace"))

    threading.Thread(target=read, name="stdin", daemon=True).start()
    return await answer


@contextlib.contextmanager
def _own_interrupt() -> Iterator[None]:
    """Let Ctrl-C raise at once: asyncio's own handler only marks the task, and getpass waits on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
