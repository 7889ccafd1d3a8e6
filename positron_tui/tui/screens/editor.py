"""The subscriber editor: what a service needs, checked while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import PositronError
from positron_tui.services.prepared import DeviceEdit
from positron_tui.services.provisioning import EditorChoices
from positron_tui.tui import actions
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens import editor_options as options
from positron_tui.tui.screens import editor_values as values
from positron_tui.tui.screens.form_screen import FormScreen
from positron_tui.tui.widgets.form import ChoiceField, FormRow, ToggleField, text_row
from positron_tui.tui.widgets.live_text import LiveText

TEXTS = (
    *("name", "vlan", "remapped_vlan", "port2_vlan", "allowed_vlans", "outer_vlan"),
    "description",
)
LAST_PLAN = "editor.plan"


class EditorScreen(FormScreen):
    """One form for a new subscriber, or for one that runs (`subscriber` is its name)."""

    name_in_registry = actions.EDITOR
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.EDITOR)]
    AUTO_FOCUS = "#name"

    def __init__(
        self,
        device: str,
        *,
        mac: str | None = None,
        port: str | None = None,
        subscriber: str | None = None,
    ) -> None:
        super().__init__(device)
        self._mac = mac
        self._port = port
        self._edited = subscriber
        self._choices: EditorChoices | None = None
        self._held: values.Draft | None = None
        self._endpoint: Endpoint | None = None
        self._hints: list[str] = []

    @property
    def choices(self) -> EditorChoices:
        if self._choices is None:
            self._choices = self.services.provisioning.offer(self.device)
            self._read_subscriber()
        return self._choices

    def _read_subscriber(self) -> None:
        """Take the service as it was read last, when one is edited."""
        if self._edited is None:
            return
        view = self.fleet.get(self.device)
        running = view.subscriber_by_name(self._edited)
        if running is None:
            self._hints.append(f"{self.device} has no subscriber {self._edited} any more.")
            self._held = values.Draft(name=self._edited)
            return
        self._held = values.draft_of(running, view.plan_label(running))
        self._endpoint = view.endpoint_of(running)

    def body(self) -> Sequence[Widget]:
        choices = self.choices
        start = self._held or values.Draft(
            vlan="" if choices.next_free_vlan is None else str(choices.next_free_vlan)
        )
        return [
            LiveText(id="hints"),
            VerticalScroll(
                text_row("name", "Name", start.name, placeholder="as the device shall call it"),
                FormRow("Endpoint, port", self._target_field(choices), id="row-target"),
                text_row("vlan", "VLAN", start.vlan),
                FormRow("Plan", self._plan_field(choices), id="row-plan"),
                _toggle_row("tagged", "Tag", start.tagged, "the VLAN tag stays on", "untagged"),
                text_row("remapped_vlan", "Remap to VLAN", start.remapped_vlan, placeholder="none"),
                text_row("port2_vlan", "Port 2 VLAN", start.port2_vlan, placeholder="none"),
                text_row(
                    "allowed_vlans",
                    "Allowed VLANs",
                    start.allowed_vlans,
                    placeholder="none, or like 20,30-32",
                ),
                _toggle_row("trunk", "Trunk", start.trunk, "carries every VLAN", "no"),
                _toggle_row("double_tag", "Double tags", start.double_tag, "yes", "no"),
                text_row("outer_vlan", "Outer VLAN", start.outer_vlan, placeholder="none"),
                FormRow("Uplink", self._uplink_field(choices, start), id="row-uplink"),
                FormRow("Power (PoE)", _poe_field(start), id="row-poe"),
                text_row("description", "Description", start.description, placeholder="none"),
                classes="form",
                can_focus=False,
            ),
        ]

    def on_mount(self) -> None:
        if self._holder() is not None:
            self._touched.add("target")  # said before anything is typed
        self.console_app.work(self._load_plans(), "load plans")
        if self._edited is not None:
            self.console_app.work(self._look_at_intent(self._edited), "look at the intent")

    def heading(self) -> str:
        if self._edited is not None:
            return f"{self.device}  edit {self._edited}"
        return f"New subscriber on {self.device}"

    def counts(self) -> Sequence[Span]:
        return ((values.line_words(self.choices.line, len(self.choices.free_endpoints)), "dim"),)

    def show(self) -> None:
        hints = [*self.choices.hints, *self._hints]
        more = values.jsonrpc_hint(self.choices)
        if self.fleet.get(self.device).device.read_only:
            hints.append("The key for that is W, on the screen behind this one or on the preview.")
        lines = [Sentence(hint, "warn") for hint in hints]
        lines += [Sentence(more, "dim")] if more else []
        self.query_one("#hints", LiveText).set_lines(flow(lines, self.size.width - 2))
        self.query_one("#hints").display = bool(lines)
        self.judge()

    def draft(self) -> values.Draft:
        """Return the form as it stands."""
        return values.Draft(
            target=self.query_one("#target", ChoiceField).value,
            plan=self.query_one("#plan", ChoiceField).value,
            tagged=self.ticked("tagged"),
            trunk=self.ticked("trunk"),
            double_tag=self.ticked("double_tag"),
            uplink=self.value("uplink"),
            poe=self.value("poe") or options.LEAVE_POE,
            **{name: self.value(name) for name in TEXTS},
        )

    def switched_off(self) -> Mapping[str, str]:
        draft = self.draft()
        endpoint = self._endpoint
        if self._held is None:
            endpoint = values.chosen_endpoint(draft, self.choices)
        off = dict(values.switched_off(draft, self.choices, endpoint))
        if self._held is not None:
            off["target"] = self._place_words()
        return off

    def problems(self) -> Mapping[str, str]:
        draft = self.draft()
        found = values.problems(draft, self.choices, self._held)
        holder = self._holder()
        if holder is not None and draft.target == f"{options.ENDPOINT_PREFIX}{self._mac}":
            found.setdefault("target", values.carries(holder))
        return found

    def notes(self) -> Mapping[str, str]:
        return values.notes(self.draft(), self.choices, self._edited)

    def unchanged(self) -> bool:
        return self._held is not None and self._settled() == self._held

    def field_of(self, name: str) -> str:
        return values.field_of(name)

    def was_planned(self) -> None:
        plan = self.draft().plan
        if self._held is None and plan is not None:
            self.console_app.memory.keep(LAST_PLAN, plan)

    async def make_edit(self) -> DeviceEdit:
        draft = self._settled()
        if self._held is not None:
            edit = values.to_edit(draft, self._held)
            return await self.services.actions.subscriber_edit(self.device, edit)
        return await self.services.actions.subscriber_add(values.to_request(draft, self.device))

    def _settled(self) -> values.Draft:
        return values.settled(self.draft(), self.switched_off(), self._held)

    def _holder(self) -> str | None:
        """Who has a service on the endpoint that the form was opened for."""
        if self._mac is None or self._held is not None:
            return None
        view = self.fleet.get(self.device)
        endpoint = view.endpoint_by_mac(self._mac)
        held = view.subscriber_of(endpoint) if endpoint else None
        return held.name if held else None

    def _place_words(self) -> str:
        endpoint = self._endpoint
        if endpoint is None:
            return "Stays (esc; then m moves the service)."
        where = f" on {endpoint.port}" if endpoint.port else ""
        return f"{endpoint.mac}{where} (esc; then m moves it, w swaps)"

    def _target_field(self, choices: EditorChoices) -> ChoiceField:
        if self._held is not None:
            return ChoiceField("", (), id="target")
        return ChoiceField(
            "Who gets the service?",
            options.target_options(choices, self._mac, self._holder()),
            options.first_target(choices, self._mac, self._port),
            titles=("Endpoint or port", "Where and how", "Name"),
            id="target",
        )

    def _plan_field(self, choices: EditorChoices) -> ChoiceField:
        held = self._held.plan if self._held else None
        plans = options.plan_options(choices.plans, held=held)
        last = self.console_app.memory.text(LAST_PLAN)
        value = held if self._held else options.first_plan(plans, last)
        titles = ("Plan", "Down/up", "On this unit")
        return ChoiceField("Plan", plans, value, titles=titles, id="plan")

    def _uplink_field(self, choices: EditorChoices, start: values.Draft) -> ChoiceField:
        offered = options.uplink_options(choices.uplinks, start.uplink or None)
        return ChoiceField("Uplink", offered, start.uplink, id="uplink")

    async def _load_plans(self) -> None:
        """Offer the catalogue beside the profiles; it is in the store."""
        catalogue = await self.services.plans.list()
        held = self._held.plan if self._held else None
        field = self.query_one("#plan", ChoiceField)
        field.set_options(options.plan_options(self.choices.plans, catalogue, self.device, held))
        last = self.console_app.memory.text(LAST_PLAN)
        if self._held is None and "plan" not in self._touched:
            with field.prevent(ChoiceField.Changed):
                field.set_value(options.first_plan(field.options, last))

    async def _look_at_intent(self, name: str) -> None:
        """Say when the service is in the walled garden; what is not known needs no words here."""
        with suppress(PositronError):
            kept = await self.services.intent.service(self.device, name)
            if kept is not None and kept.suspended_at is not None:
                self._hints.append(
                    f"{name} is suspended; VLANs and plan are the walled garden's. Resume it "
                    "first to change those."
                )
                self.refresh_show()


def _toggle_row(name: str, label: str, value: bool, yes: str, no: str) -> FormRow:
    return FormRow(label, ToggleField(value, yes=yes, no=no, id=name), id=f"row-{name}")


def _poe_field(start: values.Draft) -> ChoiceField:
    offered = options.poe_options(leave=start.poe == options.LEAVE_POE)
    return ChoiceField("Power over Ethernet", offered, start.poe, id="poe")
