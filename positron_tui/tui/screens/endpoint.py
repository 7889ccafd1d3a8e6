"""One endpoint: everything that is known of it, and the SNR of its line when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType

from positron_tui.domain.errors import NotFound, PositronError
from positron_tui.domain.quality import snr_level
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.render import endpoints
from positron_tui.tui.render.facts import Fact, Item, Sentence
from positron_tui.tui.render.values import UNKNOWN, clock_time
from positron_tui.tui.render.words import level_style, level_word
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.facts_screen import FactsScreen


@dataclass(frozen=True, slots=True)
class SnrKept:
    """The last result of a measurement, kept while the console runs."""

    at: datetime
    items: tuple[Item, ...]


class EndpointScreen(FactsScreen):
    """The facts of an endpoint, and a measurement that can be broken off."""

    name_in_registry = actions.ENDPOINT
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.ENDPOINT)]

    def __init__(self, device: str, mac: str) -> None:
        super().__init__(device)
        self.mac = mac
        self._said: tuple[Item, ...] = ()
        self._measuring = False

    def heading(self) -> str:
        return f"{self.device}  {self.mac}"

    def here(self) -> Here | None:
        return Here(self.device, self.mac)

    def copy_text(self) -> str | None:
        return self.mac

    def items(self, view: DeviceView) -> Sequence[Item]:
        endpoint = view.endpoint_by_mac(self.mac)
        if endpoint is None:
            raise NotFound(f"{self.device} does not see the endpoint {self.mac} any more.")
        return endpoints.detail(view, endpoint, self.glyphs, self.now(), self._snr())

    def _snr(self) -> tuple[Item, ...]:
        """What is going on, and the last result of this session with its time."""
        kept = self.console_app.snr_kept.get((self.device, self.mac))
        if kept is None:
            return self._said or (Sentence("Not measured. Press s to measure it.", "dim"),)
        when = f"measured {clock_time(kept.at, self.now())}"
        return (*self._said, *kept.items, Sentence(when, "dim"))

    def action_open_subscriber(self) -> None:
        view = self.fleet.get(self.device) if self.device in self.fleet else None
        endpoint = view.endpoint_by_mac(self.mac) if view else None
        held = view.subscriber_of(endpoint) if view and endpoint else None
        if held is None:
            self.console_app.say("No subscriber is on this endpoint; press a to put one on it.")
            return
        self.console_app.places.subscriber(self.device, held.name)

    def action_snr(self) -> None:
        if self._measuring:
            return
        self._measuring = True
        self._say_snr(Sentence("Measuring over SSH ... esc breaks it off.", "accent"))
        self.console_app.work(self._measure(), f"snr {self.mac}", exclusive=True)

    def action_back(self) -> None:
        if not self._measuring:
            super().action_back()
            return
        self.workers.cancel_group(self.app, f"snr {self.mac}")
        self._measuring = False
        self._say_snr(Sentence("Broken off. Press s to measure again.", "dim"))

    async def _measure(self) -> None:
        try:
            readings = await self.services.measuring.snr(self.device, self.mac)
        except PositronError as error:
            self._say_snr(Sentence(str(error), "bad"))
        else:
            items: list[Item] = [
                Fact(f"{one.direction} {one.line}".strip(), *_judged(one.db)) for one in readings
            ]
            found = tuple(items) or (Sentence("The device gave no value."),)
            self.console_app.snr_kept[self.device, self.mac] = SnrKept(self.now(), found)
            self._say_snr()
        finally:
            self._measuring = False

    def _say_snr(self, *items: Item) -> None:
        self._said = items
        self.refresh_show()


def _judged(db: float | None) -> tuple[str, str]:
    if db is None:
        return UNKNOWN, "dim"
    level = snr_level(db)
    return f"{db:.0f} dB  {level_word(level)}", level_style(level)
