"""One filter grammar for every list: words, `field:value`, and `!` in front to invert.

All terms must hold. `smith vlan:100 !state:ok` = rows with the word smith and VLAN 100 whose
state is not ok. Text compares without case, as a part; numbers compare as a whole. Quotes keep
blanks together (`plan:"100 M"`). `vlan:` holds where there is any VLAN, `!vlan:` where none is.
What looks like a field but is none of this list's is taken as a word, so MAC addresses need no
quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
_TOKEN = re.compile(r'((?:[^\s"]|"[^"]*"?)+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` None = anywhere in the row. `value` is folded."""

    value: str
    field: str | None = None
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a row offers to a filter: its fields' texts, folded, unknown ones left out."""

    fields: Mapping[str, str]
    text: str = field(default="")

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Row:
        """Build a row of any values; None is left out, sequences are joined by blanks."""
        fields: dict[str, str] = {}
        for name, value in values.items():
            text = value if type(value) is str else _spell(value)
            if text:
                fields[name] = text.casefold()
        return cls(fields, "\n".join(fields.values()))


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter; no terms = everything."""

    terms: tuple[Term, ...] = ()

    def matches(self, row: Row) -> bool:
        return all(_holds(term, row) is not term.inverted for term in self.terms)


def parse_filter(text: str, fields: Collection[str]) -> Filter:
    """Read a filter for a list with these fields; every text is a filter, none is an error."""
    known = {name.casefold() for name in fields}
    terms = (_term(token, known) for token in _TOKEN.findall(text))
    return Filter(tuple(term for term in terms if term is not None))


def filter_items(
    text: str, items: Iterable[T], row_of: Callable[[T], Row], fields: Collection[str]
) -> tuple[T, ...]:
    """Return the items whose rows the filter keeps, in their order."""
    wanted = parse_filter(text, fields)
    if not wanted.terms:
        return tuple(items)
    return tuple(item for item in items if wanted.matches(row_of(item)))


def _term(token: str, known: Collection[str]) -> Term | None:
    inverted = token.startswith("!")
    body = token[1:] if inverted else token
    name, colon, value = body.partition(":")
    if colon and name.casefold() in known:
        return Term(_unquote(value), name.casefold(), inverted)
    word = _unquote(body)
    return Term(word, None, inverted) if word else None


def _unquote(text: str) -> str:
    return text.replace('"', "").casefold()


def _holds(term: Term, row: Row) -> bool:
    if term.field is None:
        return term.value in row.text
    found = row.fields.get(term.field)
    if found is None:
        return False
    if term.value.isdecimal() and found.replace(" ", "").isdecimal():
        return term.value in found.split()
    return term.value in found


def _spell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list, frozenset, set)):
        return " ".join(_spell(one) for one in value)
    return str(value)
