"""A prepared change: shown, run when that is confirmed, followed to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.errors import PositronError, ReadOnlyRefused
from positron_tui.services.prepared import PreparedChange
from positron_tui.tui import actions
from positron_tui.tui.changing import Execute
from positron_tui.tui.live import Changes
from positron_tui.tui.render import change as words
from positron_tui.tui.render.facts import Heading, Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.screens.writable import ask_writable
from positron_tui.tui.widgets.live_text import FlowText


class PreviewScreen(ConsoleScreen):
    """What is confirmed here is that very plan."""

    name_in_registry = actions.PREVIEW
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.PREVIEW)]
    AUTO_FOCUS = "FlowText"

    def __init__(
        self,
        prepared: PreparedChange,
        *,
        note: str = "",
        on_left: Callable[[Change | None], None] = lambda change: None,
        execute: Execute | None = None,
        after: str = "",
    ) -> None:
        """`note` stands beside the heading; `on_left` gets the change as it ended, None = not run.

        It is called when the screen is gone. `execute` runs what is not a change of configuration,
        `after` says what follows when this one was verified.
        """
        super().__init__()
        self.prepared = prepared
        self._note = note
        self._on_left = on_left
        self._execute = execute
        self._after = after
        self.change: Change = prepared.change
        self._refusal: str | None = None
        self._under_way = False

    @property
    def finished(self) -> bool:
        return self.change.state.finished or self._refusal is not None

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def heading(self) -> str:
        return f"{self.change.device}  {words.title(self.change)}"

    def counts(self) -> Sequence[Span]:
        return ((self._note, "dim"),) if self._note else ()

    def concerns(self, changes: Changes) -> bool:
        return False

    def hidden_keys(self) -> Sequence[str]:
        hidden = ["run"] if self._under_way or self.finished else []
        if self._under_way or not (self._is_read_only and not self.change.state.finished):
            hidden.append("toggle_writable")
        return hidden if self.can_undo else [*hidden, "undo"]

    @property
    def can_undo(self) -> bool:
        """Whether this change ran and left something that can be taken back."""
        return self._refusal is None and words.can_undo(self.change)

    def show(self) -> None:
        items = self._items()
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))

    def copy_text(self) -> str | None:
        return "\n".join(step.command for step in self.change.steps)

    def action_run(self) -> None:
        if self._under_way or self.finished:
            return
        self._under_way = True
        self.refresh_show()
        self.console_app.work(self._run(), "run a change")

    def action_toggle_writable(self) -> None:
        """Lift what keeps the device from being changed; the plan can be run then."""
        if self._under_way or self.change.device not in self.fleet:
            return

        def kept() -> None:
            self._refusal = None
            self.refresh_show()

        ask_writable(self.console_app, self.change.device, kept)

    @property
    def _lifting(self) -> str:
        """How to lift the read-only state of the device here; nothing where that is no help."""
        if self.services.settings.read_only or not self._is_read_only:
            return ""
        return "Or press W here to let it be changed."

    @property
    def _is_read_only(self) -> bool:
        name = self.change.device
        return name in self.fleet and self.fleet.get(name).device.read_only

    def action_undo(self) -> None:
        """Plan what takes the change back; this screen gives way to that plan."""
        if self._under_way:
            self.console_app.say("The change runs; wait for its end.")
            return
        if not self.can_undo:
            self.console_app.say(words.why_no_undo(self.change))
            return
        change = self.change
        self._leave()
        self._on_left(None)  # what was to follow does not
        self.console_app.changing.preview_undo(change.id)

    def action_back(self) -> None:
        """Back to the form; once the change has run, back to where the form was opened."""
        if self._under_way:
            self.console_app.say("The change runs; it cannot be left half done.")
            return
        self._leave()
        self._on_left(self.change if self.finished else None)

    def _leave(self) -> None:
        sent = self.finished and self.change.state is not ChangeState.REFUSED
        done = sent and self._refusal is None and self.change.state is not ChangeState.REVERTED
        self.app.pop_screen()
        below = self.app.screen
        if done and isinstance(below, ConsoleScreen) and below.left_when_done:
            self.app.pop_screen()

    async def _run(self) -> None:
        self.console_app.changes_running += 1
        try:
            execute = self._execute or self.services.changes.execute
            self.change = await execute(self.prepared, self._progress)
        except ReadOnlyRefused as error:
            self._refusal = f"{error} {self._lifting}"
        except PositronError as error:
            self._refusal = str(error)
        finally:
            self.console_app.changes_running -= 1
            self._under_way = False
            self.app.clear_notifications()
            self.refresh_show()

    def _read_only_words(self) -> list[Item]:
        if self.services.settings.read_only:
            return [Sentence("This console is read-only; running it is refused.", "warn")]
        if self._is_read_only:
            text = f"{self.change.device} is read-only; running it is refused until W lifts that."
            return [Sentence(text, "warn")]
        return []

    def _progress(self, change: Change) -> None:
        self.change = change
        self.refresh_show()

    def _items(self) -> list[Item]:
        if self._refusal is not None:
            return [
                Sentence("Refused: nothing was sent.", "warn"),
                Sentence(self._refusal, "warn"),
            ]
        if self.change.state.finished:
            follows = self._after if words.verified(self.change) else ""
            more = [None, Sentence(follows, "accent")] if follows else []
            return [*words.result(self.change, self.glyphs), *more]
        if self._under_way:
            return [Heading("The change runs"), *words.progress(self.change, self.glyphs)]
        return [
            Sentence("Nothing was sent yet. Press ctrl+r to run it, esc to go back.", "accent"),
            *self._read_only_words(),
            None,
            *words.preview(self.change, self.prepared.warnings),
        ]
