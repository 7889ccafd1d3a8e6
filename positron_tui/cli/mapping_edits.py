"""A mapping with what the options of `billing map` change in it. Pure."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mapping import UNTHROTTLED, BillingMapping
from positron_tui.domain.mapping_document import mapping_document, read_mapping

_NO_LIMIT = "none"
_ASK = "ask"


def edited(
    mapping: BillingMapping,
    options: argparse.Namespace,
    their_plans: Mapping[str, str],
    our_plans: Sequence[str],
) -> BillingMapping:
    """Return the mapping as the options want it; UsageError says what is wrong with one.

    `their_plans` (names by key) are mapped to ours of the same name, whatever else is said comes
    after that.
    """
    document = mapping_document(mapping)
    for key, name in their_plans.items():
        if name in our_plans:
            document["plans"].setdefault(key, name)
    _set_sources(document["sources"], options)
    _set_plans(document["plans"], options.plan, our_plans)
    for option, part in (
        ("status", "statuses"),
        ("owner", "owners"),
        ("write_back", "write_back"),
    ):
        flag = f"--{option.replace('_', '-')}"
        document[part].update(_pairs(flag, getattr(options, option)))
    document["status_words"].update(_pairs("--status-word", options.status_word))
    for field, winner in _pairs("--rule", options.rule):
        if winner == _ASK:
            document["rules"].pop(field, None)
        else:
            document["rules"][field] = winner
    for place in options.unset:
        _unset(document, place)
    document["notes"] = (document["notes"] or options.notes) and not options.no_notes
    return read_mapping(document)


def _set_sources(sources: dict[str, dict[str, str]], options: argparse.Namespace) -> None:
    for what, field in _pairs("--set", options.set):
        sources[what] = {**sources.get(what, {}), "field": field}
    for what, pattern in _pairs("--pattern", options.pattern):
        if what not in sources:
            raise UsageError(f"'{what}' is read from no field yet; say which with --set {what}=...")
        sources[what]["pattern"] = pattern


def _set_plans(plans: dict[str, str], texts: Sequence[str], our_plans: Sequence[str]) -> None:
    for theirs, ours in _pairs("--plan", texts):
        if ours != _NO_LIMIT and ours not in our_plans:
            known = ", ".join(our_plans) or "none yet; 'plan add' makes one"
            raise UsageError(f"There is no plan '{ours}' in the catalogue; there are {known}.")
        plans[theirs] = UNTHROTTLED if ours == _NO_LIMIT else ours


def _pairs(option: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        # What billing calls a plan or a status may have the sign itself.
        foreign = option in ("--plan", "--status")
        name, separator, value = text.rpartition("=") if foreign else text.partition("=")
        if not separator or not name.strip() or not value.strip():
            raise UsageError(f"{option} takes NAME=VALUE; '{text}' is none.")
        found.append((name.strip(), value.strip()))
    return found


def _unset(document: dict[str, Any], place: str) -> None:
    part, _, name = place.partition(".")
    entries = document.get(part)
    if not isinstance(entries, dict) or name not in entries:
        raise UsageError(f"The mapping has no '{place}'; '--show' shows what it has.")
    del entries[name]
