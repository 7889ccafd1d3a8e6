"""`daemon`: polls, syncs and takes hooks without a screen, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable

from positron_tui.cli.context import Context
from positron_tui.cli.output import Output
from positron_tui.domain.errors import CredentialError, PositronError
from positron_tui.services.activity import Entry
from positron_tui.services.app import Services
from positron_tui.services.collector import rest_collector
from positron_tui.services.daemon import Daemon
from positron_tui.services.events import ActivityAdded, Event

# systemd kills after 90 s by default; what is cut off is settled at the next start.
STOP_WITHIN_S = 75.0
_INSIST_S = 1.0
# Every command that is sent to a device; the log file has them.
_NOT_TOLD = "exchange"


async def run(context: Context) -> int:
    """Print one line when all workers run, and work until told to stop."""
    ending = _Ending(context.out)
    try:
        async with context.services() as services:
            await _require_secrets(services)
            services.events.subscribe(_narrator(context.out))
            daemon = Daemon(
                receiver=services.hooks,
                workers=(services.monitor, services.sync_worker),
                changes=services.changes,
                tasks=services.tasks,
            )
            rest_collector()
            _on_signals(ending.begin)
            await daemon.run(ending.asked, lambda url: _ready(context.out, url))
    except asyncio.CancelledError:
        if not ending.late:
            raise
        raise PositronError(
            f"The daemon did not stop within {STOP_WITHIN_S:.0f} s; a change that was cut off is "
            "settled at the next start."
        ) from None
    finally:
        ending.close()
    context.out.say("Stopped.")
    return 0


class _Ending:
    """Asks the daemon to stop; what takes too long is cancelled, one wait after the other."""

    def __init__(self, out: Output) -> None:
        self.asked = asyncio.Event()
        self.late = False
        self._out = out
        self._daemon = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        if self.asked.is_set():
            return
        self._out.say("Stopping; what runs on devices is brought to an end first.")
        self.asked.set()
        self._timer = asyncio.get_running_loop().call_later(STOP_WITHIN_S, self._insist)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _insist(self) -> None:
        self.late = True
        if self._daemon is not None:
            self._daemon.cancel()
        self._timer = asyncio.get_running_loop().call_later(_INSIST_S, self._insist)


async def _require_secrets(services: Services) -> None:
    """Nobody is there to type a passphrase later."""
    status = await services.vault.unlock()
    if not status.usable:
        raise CredentialError(status.sentence)


def _ready(out: Output, url: str) -> None:
    if out.as_json:
        out.line(json.dumps({"url": url, "pid": os.getpid()}))
    else:
        out.line(f"Ready: hooks at {url}/hooks/NAME, health at {url}/healthz.")


def _narrator(out: Output) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        if isinstance(event, ActivityAdded) and _worth_telling(event.entry):
            entry = event.entry
            out.say(f"{entry.device}: {entry.text}" if entry.device else entry.text)

    return tell


def _worth_telling(entry: Entry) -> bool:
    return not entry.routine and entry.kind != _NOT_TOLD


def _on_signals(end: Callable[[], None]) -> None:
    """Call `end` at the first signal; a second one of that kind ends the process at once."""
    loop = asyncio.get_running_loop()

    def first(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        end()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):
            number = getattr(signal, name)
            loop.add_signal_handler(number, first, number)
