"""Opens the services behind the first paint, and closes them after the last."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from positron_tui.domain.errors import PositronError
from positron_tui.services.collector import rest_collector

if TYPE_CHECKING:
    from positron_tui.config import Settings
    from positron_tui.services.app import Services

AskPassphrase = Callable[[], Awaitable[str]]
ServicesFactory = Callable[[AskPassphrase], AbstractAsyncContextManager["Services"]]
_log = logging.getLogger(__name__)


class ServicesOwner:
    """Holds the services open in one task of its own, as their context manager needs it."""

    def __init__(self, factory: ServicesFactory) -> None:
        self._factory = factory
        self._finished = asyncio.Event()
        self._opened = False
        self._task: asyncio.Task[None] | None = None

    def open(
        self,
        ask_passphrase: AskPassphrase,
        on_opened: Callable[[Services], None],
        on_failed: Callable[[int, str], None],
    ) -> None:
        """Begin; `on_failed` gets an exit code and a sentence when they cannot be opened."""
        self._task = asyncio.create_task(
            self._hold(ask_passphrase, on_opened, on_failed), name="services"
        )

    async def close(self) -> None:
        """Close the services, or break off opening them; returns when that is done."""
        self._finished.set()
        if self._task is None:
            return
        if not self._opened:
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _hold(
        self,
        ask_passphrase: AskPassphrase,
        on_opened: Callable[[Services], None],
        on_failed: Callable[[int, str], None],
    ) -> None:
        try:
            async with self._factory(ask_passphrase) as services:
                self._opened = True
                rest_collector()
                on_opened(services)
                await self._finished.wait()
        except PositronError as error:
            on_failed(error.exit_code, str(error))
        except Exception:
            _log.exception("the services failed")
            on_failed(1, "The console could not start; see its log file.")


def default_factory(settings: Settings) -> ServicesFactory:
    """Return what opens the services of the settings; their code is loaded only then."""

    def opened(ask_passphrase: AskPassphrase) -> AbstractAsyncContextManager[Services]:
        from positron_tui.services.app import open_services

        return open_services(settings, ask_passphrase=ask_passphrase)

    return opened
