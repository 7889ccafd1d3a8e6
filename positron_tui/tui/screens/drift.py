"""Where what is intended, what runs and what is saved differ, and how to bring them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.devices import Section
from positron_tui.domain.errors import PositronError
from positron_tui.services.filtering import parse_filter
from positron_tui.services.intent import Direction, DriftItem
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import drift
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.render.values import plural
from positron_tui.tui.rereading import Rereading
from positron_tui.tui.screens.base import ConsoleScreen, Here
from positron_tui.tui.screens.confirm import ConfirmScreen
from positron_tui.tui.screens.details import DetailsScreen
from positron_tui.tui.screens.pick import Option, PickScreen
from positron_tui.tui.screens.table_screen import TableScreen
from positron_tui.tui.widgets.live_table import LiveTable
from positron_tui.tui.widgets.live_text import LiveText


@dataclass(frozen=True, slots=True)
class Scope:
    """Some lines of the drift that can be reconciled at once."""

    name: str
    detail: str
    items: tuple[DriftItem, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The drift of one device, and which reading of it that was made from."""

    read_at: datetime | None
    items: tuple[DriftItem, ...]
    adopted: bool


class DriftScreen(TableScreen):
    """One row a field, those of one object together; of one device or of the fleet."""

    name_in_registry = actions.DRIFT
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.DRIFT)]
    AUTO_FOCUS = "LiveTable"
    columns = drift.COLUMNS
    empty = "Nothing differs."

    def __init__(self, device: str | None = None) -> None:
        super().__init__()
        self._device = device
        self._known: dict[str, _Known] = {}
        self._failures: dict[str, str] = {}
        self._reading = False
        self._comparing = Rereading(self._read_known, "compare")

    def body(self) -> Sequence[Widget]:
        return [self.make_table(), LiveText(id="reason")]

    def heading(self) -> str:
        return f"Drift of {self._device}" if self._device else "Drift"

    def counts(self) -> Sequence[Span]:
        items = self._items()
        spans = list(self.mark_spans())
        if self._reading:
            spans.append(("reading ...   ", "warn"))
        if items:
            spans.append((f"{plural(len(items), 'field')} on ", ""))
            spans.append((plural(len({one.device for one in items}), "device"), ""))
        elif missing := sum(1 for known in self._known.values() if not known.adopted):
            spans.append((f"{plural(missing, 'device')} not adopted", "dim"))
        elif self._known:
            spans.append((self.empty, "dim"))
        return spans

    def concerns(self, changes: Changes) -> bool:
        return changes.journal or changes.fleet or bool(changes.devices)

    def take_changes(self, changes: Changes) -> None:
        if changes.journal:
            self._known.clear()
        if self.concerns(changes):
            self._catch_up()

    def on_screen_resume(self) -> None:
        self._known.clear()
        self._catch_up()

    def show(self) -> None:
        wanted = parse_filter(self.filter_text, drift.FIELDS)
        shown = [
            one
            for one in self._items()
            if not wanted.terms or wanted.matches(drift.filter_row(one))
        ]
        unadopted = [name for name, known in self._known.items() if not known.adopted]
        rows = drift.rows(shown, self.now())
        if not wanted.terms:
            rows.extend(drift.unadopted_rows(unadopted))
        self.table.set_rows(rows)
        self._show_ages()

    def here(self) -> Here | None:
        device = self._cursor_device()
        return Here(device) if device is not None and device in self.fleet else None

    def copy_text(self) -> str | None:
        item = self._cursor_item()
        return None if item is None else item.subject

    def on_live_table_moved(self) -> None:
        self._show_ages()

    def on_live_table_chosen(self, event: LiveTable.Chosen) -> None:
        item = self._cursor_item()
        places = self.console_app.places
        if item is None:
            self.action_adopt()
        elif item.kind == "subscriber" and item.running is not False:
            places.subscriber(item.device, item.subject)
        elif item.kind == "endpoint":
            places.endpoint(item.device, item.subject)
        elif item.kind == "port":
            places.port(item.device, item.subject)
        else:
            places.device(item.device)

    # Bringing the truths together.

    def action_fix_device(self) -> None:
        self._choose("What is the device to be put right in?", self._fix_device)

    def action_take_over(self) -> None:
        self._choose("What is to be intended as it runs?", self._ask_take_over)

    def action_adopt(self) -> None:
        marked = dict.fromkeys(key.partition("\0")[0] for key in self.marked_keys())
        device = self._cursor_device() or self._device
        named = tuple(marked) or ((device,) if device is not None else ())
        if not named:
            self.console_app.say("Put the cursor on a device that is to be adopted.")
            return
        adopt(self, named, self._forget)

    def action_drift(self) -> None:
        """The drift is here already."""

    def action_poll(self) -> None:
        if not self._reading:
            self._reading = True
            self.refresh_show()
            self.console_app.work(self._read_devices(), "read for drift")

    def scopes(self) -> tuple[Scope, ...]:
        """Return what can be reconciled from here, the smallest first, each only once."""
        found: list[Scope] = []
        marked = tuple(one for one in self._items() if drift.item_id(one) in self.table.marked)
        item = self._cursor_item()
        if marked:
            found.append(Scope("marked", plural(len(marked), "field"), marked))
        if item is not None:
            same = [one for one in self._items() if one.device == item.device]
            subject = [one for one in same if (one.kind, one.subject) == (item.kind, item.subject)]
            found.append(Scope("this field", drift.item_words(item), (item,)))
            what = f"{item.kind} {item.subject}: {plural(len(subject), 'field')}"
            found.append(Scope("the object", what, tuple(subject)))
            whole = f"{item.device}: {plural(len(same), 'field')}"
            found.append(Scope("the device", whole, tuple(same)))
        kept: dict[frozenset[str], Scope] = {}
        for scope in found:
            kept.setdefault(frozenset(map(drift.item_id, scope.items)), scope)
        return tuple(kept.values())

    def _choose(self, question: str, then: Callable[[Scope], None]) -> None:
        scopes = self.scopes()
        if not scopes:
            self.console_app.say("Put the cursor on a field that differs first.")
            return
        if len(scopes) == 1:
            then(scopes[0])
            return
        by_name = {scope.name: scope for scope in scopes}
        options = [Option(one.name, one.name, one.detail) for one in scopes]

        def choose(name: str | None) -> None:
            if name is not None:
                then(by_name[name])

        self.app.push_screen(PickScreen(question, options), choose)

    def _fix_device(self, scope: Scope) -> None:
        self.console_app.work(self._reconcile(scope, Direction.DEVICE), "reconcile")

    def _ask_take_over(self, scope: Scope) -> None:
        title = f"Intend {plural(len(scope.items), 'field')} as they run?"
        question = ConfirmScreen(
            title, drift.direction_items(scope.items, to_device=False), yes="intend that"
        )

        def take(yes: bool | None) -> None:
            if yes:
                self.console_app.work(self._reconcile(scope, Direction.INTENDED), "reconcile")

        self.app.push_screen(question, take)

    async def _reconcile(self, scope: Scope, direction: Direction) -> None:
        edits = await self.services.intent.reconcile_edit(scope.items, direction)
        self.table.clear_marks()
        if edits:
            self.console_app.changing.preview(edits)
        else:
            self.console_app.say(f"{plural(len(scope.items), 'field')}: the intent follows now.")
            self._known.clear()
            self._catch_up()

    # What is known.

    def _names(self) -> tuple[str, ...]:
        names = self.fleet.names()
        return tuple(name for name in names if self._device in (None, name))

    def _items(self) -> list[DriftItem]:
        return [one for known in self._known.values() for one in known.items]

    def _cursor_item(self) -> DriftItem | None:
        key = self.table.cursor_key
        return next((one for one in self._items() if drift.item_id(one) == key), None)

    def _cursor_device(self) -> str | None:
        key = self.table.cursor_key
        return key.partition("\0")[0] if key else None

    def _show_ages(self) -> None:
        item = self._cursor_item()
        failure = self._failures.get(self._cursor_device() or self._device or "")
        sentences = [Sentence(failure, "warn")] if failure else []
        if item is not None:
            sentences.append(Sentence(drift.ages(item, self.now()), "dim"))
        elif self.table.rows or not self._known:
            sentences.append(Sentence(drift.ADOPT_WORDS, "dim"))
        else:
            sentences.append(Sentence("Press r to read the devices and compare again.", "dim"))
        self.query_one("#reason", LiveText).set_lines(flow(sentences, self.size.width))

    def _forget(self, device: str) -> None:
        """Compare a device again when this screen is seen next."""
        self._known.pop(device, None)
        self.table.clear_marks()

    def _catch_up(self) -> None:
        if self.console_app.ready:
            self._comparing.ask(self.console_app.work)

    async def _read_known(self) -> None:
        """Compare the devices whose configuration was read since; nothing is asked of them."""
        names = self._names()
        for name in set(self._known) - set(names):
            del self._known[name]
        for name in names:
            read_at = self._config_read_at(name)
            known = self._known.get(name)
            if known is None or known.read_at != read_at:
                items = await self.services.intent.known_drift(name)
                adopted = await self.services.intent.adopted_at(name) is not None
                self._known[name] = _Known(read_at, items, adopted)
        self._known = {name: self._known[name] for name in names if name in self._known}
        self.refresh_show()

    def _config_read_at(self, name: str) -> datetime | None:
        provenance = self.fleet.get(name).snapshot.provenance.get(Section.CONFIG)
        return provenance.read_at if provenance else None

    async def _read_devices(self) -> None:
        try:
            report = await self.services.intent.drift(self._device)
            self._failures = dict(report.failures)
            for sentence in report.failures.values():
                self.console_app.complain(sentence)
            self._known.clear()
            await self._read_known()
        finally:
            self._reading = False
            self.refresh_show()


def adopt(
    screen: ConsoleScreen,
    devices: Sequence[str],
    on_adopted: Callable[[str], None] = lambda device: None,
) -> None:
    """Ask, read devices whole, intend what they run, and show what was taken over.

    One that cannot be read is told with the others and keeps none of them back.
    """
    what = devices[0] if len(devices) == 1 else plural(len(devices), "device")

    async def do() -> None:
        app = screen.console_app
        items: list[Item] = []
        for number, device in enumerate(devices, 1):
            of = f" ({number} of {len(devices)})" if len(devices) > 1 else ""
            app.say(f"Reading {device}{of} ...")
            items += [None] if items else []
            try:
                report = await screen.services.intent.adopt(device)
            except PositronError as error:
                items.append(Sentence(str(error), "bad"))
            else:
                items += drift.adopted_items(report)
                on_adopted(device)
        app.clear_notifications()
        app.push_screen(DetailsScreen(f"Adopted {what}", items))

    def answered(yes: bool | None) -> None:
        if yes:
            screen.console_app.work(do(), "adopt a device")

    screen.app.push_screen(
        ConfirmScreen(f"Adopt {what}?", drift.ADOPT_WORDS, yes="adopt"), answered
    )
