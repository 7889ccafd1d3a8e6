"""Forms of one line a field, with what is wrong written below the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line
from positron_tui.tui.screens.pick import Option, PickScreen
from positron_tui.tui.widgets.live_lines import LiveLines
from positron_tui.tui.widgets.live_text import LiveText
from positron_tui.tui.widgets.prompt import LineInput

LABEL = 16


class ChoiceField(LiveLines, can_focus=True):
    """One of several options; Enter opens the list, left and right step through it."""

    DEFAULT_CSS = """
    ChoiceField { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "choose", show=False),
        Binding("right", "step(1)", "next", show=False),
        Binding("left", "step(-1)", "previous", show=False),
    ]

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, field: ChoiceField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> ChoiceField:
            return self.field

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        value: str | None = None,
        *,
        titles: tuple[str, str, str] = ("", "", ""),
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self._title = title
        self._titles = titles
        self.options = tuple(options)
        self.value = value

    def cursor_row(self) -> int | None:
        return 0 if self.has_focus else None

    def line_at(self, y: int) -> Line:
        chosen = next((one for one in self.options if one.key == self.value), None)
        if chosen is None:
            return (("choose ...", "dim"),)
        return ((f"{chosen.name} ", ""), (chosen.detail, "dim"))

    def set_value(self, value: str | None) -> None:
        if value != self.value:
            self.value = value
            self.repaint_changes()
            self.post_message(self.Changed(self))

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options; what is chosen stays chosen."""
        if tuple(options) != self.options:
            self.options = tuple(options)
            self.repaint_changes()

    def action_step(self, by: int) -> None:
        keys = [one.key for one in self.options]
        if keys:
            at = keys.index(self.value) + by if self.value in keys else 0
            self.set_value(keys[max(0, min(at, len(keys) - 1))])

    def action_choose(self) -> None:
        screen = PickScreen(self._title, self.options, titles=self._titles, current=self.value)
        self.app.push_screen(screen, lambda key: self.set_value(key) if key else None)


class ToggleField(LiveLines, can_focus=True):
    """Yes or no; Space or Enter turns it."""

    DEFAULT_CSS = """
    ToggleField { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,left,right", "turn", "turn", show=False)
    ]

    class Changed(Message):
        """It was turned."""

        def __init__(self, field: ToggleField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> ToggleField:
            return self.field

    def __init__(self, value: bool = False, *, yes: str = "yes", no: str = "no", **more: Any):
        super().__init__(**more)
        self.value = value
        self._words = (no, yes)

    def cursor_row(self) -> int | None:
        return 0 if self.has_focus else None

    def line_at(self, y: int) -> Line:
        return ((f"[{'x' if self.value else ' '}] {self._words[self.value]}", ""),)

    def action_turn(self) -> None:
        self.value = not self.value
        self.repaint_changes()
        self.post_message(self.Changed(self))


class FormRow(Vertical):
    """A label, a field, and below it what is wrong; a field that is off leaves room for why."""

    DEFAULT_CSS = f"""
    FormRow {{ height: auto; }}
    FormRow > Horizontal {{ height: auto; }}
    FormRow .form-label {{ width: {LABEL}; height: 1; }}
    FormRow .form-note {{ padding: 0 0 0 {LABEL}; height: auto; display: none; }}
    FormRow .form-note.-shown {{ display: block; }}
    FormRow .form-off {{ width: 1fr; height: auto; display: none; }}
    FormRow.-off .form-off {{ display: block; }}
    FormRow LineInput {{ width: 1fr; }}
    """

    def __init__(self, label: str, field: Widget, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.label = label
        self.field = field
        self._disabled_reason: str | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield LiveText((((self.label, "label"),),), classes="form-label")
            yield self.field
            yield FormNote(classes="form-off")
        yield FormNote(classes="form-note")

    def set_problem(self, text: str | None, note: str | None = None) -> None:
        """Show below the field what is wrong with it, else what is worth knowing, or nothing."""
        if not self.usable:
            text = note = None
        shown = self.query_one(".form-note", FormNote)
        shown.set_class((text or note) is not None, "-shown")
        shown.say(text or note or "", "bad" if text else "warn")

    def set_usable(self, reason: str | None) -> None:
        """Put the reason in the place of a field that is off, or the field back with None."""
        if reason == self._disabled_reason:
            return
        self._disabled_reason = reason
        self.field.disabled = reason is not None
        self.field.display = reason is None
        self.set_class(reason is not None, "-off")
        self.query_one(".form-off", FormNote).say(reason or "", "dim")
        if reason is not None:
            self.set_problem(None)

    @property
    def usable(self) -> bool:
        return self._disabled_reason is None


class FormNote(LiveLines):
    """A sentence that takes as many lines as the width asks for."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._sentence = Sentence("")

    @property
    def text(self) -> str:
        return self._sentence.text

    def say(self, text: str, style: str) -> None:
        new = Sentence(text, style)
        if new != self._sentence:
            self._sentence = new
            self.refresh(layout=True)

    def line_at(self, y: int) -> Line:
        lines = flow([self._sentence], self.size.width)
        return lines[y] if y < len(lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(flow([self._sentence], width)))


def text_row(name: str, label: str, value: str = "", **arguments: Any) -> FormRow:
    """Return a row with an input; `name` is its id, `row-NAME` that of the row."""
    return FormRow(label, LineInput(value=value, id=name, **arguments), id=f"row-{name}")
