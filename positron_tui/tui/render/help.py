"""The text of the help screen, made from the registry and the words of the console."""

from __future__ import annotations

from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.status import DeviceStatus, PortStatus
from positron_tui.services.filter_rows import (
    DEVICE_FIELDS,
    ENDPOINT_FIELDS,
    PORT_FIELDS,
)
from positron_tui.tui import actions
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.jumping import HELP
from positron_tui.tui.render import conflicts, hooks, subscribers, sync, sync_items
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.words import StateWord, device_word, endpoint_word, port_word

_MOVING = (
    Fact("up, down", "move; also k and j"),
    Fact("pgup, pgdn", "a page; home and end go to the ends"),
    Fact("tab", "go to the next part of the screen, to scroll it"),
    Fact("right, left", "open and close in the tree; also l and h"),
)
_DEVICES = {
    DeviceStatus.UP: "It answers.",
    DeviceStatus.DEGRADED: "It answers and has a critical or major alarm.",
    DeviceStatus.UNKNOWN: "It does not answer. Nothing is known now; the time is that of the last "
    "good reading.",
    DeviceStatus.BLOCKED: "It shows another SSH host key than the trusted one.",
    DeviceStatus.NEVER_POLLED: "It was added and not read yet.",
}
_PORTS = {
    PortStatus.UP: "It works.",
    PortStatus.SERVICE_LOST: "It works, but an endpoint with a subscriber is gone.",
    PortStatus.DOWN_SERVICE_AFFECTING: "No endpoint works, and one with a subscriber is gone.",
    PortStatus.DOWN: "Nothing is connected, or nothing that has a service.",
    PortStatus.DISABLED: "Switched off by somebody.",
    PortStatus.UNKNOWN: "The device does not say.",
}
_ENDPOINTS = {
    EndpointState.OK: "It is where it belongs and may carry a service.",
    EndpointState.NOT_DETECTED: "It is configured and nothing answers.",
    EndpointState.QUARANTINED_WRONG_PORT: "It is plugged in on another port than it is bound to; "
    "it gets no service until it is moved or bound there.",
    EndpointState.QUARANTINED_UNKNOWN_MAC: "The unit does not know its MAC; it gets no service "
    "until a subscriber is put on it.",
}
_FILTER = (
    Fact("word", "the word is somewhere in the line"),
    Fact("field:value", "that field has it, as in state:quarantined or port:1/4"),
    Fact("field:", "the field has any value at all; !field: none"),
    Fact("service:none", "endpoints without a service; service:yes those with one"),
    Fact("service:...", "subscribers that are suspended, or active"),
    Fact("!...", "the other way round, as in !state:ok"),
    Fact('"two words"', "quotes keep blanks together"),
)

_WORDS = (
    Fact("PHY rate", "what the line itself carries each way, before any limit"),
    Fact(
        "balance",
        "how far the two directions differ; above 15 % look at connectors, above 30 % "
        "something is wrong (coax only)",
    ),
    Fact("?", "not known; never the same as zero"),
    Fact("last good", "when the device answered last"),
    Fact("plan", "the speed that the device lets through"),
)


def help_items(screen: str, glyphs: Glyphs) -> list[Item]:
    """Return the help for a screen of the registry."""
    keys = [Fact(action.key_label, action.description) for action in actions.actions_of(screen)]
    return [
        Heading("Keys here"),
        *keys,
        *_MOVING,
        None,
        Heading("Going to"),
        Sentence("  ".join(HELP)),
        None,
        Heading("Filter"),
        *_FILTER,
        Fact("of devices", ", ".join(DEVICE_FIELDS)),
        Fact("of ports", ", ".join(PORT_FIELDS)),
        Fact("of endpoints", ", ".join(ENDPOINT_FIELDS)),
        Fact("subscribers", ", ".join(subscribers.FIELDS)),
        Fact("sync runs", ", ".join(sync.FIELDS)),
        Fact("sync items", ", ".join(sync_items.FIELDS)),
        Fact("conflicts", ", ".join(conflicts.FIELDS)),
        Fact("hooks", ", ".join(hooks.FIELDS)),
        None,
        Heading("Signs of devices"),
        *(_sign(device_word(status, glyphs), text) for status, text in _DEVICES.items()),
        None,
        Heading("Signs of ports"),
        *(_sign(port_word(status, glyphs), text) for status, text in _PORTS.items()),
        None,
        Heading("Signs of endpoints"),
        *(_sign(endpoint_word(state, glyphs), text) for state, text in _ENDPOINTS.items()),
        None,
        Heading("Words"),
        *_WORDS,
    ]


def _sign(word: StateWord, text: str) -> Item:
    return Fact(word.sign, f"{word.word}: {text}", word.style)
