"""The ways from screen to screen; a screen's code is loaded when somebody goes there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.tui.jumping import Place, Target

if TYPE_CHECKING:
    from positron_tui.domain.sync_runs import Conflict
    from positron_tui.services.bulk import BulkReport
    from positron_tui.services.sync_types import Take
    from positron_tui.tui.app import ConsoleApp
    from positron_tui.tui.screens.base import ConsoleScreen
    from positron_tui.tui.screens.working import Make
    from positron_tui.tui.syncing import SyncJob


class Places:
    """Pushes screens on the app's stack."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def _push(self, screen: ConsoleScreen) -> None:
        """Go there; what was said on the screen before is not about this one."""
        self._app.clear_notifications()
        self._app.push_screen(screen)

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
            Place.SYNC: self.sync,
            Place.SYNC_RUN: lambda: self.sync_run(int(target.thing)),
            Place.CONFLICTS: self.conflicts,
            Place.HOOKS: self.hooks,
            Place.WHY: lambda: self.why(target.device, subscriber=target.thing),
            Place.HELP: self.help,
            Place.QUIT: self._app.action_quit_console,
        }[target.place]()

    def device(self, name: str) -> None:
        from positron_tui.tui.screens.device import DeviceScreen

        self._push(DeviceScreen(name))

    def port(self, device: str, port: str) -> None:
        from positron_tui.tui.screens.port import PortScreen

        self._push(PortScreen(device, port))

    def endpoint(self, device: str, mac: str) -> None:
        from positron_tui.tui.screens.endpoint import EndpointScreen

        self._push(EndpointScreen(device, mac))

    def endpoints(self, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.endpoints import EndpointsScreen

        self._push(EndpointsScreen(filter_text))

    def subscriber(self, device: str, name: str) -> None:
        from positron_tui.tui.screens.subscriber import SubscriberScreen

        self._push(SubscriberScreen(device, name))

    def subscribers(self) -> None:
        from positron_tui.tui.screens.subscribers import SubscribersScreen

        self._push(SubscribersScreen())

    def editor(self, device: str, *, mac: str | None = None, port: str | None = None) -> None:
        from positron_tui.tui.screens.editor import EditorScreen

        self._push(EditorScreen(device, mac=mac, port=port))

    def edit_subscriber(self, device: str, name: str) -> None:
        from positron_tui.tui.screens.editor import EditorScreen

        self._push(EditorScreen(device, subscriber=name))

    def endpoint_editor(
        self, device: str, *, mac: str | None = None, port: str | None = None
    ) -> None:
        from positron_tui.tui.screens.endpoint_editor import EndpointEditorScreen

        self._push(EndpointEditorScreen(device, mac=mac, port=port))

    def port_editor(self, device: str, port: str) -> None:
        from positron_tui.tui.screens.port_editor import PortEditorScreen

        self._push(PortEditorScreen(device, port))

    def bulk(self, verb: str, named: Sequence[tuple[str, str]], make: Make) -> None:
        """Open a run of one action on many; `named` are (device, subject)."""
        from positron_tui.tui.screens.bulk import BulkScreen

        self._push(BulkScreen(verb, named, make))

    def bulk_report(self, report: BulkReport) -> None:
        """Open a run that was made before."""
        from positron_tui.tui.screens.bulk import BulkScreen

        self._push(BulkScreen.of(report))

    def changes(self, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.changes import ChangesScreen

        self._push(ChangesScreen(filter_text))

    def change(self, change_id: int) -> None:
        from positron_tui.tui.screens.changes import ChangeScreen

        self._push(ChangeScreen(change_id))

    def drift(self, device: str | None = None) -> None:
        from positron_tui.tui.screens.drift import DriftScreen

        self._push(DriftScreen(device))

    def plans(self) -> None:
        from positron_tui.tui.screens.plans import PlansScreen

        self._push(PlansScreen())

    def plan(self, name: str) -> None:
        from positron_tui.tui.screens.plans import PlanScreen

        self._push(PlanScreen(name))

    def strays(self) -> None:
        from positron_tui.tui.screens.plans import StraysScreen

        self._push(StraysScreen())

    def unprovisioned(self) -> None:
        from positron_tui.tui.screens.unprovisioned import UnprovisionedScreen

        self._push(UnprovisionedScreen())

    def sync(self) -> None:
        from positron_tui.tui.screens.sync_log import SyncScreen

        self._push(SyncScreen())

    def sync_run(self, run_id: int, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.sync_run import SyncRunScreen

        self._push(SyncRunScreen(run_id, filter_text))

    def sync_job(self, job: SyncJob) -> None:
        """Open a comparison that was just begun."""
        from positron_tui.tui.screens.sync_run import SyncRunScreen

        self._push(SyncRunScreen.of(job))

    def conflicts(self, filter_text: str | None = None) -> None:
        from positron_tui.tui.screens.conflicts import ConflictsScreen

        self._push(ConflictsScreen(filter_text))

    def resolve(self, conflicts: Sequence[Conflict], take: Take) -> None:
        """Open what settling conflicts would do."""
        from positron_tui.tui.screens.resolve import ResolveScreen

        self._push(ResolveScreen(conflicts, take))

    def hooks(self) -> None:
        from positron_tui.tui.screens.hooks import HooksScreen

        self._push(HooksScreen())

    def why(self, device: str, *, subscriber: str | None = None, mac: str | None = None) -> None:
        """Open the story of a subscriber, or of an endpoint without one."""
        from positron_tui.tui.screens.why import WhyScreen

        self._push(WhyScreen(device, subscriber, mac))

    def import_file(self, path: Path) -> None:
        from positron_tui.tui.screens.import_csv import ImportScreen

        self._push(ImportScreen(path))

    def log(self, device: str | None = None) -> None:
        from positron_tui.tui.screens.log import QUIET, LogScreen

        self._push(LogScreen(f"device:{device} {QUIET}" if device else QUIET))

    def help(self) -> None:
        from positron_tui.tui.screens.help import HelpScreen

        self._push(HelpScreen(self._app.screen))

    def add_device(self) -> None:
        from positron_tui.tui.screens.add_device import AddDeviceScreen

        self._push(AddDeviceScreen())
