"""The start: the tree of the fleet, and on a wide screen what the cursor is on beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from positron_tui.domain.errors import NotFound
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import devices, endpoints, ports
from positron_tui.tui.render.facts import Heading, Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.summary import endpoint_spans, fleet_spans
from positron_tui.tui.render.tree import FleetTree, Kind, TreeLine, device_key, site_key
from positron_tui.tui.render.values import plural
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.working import WorkingScreen
from positron_tui.tui.widgets.live_text import FlowText
from positron_tui.tui.widgets.live_tree import LiveTree

EMPTY = (
    "",
    "  There is no device yet.",
    "",
    "  Press n to add one here, or write in a shell:",
    "",
    "      positron-tui device add 192.0.2.10 --name gam-01",
    "",
    "  To look around first, on a simulated fleet:",
    "",
    "      positron-tui demo",
)
LOADING = ("", "  Opening the store ...")
KEPT = "fleet.toggled"


class FleetScreen(WorkingScreen):
    """Sites, devices, ports and endpoints in one tree."""

    name_in_registry = actions.FLEET
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.FLEET)]
    AUTO_FOCUS = "LiveTree"

    def __init__(self) -> None:
        super().__init__()
        self._tree: FleetTree | None = None
        self._toggled: set[str] | None = None
        self._filter_text = ""

    def body(self) -> Sequence[Widget]:
        return [
            Horizontal(
                LiveTree(empty=LOADING, id="main"),
                FlowText(id="side"),
                id="panes",
            )
        ]

    def heading(self) -> str:
        return "Fleet"

    def counts(self) -> Sequence[Span]:
        views = self.fleet.devices()
        if self.filter_text:
            tree = self.tree_maker
            found = f"{tree.listed_devices} of {plural(len(views), 'GAM')}   endpoints "
            return ((found, ""), *endpoint_spans(tree.listed))
        return fleet_spans(views, self.tree_maker.total(views))

    @property
    def tree_maker(self) -> FleetTree:
        if self._tree is None:
            self._tree = FleetTree(self.glyphs)
        return self._tree

    @property
    def toggled(self) -> set[str]:
        if self._toggled is None:
            self._toggled = set(self.console_app.memory.texts(KEPT))
        return self._toggled

    @property
    def live_tree(self) -> LiveTree:
        return self.query_one(LiveTree)

    @property
    def filter_text(self) -> str:
        return self._filter_text

    def set_filter(self, text: str) -> None:
        self._filter_text = text.strip()
        self.tree_maker.finder.look_for(text)

    def hidden_keys(self) -> Sequence[str]:
        return () if self.filter_text else ("back",)

    def show(self) -> None:
        views = self.fleet.devices()
        lines = self.tree_maker.lines(views, self.toggled, self.now())
        tree = self.live_tree
        tree.empty = ("", "  Nothing fits the filter.") if views else EMPTY
        tree.set_lines(lines)
        self._show_side()

    def take_changes(self, changes: Changes) -> None:
        for old, new in changes.renamed:
            if device_key(old) in self.toggled:
                self._toggle(device_key(new), True)
        super().take_changes(changes)

    def here(self) -> Here | None:
        line = self.live_tree.cursor_line
        if line is None or line.device is None:
            return None
        return Here(line.device, line.mac, None if line.mac else line.port)

    def copy_text(self) -> str | None:
        line = self.live_tree.cursor_line
        if line is None:
            return None
        return line.mac or line.port or line.device

    def on_live_tree_toggled(self, event: LiveTree.Toggled) -> None:
        # A site is open until it is closed, everything else the other way round.
        differs = event.opened is not (event.line.kind is Kind.SITE)
        self._toggle(event.line.key, differs)
        self.refresh_show()

    def on_live_tree_moved(self) -> None:
        self._show_side()

    def on_live_tree_chosen(self, event: LiveTree.Chosen) -> None:
        self._open(event.line)

    def action_open_cursor(self) -> None:
        line = self.live_tree.cursor_line
        if line is not None:
            self._open(line)

    def action_expand(self) -> None:
        """Open all devices and sites; when all are open, close the devices."""
        devices_ = {device_key(view.name) for view in self.fleet.devices()}
        sites = {site_key(view.device.site) for view in self.fleet.devices()}
        if devices_ <= self.toggled:
            self._toggled = set()
        else:
            self._toggled = (self.toggled | devices_) - sites
        self._keep()
        self.refresh_show()

    def action_add_device(self) -> None:
        self.console_app.places.add_device()

    def action_trust_key(self) -> None:
        here = self.here()
        if here is not None:
            self.console_app.offer_new_key(here.device)

    def _open(self, line: TreeLine) -> None:
        places = self.console_app.places
        if line.device is None:
            self.live_tree.action_open_or_close()
        elif line.mac is not None:
            places.endpoint(line.device, line.mac)
        elif line.port is not None:
            places.port(line.device, line.port)
        else:
            places.device(line.device)

    def _toggle(self, key: str, differs: bool) -> None:
        (self.toggled.add if differs else self.toggled.discard)(key)
        self._keep()

    def _keep(self) -> None:
        self.console_app.memory.keep(KEPT, sorted(self.toggled))

    def _show_side(self) -> None:
        side = self.query_one("#side", FlowText)
        items = self._side_items(self.live_tree.cursor_line)
        side.set_flow(lambda width: flow(items, width - 1))

    def _side_items(self, line: TreeLine | None) -> list[Item]:
        if line is None or line.device is None:
            return []
        now = self.now()
        try:
            view = self.fleet.get(line.device)
        except NotFound:
            return []
        endpoint = view.endpoint_by_mac(line.mac) if line.mac else None
        if endpoint is not None:
            return endpoints.detail(view, endpoint, self.glyphs, now)
        port = view.port_by_name(line.port) if line.port and not line.mac else None
        if port is not None:
            inside = view.endpoints_on(port.name)
            reasons = [endpoints.advice(view, one) for one in inside]
            return [
                Heading(f"{view.name}  {port.name}"),
                *ports.facts(view, port, self.glyphs, now),
                None,
                *(Sentence(reason, "warn") for reason in reasons if reason),
            ]
        return [Heading(view.name), *devices.detail(view, self.glyphs, now)]
