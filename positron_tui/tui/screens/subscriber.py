"""One subscriber as its device runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from positron_tui.domain.devices import Section
from positron_tui.domain.errors import NotFound
from positron_tui.services.views import DeviceView
from positron_tui.tui import actions
from positron_tui.tui.render import endpoints, subscribers
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.freshness import read_note
from positron_tui.tui.render.words import endpoint_word_in
from positron_tui.tui.screens.base import Here
from positron_tui.tui.screens.facts_screen import FactsScreen


class SubscriberScreen(FactsScreen):
    """The service, its endpoint's state and its line."""

    name_in_registry = actions.SUBSCRIBER
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.SUBSCRIBER)]

    def __init__(self, device: str, name: str) -> None:
        super().__init__(device)
        self.subscriber_name = name

    def heading(self) -> str:
        return f"{self.device}  {self.subscriber_name}"

    def here(self) -> Here | None:
        return Here(self.device, subscriber=self.subscriber_name)

    def copy_text(self) -> str | None:
        return self.subscriber_name

    def items(self, view: DeviceView) -> Sequence[Item]:
        subscriber = view.subscriber_by_name(self.subscriber_name)
        if subscriber is None:
            raise NotFound(f"{self.device} has no subscriber {self.subscriber_name} any more.")
        items: list[Item] = [
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
