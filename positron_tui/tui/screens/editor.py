"""The subscriber editor: what a service needs, checked while it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from positron_tui.domain.errors import PositronError, ValidationFailed
from positron_tui.services.provisioning import EditorChoices
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens import editor_values as values
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.widgets.form import ChoiceField, FormRow, ToggleField, text_row
from positron_tui.tui.widgets.live_text import LiveText

TEXTS = ("name", "vlan", "remapped_vlan", "port2_vlan", "allowed_vlans", "description")


class EditorScreen(ConsoleScreen):
    """One form for a new subscriber; what is wrong stands under the field."""

    name_in_registry = actions.EDITOR
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.EDITOR)]
    AUTO_FOCUS = "#name"
    left_when_done = True

    def __init__(self, device: str, *, mac: str | None = None, port: str | None = None) -> None:
        super().__init__()
        self.device = device
        self._mac = mac
        self._port = port
        self._choices: EditorChoices | None = None
        self._tried = False
        self._touched: set[str] = set()
        self._checking = False

    @property
    def choices(self) -> EditorChoices:
        if self._choices is None:
            self._choices = self.services.provisioning.offer(self.device)
        return self._choices

    def body(self) -> Sequence[Widget]:
        choices = self.choices
        vlan = "" if choices.next_free_vlan is None else str(choices.next_free_vlan)
        plans = values.plan_options(choices.plans)
        target = ChoiceField(
            "Who gets the service?",
            values.target_options(choices, self._mac),
            self._first_target(choices),
            titles=("Endpoint or port", "Where and how", "Name"),
            id="target",
        )
        plan = ChoiceField(
            "Plan", plans, plans[0].key, titles=("Plan", "Down/up", "Description"), id="plan"
        )
        poe = ChoiceField("Power over Ethernet", values.poe_options(), values.LEAVE_POE, id="poe")
        tagged = ToggleField(yes="the VLAN tag stays on", no="untagged", id="tagged")
        return [
            LiveText(id="hints"),
            VerticalScroll(
                text_row("name", "Name", placeholder="as the device shall call it"),
                FormRow("Endpoint, port", target, id="row-target"),
                text_row("vlan", "VLAN", vlan),
                FormRow("Plan", plan, id="row-plan"),
                FormRow("Tag", tagged, id="row-tagged"),
                text_row("remapped_vlan", "Remap to VLAN", placeholder="none"),
                text_row("port2_vlan", "Port 2 VLAN", placeholder="none"),
                text_row("allowed_vlans", "Allowed VLANs", placeholder="none, or like 20,30-32"),
                FormRow("Power (PoE)", poe, id="row-poe"),
                text_row("description", "Description", placeholder="none"),
                classes="form",
                can_focus=False,
            ),
        ]

    def heading(self) -> str:
        return f"New subscriber on {self.device}"

    def counts(self) -> Sequence[Span]:
        return ((values.line_words(self.choices.line, self.choices), "dim"),)

    def concerns(self, changes: Changes) -> bool:
        return False

    def show(self) -> None:
        hints = [Sentence(hint, "warn") for hint in self.choices.hints]
        if self.choices.read_only:
            hints.insert(0, Sentence("This device is read-only: a plan can be made, not run."))
        self.query_one("#hints", LiveText).set_lines(flow(hints, self.size.width))
        self.query_one("#hints").display = bool(hints)
        self._judge()

    def draft(self) -> values.Draft:
        """Return the form as it stands."""
        texts = {name: self.query_one(f"#{name}", Input).value for name in TEXTS}
        return values.Draft(
            target=self.query_one("#target", ChoiceField).value,
            plan=self.query_one("#plan", ChoiceField).value,
            tagged=self.query_one("#tagged", ToggleField).value,
            poe=self.query_one("#poe", ChoiceField).value or values.LEAVE_POE,
            **texts,
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id and self.is_mounted:
            self._touched.add(event.input.id)
            self._judge()

    def on_choice_field_changed(self) -> None:
        self._judge()

    def on_input_submitted(self) -> None:
        self.focus_next()

    def action_save(self) -> None:
        """Check everything; when nothing is wrong, read the device and show the commands."""
        self._tried = True
        draft = self.draft()
        found = self._judge()
        if found:
            self._focus_first(found)
            return
        if not self._checking:
            self._checking = True
            self.console_app.work(self._prepare(draft), "prepare a change")

    def action_back(self) -> None:
        self.app.pop_screen()

    async def _prepare(self, draft: values.Draft) -> None:
        self.console_app.say(f"Reading {self.device} and planning ...")
        try:
            prepared = await self.services.provisioning.prepare(
                values.to_request(draft, self.device)
            )
        except ValidationFailed as error:
            found = {values.field_of(finding): finding.text for finding in error.findings}
            self._show_problems(found)
            self._focus_first(found)
        except PositronError as error:
            self.console_app.complain(str(error))
        else:
            from positron_tui.tui.screens.preview import PreviewScreen

            self.app.clear_notifications()
            self.app.push_screen(PreviewScreen(prepared))
        finally:
            self._checking = False

    def _judge(self) -> dict[str, str]:
        """Show what is wrong with the fields that were touched, or with all after a try."""
        draft = self.draft()
        unusable = values.unusable_fields(draft, self.choices)
        for name in ("port2_vlan", "poe"):
            self.query_one(f"#row-{name}", FormRow).set_usable(unusable.get(name))
        found = {
            field: text for field, text in values.problems(draft).items() if field not in unusable
        }
        shown = found if self._tried else {k: v for k, v in found.items() if k in self._touched}
        self._show_problems(shown)
        return found

    def _show_problems(self, found: dict[str, str]) -> None:
        rows = list(self.query(FormRow))
        known = set()
        for row in rows:
            field = (row.id or "").removeprefix("row-")
            known.add(field)
            row.set_problem(found.get(field))
        for field, text in found.items():
            if field not in known:
                self.console_app.complain(text)

    def _focus_first(self, found: dict[str, str]) -> None:
        for row in self.query(FormRow):
            if (row.id or "").removeprefix("row-") in found:
                row.field.focus()
                return

    def _first_target(self, choices: EditorChoices) -> str | None:
        if self._mac is not None:
            return f"{values.ENDPOINT_PREFIX}{self._mac}"
        if self._port is not None and any(one.name == self._port for one in choices.ports):
            here = [one for one in choices.free_endpoints if one.port == self._port]
            if len(here) == 1:
                return f"{values.ENDPOINT_PREFIX}{here[0].mac}"
            return f"{values.PORT_PREFIX}{self._port}"
        return None
