"""What the forms have that end in a change: checks while typing, and a plan to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.widgets import Input

from positron_tui.domain.errors import PositronError, ValidationFailed
from positron_tui.services.prepared import DeviceEdit
from positron_tui.tui.live import Changes
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.widgets.form import ChoiceField, FormRow, ToggleField


class FormScreen(ConsoleScreen):
    """Rows with the ids `row-FIELD`; what is wrong stands under the field it is about."""

    left_when_done: ClassVar[bool] = True

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device
        self._tried = False
        self._touched: set[str] = set()
        self._checking = False

    # What a form says of itself.

    def problems(self) -> Mapping[str, str]:
        """Return what is wrong by field, of the fields that are on."""
        raise NotImplementedError

    def switched_off(self) -> Mapping[str, str]:
        """Return the fields that cannot be used just now, with the reason."""
        return {}

    def notes(self) -> Mapping[str, str]:
        """Return what is allowed and worth knowing, by field."""
        return {}

    def unchanged(self) -> bool:
        """Say whether the form asks for nothing."""
        return False

    async def make_edit(self) -> DeviceEdit:
        """Return the edit that the form asks for."""
        raise NotImplementedError

    def field_of(self, name: str) -> str:
        """Return the form's name for a field of the rules."""
        return name

    def was_planned(self) -> None:
        """Called when the form led to a plan."""

    # What they all do.

    def concerns(self, changes: Changes) -> bool:
        return False

    def show(self) -> None:
        self.judge()

    def value(self, name: str) -> str:
        """Return the text of an input, or the key of what was chosen (empty = nothing)."""
        widget = self.query_one(f"#{name}")
        if isinstance(widget, ChoiceField):
            return widget.value or ""
        return widget.value if isinstance(widget, Input) else ""

    def ticked(self, name: str) -> bool:
        return self.query_one(f"#{name}", ToggleField).value

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id and self.is_mounted:
            self._touched.add(event.input.id)
            self.judge()

    def on_choice_field_changed(self, event: ChoiceField.Changed) -> None:
        if event.field.id:
            self._touched.add(event.field.id)
        self.judge()

    def on_toggle_field_changed(self, event: ToggleField.Changed) -> None:
        if event.field.id:
            self._touched.add(event.field.id)
        self.judge()

    def on_input_submitted(self) -> None:
        self.focus_next()

    def action_save(self) -> None:
        """Check everything; when nothing is wrong, read the device and show the commands."""
        self._tried = True
        found = self.judge()
        if found:
            self._focus_first(found)
        elif self.unchanged():
            self.console_app.say("Nothing was changed here; there is nothing to do.")
        elif not self._checking:
            self._checking = True
            self.console_app.work(self._prepare(), "prepare a change")

    def action_back(self) -> None:
        self.app.pop_screen()

    def judge(self) -> Mapping[str, str]:
        """Show what is wrong with the fields that were touched, or with all after a try."""
        off = self.switched_off()
        for row in self.query(FormRow):
            row.set_usable(off.get(_field(row)))
        found = {name: text for name, text in self.problems().items() if name not in off}
        shown = found if self._tried else {k: v for k, v in found.items() if k in self._touched}
        self._show_problems(shown)
        return found

    async def _prepare(self) -> None:
        self.console_app.say(f"Reading {self.device} and planning ...")
        try:
            prepared = await self.services.changes.prepare(await self.make_edit())
        except ValidationFailed as error:
            self.app.clear_notifications()
            found = {self.field_of(finding.field): finding.text for finding in error.findings}
            self._show_problems(found)
            self._focus_first(found)
        except PositronError as error:
            self.console_app.complain(str(error))
        else:
            from positron_tui.tui.screens.preview import PreviewScreen

            self.was_planned()
            self.app.clear_notifications()
            self.app.push_screen(PreviewScreen(prepared))
        finally:
            self._checking = False

    def _show_problems(self, found: Mapping[str, str]) -> None:
        notes = self.notes()
        known = set()
        for row in self.query(FormRow):
            name = _field(row)
            if row.usable:
                known.add(name)
            row.set_problem(found.get(name), notes.get(name))
        for name, text in found.items():
            if name not in known:
                self.console_app.complain(text)

    def _focus_first(self, found: Mapping[str, str]) -> None:
        for row in self.query(FormRow):
            if _field(row) in found and row.usable:
                row.field.focus()
                return


def _field(row: FormRow) -> str:
    return (row.id or "").removeprefix("row-")
