"""A command grammar from patterns: keywords, parameters, and attributes in any order.

A pattern is words parted by blanks. `word` is a keyword; `{key:a|b}` is one of several keywords,
kept under `key`; `<key:type>` is a parameter (see params.py); `@set` is any number of the
attributes of that set, in any order, each a pattern of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from positron_tui.simulator.cli.params import Param, param

if TYPE_CHECKING:
    from positron_tui.simulator.cli.shell import Shell

Values = dict[str, Any]
Handler = Callable[["Shell", Values], list[str]]
_TOKEN = re.compile(r'"([^"]*)"(?=\s|$)|([^\s"]+)')

INVALID = "% Invalid word detected at '^' marker."
AMBIGUOUS = "% Ambiguous word detected at '^' marker."
INCOMPLETE = "% Incomplete command."


class CliSyntaxError(Exception):
    """A line that the grammar does not know; `column` is where the caret belongs."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(text)
        self.text = text
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    column: int
    quoted: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """A place in the grammar: where each word leads, under which key, and what ends here."""

    words: dict[str, tuple[Node, str | None]] = field(default_factory=dict)
    params: list[tuple[str, Param, Node]] = field(default_factory=list)
    handler: Handler | None = None


def tokenize(line: str) -> list[Token]:
    """Split a line at blanks; double quotes keep a value together."""
    tokens, position = [], 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(line, position)
        if match is None:
            raise CliSyntaxError(INVALID, position)
        quoted = match[1] is not None
        tokens.append(Token(match[1] if quoted else match[2], position, quoted))
        position = match.end()
    return tokens


class Grammar:
    """One mode's commands."""

    def __init__(
        self,
        commands: Iterable[tuple[str, Handler]],
        attributes: Mapping[str, Iterable[str]],
    ) -> None:
        self.root = Node()
        self._attributes = attributes
        for pattern, handler in commands:
            for end in self._insert(self.root, pattern.split(), None):
                end.handler = handler

    def _insert(self, node: Node, parts: list[str], last: Node | None) -> list[Node]:
        """Add a pattern below `node`; its last word leads to `last`, or to a new place."""
        places = [node]
        for position, part in enumerate(parts):
            target = last if position == len(parts) - 1 else None
            places = [
                reached for place in places for reached in self._insert_part(place, part, target)
            ]
        return places

    def _insert_part(self, node: Node, part: str, target: Node | None) -> list[Node]:
        if part.startswith("@"):
            for pattern in self._attributes[part[1:]]:
                self._insert(node, pattern.split(), node)
            return [node]
        if part.startswith("<"):
            key, _, kind = part[1:-1].partition(":")
            for known_key, known, reached in node.params:
                if (known_key, known.label) == (key, param(kind).label):
                    return [reached]
            reached = target or Node()
            node.params.append((key, param(kind), reached))
            return [reached]
        label, words = _keywords(part)
        reached_all = []
        for word in words:
            if word not in node.words:
                node.words[word] = (target or Node(), label)
            reached_all.append(node.words[word][0])
        return reached_all

    def match(self, tokens: list[Token]) -> tuple[Handler, Values]:
        """Return the handler of a line and its values; raise CliSyntaxError."""
        node, values = self.root, Values()
        for position, token in enumerate(tokens):
            found = _follow(node, token, tokens[position:], values)
            if found is None:
                raise CliSyntaxError(INVALID, token.column)
            node, rest_of_line = found
            if rest_of_line:
                break
        if node.handler is None:
            raise CliSyntaxError(INCOMPLETE, -1)
        return node.handler, values

    def knows(self, token: Token) -> bool:
        """Whether a line may begin with this word here."""
        try:
            return _follow(self.root, token, [token], Values()) is not None
        except CliSyntaxError:
            return True

    def candidates(self, tokens: list[Token], prefix: str) -> list[str]:
        """Return what may stand next, for help and completion; empty for a line that is wrong."""
        node, values = self.root, Values()
        for token in tokens:
            try:
                found = _follow(node, token, [token], values)
            except CliSyntaxError:
                found = None
            if found is None:
                return []
            node = found[0]
        names = sorted(word for word in node.words if word.startswith(prefix))
        names += [spec.label for _, spec, _ in node.params]
        if node.handler is not None and not prefix:
            names.append("<cr>")
        return names


def _keywords(part: str) -> tuple[str | None, list[str]]:
    """Return the key of `{key:a|b}` and its words; a plain keyword has no key."""
    if not part.startswith("{"):
        return None, [part]
    key, _, choice = part[1:-1].partition(":")
    return key, choice.split("|")


def _follow(
    node: Node, token: Token, rest: list[Token], values: Values
) -> tuple[Node, bool] | None:
    """Return where a word leads and whether it took the rest of the line."""
    if not token.quoted:
        word = _keyword(node, token)
        if word is not None:
            reached, key = node.words[word]
            if key is not None:
                values[key] = word
            return reached, False
    for key, spec, reached in node.params:
        text = " ".join(item.text for item in rest) if spec.rest_of_line else token.text
        value = spec.read(text)
        if value is not None:
            values[key] = value
            return reached, spec.rest_of_line
    return None


def _keyword(node: Node, token: Token) -> str | None:
    """Return the keyword that a word means: in full, or shortened without doubt."""
    if token.text in node.words:
        return token.text
    hits = [word for word in node.words if word.lower().startswith(token.text.lower())]
    if len(hits) == 1:
        return hits[0]
    if hits and not any(spec.read(token.text) is not None for _, spec, _ in node.params):
        raise CliSyntaxError(AMBIGUOUS, token.column)
    return None
