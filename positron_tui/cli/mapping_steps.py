"""Single steps of the mapping wizard: fields with real examples, owners, what is written back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from positron_tui.cli.mapping_words import mapping_lines
from positron_tui.cli.output import Output
from positron_tui.cli.table import Column, render_table
from positron_tui.domain.billing import BillingService, FieldInfo
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mapping import (
    FIELDS,
    STATUS,
    WRITTEN,
    BillingMapping,
    FieldSource,
    Meaning,
)
from positron_tui.domain.mapping_document import mapping_document, read_mapping
from positron_tui.domain.mapping_suggest import FieldChoice, field_choices

Ask = Callable[[str], Awaitable[str]]
_LIKELY = 8
_COLUMNS = (
    Column("NO.", 0, right=True),
    Column("FIELD", 0, least=18),
    Column("FITS", 1, right=True),
    Column("REAL ROWS HOLD", 0, least=14),
    Column("CALLED", 2, least=8),
)
_WORDS = ((Meaning.ACTIVE, "active"), (Meaning.SUSPENDED, "suspended"))
_ALL, _NOTHING = "all", "-"


class Fields:
    """The fields of a system, shown with what real rows hold, and chosen by number or name."""

    def __init__(
        self,
        out: Output,
        fields: Sequence[FieldInfo],
        rows: Sequence[BillingService],
        devices: Collection[str],
    ) -> None:
        self.out = out
        self._fields = fields
        self._rows = rows
        self._devices = devices

    def choices(self, what: str) -> tuple[FieldChoice, ...]:
        """Return all fields, those first that look most like what is sought."""
        return field_choices(what, self._fields, self._rows, self._devices)

    def writable(self) -> tuple[FieldChoice, ...]:
        """Return the fields that can be written, those that the operator added first."""
        found = [one for one in self.choices("name") if one.info.why_read_only is None]
        return tuple(sorted(found, key=lambda one: (".custom." not in one.info.name, one.told)))

    def show(self, choices: Sequence[FieldChoice], *, first: int = 0, every: bool = False) -> None:
        """Print fields as a numbered table: the first ones (those that fit), or all."""
        shown = choices if every else choices[: min(first or _LIKELY, _LIKELY)]
        table = [
            (number, one.info.name, one.fits, ", ".join(one.examples) or None, one.info.title)
            for number, one in enumerate(shown, start=1)
        ]
        self.out.say_lines(render_table(_COLUMNS, table, self.out.width))
        left = len(choices) - len(shown)
        if left:
            self.out.say(f"'all' shows {left} more.")

    def examples(self, field: str) -> tuple[str, ...]:
        """Return what real rows hold in a field."""
        return next((one.examples for one in self.choices("name") if one.info.name == field), ())


async def source_step(
    ask: Ask, fields: Fields, mapping: BillingMapping, what: str, words: str
) -> BillingMapping:
    """Ask which field has something, and for the part of it that counts."""
    choices = fields.choices(what)
    fields.out.say_lines(["", words])
    fields.show(choices, first=sum(one.fits > 0 for one in choices))
    now = mapping.sources.get(what)
    shown = now.field + (f" /{now.pattern}/" if now.pattern else "") if now else "no field"
    while True:
        answer = await ask(f"Which field? A number or name, '-' for none [{shown}]:")
        if not answer:
            return mapping
        if answer == _ALL:
            fields.show(choices, every=True)
        elif answer == _NOTHING:
            left = {name: one for name, one in mapping.sources.items() if name != what}
            return replace(mapping, sources=left)
        else:
            chosen = _chosen(fields.out, choices, answer)
            if chosen is not None:
                source = await _part(ask, fields, chosen)
                return replace(mapping, sources={**mapping.sources, what: source})


async def _part(ask: Ask, fields: Fields, choice: FieldChoice) -> FieldSource:
    """Ask for a pattern where not all that real rows hold looks right."""
    field = choice.info.name
    if choice.fits == choice.told:
        return FieldSource(field)
    fields.out.say(
        f"{choice.told - choice.fits} of {choice.told} rows hold something else there, as "
        f"{', '.join(choice.examples)}."
    )
    while True:
        answer = await ask(
            "Does only a part of it count? A regular expression whose first group counts, Enter = "
            "all of it:"
        )
        if not answer:
            return FieldSource(field)
        try:
            read_mapping({"sources": {"mac": {"field": field, "pattern": answer}}})
        except UsageError as error:
            fields.out.say(str(error))
            continue
        source = FieldSource(field, answer)
        parts = [f"'{one}' > {_read(source, one)}" for one in fields.examples(field)]
        fields.out.say(f"That reads {', '.join(parts)}.")
        if (await ask("Is that right? [y/N]")).casefold() in ("y", "yes"):
            return source


def _read(source: FieldSource, text: str) -> str:
    found = source.read({source.field: text})
    return "nothing" if found is None else f"'{found}'"


def _chosen(out: Output, choices: Sequence[FieldChoice], answer: str) -> FieldChoice | None:
    for number, one in enumerate(choices, start=1):
        if answer in (one.info.name, str(number)):
            return one
    out.say(f"There is no field '{answer}'; 'all' shows them all.")
    return None


class Owners:
    """Asks whose the fields are, and for the rules of conflicts."""

    def __init__(self, out: Output) -> None:
        self._out = out

    async def ask(self, ask: Ask, mapping: BillingMapping) -> BillingMapping:
        """Return the mapping with what was changed."""
        while True:
            self._out.say_lines(mapping_lines(mapping, self._out.width)[: len(FIELDS) + 1])
            answer = await ask(
                "Change one, as 'vlan=billing' (or console, device), or 'rule plan=billing' (or "
                "ask); Enter goes on:"
            )
            if not answer:
                return mapping
            try:
                mapping = _owned(mapping, answer)
            except UsageError as error:
                self._out.say(str(error))


def _owned(mapping: BillingMapping, answer: str) -> BillingMapping:
    part = "owners"
    if answer.startswith("rule "):
        part, answer = "rules", answer.removeprefix("rule ")
    name, sign, value = (one.strip() for one in answer.partition("="))
    if not sign:
        raise UsageError(f"'{answer}' has no '='; write it as vlan=billing.")
    document = mapping_document(mapping)
    if part == "rules" and value == "ask":
        document[part].pop(name, None)
    else:
        document[part][name] = value
    return read_mapping(document)


class WriteBacks:
    """Asks which fields of billing take what we know, and for the words of a status."""

    def __init__(self, out: Output, fields: Fields) -> None:
        self._out = out
        self._fields = fields

    async def ask(self, ask: Ask, mapping: BillingMapping) -> BillingMapping:
        """Return the mapping with what was changed."""
        choices = self._fields.writable()
        if not choices:
            self._out.say("Billing has no field that the console may write.")
            return mapping
        self._fields.show(choices)
        self._out.say(f"There can be written: {', '.join(WRITTEN)}.")
        while True:
            now = ", ".join(f"{what}={name}" for what, name in mapping.write_back.items())
            answer = await ask(
                f"What goes where, as 'result=1', 'port=-' for nowhere, Enter goes on [{now or '-'}"
                "]:"
            )
            if not answer:
                break
            if answer == _ALL:
                self._fields.show(choices, every=True)
                continue
            mapping = self._written(mapping, choices, answer)
        if STATUS in mapping.write_back:
            mapping = await self._status_words(ask, mapping)
        return mapping

    def _written(
        self, mapping: BillingMapping, choices: Sequence[FieldChoice], answer: str
    ) -> BillingMapping:
        what, sign, field = (one.strip() for one in answer.partition("="))
        if not sign or what not in WRITTEN:
            self._out.say(f"'{answer}' is none; write it as result=1 ({', '.join(WRITTEN)}).")
            return mapping
        written = {name: one for name, one in mapping.write_back.items() if name != what}
        if field != _NOTHING:
            chosen = _chosen(self._out, choices, field)
            if chosen is None:
                return mapping
            written[what] = chosen.info.name
        return replace(mapping, write_back=written)

    async def _status_words(self, ask: Ask, mapping: BillingMapping) -> BillingMapping:
        words = dict(mapping.status_words)
        for meaning, text in _WORDS:
            answer = await ask(
                f"Which word of billing is written for {text}? '-' for none "
                f"[{words.get(meaning, '-')}]:"
            )
            if answer == _NOTHING:
                words.pop(meaning, None)
            elif answer:
                words[meaning] = answer
        return replace(mapping, status_words=words)
