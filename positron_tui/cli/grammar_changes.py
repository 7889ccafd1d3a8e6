"""The commands on changes, bulk runs and drift and their options."""

from __future__ import annotations

import argparse

from positron_tui.cli.grammar_parts import Group, changing_options, leaf
from positron_tui.cli.parser import Parser, counting_number

KINDS = ("subscriber", "endpoint", "profile", "port")


def change(group: Group) -> None:
    """Add the verbs of `change`."""
    changes = group.verb("list", ":list_changes", "what was changed, newest first")
    changes.add_argument("--device", metavar="D", help="only on this unit")
    changes.add_argument(
        "--limit", metavar="N", type=counting_number, default=100, help="at most (default: 100)"
    )
    show = group.verb("show", ":show", "one change with its commands and replies")
    show.add_argument("id", metavar="ID", type=counting_number)
    undo = group.verb("undo", ":undo", "take a change back, planned and shown first")
    undo.add_argument("id", metavar="ID", type=counting_number)
    changing_options(undo)
    settle = group.verb(
        "settle", ":settle", "read the units of unfinished changes and tell what happened"
    )
    settle.add_argument("device", metavar="DEVICE", nargs="?")


def bulk(group: Group) -> None:
    """Add the verbs of `bulk`."""
    runs = group.verb("list", ":list_runs", "runs over several subscribers, newest first")
    runs.add_argument("--limit", metavar="N", type=counting_number, default=50)
    show = group.verb("show", ":show", "one run with what became of each item")
    show.add_argument("id", metavar="ID", type=counting_number)
    resume = group.verb("resume", ":resume", "go on with a run that stopped")
    resume.add_argument("id", metavar="ID", type=counting_number)
    changing_options(resume)


def truths(nouns: argparse._SubParsersAction[Parser]) -> None:
    """Add `drift` and `adopt`."""
    drift = leaf(nouns, "drift", "drift:drift", "where intent, unit and startup file differ")
    drift.add_argument("device", metavar="DEVICE", nargs="?")
    drift.add_argument("--kind", choices=KINDS, help="only objects of this kind")
    drift.add_argument("--subject", metavar="NAME", help="only this object: a name, MAC or port")
    drift.add_argument("--field", metavar="FIELD", help="only this field")
    drift.add_argument(
        "--reconcile",
        choices=("device", "intended"),
        help="change the unit to what is intended, or the intent to what runs, for all that is "
        "shown",
    )
    changing_options(drift)
    adopt = leaf(nouns, "adopt", "adopt:adopt", "intend what runs on a unit, where nothing is yet")
    adopt.add_argument("device", metavar="DEVICE")
    adopt.add_argument(
        "--subscriber",
        dest="names",
        metavar="NAME",
        action="append",
        help="only this one with its endpoint and profile (may be repeated)",
    )
    changing_options(adopt)
