"""One subscriber as its device runs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType

from positron_tui.domain.devices import Section
from positron_tui.domain.errors import NotFound
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import endpoints, subscribers
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.freshness import read_note
from positron_tui.tui.render.values import clock_time
from positron_tui.tui.render.words import endpoint_word_in
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.facts_screen import FactsScreen


class SubscriberScreen(FactsScreen):
    """The service, its endpoint's state and its line."""

    name_in_registry = actions.SUBSCRIBER
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.SUBSCRIBER)]

    def __init__(self, device: str, name: str) -> None:
        super().__init__(device)
        self.subscriber_name = name
        self._suspended_at: datetime | None = None
        self._rereading = Rereading(self._read_intent, "look at the intent")

    def heading(self) -> str:
        return f"{self.device}  {self.subscriber_name}"

    def here(self) -> Here | None:
        return Here(self.device, subscriber=self.subscriber_name)

    def action_open_endpoint(self) -> None:
        view = self.fleet.get(self.device) if self.device in self.fleet else None
        held = view.subscriber_by_name(self.subscriber_name) if view else None
        endpoint = view.endpoint_of(held) if view and held else None
        if endpoint is None:
            self.console_app.say("No endpoint carries this service now.")
            return
        self.console_app.places.endpoint(self.device, endpoint.mac)

    def _state_words(self) -> Sequence[Item]:
        if self._suspended_at is None:
            return ()
        since = clock_time(self._suspended_at, self.now())
        text = f"Suspended since {since}: in the walled garden. R gives it back what it had."
        return (Sentence(text, "warn"), None)

    def copy_text(self) -> str | None:
        return self.subscriber_name

    def take_changes(self, changes: Changes) -> None:
        super().take_changes(changes)
        if changes.journal:
            self._read_again()

    def on_screen_resume(self) -> None:
        self._read_again()

    def _read_again(self) -> None:
        if self.console_app.ready:
            self._rereading.ask(self.console_app.work)

    async def _read_intent(self) -> None:
        suspended = await self.services.intent.suspended()
        self._suspended_at = suspended.get((self.device, self.subscriber_name))
        self.refresh_show()

    def items(self, view: DeviceView) -> Sequence[Item]:
        subscriber = view.subscriber_by_name(self.subscriber_name)
        if subscriber is None:
            raise NotFound(f"{self.device} has no subscriber {self.subscriber_name} any more.")
        items: list[Item] = [
            *self._state_words(),
            Heading("Service", read_note(view, Section.CONFIG, self.now())),
            *subscribers.facts(view, subscriber),
            None,
            Heading("Its endpoint", read_note(view, Section.ENDPOINTS, self.now())),
        ]
        endpoint = view.endpoint_of(subscriber)
        if endpoint is None:
            return [*items, Sentence("No endpoint carries this service now.", "warn")]
        word = endpoint_word_in(view, endpoint, self.glyphs)
        reason = endpoints.advice(view, endpoint)
        return [
            *items,
            Fact("State", word.text, word.style),
            *([Sentence(reason, "warn")] if reason else []),
            *endpoints.line_facts(view, endpoint),
        ]
