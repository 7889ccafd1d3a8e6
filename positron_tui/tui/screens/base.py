"""What all screens have: a top line, a key line, the prompt, a filter, the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from positron_tui.domain.errors import PositronError
from positron_tui.tui import actions
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.jumping import HELP, find_target
from positron_tui.tui.live import Changes
from positron_tui.tui.render import frame
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.widgets.live_text import Bar
from positron_tui.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from positron_tui.services.app import Services
    from positron_tui.services.fleet import Fleet
    from positron_tui.tui.app import ConsoleApp

FILTER = "filter"
JUMP = "go to"
QUARANTINED = "state:quarantined"
NO_SERVICE = "service:none"


@dataclass(frozen=True, slots=True)
class Here:
    """What the cursor is on: a device, and maybe an endpoint, a port or a subscriber of it."""

    device: str
    mac: str | None = None
    port: str | None = None
    subscriber: str | None = None


class ConsoleScreen(Screen[None]):
    """Base of the full screens; `name_in_registry` says which actions it has."""

    name_in_registry: ClassVar[str]
    # A form whose purpose is fulfilled when what it asked for was done.
    left_when_done: ClassVar[bool] = False
    AUTO_FOCUS = "LiveTable, LiveTree, FlowText"

    def compose(self) -> ComposeResult:
        yield Bar(self._top_line, id="top")
        yield from self.body()
        yield Prompt()
        yield Bar(self._key_line, id="keys")

    # What a screen says of itself.

    def body(self) -> Sequence[Widget]:
        """Return the widgets between the top line and the prompt."""
        raise NotImplementedError

    def heading(self) -> str:
        """Return the name of what is shown."""
        raise NotImplementedError

    def counts(self) -> Sequence[Span]:
        """Return the numbers beside the heading."""
        return ()

    def show(self) -> None:
        """Show what the services know now; called at the start and whenever something is new."""
        raise NotImplementedError

    def concerns(self, changes: Changes) -> bool:
        """Say whether the news change anything here."""
        return bool(changes.devices) or changes.fleet

    def copy_text(self) -> str | None:
        """Return what `copy` copies."""
        return None

    def here(self) -> Here | None:
        """Return the device, endpoint and port that actions on this screen are about."""
        return None

    @property
    def filter_text(self) -> str:
        return ""

    def set_filter(self, text: str) -> None:
        """Take a new filter; screens with lists do something about it."""

    # The parts that they all use.

    @property
    def console_app(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    @property
    def services(self) -> Services:
        return self.console_app.services

    @property
    def fleet(self) -> Fleet:
        return self.services.fleet

    @property
    def glyphs(self) -> Glyphs:
        return self.console_app.glyphs

    def now(self) -> datetime:
        return self.services.clock.now()

    def refresh_show(self) -> None:
        """Show what is known, and the bars; before the services are open there is nothing."""
        if not self.is_mounted or not self.console_app.ready:
            return
        self.show()
        self.refresh_bars()

    def refresh_bars(self) -> None:
        """Show the top line and the key line as they are now."""
        if self.is_mounted:
            self.query_one("#top", Bar).repaint_changes()
            self.query_one("#keys", Bar).repaint_changes()

    def take_changes(self, changes: Changes) -> None:
        if self.concerns(changes):
            self.refresh_show()

    def on_mount(self) -> None:
        self.refresh_show()

    def on_screen_resume(self) -> None:
        self.refresh_show()

    def focus_main(self) -> None:
        """Put the focus back on the list or text."""
        for widget in self.query(self.AUTO_FOCUS):
            if widget.display:
                widget.focus()
                return

    # Actions of every screen.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that open a line alone while something is typed already."""
        known = actions.BY_NAME.get(action)
        if known is not None and known.takes_typing:
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_edit_filter(self) -> None:
        self.query_one(Prompt).ask(FILTER, self.filter_text)

    def action_jump(self) -> None:
        self.query_one(Prompt).ask(JUMP)

    def action_back(self) -> None:
        if self.filter_text:
            self.set_filter("")
            self.refresh_show()
        elif len(self.app.screen_stack) > 2:
            self.app.pop_screen()

    def action_copy(self) -> None:
        text = self.copy_text()
        if text:
            self.console_app.copy(text)

    def action_endpoints(self) -> None:
        self.console_app.places.endpoints()

    def action_quarantined(self) -> None:
        self.console_app.places.endpoints(QUARANTINED)

    def action_no_service(self) -> None:
        self.console_app.places.endpoints(NO_SERVICE)

    def action_subscribers(self) -> None:
        self.console_app.places.subscribers()

    def action_changes(self) -> None:
        self.console_app.places.changes()

    def action_drift(self) -> None:
        self.console_app.places.drift()

    def action_plans(self) -> None:
        self.console_app.places.plans()

    def action_unprovisioned(self) -> None:
        self.console_app.places.unprovisioned()

    def action_sync(self) -> None:
        self.console_app.places.sync()

    def action_conflicts(self) -> None:
        self.console_app.places.conflicts()

    def action_log(self) -> None:
        self.console_app.places.log()

    def action_help(self) -> None:
        self.console_app.places.help()

    def action_palette(self) -> None:
        from positron_tui.tui.screens.palette import open_palette

        if self.console_app.ready:
            open_palette(self)

    async def action_quit(self) -> None:
        self.console_app.action_quit_console()

    def action_unlock(self) -> None:
        self.console_app.unlock()

    def action_toggle_writable(self) -> None:
        here = self.here()
        if here is None or here.device not in self.fleet:
            self.console_app.say("Put the cursor on something of a device first.")
            return
        from positron_tui.tui.screens.writable import ask_writable

        ask_writable(self.console_app, here.device)

    def action_json_rpc(self) -> None:
        here = self.here()
        if here is None or here.device not in self.fleet:
            self.console_app.say("Put the cursor on something of a device first.")
            return
        from positron_tui.tui.screens.json_rpc import ask_json_rpc

        ask_json_rpc(self.console_app, here.device)

    def action_add_subscriber(self) -> None:
        here = self.here()
        if here is None:
            self.console_app.say("Put the cursor on a device, a port or an endpoint first.")
            return
        self.console_app.places.editor(here.device, mac=here.mac, port=here.port)

    def action_poll(self) -> None:
        here = self.here()
        if here is None:
            self.console_app.say("Put the cursor on something of a device first.")
            return
        self.console_app.work(self._poll(here.device), f"poll {here.device}")

    async def _poll(self, device: str) -> None:
        self.console_app.say(f"Reading {device} ...")
        outcome = await self.services.monitor.poll(device)
        if outcome.failure:
            self.console_app.complain(outcome.failure)
        elif outcome.failures:
            self.console_app.complain(next(iter(outcome.failures.values())))
        else:
            self.console_app.say(f"{device} was read in {outcome.duration_s:.1f} s.")

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        if event.question == FILTER:
            self.set_filter(event.text)
            self.refresh_show()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        self._close_prompt()
        if event.question == FILTER:
            self.set_filter(event.text)
            self.refresh_show()
        else:
            self._jump(event.text)

    def on_prompt_given_up(self, event: Prompt.GivenUp) -> None:
        self._close_prompt()
        if event.question == FILTER:
            self.set_filter("")
            self.refresh_show()

    def _close_prompt(self) -> None:
        self.query_one(Prompt).close()
        self.focus_main()

    def _jump(self, text: str) -> None:
        if not text.strip():
            self.console_app.say(f"Write {', '.join(HELP)}.")
            return
        try:
            target = find_target(text, self.fleet)
        except PositronError as error:
            self.console_app.complain(str(error))
            return
        self.console_app.places.go(target)

    def _top_line(self, width: int) -> Line:
        if not self.console_app.ready:
            return frame.top_line(self.heading(), (("loading", "dim"),), "", width)
        spans = [*self.console_app.open_changes.spans, *self.counts()]
        if self.filter_text:
            # First, because on a narrow screen the counts are cut and this must not be.
            spans.insert(0, (f"filter: {self.filter_text}   ", "warn"))
        signs = frame.that_fits(self.heading(), spans, self.console_app.open_syncs.signs, width)
        right = self.console_app.credentials_words
        return frame.top_line(self.heading(), [*spans, *signs], right, width)

    def _key_line(self, width: int) -> Line:
        keys, always = actions.key_line(self.name_in_registry, self.hidden_keys())
        return frame.key_line(keys, always, width)

    def hidden_keys(self) -> Sequence[str]:
        """Return the actions that the key line leaves out just now."""
        return ()
