"""Why a subscriber is as it is: what billing says, what is intended, what runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from positron_tui.domain.mapping import FIELDS, PLAN, value_words
from positron_tui.domain.sync_runs import Conflict, SyncItem
from positron_tui.services.sync_types import Claim, Why
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.change import field_words
from positron_tui.tui.render.conflicts import value as conflict_value
from positron_tui.tui.render.facts import LABEL_WIDTH, Fact, Heading, Item, Sentence, flow
from positron_tui.tui.render.lines import Line, Span, padded
from positron_tui.tui.render.sync_items import KIND_WORDS, fields_words, outcome_word
from positron_tui.tui.render.values import UNKNOWN, clock_time

_ABSENT = "not there"
_NOT_TOLD = "not told"
_WIDEST = 30
_NO_LINK = (
    "No service of a billing system is linked to it. A comparison links by the MAC of the "
    "endpoint: look whether billing has that MAC with a service, then press Y and n to compare."
)
_NEVER_RUN = "What runs was never read: press r to read the device."


def lines(stories: Sequence[Why], glyphs: Glyphs, now: datetime, width: int) -> tuple[Line, ...]:
    """The whole story, one block for each service that is linked to the subscriber."""
    found: list[Line] = []
    for one in stories:
        if found:
            found.append(())
        found += flow([Heading(_title(one), _status(one))], width)
        found += _grid(one, now, width)
        found += flow([None, *_facts(one, glyphs, now)], width)
    return tuple(found)


def _title(one: Why) -> str:
    if one.system is None or one.link is None:
        return "Not linked to billing"
    name = f" {one.billing.account_name}" if one.billing else ""
    return f"{one.system}: account {one.link.account_id}{name}, service {one.link.service_id}"


def _status(one: Why) -> str:
    """Billing's own words for the state of the account and the service."""
    if one.billing is None:
        return ""
    service = f", service {one.billing.service_status}" if one.billing.service_status else ""
    return f"account {one.billing.account_status}{service}"


def _grid(one: Why, now: datetime, width: int) -> list[Line]:
    column = min(_WIDEST, max(10, (width - LABEL_WIDTH) // 3))
    titles = ("Billing", "Intended", "Running")
    grid: list[Line] = [_row("", [(title, "title") for title in titles], column)]
    for name in FIELDS:
        cells = [_billing(one, name), _intended(one, name), _running(one, name)]
        known = {text for text, style in cells if style != "dim"}
        if len(known) > 1 and not _equal(one, name, known):
            cells = [(text, style or "warn") for text, style in cells]
        words = field_words(name)
        grid.append(_row(words[0].upper() + words[1:], cells, column))
    times = (one.billing_read_at, one.intended_at, one.running_read_at)
    verbs = ("read", "since", "read")
    shown = [
        (UNKNOWN if at is None else f"{verb} {clock_time(at, now)}", "dim")
        for verb, at in zip(verbs, times, strict=True)
    ]
    grid.append(_row("Known", shown, column))
    return grid


def _equal(one: Why, name: str, known: set[str]) -> bool:
    """Whether billing's word and ours are two words for the same."""
    words = one.held.equal.get(name, frozenset()) if one.held else frozenset()
    return known <= {value_words(name, word) for word in words}


def _row(label: str, cells: Sequence[Span], column: int) -> Line:
    label_span: Span = (padded(label, LABEL_WIDTH - 1) + " ", "label")
    return (
        label_span,
        *((padded(text, column - 1) + " ", style) for text, style in cells),
    )


def _billing(one: Why, name: str) -> Span:
    if one.billing is None:
        return UNKNOWN, "dim"
    if name not in one.billing_values:
        return _NOT_TOLD, "dim"
    return value_words(name, one.billing_values[name]), ""


def _intended(one: Why, name: str) -> Span:
    if one.held is None:
        return _ABSENT, "dim"
    return _known(one.held.values, name)


def _running(one: Why, name: str) -> Span:
    running = one.held.running if one.held else None
    if running is None:
        return (UNKNOWN if one.running_read_at is None else _ABSENT), "dim"
    return _known(running, name)


def _known(values: Mapping[str, str], name: str) -> Span:
    """What is not known is not in the values."""
    return (value_words(name, values[name]), "") if name in values else (UNKNOWN, "dim")


def _facts(one: Why, glyphs: Glyphs, now: datetime) -> list[Item]:
    return [
        *(Sentence(text, "warn") for text in _unknowns(one)),
        *(Sentence(text, "warn") for text in one.findings),
        *_since(one, now),
        None,
        Heading("Open conflicts"),
        *(_conflict(conflict) for conflict in one.conflicts),
        *([] if one.conflicts else [Sentence("None.", "dim")]),
        None,
        Heading("Last syncs"),
        *(item for run_id, entry in one.items for item in _entry(run_id, entry, glyphs)),
        *([] if one.items else [Sentence("No run had to do with it yet.", "dim")]),
    ]


def _unknowns(one: Why) -> list[str]:
    """What is not known, and how it gets known."""
    found = []
    if one.link is None:
        found.append(_NO_LINK)
    elif one.billing is None:
        found.append(
            f"What {one.system} says of service {one.link.service_id} is not known any more: it "
            "is linked and billing did not tell it. Press n to read the account."
        )
    if one.held is None:
        found.append(
            "The console intends no such subscriber: it is not there, or the device was not "
            "adopted (A on the device)."
        )
    elif one.held.running is None and one.running_read_at is None:
        found.append(_NEVER_RUN)
    elif one.held.running is None:
        found.append("It is intended and does not run: press D to see the drift and set it right.")
    return found


def _since(one: Why, now: datetime) -> list[Item]:
    items: list[Item] = []
    if one.billing_changed_at is not None:
        since = clock_time(one.billing_changed_at, now)
        items.append(Fact("Billing", f"reads like this since {since}"))
    if one.link is not None:
        linked = clock_time(one.link.linked_at, now)
        items.append(Fact("Linked", f"{linked}, to {one.link.subject} on {one.link.device}"))
        agreed = ", ".join(
            f"{field_words(name)} {value_words(name, two[1])}"
            for name, two in one.link.base.items()
            if two[0] == two[1]
        )
        items.append(Fact("Agreed on", agreed or "nothing yet"))
        apart = ", ".join(
            f"{field_words(name)} ({value_words(name, two[0])} there, "
            f"{value_words(name, two[1])} here)"
            for name, two in one.link.base.items()
            if two[0] != two[1]
        )
        if apart:
            items.append(Fact("Kept apart", f"{apart}: somebody decided so"))
    return items


def _conflict(one: Conflict) -> Item:
    return Sentence(
        f"{field_words(one.field)}: billing {conflict_value(one, one.billing_value)}, console "
        f"{conflict_value(one, one.console_value)}, device "
        f"{conflict_value(one, one.device_value)}; they agreed on "
        f"{conflict_value(one, one.base_console)}. Press C to settle it.",
        "warn",
    )


def _entry(run_id: int, one: SyncItem, glyphs: Glyphs) -> list[Item]:
    word = outcome_word(one, glyphs)
    change = "" if one.change_id is None else f", change {one.change_id}"
    fields = fields_words(one)
    what = f"{word.text}: {KIND_WORDS[one.kind]}{f' {fields}' if fields else ''}{change}"
    return [
        Fact(f"run {run_id}", what, word.style),
        *([Fact("", one.reason, "dim")] if one.reason else []),
        *([Fact("", one.sentence, "dim")] if one.sentence else []),
    ]


def claim_items(claims: Sequence[Claim], mac: str, now: datetime) -> list[Item]:
    """What billing says of an endpoint that no subscriber here uses."""
    if not claims:
        return [
            Sentence(f"No subscriber here uses {mac}, and no service in billing names it.", "warn"),
            Sentence(
                "That is as billing was read last; Y shows when. Put the MAC on the service in "
                "billing, or press a to put a subscriber on it by hand."
            ),
        ]
    items: list[Item] = [Sentence(f"No subscriber here uses {mac}; billing knows it:", "accent")]
    for one in claims:
        plan = one.sold.values.get(PLAN)
        items += [
            None,
            Heading(f"{one.system}: account {one.sold.account_id} {one.sold.account_name}"),
            Fact("Service", one.sold.service_id),
            Fact("Status", one.sold.meaning.value),
            Fact("Plan", _NOT_TOLD if plan is None else value_words(PLAN, plan)),
            *(Sentence(finding.text, "warn") for finding in one.sold.findings),
            Fact("Read", clock_time(one.read_at, now)),
        ]
    return [*items, None, Sentence("Press n to compare that account and see what it would do.")]
