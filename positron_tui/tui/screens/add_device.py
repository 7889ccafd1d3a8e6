"""Adding a device: how to reach it, its key, what it says it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from positron_tui.domain.devices import Address
from positron_tui.domain.errors import Finding, PositronError, UsageError, ValidationFailed
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.inventory import AddResult, NewDevice
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.values import text
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.screens.host_key import first_key_question
from positron_tui.tui.widgets.form import FormRow, ToggleField, text_row
from positron_tui.tui.widgets.live_text import FlowText

PORTS = (
    ("snmp_port", "SNMP port", "161"),
    ("ssh_port", "SSH port", "22"),
    ("http_port", "HTTP port", "80"),
)
_SSH_FIELDS = ("ssh_user", "ssh_password", "ssh_port")


class AddDeviceScreen(ConsoleScreen):
    """A form, and below it what the device answers step by step."""

    name_in_registry = actions.ADD_DEVICE
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.ADD_DEVICE)]
    AUTO_FOCUS = "#host"

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Item] = []
        self._adding = False
        self._added: str | None = None

    def body(self) -> Sequence[Widget]:
        ssh = ToggleField(True, yes="yes, it can be changed", no="no, read by SNMP alone", id="ssh")
        return [
            VerticalScroll(
                text_row("host", "Address", placeholder="host name or IP address"),
                text_row("name", "Name", placeholder="the one the device has"),
                text_row("site", "Site", placeholder="none"),
                text_row("community", "SNMP community", password=True, placeholder="to read"),
                FormRow("Use SSH", ssh, id="row-ssh"),
                text_row("ssh_user", "SSH user", "admin"),
                text_row("ssh_password", "SSH password", password=True),
                *(text_row(name, label, value) for name, label, value in PORTS),
                classes="form",
                can_focus=False,
            ),
            FlowText(id="steps"),
        ]

    def heading(self) -> str:
        return "Add a device"

    def counts(self) -> Sequence[Span]:
        return ((f"secrets go to: {self.services.vault_status.backend}", "dim"),)

    def concerns(self, changes: Changes) -> bool:
        return False

    def hidden_keys(self) -> Sequence[str]:
        return ("add",) if self._adding else ()

    def show(self) -> None:
        steps = list(self._steps)
        if not steps and not self.services.vault_status.usable:
            steps = [Sentence(self.services.vault_status.sentence, "warn")]
        self.query_one("#steps", FlowText).set_flow(lambda width: flow(steps, width))

    def on_toggle_field_changed(self, event: ToggleField.Changed) -> None:
        for name in _SSH_FIELDS:
            reason = None if event.field.value else "Not needed without SSH."
            self.query_one(f"#row-{name}", FormRow).set_usable(reason)

    def on_input_submitted(self) -> None:
        self.focus_next()

    def action_add(self) -> None:
        if self._adding:
            return
        for row in self.query(FormRow):
            row.set_problem(None)
        try:
            new, secrets = self._read_form()
        except ValidationFailed as error:
            self._show_findings(error)
            return
        self._adding = True
        self._steps = []
        self.console_app.work(self._add(new, secrets), "add a device")

    def action_back(self) -> None:
        if self._adding:
            self.workers.cancel_group(self.app, "add a device")
            self._adding = False
            self._say("Broken off; nothing was added.", "warn")
            return
        self.app.pop_screen()

    async def _add(self, new: NewDevice, secrets: DeviceSecrets) -> None:
        try:
            result = await self.services.inventory.add(
                new, secrets, trust_host_key=self._trust, on_progress=self._say
            )
        except ValidationFailed as error:
            self._show_findings(error)
            self._say(str(error), "bad")
        except PositronError as error:
            self._say(str(error), "bad")
        else:
            self._say_added(result)
        finally:
            self._adding = False
            self.refresh_show()

    async def _trust(self, key: HostKey) -> bool:
        host = self._value("host")
        question = first_key_question(host, key.fingerprint, key.algorithm)
        answer = await self.app.push_screen_wait(question)
        return answer is True

    def _say_added(self, result: AddResult) -> None:
        identity = result.identity
        self._say(
            f"{result.device.name} was added: {text(identity.model)}, serial "
            f"{text(identity.serial)}, firmware {text(identity.firmware.active)}.",
            "ok",
        )
        for warning in result.warnings:
            self._say(warning, "warn")
        self._say("Esc goes to the fleet.", "dim")

    def _say(self, sentence: str, style: str = "") -> None:
        self._steps.append(Sentence(sentence, style))
        self.refresh_show()

    def _show_findings(self, error: ValidationFailed) -> None:
        for finding in error.findings:
            for row in self.query(f"#row-{finding.field}").results(FormRow):
                row.set_problem(finding.text)

    def _read_form(self) -> tuple[NewDevice, DeviceSecrets]:
        """Return what was typed; ValidationFailed names the field that makes no sense."""
        use_ssh = self.query_one("#ssh", ToggleField).value
        host = self._value("host")
        if not host or any(char.isspace() for char in host):
            raise _wrong("host", "Give the device's address: a host name or an IP address.")
        ports = {name: self._port(name) for name, _, _ in PORTS}
        address = Address(
            host=host,
            snmp_port=ports["snmp_port"],
            ssh_port=ports["ssh_port"] if use_ssh else None,
            ssh_user=self._value("ssh_user") or "admin",
            http_port=ports["http_port"],
        )
        new = NewDevice(address, self._value("name") or None, self._value("site"), use_ssh)
        secrets = DeviceSecrets(
            snmp_community=self.query_one("#community", Input).value or None,
            ssh_password=self.query_one("#ssh_password", Input).value if use_ssh else None,
        )
        return new, secrets

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _port(self, name: str) -> int:
        value = self._value(name)
        try:
            return _port_number(value)
        except UsageError as error:
            raise _wrong(name, str(error)) from None


def _port_number(value: str) -> int:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65_536:
        return int(value)
    raise UsageError(f"'{value}' is not a port; write a number from 1 to 65535.")


def _wrong(field: str, sentence: str) -> ValidationFailed:
    return ValidationFailed((Finding(field, sentence),))
