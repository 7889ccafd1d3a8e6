"""One device: what it is, how it feels, its alarms, and its ports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from positron_tui.domain.devices import Section
from positron_tui.domain.errors import NotFound
from positron_tui.services.filter_rows import PORT_FIELDS, port_row
from positron_tui.services.filtering import parse_filter
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import devices, ports
from positron_tui.tui.render.drift import is_unsaved
from positron_tui.tui.render.facts import Heading, Item, flow, in_columns
from positron_tui.tui.render.freshness import read_note
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.render.summary import count_device, endpoint_spans
from positron_tui.tui.render.values import plural
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.drift import adopt
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import FlowText


class DeviceScreen(TableScreen):
    """The ports as a table; facts above it, or beside it on a wide screen."""

    name_in_registry = actions.DEVICE
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.DEVICE)]
    AUTO_FOCUS = "LiveTable"
    columns = ports.COLUMNS
    empty = "No port was read yet."

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device
        self._unsaved = 0

    def body(self) -> Sequence[Widget]:
        facts = FlowText(id="device-facts")
        return [Horizontal(facts, self.make_table(), id="device-panes")]

    def heading(self) -> str:
        return self.device

    def counts(self) -> Sequence[Span]:
        try:
            view = self.fleet.get(self.device)
        except NotFound:
            return ()
        spans: list[Span] = []
        if view.device.read_only:
            spans.append(("read-only   ", "warn"))
        if self._unsaved:
            spans.append((f"{plural(self._unsaved, 'field')} unsaved   ", "warn"))
        return (*spans, *endpoint_spans(count_device(view)))

    def concerns(self, changes: Changes) -> bool:
        return changes.fleet or self.device in changes.devices

    def take_changes(self, changes: Changes) -> None:
        for old, new in changes.renamed:
            if old == self.device:
                self.device = new
        super().take_changes(changes)
        if changes.journal or self.device in changes.devices:
            self._look_for_unsaved()

    def on_screen_resume(self) -> None:
        self._look_for_unsaved()

    def show(self) -> None:
        try:
            view = self.fleet.get(self.device)
        except NotFound as error:
            text = str(error)
            self.query_one(FlowText).set_flow(lambda width: ((("" + text, "warn"),),))
            self.table.set_rows(())
            return
        wanted = parse_filter(self.filter_text, PORT_FIELDS)
        rows = ports.rows(view, self.glyphs)
        shown = [
            row
            for port, row in zip(view.snapshot.ports, rows, strict=True)
            if wanted.matches(port_row(view, port))
        ]
        self.query_one(FlowText).set_flow(lambda width: self._facts(view, width))
        self.table.set_rows(shown)

    def here(self) -> Here | None:
        return Here(self.device, port=self.query_one(LiveTable).cursor_key)

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        self.console_app.places.port(self.device, event.key)

    def action_trust_key(self) -> None:
        self.console_app.offer_new_key(self.device)

    def action_drift(self) -> None:
        self.console_app.places.drift(self.device)

    def action_adopt(self) -> None:
        adopt(self, (self.device,))

    def _look_for_unsaved(self) -> None:
        if self.console_app.ready and self.device in self.fleet:
            self.console_app.work(self._count_unsaved(), "compare with startup", exclusive=True)

    async def _count_unsaved(self) -> None:
        """Count the fields that a restart of the device would change, by the last readings."""
        items = await self.services.intent.known_drift(self.device)
        unsaved = sum(1 for one in items if is_unsaved(one))
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self.refresh_show()

    def action_log(self) -> None:
        self.console_app.places.log(self.device)

    def _facts(self, view: DeviceView, width: int) -> tuple[Line, ...]:
        """All blocks on a wide screen; on a narrow one the short form, the rest by scrolling."""
        now = self.now()
        if self.app.size.width >= 120:
            return flow(devices.detail(view, self.glyphs, now), width - 1)
        identity, health = devices.identity_items(view), devices.health_items(view)
        short = [*identity[:4], *health[:2]]
        rest: list[Item] = [
            None,
            *identity[4:],
            *devices.capability_items(view.device, view),
        ]
        columns = 2 if width >= 76 else 1
        return (
            *flow(devices.state_items(view, self.glyphs, now), width),
            *in_columns(short, width, columns=columns),
            *flow(
                [
                    *health[2:],
                    Heading("Alarms", read_note(view, Section.ALARMS, now)),
                    *devices.alarm_items(view, now),
                    *rest,
                ],
                width,
            ),
        )
