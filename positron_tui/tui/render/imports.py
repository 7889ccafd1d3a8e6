"""What an import would do and what is wrong with its file, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from positron_tui.services.transfer import CheckedImport, LineProblem
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.values import plural


def report(checked: CheckedImport) -> list[Item]:
    """The report of a file that was compared with the devices."""
    if checked.problems:
        head: list[Item] = [Sentence("Nothing is imported while there are bad lines.", "bad")]
    elif checked.items:
        head = [Sentence("Every line is good. Press ctrl+r to go on; nothing was sent yet.", "ok")]
    else:
        head = [Sentence("The devices have all of it already; there is nothing to do.", "ok")]
    return [
        *head,
        Fact("New", plural(checked.adds, "subscriber")),
        Fact("Changed", plural(checked.edits, "subscriber")),
        Fact("As they are", plural(checked.unchanged, "subscriber")),
        *([None, *_lines("What is wrong", checked.problems, "bad")] if checked.problems else []),
        *([None, *_lines("To think of", checked.warnings, "warn")] if checked.warnings else []),
    ]


def _lines(title: str, problems: Sequence[LineProblem], style: str) -> list[Item]:
    return [
        Heading(title, plural(len(problems), "note") if style == "warn" else ""),
        *(
            Fact(f"line {one.line}", f"{one.field}: {one.text}" if one.field else one.text, style)
            for one in problems
        ),
    ]
