"""The Textual app: opens the services, hands news to the screens, says what went wrong."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.notifications import Notify

from positron_tui.domain.errors import PositronError
from positron_tui.tui import glyphs
from positron_tui.tui.changing import Changing
from positron_tui.tui.clipboard import Clipboard
from positron_tui.tui.live import Changes, LiveFeed
from positron_tui.tui.memory import Memory
from positron_tui.tui.open_changes import OpenChanges
from positron_tui.tui.open_syncs import OpenSyncs
from positron_tui.tui.opening import ServicesFactory, ServicesOwner, default_factory
from positron_tui.tui.places import Places
from positron_tui.tui.render.lines import clean
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.screens.fleet import FleetScreen
from positron_tui.tui.syncing import Syncing

if TYPE_CHECKING:
    from positron_tui.config import Settings
    from positron_tui.services.app import Services
    from positron_tui.tui.screens.confirm import ConfirmScreen
    from positron_tui.tui.screens.endpoint import SnrKept

_log = logging.getLogger(__name__)
WIDE = 120
SAID_S = 3
WRONG_S = 8
# A job that is cancelled ends at once, unless it brings a change to an end.
LEAVE_S = 1
# Another console or the daemon may sync too, and a hook gets late without any news.
LOOK_AT_SYNCS_S = 15


class ConsoleApp(App[None]):
    """The console; give it open services, or a factory that opens them after the first paint."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit_console", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        settings: Settings,
        *,
        services: Services | None = None,
        factory: ServicesFactory | None = None,
        start_monitor: bool = True,
        export_folder: Path | None = None,
    ) -> None:
        plain = os.environ.get("NO_COLOR") is not None or settings.screen.theme.startswith("ansi")
        super().__init__(ansi_color=True if plain else None)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
        self.animation_level = "none"
        self.settings = settings
        self.glyphs = glyphs.choose(settings.screen.ascii)
        self.memory = Memory()
        self.places = Places(self)
        self.changing = Changing(self)
        self.open_changes = OpenChanges()
        self.open_syncs = OpenSyncs()
        self.syncing = Syncing(self, lambda: self._show_changes(Changes(progress=True)))
        self.export_folder = export_folder or Path.cwd()
        self.snr_kept: dict[tuple[str, str], SnrKept] = {}
        self._changes_running = 0
        self._leaving: ConfirmScreen | None = None
        self._services = services
        self._owner = ServicesOwner(factory) if factory is not None else None
        self._begun = False
        self._start_monitor = start_monitor
        self._feed: LiveFeed | None = None
        if plain:
            self.theme = "ansi-light" if settings.screen.theme == "ansi-light" else "ansi-dark"
        elif settings.screen.theme in self.available_themes:
            self.theme = settings.screen.theme

    @property
    def ready(self) -> bool:
        """Whether the services are open and what the screens remember is loaded."""
        return self._begun

    @property
    def services(self) -> Services:
        assert self._services is not None, "a screen asked for the services too early"  # noqa: S101
        return self._services

    @property
    def ascii_only(self) -> bool:
        return self.glyphs.ascii_only

    @property
    def credentials_words(self) -> str:
        """The credential store in use, for the top line."""
        status = self.services.vault_status
        return f"credentials: {status.backend}{'' if status.usable else ' LOCKED'}"

    def on_mount(self) -> None:
        self.push_screen(FleetScreen())
        if self._services is not None:
            self._take_services(self._services)
        elif self._owner is not None:
            self.call_after_refresh(
                self._owner.open, self.ask_passphrase, self._take_services, self._give_up
            )

    async def on_unmount(self) -> None:
        """Let cancelled jobs end before their services are closed; changes end with those."""
        jobs = [asyncio.ensure_future(one.wait()) for one in self.workers]
        if jobs:
            ended, _ = await asyncio.wait(jobs, timeout=LEAVE_S)
            for job in ended:
                job.exception()  # seen: they were cancelled

    async def close_services(self) -> None:
        """End what was begun; services that were opened here are closed when this returns."""
        if self._feed is not None:
            self._feed.detach()
        if self._owner is not None:
            await self._owner.close()

    def _take_services(self, services: Services) -> None:
        self._services = services
        self.work(self._begin(), "begin")

    def _give_up(self, code: int, sentence: str) -> None:
        self.exit(return_code=code, message=clean(sentence))

    async def _begin(self) -> None:
        services = self.services
        loop = asyncio.get_running_loop()
        self._feed = LiveFeed(
            self._spread, loop.call_later, services.clock.monotonic, self.settings.screen.refresh_hz
        )
        await self.memory.load(services.store.ui, lambda write: self.work(write, "remember"))
        self._begun = True
        self._feed.attach(services.events)
        self._spread(Changes(fleet=True))
        self._count_open_changes()
        self._look_at_syncs()
        self.set_interval(LOOK_AT_SYNCS_S, self._look_at_syncs)
        if not services.vault_status.usable:
            self.complain(services.vault_status.sentence)
        if self._start_monitor:
            services.monitor.start()
            services.sync_worker.start()
            if self.settings.hooks.enabled:
                self.work(services.hooks.start(), "take hooks")
            unfinished = await services.provisioning.settle_unfinished()
            for change in unfinished:
                self.complain(change.message or f"A change of {change.subject} was left open.")

    def _count_open_changes(self) -> None:
        self.work(self._read_open_changes(), "count open changes", exclusive=True)

    async def _read_open_changes(self) -> None:
        if await self.open_changes.read(self.services.changes):
            screen = self._visible_screen()
            if screen is not None:
                screen.refresh_bars()

    def _look_at_syncs(self) -> None:
        self.work(self._read_open_syncs(), "look at the syncs", exclusive=True)

    async def _read_open_syncs(self) -> None:
        if await self.open_syncs.read(self.services.sync_status):
            self._show_changes(Changes(sync=True))
            screen = self._visible_screen()
            if screen is not None:
                screen.refresh_bars()

    def _spread(self, changes: Changes) -> None:
        """Hand news to the screens, and count anew what the top lines show."""
        if changes.journal:
            self._count_open_changes()
        if changes.sync:
            self._look_at_syncs()
        self._show_changes(changes)

    def _show_changes(self, changes: Changes) -> None:
        """Hand news to every screen that can be seen: the top one, and those under a dialog."""
        screen = self._visible_screen()
        if screen is not None:
            screen.take_changes(changes)

    def _visible_screen(self) -> ConsoleScreen | None:
        found = (one for one in reversed(self.screen_stack) if isinstance(one, ConsoleScreen))
        return next(found, None)

    def work(self, job: Coroutine[Any, Any, None], name: str, *, exclusive: bool = False) -> None:
        """Run a job in the background; its failure becomes a sentence on the screen."""
        if not self.is_running:  # news that come while the console closes
            job.close()
            return
        self.run_worker(
            self._guard(job, name), name=name, group=name, exclusive=exclusive, exit_on_error=False
        )

    async def _guard(self, job: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await job
        except PositronError as error:
            self.complain(str(error))
        except Exception:
            _log.exception("the job %s of a screen failed", name)
            self.complain("Something went wrong in the console itself; its log file has it.")

    def say(self, sentence: str) -> None:
        """Show a sentence for a few seconds, in the place of what was said before."""
        self.notify(clean(sentence, ascii_only=self.ascii_only), timeout=SAID_S, markup=False)

    def complain(self, sentence: str) -> None:
        """Show what went wrong, longer; with what went wrong shortly before, in one box."""
        text = clean(sentence, ascii_only=self.ascii_only)
        self.notify(text, severity="error", timeout=WRONG_S, markup=False)

    def on_notify(self, event: Notify) -> None:
        """Make room: one box at a time, and what went wrong just before stays in it."""
        new = event.notification
        if new.severity == "error":
            shown = [one.message for one in self._notifications if one.severity == "error"]
            lines = [line for one in shown for line in one.split("\n") if line != new.message]
            new.message = "\n".join([*lines[-2:], new.message])
        self.clear_notifications()

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and what was said there; a dialog's answer may have said something."""
        if isinstance(self.screen, ConsoleScreen):
            self.clear_notifications()
        return super().pop_screen()

    def copy(self, text: str) -> None:
        """Copy a text, through the terminal or into a file."""
        clipboard = Clipboard(self._write_terminal, self.export_folder)
        try:
            self.say(clipboard.copy(text).sentence)
        except OSError as error:
            self.complain(f"It cannot be copied: {error.strerror or error}.")

    def _write_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    async def ask_passphrase(self) -> str:
        """Ask for the passphrase of the credentials' file; empty = not now."""
        from positron_tui.tui.screens.unlock import UnlockScreen

        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def take(text: str | None) -> None:
            if not answer.done():
                answer.set_result(text or "")

        await self.push_screen(UnlockScreen(), take)
        return await answer

    def unlock(self) -> None:
        """Ask for the passphrase again."""
        self.work(self._unlock(), "unlock", exclusive=True)

    async def _unlock(self) -> None:
        status = await self.services.vault.unlock()
        (self.say if status.usable else self.complain)(status.sentence)
        self._spread(Changes(fleet=True))

    def offer_new_key(self, device: str) -> None:
        """Ask whether the key that a blocked device shows now is to be trusted."""
        from positron_tui.tui.screens.host_key import offer_new_key

        offer_new_key(self, device)

    @property
    def changes_running(self) -> int:
        """How many changes run on devices now; at none, nothing keeps anybody from leaving."""
        return self._changes_running

    @changes_running.setter
    def changes_running(self, count: int) -> None:
        self._changes_running = count
        asked = self._leaving
        if not count and asked is not None and self.screen_stack[-1] is asked:
            asked.dismiss(False)

    def action_quit_console(self) -> None:
        if self._leaving is not None:
            return
        if not self.changes_running:
            self.exit(return_code=0)
            return
        from positron_tui.tui.screens.confirm import ConfirmScreen

        question = (
            "A change is running on a device. Leaving now does not take it back. It is in the "
            "journal: the next start reads the device and says how it ended."
        )
        self._leaving = ConfirmScreen(
            "Leave while a change runs?", question, yes="leave", no="stay"
        )
        self.push_screen(self._leaving, self._leave)

    def _leave(self, yes: bool | None) -> None:
        self._leaving = None
        if yes:
            self.exit(return_code=0)

    def _handle_exception(self, error: Exception) -> None:
        """A defect of ours goes to the log file and ends the console with a sentence."""
        _log.error("the console failed", exc_info=error)
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.exit(return_code=1, message="The console failed and had to stop; see its log file.")


def run_console(
    settings: Settings,
    factory: ServicesFactory | None = None,
    *,
    export_folder: Path | None = None,
) -> int:
    """Run the console until it is left and return its exit code.

    `factory` opens the services; by default those of the settings, asking for a passphrase in a
    dialog.
    """
    app = ConsoleApp(
        settings, factory=factory or default_factory(settings), export_folder=export_folder
    )
    asyncio.run(_run(app))
    return app.return_code or 0


async def _run(app: ConsoleApp) -> None:
    try:
        await app.run_async()
    finally:
        await app.close_services()
