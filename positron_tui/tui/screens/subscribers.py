"""All subscribers of the fleet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.services.filter_rows import service_row
from positron_tui.services.filtering import Filter, parse_filter
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.export import write_file
from positron_tui.tui.live import Changes
from positron_tui.tui.render import subscribers
from positron_tui.tui.render.columns import Row
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.per_device import PerDevice
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.path import PathScreen
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable


class SubscribersScreen(TableScreen):
    """One row a service as the devices run it."""

    name_in_registry = actions.SUBSCRIBERS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.SUBSCRIBERS)]
    AUTO_FOCUS = "LiveTable"
    columns = subscribers.COLUMNS
    empty = "No device has a subscriber. Press N for endpoints that wait, I to import."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._rows_of = PerDevice[list[Row]]()
        self._suspended: dict[str, frozenset[str]] = {}
        self._rereading = Rereading(self._read_suspended, "read who is suspended")

    def body(self) -> Sequence[Widget]:
        return [self.make_table()]

    def heading(self) -> str:
        return "Subscribers"

    def counts(self) -> Sequence[Span]:
        total = sum(len(view.snapshot.subscribers) for view in self.fleet.devices())
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {total}", ""))

    def take_changes(self, changes: Changes) -> None:
        super().take_changes(changes)
        if changes.journal or changes.fleet:
            self._read_again()

    def on_screen_resume(self) -> None:
        self._read_again()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, subscribers.FIELDS)
        rows: list[Row] = []
        for view in self.fleet.devices():
            suspended = self._suspended.get(view.name, frozenset())
            make = partial(self._device_rows, view, wanted, suspended)
            rows.extend(self._rows_of.get(view, (self.filter_text, suspended), make))
        self.table.set_rows(rows)

    def _device_rows(
        self, view: DeviceView, wanted: Filter, suspended: frozenset[str]
    ) -> list[Row]:
        shown = [
            one
            for one in view.snapshot.subscribers
            if not wanted.terms or wanted.matches(service_row(view, one, suspended))
        ]
        return subscribers.rows(view, shown, self.glyphs, suspended)

    def _read_again(self) -> None:
        if self.console_app.ready:
            self._rereading.ask(self.console_app.work)

    async def _read_suspended(self) -> None:
        """Ask the store who is suspended; a device cannot tell that."""
        found: dict[str, set[str]] = {}
        for device, name in await self.services.intent.suspended():
            found.setdefault(device, set()).add(name)
        self._suspended = {device: frozenset(names) for device, names in found.items()}
        self.refresh_show()

    def here(self) -> Here | None:
        key = self.query_one(LiveTable).cursor_key
        if key is not None:
            return self.subject_of(key)
        views = self.fleet.devices()
        return Here(views[0].name) if len(views) == 1 else None

    def subject_of(self, key: str) -> Here | None:
        device, _, name = key.partition("\0")
        return Here(device, subscriber=name)

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        device, _, name = event.key.partition("\0")
        self.console_app.places.subscriber(device, name)

    def action_import_csv(self) -> None:
        sentence = (
            "A CSV file with a line of titles; device, name and vlan are needed. It is checked "
            "first, line by line, and nothing is sent before you say so."
        )

        def answered(typed: str | None) -> None:
            if typed is not None:
                self.console_app.places.import_file(Path(typed).expanduser())

        self.app.push_screen(PathScreen("Import subscribers", sentence), answered)

    def action_export_all(self) -> None:
        self.console_app.work(self._export_all(), "export subscribers")

    async def _export_all(self) -> None:
        content = await self.services.transfer.export_csv()
        folder = self.console_app.export_folder
        try:
            path = write_file(folder, "all-subscribers", "csv", self.now(), content)
        except OSError as error:
            self.console_app.complain(f"The file cannot be written: {error.strerror or error}.")
            return
        self.console_app.say(f"All subscribers with all fields are in {path}.")
