"""The form of a port: its name, whether it is on, its mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from positron_tui.domain.devices import Line
from positron_tui.domain.edits import KEEP
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.names import name_problem
from positron_tui.domain.ports import Admin, Port, PortKind, PortMode
from positron_tui.services.prepared import DeviceEdit
from positron_tui.tui import actions
from positron_tui.tui.screens.form_screen import FormScreen
from positron_tui.tui.screens.pick import Option
from positron_tui.tui.widgets.form import ChoiceField, FormRow, ToggleField, text_row

_AS_IS = "as it is"


class PortEditorScreen(FormScreen):
    """Only what differs from how the port is now is changed."""

    name_in_registry = actions.PORT_EDITOR
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.PORT_EDITOR)]
    AUTO_FOCUS = "#name"

    def __init__(self, device: str, port: str) -> None:
        super().__init__(device)
        self.port = port

    def body(self) -> Sequence[Widget]:
        held = self._held()
        label = (held.label if held else None) or ""
        on = held is None or held.admin is not Admin.DOWN
        mode = held.mode.value if held and held.mode else _AS_IS
        enabled = ToggleField(on, yes="on", no="off: no alarms; services go on", id="enabled")
        modes = ChoiceField("Mode", _modes(held), mode, id="mode")
        return [
            VerticalScroll(
                text_row("name", "Name", label, placeholder="none"),
                FormRow("Enabled", enabled, id="row-enabled"),
                FormRow("Mode", modes, id="row-mode"),
                classes="form",
                can_focus=False,
            )
        ]

    def heading(self) -> str:
        return f"{self.device}  edit {self.port}"

    def switched_off(self) -> Mapping[str, str]:
        held = self._held()
        if held is None or held.kind is not PortKind.GHN:
            return dict.fromkeys(("name", "enabled", "mode"), "Only G.hn ports can be set here.")
        if self.fleet.get(self.device).snapshot.identity.line is Line.COAX:
            return {"mode": "A coax port has no choice of mode."}
        return {}

    def problems(self) -> Mapping[str, str]:
        held, name = self._held(), self.value("name")
        if not name or (held is not None and name == held.label):
            return {}
        problem = name_problem(name)
        others = self.fleet.get(self.device).snapshot.ports
        if problem is None and any(one.label == name and one.name != self.port for one in others):
            problem = f"Another port is named {name} already; choose another name."
        return {"name": problem} if problem else {}

    def unchanged(self) -> bool:
        return self._edit() == SetPort(self.port)

    async def make_edit(self) -> DeviceEdit:
        return await self.services.actions.port_set(self.device, self._edit())

    def _edit(self) -> SetPort:
        held = self._held()
        if held is None or held.kind is not PortKind.GHN:
            return SetPort(self.port)
        name, mode = self.value("name"), self.value("mode")
        on = self.ticked("enabled")
        same_mode = mode in ("", _AS_IS) or (held.mode is not None and mode == held.mode.value)
        return SetPort(
            self.port,
            enabled=on if on != (held.admin is not Admin.DOWN) else KEEP,
            name=(name or None) if name != (held.label or "") else KEEP,
            mode=KEEP if same_mode or "mode" in self.switched_off() else PortMode(mode),
        )

    def _held(self) -> Port | None:
        return self.fleet.get(self.device).port_by_name(self.port)


def _modes(held: Port | None) -> list[Option]:
    known = held is not None and held.mode is not None
    coax = held is not None and held.mode is PortMode.COAX
    modes = (PortMode.COAX,) if coax else (PortMode.MIMO, PortMode.SISO)
    words = {
        PortMode.COAX: ("coax", ""),
        PortMode.MIMO: ("MIMO", "two pairs"),
        PortMode.SISO: ("SISO", "one pair"),
    }
    return [
        *([] if known else [Option(_AS_IS, "as it is")]),
        *(Option(one.value, *words[one]) for one in modes),
    ]
