"""Endpoints of the whole fleet that are seen and have no service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.services.filtering import parse_filter
from positron_tui.services.sync_types import Claim
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import unprovisioned
from positron_tui.tui.render.columns import Column
from positron_tui.tui.render.endpoints import endpoint_id
from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.render.lines import Line, Span
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.sync_start import compare
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


class UnprovisionedScreen(TableScreen):
    """One row an endpoint, the longest waiting first; below, what is to be done about it."""

    name_in_registry = actions.UNPROVISIONED
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.UNPROVISIONED)]
    AUTO_FOCUS = "LiveTable"
    columns: Sequence[Column] = unprovisioned.COLUMNS
    empty = "No endpoint waits for a service."

    def __init__(self, filter_text: str | None = None) -> None:
        super().__init__(filter_text)
        self._claims: unprovisioned.Claims | None = None
        self._looked_up: set[str] = set()
        self._billing = Rereading(self._read_claims, "look into billing")

    def body(self) -> Sequence[Widget]:
        if self.console_app.open_syncs.systems:
            self._claims = {}
            self.columns = unprovisioned.COLUMNS_WITH_BILLING
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return "Waiting endpoints"

    def counts(self) -> Sequence[Span]:
        total = len(self.services.unprovisioned.rows())
        return (*self.mark_spans(), (f"{len(self.table.rows)} of {total} wait", ""))

    def concerns(self, changes: Changes) -> bool:
        return changes.sync or super().concerns(changes)

    def take_changes(self, changes: Changes) -> None:
        super().take_changes(changes)
        if changes.sync or self._macs() - self._looked_up:
            self._look_into_billing()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._look_into_billing()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, unprovisioned.FIELDS)
        shown = [
            one
            for one in self.services.unprovisioned.rows()
            if not wanted.terms or wanted.matches(unprovisioned.filter_row(one, self._claims))
        ]
        self.table.set_rows(unprovisioned.rows(shown, self.glyphs, self.now(), self._claims))
        self._show_words()

    def here(self) -> Here | None:
        key = self.table.cursor_key
        return self.subject_of(key) if key is not None else None

    def subject_of(self, key: str) -> Here | None:
        device, _, mac = key.partition("\0")
        return Here(device, mac)

    def on_live_table_moved(self) -> None:
        self._show_words()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        device, _, mac = event.key.partition("\0")
        self.console_app.places.endpoint(device, mac)

    def action_unprovisioned(self) -> None:
        """They are here already."""

    def action_from_billing(self) -> None:
        """Compare the accounts of the marked endpoints, or of the one under the cursor."""
        here = [one for one in (*self.marked(), self.here()) if one is not None and one.mac]
        macs = [one.mac or "" for one in (here[:-1] if self.table.marked else here)]
        claims = [claim for mac in macs for claim in self._claims_of(mac)]
        if not claims:
            self.console_app.say("Billing does not know this endpoint; press a to serve it.")
            return
        system = claims[0].system
        accounts = sorted({one.sold.account_id for one in claims if one.system == system})
        if any(one.system != system for one in claims):
            self.console_app.say(f"Only those of {system}; the others need a run of their own.")
        self.table.clear_marks()
        compare(self.console_app, system, accounts)

    def _look_into_billing(self) -> None:
        if self.console_app.ready and self._claims is not None:
            self._billing.ask(self.console_app.work)

    async def _read_claims(self) -> None:
        macs = self._macs()
        self._looked_up = macs
        claims = await self.services.sync_log.claims(macs)
        if claims != self._claims:
            self._claims = claims
            self.refresh_show()

    def _macs(self) -> set[str]:
        return {one.mac for one in self.services.unprovisioned.rows()}

    def _claims_of(self, mac: str) -> Sequence[Claim]:
        return self._claims.get(mac, ()) if self._claims else ()

    def _show_words(self) -> None:
        key = self.table.cursor_key
        rows = self.services.unprovisioned.rows()
        one = next((row for row in rows if endpoint_id(row.device, row.mac) == key), None)
        lines: tuple[Line, ...] = ()
        if one is not None:
            claims = self._claims_of(one.mac)
            text = f"{one.words} {unprovisioned.claim_words(one, claims, self.now())}"
            known = Sentence(unprovisioned.facts(one, self.now()), "dim")
            lines = flow([known, Sentence(text, "warn")], self.size.width)
        self.query_one("#reason", LiveText).set_lines(lines)
