"""The ways from screen to screen; a screen's code is loaded when somebody goes there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.tui.jumping import Place, Target

if TYPE_CHECKING:
    from positron_tui.services.bulk import BulkReport
    from positron_tui.tui.app import ConsoleApp
    from positron_tui.tui.screens.working import Make


class Places:
    """Pushes screens on the app's stack."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def go(self, target: Target) -> None:
        """Go where a typed line leads."""
        {
            Place.DEVICE: lambda: self.device(target.device),
            Place.PORT: lambda: self.port(target.device, target.thing),
            Place.ENDPOINT: lambda: self.endpoint(target.device, target.thing),
            Place.SUBSCRIBER: lambda: self.subscriber(target.device, target.thing),
            Place.LOG: self.log,
            Place.ENDPOINTS: self.endpoints,
            Place.SUBSCRIBERS: self.subscribers,
            Place.CHANGES: self.changes,
            Place.CHANGE: lambda: self.change(int(target.thing)),
            Place.DRIFT: lambda: self.drift(target.device or None),
            Place.PLANS: self.plans,
            Place.UNPROVISIONED: self.unprovisioned,
            Place.HELP: self.help,
            Place.QUIT: self._app.action_quit_console,
        }[target.place]()

    def device(self, name: str) -> None:
        from positron_tui.tui.screens.device import DeviceScreen

        self._app.push_screen(DeviceScreen(name))

    def port(self, device: str, port: str) -> None:
        from positron_tui.tui.screens.port import PortScreen

        self._app.push_screen(PortScreen(device, port))

    def endpoint(self, device: str, mac: str) -> None:
        from positron_tui.tui.screens.endpoint import EndpointScreen

        self._app.push_screen(EndpointScreen(device, mac))

    def endpoints(self, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.endpoints import EndpointsScreen

        self._app.push_screen(EndpointsScreen(filter_text))

    def subscriber(self, device: str, name: str) -> None:
        from positron_tui.tui.screens.subscriber import SubscriberScreen

        self._app.push_screen(SubscriberScreen(device, name))

    def subscribers(self) -> None:
        from positron_tui.tui.screens.subscribers import SubscribersScreen

        self._app.push_screen(SubscribersScreen())

    def editor(self, device: str, *, mac: str | None = None, port: str | None = None) -> None:
        from positron_tui.tui.screens.editor import EditorScreen

        self._app.push_screen(EditorScreen(device, mac=mac, port=port))

    def edit_subscriber(self, device: str, name: str) -> None:
        from positron_tui.tui.screens.editor import EditorScreen

        self._app.push_screen(EditorScreen(device, subscriber=name))

    def endpoint_editor(
        self, device: str, *, mac: str | None = None, port: str | None = None
    ) -> None:
        from positron_tui.tui.screens.endpoint_editor import EndpointEditorScreen

        self._app.push_screen(EndpointEditorScreen(device, mac=mac, port=port))

    def port_editor(self, device: str, port: str) -> None:
        from positron_tui.tui.screens.port_editor import PortEditorScreen

        self._app.push_screen(PortEditorScreen(device, port))

    def bulk(self, verb: str, named: Sequence[tuple[str, str]], make: Make) -> None:
        """Open a run of one action on many; `named` are (device, subject)."""
        from positron_tui.tui.screens.bulk import BulkScreen

        self._app.push_screen(BulkScreen(verb, named, make))

    def bulk_report(self, report: BulkReport) -> None:
        """Open a run that was made before."""
        from positron_tui.tui.screens.bulk import BulkScreen

        self._app.push_screen(BulkScreen.of(report))

    def changes(self, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.changes import ChangesScreen

        self._app.push_screen(ChangesScreen(filter_text))

    def change(self, change_id: int) -> None:
        from positron_tui.tui.screens.changes import ChangeScreen

        self._app.push_screen(ChangeScreen(change_id))

    def drift(self, device: str | None = None) -> None:
        from positron_tui.tui.screens.drift import DriftScreen

        self._app.push_screen(DriftScreen(device))

    def plans(self) -> None:
        from positron_tui.tui.screens.plans import PlansScreen

        self._app.push_screen(PlansScreen())

    def plan(self, name: str) -> None:
        from positron_tui.tui.screens.plans import PlanScreen

        self._app.push_screen(PlanScreen(name))

    def strays(self) -> None:
        from positron_tui.tui.screens.plans import StraysScreen

        self._app.push_screen(StraysScreen())

    def unprovisioned(self) -> None:
        from positron_tui.tui.screens.unprovisioned import UnprovisionedScreen

        self._app.push_screen(UnprovisionedScreen())

    def import_file(self, path: Path) -> None:
        from positron_tui.tui.screens.import_csv import ImportScreen

        self._app.push_screen(ImportScreen(path))

    def log(self, device: str | None = None) -> None:
        from positron_tui.tui.screens.log import LogScreen

        # Polling fills the log; what people look for are the commands.
        quiet = "!transport:snmp"
        self._app.push_screen(LogScreen(f"device:{device} {quiet}" if device else quiet))

    def help(self) -> None:
        from positron_tui.tui.screens.help import HelpScreen

        self._app.push_screen(HelpScreen(self._app.screen))

    def add_device(self) -> None:
        from positron_tui.tui.screens.add_device import AddDeviceScreen

        self._app.push_screen(AddDeviceScreen())
