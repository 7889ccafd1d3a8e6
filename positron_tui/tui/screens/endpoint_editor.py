"""The form of an endpoint: configure one, rename it, bind it to another port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.services.prepared import DeviceEdit
from positron_tui.tui import actions
from positron_tui.tui.screens import endpoint_values as values
from positron_tui.tui.screens.form_screen import FormScreen
from positron_tui.tui.widgets.form import ChoiceField, FormRow, text_row


class EndpointEditorScreen(FormScreen):
    """A form for an endpoint that is configured (`mac`), or for one that is to be."""

    name_in_registry = actions.ENDPOINT_EDITOR
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.ENDPOINT_EDITOR)]
    AUTO_FOCUS = "#name"

    def __init__(self, device: str, *, mac: str | None = None, port: str | None = None) -> None:
        super().__init__(device)
        self._mac = mac
        self._port = port

    @property
    def endpoint(self) -> Endpoint | None:
        """The endpoint that is edited, None for a new one."""
        found = self.fleet.get(self.device).endpoint_by_mac(self._mac) if self._mac else None
        return found if found is not None and found.configured else None

    def body(self) -> Sequence[Widget]:
        view = self.fleet.get(self.device)
        start = self._start()
        port_here = values.port_to_bind(self.endpoint)
        ports = ChoiceField(
            "Which port?",
            values.port_options(view.snapshot.ports, self.endpoint),
            port_here or start.port,
            titles=("Port", "", "Name"),
            id="port",
        )
        management = ChoiceField(
            "Management from the endpoint",
            values.management_options(new=self.endpoint is None),
            start.management,
            id="management",
        )
        return [
            VerticalScroll(
                text_row("mac", "MAC", start.mac, placeholder="like 00:0e:d8:22:00:01"),
                text_row("name", "Name", start.name, placeholder="as the device shall call it"),
                FormRow("Port", ports, id="row-port"),
                text_row("description", "Description", start.description, placeholder="none"),
                FormRow("Management", management, id="row-management"),
                classes="form",
                can_focus=False,
            )
        ]

    def heading(self) -> str:
        if self.endpoint is None:
            return f"New endpoint on {self.device}"
        return f"{self.device}  edit endpoint {self._mac}"

    def draft(self) -> values.EndpointDraft:
        """Return the form as it stands."""
        return values.EndpointDraft(
            mac=self.value("mac"),
            name=self.value("name"),
            port=self.value("port"),
            description=self.value("description"),
            management=self.value("management"),
        )

    def switched_off(self) -> Mapping[str, str]:
        off: dict[str, str] = {}
        if self.endpoint is not None:
            off["mac"] = f"{self._mac} (w swaps the box of a subscriber)"
        model = self.fleet.get(self.device).snapshot.identity.subscriber_model
        if model is SubscriberModel.PORT_AWARE:
            off["port"] = "Services are bound to ports here; endpoints belong to none."
        return off

    def problems(self) -> Mapping[str, str]:
        known = self.fleet.get(self.device).snapshot.endpoints
        return values.problems(self.draft(), known, self.endpoint)

    def notes(self) -> Mapping[str, str]:
        port = values.port_to_bind(self.endpoint)
        if self.endpoint is None or port is None or self.value("port") != port:
            return {}
        return {"port": values.rebinding(self.endpoint)}

    def unchanged(self) -> bool:
        return self.endpoint is not None and self.draft() == self._start()

    def field_of(self, name: str) -> str:
        return "mac" if name == "endpoint" else name

    async def make_edit(self) -> DeviceEdit:
        draft, services = self.draft(), self.services.actions
        if "port" in self.switched_off():
            draft = values.without_port(draft)
        if self.endpoint is None:
            return await services.endpoint_add(self.device, values.to_new(draft))
        port, auto, unbind = values.binding(draft)
        edit = values.to_edit(draft, self._start())
        return await services.endpoint_edit(
            self.device, edit, port=port, auto_port=auto, unbind=unbind
        )

    def _start(self) -> values.EndpointDraft:
        held = self.endpoint
        if held is not None:
            return values.draft_of(held)
        return values.EndpointDraft(
            mac=self._mac or "",
            port=self._port or values.WHERE_SEEN,
            management=values.NO,
        )
